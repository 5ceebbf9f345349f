import type { RawNumber } from '../book/number.js'

/** Paths in their JSON form. */
export type PathsJson = {
  format: 'spillway/paths@1'
  markets: string[]
  /** A row per step, a price per market; the first row is the state before. */
  paths: { name: string; prices: RawNumber[][] }[]
}

/** A venue's configuration in its JSON form; docs/simulation.md says what each field means. */
export type VenueJson = {
  format: 'spillway/venue@1'
  insuranceFund?: RawNumber | undefined
  maintenance?: Record<string, RawNumber> | undefined
  liquidation?: { impact?: RawNumber | undefined; fee?: RawNumber | undefined } | undefined
  feeTo?: 'fund' | 'outside' | undefined
  adlPrice?: 'bankruptcy' | 'mark' | undefined
  surplusTo?: 'account' | 'fund' | undefined
  response?: string | undefined
}
