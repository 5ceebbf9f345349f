/** Exact answers without any solver; plain arrays in, plain arrays out. */
export { halfStepDown, type LotFillInput, levelAfter, lotFill } from './lot-fill.js'
export {
  type GivenSupply,
  type Network,
  type NetworkFill,
  type NetworkFillInput,
  networkFill,
  type SupplyBetween,
} from './network-fill.js'
export { type WaterFill, type WaterFillInput, waterFill } from './water-fill.js'
