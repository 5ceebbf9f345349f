/** The objectives: one file each, and one line here. */
import { conditionalValueAtRisk, conditionalValueAtRiskKind } from './cvar.js'
import { expectedLoss, expectedLossKind } from './expected-loss.js'
import { minMaxLeverage, minMaxLeverageKind } from './min-max-leverage.js'
import type { ObjectiveKind } from './objective.js'
import { squaredLeverage, squaredLeverageKind } from './squared-leverage.js'
import { worstCaseLoss, worstCaseLossKind } from './worst-case-loss.js'

const kinds: readonly ObjectiveKind[] = [
  minMaxLeverageKind,
  squaredLeverageKind,
  expectedLossKind,
  conditionalValueAtRiskKind,
  worstCaseLossKind,
]

/** By name, in the order in which they are listed. */
export const objectives: ReadonlyMap<string, ObjectiveKind> = new Map(kinds.map((kind) => [kind.name, kind]))

export { fillLinkedMarkets, fillMarkets, reductionsFrom, separateMarkets } from './leverage-plan.js'
export { leverageProblem } from './leverage-problem.js'
export { type CutoffSet, cutoffSet } from './losses/cutoff-set.js'
export { meanAndTail, type SpectralPart, spectralLoss } from './mixtures.js'
export * from './objective.js'
export { settle } from './settle.js'
export { conditionalValueAtRisk, expectedLoss, minMaxLeverage, squaredLeverage, worstCaseLoss }
