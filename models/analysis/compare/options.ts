import { aFlag, aFunction, aNumber, expectOptions } from '../../../src/validation.js'
import type { Objective, ObjectiveInputs } from '../../objectives/index.js'
import type { Policy } from '../../policies/index.js'
import { aList, judging } from '../given.js'
import type { JudgeOptions } from '../methods.js'

/** Options of `compare`. */
export interface CompareOptions extends Omit<JudgeOptions, 'onProgress'> {
  /** Names, with options where a policy has them, `optimal:NAME`, or policies of your own; default: all there are. */
  readonly policies?: readonly (string | Policy)[]
  /** Names, or objectives of your own; default: all that the inputs and the event allow. The first one sorts tables. */
  readonly objectives?: readonly (string | Objective)[]
  /** What objectives and policies are given. */
  readonly inputs?: ObjectiveInputs
  /** For policies that draw lots; default 1. */
  readonly seed?: number
  /** Largest distance, relative to the demand or the holding, that still counts as feasible; default 1e-9. */
  readonly feasibility?: number
  /** Whether rows carry what charts draw; default no. */
  readonly charts?: boolean
  /** Called before each optimum and each policy of this thread; `done` of `total`, those that other threads have run among them. */
  readonly onProgress?: (progress: { readonly says: string; readonly done: number; readonly total: number }) => void
}

/** Throws `unknown-option` with the nearest name there is, and `option-value`. */
export const expectCompareOptions = expectOptions<CompareOptions>({
  ...judging,
  onProgress: aFunction,
  policies: aList,
  objectives: aList,
  seed: aNumber,
  feasibility: aNumber,
  charts: aFlag,
})
