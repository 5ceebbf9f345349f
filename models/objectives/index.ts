/** The objectives: one file each, and one line here. */
import { minMaxLeverage } from './min-max-leverage.js'
import type { Objective, ObjectiveInputs } from './objective.js'
import { squaredLeverage } from './squared-leverage.js'

/** By name; each throws `SpillwayError` `missing-input` where an input that it cannot do without is missing. */
export const objectives: ReadonlyMap<string, (inputs?: ObjectiveInputs) => Objective> = new Map([
  ['min-max-leverage', minMaxLeverage],
  ['squared-leverage', squaredLeverage],
])

export { fillLinkedMarkets, fillMarkets, reductionsFrom, separateMarkets } from './leverage-plan.js'
export { leverageProblem } from './leverage-problem.js'
export { inLots, roundToLots } from './lots.js'
export * from './objective.js'
export { settle } from './settle.js'
export { minMaxLeverage, squaredLeverage }
