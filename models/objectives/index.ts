/** The objectives: one file each, and one line here. */
import { conditionalValueAtRisk, conditionalValueAtRiskKind } from './cvar.js'
import { ellipsoidLoss, ellipsoidLossKind } from './ellipsoid-loss.js'
import { entropicValueAtRisk, entropicValueAtRiskKind } from './evar.js'
import { expectedLoss, expectedLossKind } from './expected-loss.js'
import { factorLeverage, factorLeverageKind } from './factor-leverage.js'
import { minMaxLeverage, minMaxLeverageKind } from './min-max-leverage.js'
import type { ObjectiveKind } from './objective.js'
import { squaredLeverage, squaredLeverageKind } from './squared-leverage.js'
import { worstCaseLoss, worstCaseLossKind } from './worst-case-loss.js'

const kinds: readonly ObjectiveKind[] = [
  minMaxLeverageKind,
  squaredLeverageKind,
  expectedLossKind,
  conditionalValueAtRiskKind,
  entropicValueAtRiskKind,
  worstCaseLossKind,
  ellipsoidLossKind,
  factorLeverageKind,
]

/** Every objective by name, in the order in which they are listed: its facts, the inputs that it needs, and how it is made. */
export const objectives: ReadonlyMap<string, ObjectiveKind> = new Map(kinds.map((kind) => [kind.name, kind]))

export { badEvidence, unknownKey } from '../proof/evidence.js'
export { resolveLoadings } from '../proof/factor/loadings.js'
export { exposuresAfter, factorProblem, grossProblem } from '../proof/factor/problem.js'
export { leverageProblem } from '../proof/leverage/problem.js'
export { separateMarkets } from '../proof/leverage/separate-markets.js'
export { defineObjective, type ObjectiveDefinition } from './define-objective.js'
export { fairReductions } from './factor/plan.js'
export { fillLinkedMarkets, fillMarkets, reductionsFrom } from './leverage/plan.js'
export { type CutoffSet, cutoffSet } from './losses/cutoff-set.js'
export { inLots, roundToLots } from './lots/lots.js'
export { meanAndTail, type SpectralPart, spectralLoss } from './mixtures.js'
export { allocationOf, type ModelMap, modelMap, modelNames } from './model-map.js'
export * from './objective.js'
export type { ObjectiveBook } from './objective-book.js'
export { parseModelMap, readModelMap, readSolutionFile } from './read-model-map.js'
export {
  conditionalValueAtRisk,
  ellipsoidLoss,
  entropicValueAtRisk,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  squaredLeverage,
  worstCaseLoss,
}
