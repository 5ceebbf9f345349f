import type { RawNumber } from './number.js'

// Aliases and not interfaces: what is read may be handed on as a record of unknown values.

/** An event in its JSON form. */
export type EventJson = {
  format: 'spillway/event@1'
  markets: MarketJson[]
  accounts: AccountJson[]
  demand?: DemandJson[] | null | undefined
}

/** A market in its JSON form. */
export type MarketJson = {
  market: string
  markPrice: RawNumber
  adlPrice?: RawNumber | null | undefined
  lotSize?: RawNumber | null | undefined
  factorLoading?: RawNumber | null | undefined
  contractSize?: RawNumber | null | undefined
  inverse?: boolean | null | undefined
  settles?: string | null | undefined
}

/** An account in its JSON form. */
export type AccountJson = {
  account: string
  equity: RawNumber
  positions: PositionJson[]
  exempt?: boolean | null | undefined
  maintenanceMargin?: RawNumber | null | undefined
  walletBalance?: RawNumber | null | undefined
  openedAt?: RawNumber | null | undefined
}

/** A position in its JSON form. */
export type PositionJson = {
  market: string
  quantity: RawNumber
  entryPrice?: RawNumber | null | undefined
  maintenanceMargin?: RawNumber | null | undefined
  walletBalance?: RawNumber | null | undefined
  openedAt?: RawNumber | null | undefined
}

/** A demand in its JSON form. */
export type DemandJson = {
  market: string
  side: 'long' | 'short'
  quantity: RawNumber
}

/** An allocation in its JSON form. */
export type AllocationJson = {
  format: 'spillway/allocation@1'
  reductions: ReductionJson[]
}

/** One reduction of an allocation in its JSON form. */
export type ReductionJson = {
  account: string
  market: string
  quantity: RawNumber
}
