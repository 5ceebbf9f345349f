import type { Moves } from '../../moves/index.js'
import { inputsOf } from '../given-inputs.js'
import { checkConfidence, entropicPart, type Measure, tailPart } from '../losses/risk-measure.js'
import { scenarioClaims } from './scenario-losses.js'

export const DEFAULT_CONFIDENCE = 0.99

/** What the objectives of tails are given. */
export interface TailInputs {
  readonly moves?: Moves | undefined
  /** α, between 0 and 1: the share of outcomes that the tail leaves out; default 0.99. */
  readonly confidence?: number | undefined
}

/** CVaR of the total shortfall: the inputs with their defaults, and the measure. */
export function tailOf(given: TailInputs = {}): { readonly inputs: TailInputs; readonly measure: Measure } {
  const { moves, confidence = DEFAULT_CONFIDENCE } = inputsOf(given)
  const measure = [tailPart(1, checkConfidence(confidence, 'inputs.confidence'))]
  return { inputs: { moves, confidence }, measure }
}

export function cvarClaims(given: TailInputs = {}): ReturnType<typeof scenarioClaims> {
  const { inputs, measure } = tailOf(given)
  return scenarioClaims('cvar', inputs, measure)
}

/** The entropic value at risk of the total shortfall: the inputs with their defaults, and the measure. */
export function entropicTailOf(given: TailInputs = {}): ReturnType<typeof tailOf> {
  const { moves, confidence = DEFAULT_CONFIDENCE } = inputsOf(given)
  const measure = [entropicPart(1, checkConfidence(confidence, 'inputs.confidence'))]
  return { inputs: { moves, confidence }, measure }
}

export function evarClaims(given: TailInputs = {}): ReturnType<typeof scenarioClaims> {
  const { inputs, measure } = entropicTailOf(given)
  return scenarioClaims('evar', inputs, measure)
}

/** The largest total shortfall over the moves. */
export const WORST: Measure = [tailPart(1, 1)]

export function worstCaseLossClaims(given: Pick<TailInputs, 'moves'> = {}): ReturnType<typeof scenarioClaims> {
  const { moves } = inputsOf(given)
  return scenarioClaims('worst-case-loss', { moves }, WORST)
}
