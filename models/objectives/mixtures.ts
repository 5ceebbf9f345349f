import { SpillwayError } from '../../src/errors.js'
import type { Moves } from '../moves/index.js'
import { DEFAULT_CONFIDENCE, type TailInputs } from '../proof/claims/tails.js'
import { checkConfidence, type TailPart, tailPart } from '../proof/losses/risk-measure.js'
import { scenarioObjective } from './losses/scenario-objective.js'
import type { Objective } from './objective.js'

/**
 * Mean plus κ times the tail: E[L] + κ CVaR_α(L), κ > 0. Library only. Throws as `conditionalValueAtRisk` does, and
 * `part-weight` unless κ is a number above zero.
 */
export function meanAndTail({
  moves,
  weight,
  confidence = DEFAULT_CONFIDENCE,
}: TailInputs & { readonly weight: number }): Objective {
  const facts = {
    name: 'mean-and-tail',
    summary: `expected total shortfall plus ${weight} times its tail`,
    formula: 'E[L] + κ CVaR_α(L)',
    source: 'Rockafellar and Uryasev 2000; docs/objectives/cvar.md',
    unit: 'quote currency',
  } as const
  const kappa = checkWeight(weight, 'inputs.weight')
  return scenarioObjective(facts, { moves }, [
    tailPart(1, 0),
    tailPart(kappa, checkConfidence(confidence, 'inputs.confidence')),
  ])
}

/** One CVaR of a spectral measure, and its weight. */
export interface SpectralPart {
  /** λ_j > 0. */
  readonly weight: number
  /** α_j from 0 (the mean) to 1 (the worst move). */
  readonly confidence: number
}

/**
 * A spectral measure: Σ_j λ_j CVaR_αj(L), the mixture of tails with which every coherent, law-invariant, comonotone measure
 * can be approached (Acerbi 2002). α = 0 is the mean, α = 1 the worst case. Library only. Throws as
 * `conditionalValueAtRisk` does, and `part-weight` on a weight that is not above zero or a list without parts.
 */
export function spectralLoss({
  moves,
  parts,
}: {
  readonly moves?: Moves | undefined
  readonly parts: readonly SpectralPart[]
}): Objective {
  const facts = {
    name: 'spectral-loss',
    summary: 'mixture of CVaR of the total shortfall',
    formula: 'Σ_j λ_j CVaR_αj(L)',
    source: 'Acerbi 2002; docs/objectives/cvar.md',
    unit: 'quote currency',
  } as const
  if (parts.length === 0) checkWeight(0, 'inputs.parts')
  return scenarioObjective(facts, { moves }, parts.map(partOf))
}

function partOf({ weight, confidence }: SpectralPart, j: number): TailPart {
  const isEnd = confidence === 0 || confidence === 1
  const alpha = isEnd ? confidence : checkConfidence(confidence, `inputs.parts[${j}].confidence`)
  return tailPart(checkWeight(weight, `inputs.parts[${j}].weight`), alpha)
}

function checkWeight(value: number, path: string): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value
  throw new SpillwayError({
    code: 'part-weight',
    path,
    value,
    problem: 'is not a weight above zero',
    cure: 'Give every part a weight above zero, and at least one part.',
  })
}
