/** The policies: one file each, and one line here. */
import { factorWaterFilling } from './factor-water-filling.js'
import type { Policy } from './policy.js'
import { proRata } from './pro-rata.js'
import { waterFilling } from './water-filling.js'

export const policies: ReadonlyMap<string, () => Policy> = new Map([
  ['water-filling', waterFilling],
  ['factor-water-filling', factorWaterFilling],
  ['pro-rata', proRata],
])

export type * from './policy.js'
export { factorWaterFilling, proRata, waterFilling }
