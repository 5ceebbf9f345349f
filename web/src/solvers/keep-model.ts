import { solver } from '../../../src/solvers/highs.js'
import type { KeptModel } from '../../../src/solvers/keep-model.js'

export type { KeptModel } from '../../../src/solvers/keep-model.js'

/** A page has no thread that keeps a model: every solve is cold, with the same answers. */
export function keepModel(): KeptModel {
  return { solver, close: async () => undefined }
}
