import {
  aFlag,
  aFunction,
  aNumber,
  aSignal,
  aText,
  type Expect,
  expectOptions,
  isObject,
  typed,
} from '../../src/validation.js'
import type { Objective, ObjectiveInputs } from '../objectives/index.js'
import { claimantOf } from '../proof/given-claimants.js'
import { inputsOf } from '../proof/given-inputs.js'
import type { AuditOptions } from './audit/audit.js'
import type { CompareOptions } from './compare/compare.js'
import type { JudgeOptions } from './methods.js'
import { resolveObjective } from './optimal-policy.js'
import type { VerifyOptions } from './verify/verify.js'

const aList = typed('a list', Array.isArray)
const someInputs = typed('inputs by name', isObject)
const judging = {
  solver: aText,
  tolerance: aNumber,
  lots: aFlag,
  keepSolvent: aFlag,
  exact: aFlag,
  timeLimitSeconds: aNumber,
  signal: aSignal,
  stop: aSignal,
  inputs: someInputs,
}

/** The options of each public function. Throws `unknown-option` with the nearest name there is, and `option-value`. */
export const expectJudgeOptions = expectOptions<JudgeOptions>({ ...judging, onProgress: aFunction })
export const expectVerifyOptions = expectOptions<VerifyOptions>({
  ...judging,
  onProgress: aFunction,
  feasibility: aNumber,
  details: aFlag,
  demand: aText,
})
export const expectCompareOptions = expectOptions<CompareOptions>({
  ...judging,
  onProgress: aFunction,
  policies: aList,
  objectives: aList,
  seed: aNumber,
  feasibility: aNumber,
  charts: aFlag,
})
export const expectAuditOptions = expectOptions<AuditOptions>({
  trials: aNumber,
  seed: aNumber,
  axioms: aList,
  signal: aSignal,
  onProgress: aFunction,
})

/** Options after validation, with their inputs as objectives take them. */
export function optionsOf<Options extends { readonly inputs?: ObjectiveInputs }>(
  given: Options,
  expect: Expect,
): Options {
  expect('options', given)
  return given.inputs === undefined ? given : { ...given, inputs: inputsOf(given.inputs, 'options.inputs') }
}

/** An objective as callers may give it: one that was made, or the name of one, which is told the inputs that are at hand. */
export function objectiveOf(given: unknown, path = 'objective', inputs: ObjectiveInputs = {}): Objective {
  if (typeof given === 'string') return resolveObjective(given, inputs, path)
  return claimantOf(given, path) as Objective
}
