/** The policies: one file each, and one line here. */
import type { Policy } from './policy.js'
import { proRata } from './pro-rata.js'
import { waterFilling } from './water-filling.js'

export const policies: ReadonlyMap<string, () => Policy> = new Map([
  ['water-filling', waterFilling],
  ['pro-rata', proRata],
])

export type * from './policy.js'
export { proRata, waterFilling }
