/** The objectives: one file each, and one line here. */
import { minMaxLeverage } from './min-max-leverage.js'
import type { Objective } from './objective.js'
import { squaredLeverage } from './squared-leverage.js'

export const objectives: ReadonlyMap<string, () => Objective> = new Map([
  ['min-max-leverage', minMaxLeverage],
  ['squared-leverage', squaredLeverage],
])

export * from './objective.js'
export { minMaxLeverage, squaredLeverage }
