/** The objectives: one file each, and one line here. */
import { factorLeverage } from './factor-leverage.js'
import { minMaxLeverage } from './min-max-leverage.js'
import type { Objective, ObjectiveInputs } from './objective.js'
import { squaredLeverage } from './squared-leverage.js'

/** By name; each throws `SpillwayError` `missing-input` where an input that it cannot do without is missing. */
export const objectives: ReadonlyMap<string, (inputs?: ObjectiveInputs) => Objective> = new Map([
  ['min-max-leverage', minMaxLeverage],
  ['squared-leverage', squaredLeverage],
  ['factor-leverage', factorLeverage],
])

export { resolveLoadings } from './factor-loadings.js'
export { fairReductions } from './factor-plan.js'
export { exposuresAfter, factorProblem, grossProblem } from './factor-problem.js'
export { fillLinkedMarkets, fillMarkets, reductionsFrom, separateMarkets } from './leverage-plan.js'
export { leverageProblem } from './leverage-problem.js'
export * from './objective.js'
export { settle } from './settle.js'
export { factorLeverage, minMaxLeverage, squaredLeverage }
