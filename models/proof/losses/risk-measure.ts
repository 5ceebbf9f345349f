import { SpillwayError } from '../../../src/errors.js'
import {
  add,
  compare,
  type Decimal,
  decimalOf,
  decimalPlaces,
  largerOf,
  multiply,
  type Ratio,
  ratioOf,
  roundedQuotient,
  signOf,
  smallerOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import { entropicAbove, entropicRepair, entropicSupport, entropicTemperature, isEntropicWeighting } from './entropic.js'

/**
 * What is minimised of the total losses L_s: a sum of CVaR,
 *
 *     ρ(L) = Σ_j λ_j T_j(L),   T_j the mean of the worst 1 − α_j (Rockafellar and Uryasev 2000),
 *
 * α = 0 is the mean over all moves, α = 1 the worst of them. Each is the largest of Σ_s θ_s L_s over scenario weights
 * θ ∈ Θ_j = {0 ≤ θ_s ≤ w_s/(W(1 − α_j)), Σ θ_s ≤ 1}: losses are never negative, so weights that add up to less only
 * bound from below. Any such θ proves something; the right one proves the optimum. An entropic part has EVaR_α(L) for T_j and another
 * set of weights (`entropic.ts`).
 */
export interface TailPart {
  /** λ_j > 0. */
  readonly weight: Decimal
  /** α_j from 0 to 1; of an entropic part between them. */
  readonly confidence: Decimal
  /** The entropic value at risk in place of the mean of the worst. */
  readonly isEntropic?: true
}

export type Measure = readonly TailPart[]

const one = decimalOf(1)
/** Digits behind the point of scenario weights: far below anything that is compared. */
const DIGITS = 40

export function tailPart(weight: number, confidence: number): TailPart {
  return { weight: decimalOf(weight), confidence: decimalOf(confidence) }
}

export function entropicPart(weight: number, confidence: number): TailPart {
  return { ...tailPart(weight, confidence), isEntropic: true }
}

/**
 * The same measure with every tail that is no wider than the least weight, W(1 − α) ≤ min w, written as the worst case, which it
 * is for all losses, of entropic tails too: programs with 1/(1 − α) in them lose their digits there. Under one move every tail is the mean.
 */
export function withoutNarrowTails(measure: Measure, weights: readonly Decimal[], total: Decimal): Measure {
  if (weights.length === 1) return measure.map(({ weight }) => ({ weight, confidence: zero }))
  const least = weights.reduce(smallerOf)
  return measure.map((part) => {
    const tail = multiply(subtract(one, part.confidence), total)
    return compare(tail, least) <= 0 ? { weight: part.weight, confidence: one } : part
  })
}

/** What an entropic part is worth, by some t (`entropic.ts`). */
export type EntropicValue = (losses: readonly Decimal[], confidence: Decimal) => Decimal

/** ρ(L), exact; entropic parts rounded up, by the best t if nobody says otherwise. */
export function riskOf(
  measure: Measure,
  losses: readonly Decimal[],
  weights: readonly Decimal[],
  total: Decimal,
  entropic: EntropicValue = (losses, confidence) => {
    const outcomes = [losses, weights, total, confidence] as const
    return entropicAbove(outcomes, entropicTemperature(...outcomes))
  },
): Ratio {
  const order = byLoss(losses)
  return measure
    .map((part) => {
      if (part.isEntropic) {
        return ratioOf(multiply(part.weight, entropic(losses, part.confidence)))
      }
      if (compare(part.confidence, one) === 0) return ratioOf(multiply(part.weight, losses[order[0]]))
      const tail = multiply(subtract(one, part.confidence), total)
      let rest = tail
      let sum = zero
      for (const s of order) {
        const mass = smallerOf(weights[s], rest)
        sum = add(sum, multiply(mass, losses[s]))
        rest = subtract(rest, mass)
        if (signOf(rest) === 0) break
      }
      return ratioOf(multiply(part.weight, sum), tail)
    })
    .reduce((a, b) => a.add(b))
}

/**
 * Scenario weights as scenarioWeights m_s = W λ_j θ_s, by part, then by move: whole numbers of the weights as given, so that equal
 * weights need no division.
 */
export type ScenarioWeights = readonly (readonly Decimal[])[]

/** The scenarioWeights that attain ρ at these losses: the worst moves first. */
export function supportOf(
  measure: Measure,
  losses: readonly Decimal[],
  weights: readonly Decimal[],
  total: Decimal,
): ScenarioWeights {
  const order = byLoss(losses)
  return measure.map((part) => {
    if (part.isEntropic) return times(part.weight, entropicSupport(losses, weights, total, part.confidence))
    const caps = capsOf(part, weights, total)
    const scenarioWeights = weights.map(() => zero)
    let rest = multiply(part.weight, total)
    for (const s of order) {
      scenarioWeights[s] = smallerOf(caps[s], rest)
      rest = subtract(rest, scenarioWeights[s])
    }
    return scenarioWeights
  })
}

/** Rough scenarioWeights put into Θ: no mass below zero or above its cap, and no more in all than there is. NaN is none. */
export function repairScenarioWeights(
  measure: Measure,
  rough: ScenarioWeights,
  weights: readonly Decimal[],
  total: Decimal,
): ScenarioWeights {
  return measure.map((part, j) => {
    if (part.isEntropic) {
      return times(part.weight, entropicRepair(rough[j] ?? weights, weights, total, part.confidence))
    }
    const caps = capsOf(part, weights, total)
    const scenarioWeights = caps.map((cap, s) => largerOf(zero, smallerOf(cap, rough[j]?.[s] ?? zero)))
    let excess = subtract(scenarioWeights.reduce(add, zero), multiply(part.weight, total))
    if (signOf(excess) <= 0) return scenarioWeights
    for (const s of byLoss(scenarioWeights)) {
      const cut = smallerOf(scenarioWeights[s], excess)
      scenarioWeights[s] = subtract(scenarioWeights[s], cut)
      excess = subtract(excess, cut)
      if (signOf(excess) === 0) break
    }
    return scenarioWeights
  })
}

const times = (factor: Decimal, scenarioWeights: readonly Decimal[]): readonly Decimal[] =>
  compare(factor, one) === 0 ? scenarioWeights : scenarioWeights.map((mass) => multiply(factor, mass))

/** Whether scenario weights of one part are in Θ: 0 ≤ m_s (1 − α) ≤ λ w_s, and Σ m_s ≤ λ W; of an entropic part as that says. */
export function isScenarioWeighting(
  { weight, confidence, isEntropic }: TailPart,
  scenarioWeights: readonly Decimal[],
  weights: readonly Decimal[],
  total: Decimal,
): boolean {
  // Everything in units of λ: m/λ, w and W stand in the same relation as m, λ w and λ W.
  if (isEntropic)
    return isEntropicWeighting(scenarioWeights, times(weight, weights), multiply(weight, total), confidence)
  const tail = subtract(one, confidence)
  const isWithin = (mass: Decimal, s: number): boolean =>
    signOf(mass) >= 0 && compare(multiply(mass, tail), multiply(weight, weights[s])) <= 0
  return scenarioWeights.every(isWithin) && compare(scenarioWeights.reduce(add, zero), multiply(weight, total)) <= 0
}

/** What a solver's duals, θ by part and move, are worth as scenarioWeights: scaled to all the mass there is, then repaired. */
export function scenarioWeightsFrom(
  measure: Measure,
  theta: readonly Float64Array[],
  weights: readonly Decimal[],
  total: Decimal,
): ScenarioWeights {
  const rough = measure.map((part, j) => {
    const all = toNumber(multiply(part.weight, total))
    const clean = theta[j].map((value) => (value > 0 && Number.isFinite(value) ? value : 0))
    const sum = clean.reduce((a, b) => a + b, 0)
    return Array.from(clean, (value) => decimalOf(sum > 0 ? (value / sum) * all : 0))
  })
  return repairScenarioWeights(measure, rough, weights, total)
}

/** The mass of each move in all parts together. */
export function totalScenarioWeights(scenarioWeights: ScenarioWeights): Decimal[] {
  return scenarioWeights[0].map((_, s) => scenarioWeights.reduce((sum, part) => add(sum, part[s]), zero))
}

/** W λ_j times the largest θ_s, rounded down: exact for the mean. */
function capsOf({ weight, confidence }: TailPart, weights: readonly Decimal[], total: Decimal): readonly Decimal[] {
  if (compare(confidence, one) === 0) return weights.map(() => multiply(weight, total))
  if (signOf(confidence) === 0) return weights.map((own) => multiply(weight, own))
  const tail = subtract(one, confidence)
  return weights.map((own) => {
    const mass = multiply(weight, own)
    return roundedQuotient(mass, tail, decimalPlaces(mass) + DIGITS, 'down')
  })
}

/** The moves, the largest loss first. */
export function byLoss(values: readonly Decimal[]): number[] {
  return Array.from(values.keys()).sort((a, b) => compare(values[b], values[a]) || a - b)
}

/** Throws `confidence` unless 0 < α < 1. */
export function checkConfidence(value: number, path: string): number {
  if (typeof value === 'number' && value > 0 && value < 1) return value
  throw new SpillwayError({
    code: 'confidence',
    path,
    value,
    problem: 'is not between 0 and 1',
    cure: 'Give the share of outcomes that the tail leaves out, such as 0.99; for all of them take expected-loss, for the worst alone worst-case-loss.',
  })
}
