/** The objectives: one file each, and one line here. */
import { minMaxLeverage, minMaxLeverageKind } from './min-max-leverage.js'
import type { ObjectiveKind } from './objective.js'
import { squaredLeverage, squaredLeverageKind } from './squared-leverage.js'

const kinds: readonly ObjectiveKind[] = [minMaxLeverageKind, squaredLeverageKind]

/** By name, in the order in which they are listed. */
export const objectives: ReadonlyMap<string, ObjectiveKind> = new Map(kinds.map((kind) => [kind.name, kind]))

export { fillLinkedMarkets, fillMarkets, reductionsFrom, separateMarkets } from './leverage-plan.js'
export { leverageProblem } from './leverage-problem.js'
export * from './objective.js'
export { settle } from './settle.js'
export { minMaxLeverage, squaredLeverage }
