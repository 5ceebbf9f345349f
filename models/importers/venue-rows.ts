import type { Decimal } from '../../src/numeric/index.js'
import type { Place } from '../book/place.js'

/** A position as a venue reports it, in its contracts. */
export interface VenuePosition {
  readonly at: string
  readonly place: Place
  readonly account: string
  readonly market: string
  /** Signed, not zero. */
  readonly quantity: Decimal
  readonly entryPrice?: Decimal | undefined
  readonly mark?: Decimal | undefined
  readonly contractSize?: Decimal | undefined
  readonly isInverse?: boolean
  /** The currency of its profit and loss. */
  readonly settles: string
  /** Of an isolated position: it becomes an account of its own. */
  readonly isolatedEquity?: Decimal | undefined
  readonly maintenanceMargin?: Decimal | undefined
}

/** What an account has in a currency, or in all of them together (`currency` undefined). */
export interface VenueBalance {
  readonly at: string
  readonly place: Place
  readonly account: string
  readonly currency: string | undefined
  readonly equity: Decimal
  /** Whether margins of isolated positions are part of it. */
  readonly hasIsolated: boolean
  /** The worth of all currencies in dollars, by which the venue margins the account; `currency` is then undefined. */
  readonly isDollarTotal?: boolean
  /** Whether the venue margins this account by currency, so that one never stands for the positions of another. */
  readonly isApart?: boolean
  readonly walletBalance?: Decimal | undefined
}
