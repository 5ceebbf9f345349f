/** Exact answers without any solver; plain arrays in, plain arrays out. */
export { halfStepDown, type LotFillInput, levelAfter, lotFill } from './lot-fill.js'
export type { GivenSupply, Network, NetworkFill, NetworkFillInput, SupplyBetween } from './network.js'
export { networkFill } from './network-fill.js'
export { type WaterFill, waterFill } from './water-fill.js'
export type { WaterFillInput } from './water-fill-input.js'
