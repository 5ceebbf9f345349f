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
import type { JudgeOptions } from './methods.js'
import { resolveObjective } from './optimal-policy.js'

export const aList = typed('a list', Array.isArray)
const someInputs = typed('inputs by name', isObject)
/** What every option that judges share must be. */
export const judging = {
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

/** Throws `unknown-option` with the nearest name there is, and `option-value`. */
export const expectJudgeOptions = expectOptions<JudgeOptions>({ ...judging, onProgress: aFunction })

/** Options after validation, with their inputs as objectives take them. */
export function optionsOf<Options extends { readonly inputs?: ObjectiveInputs }>(
  given: Options,
  expect: Expect,
): Options {
  expect('options', given)
  return given.inputs === undefined ? given : { ...given, inputs: inputsOf(given.inputs, 'options.inputs') }
}

/** An objective as callers may give it: one that was made, or the name of one, which is given the inputs that are at hand. */
export function objectiveOf(given: unknown, path = 'objective', inputs: ObjectiveInputs = {}): Objective {
  if (typeof given === 'string') return resolveObjective(given, inputs, path)
  return claimantOf(given, path) as Objective
}
