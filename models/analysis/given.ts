import {
  aFlag,
  aFunction,
  aNumber,
  aSignal,
  aText,
  type Expect,
  expectOptions,
  isObject,
  SpillwayError,
  typed,
} from '../../src/index.js'
import { notWhatIsMeant } from '../book/given.js'
import { inputsOf } from '../objectives/given-inputs.js'
import type { Objective, ObjectiveInputs } from '../objectives/index.js'
import type { CheckOptions } from '../proof/check-certificate.js'
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
  exact: aFlag,
  timeLimitSeconds: aNumber,
  signal: aSignal,
  inputs: someInputs,
}

/** The options of each public function. Throws `unknown-option` with the nearest name there is, and `option-value`. */
export const expectJudgeOptions = expectOptions<JudgeOptions>({ ...judging, onProgress: aFunction })
export const expectVerifyOptions = expectOptions<VerifyOptions>({
  ...judging,
  onProgress: aFunction,
  feasibility: aNumber,
  details: aFlag,
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
export const expectCheckOptions = expectOptions<CheckOptions>({
  objective: aText,
  confidence: aNumber,
  moves: someInputs,
  loadings: someInputs,
  lots: aFlag,
  exact: aFlag,
  feasibility: aNumber,
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
  if (isObject(given) && typeof given.name === 'string' && typeof given.prepare === 'function') {
    return given as unknown as Objective
  }
  const isMaker = typeof given === 'function' || (isObject(given) && typeof given.make === 'function')
  if (isMaker) throw uncalled(given, path, 'objective')
  throw notWhatIsMeant(given, path, 'an objective', 'minMaxLeverage()')
}

/** The error of a function in the place of what it makes. */
export function uncalled(given: unknown, path: string, what: 'objective' | 'policy'): SpillwayError {
  const name = typeof given === 'function' ? given.name : 'make'
  return new SpillwayError({
    code: 'not-called',
    path,
    value: given,
    problem: `this makes an ${what}, and is none`.replace('an policy', 'a policy'),
    cure: `Call it: ${name}(${name === 'minMaxLeverage' || name === 'squaredLeverage' ? '' : '{ … }'}).`,
  })
}
