/** Generators of moves: one file each, and one line here. */
import { bootstrapFacts } from './bootstrap.js'
import { gaussianFacts } from './gaussian.js'
import { lognormalFacts } from './lognormal.js'
import type { GeneratorFacts } from './model.js'
import { oneFactorFacts } from './one-factor.js'
import { studentTFacts } from './student-t.js'

/** Every model of moves, in the order in which they are listed. */
export const generators: readonly GeneratorFacts[] = [
  gaussianFacts,
  lognormalFacts,
  studentTFacts,
  oneFactorFacts,
  bootstrapFacts,
]

export { type BootstrapParameters, bootstrapModel } from './bootstrap.js'
export { type Drawn, type DrawOptions, drawMoves, loadQuantiles } from './draw.js'
export { gaussianModel } from './gaussian.js'
export { lognormalModel } from './lognormal.js'
export type * from './model.js'
export { type OneFactorParameters, oneFactorModel, principalFactor } from './one-factor.js'
export { studentTModel } from './student-t.js'
