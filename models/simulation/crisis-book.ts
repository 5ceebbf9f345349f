import { SpillwayError } from '../../src/errors.js'
import { type Decimal, doublesOf, multiply, toNumber } from '../../src/numeric/index.js'
import type { AdlEvent, Book } from '../book/index.js'
import { inLinearTerms } from '../book/linear-terms.js'
import { maintenanceRates, type VenueRules } from './venue-rules.js'

/** What does not change in a crisis: who there is, which positions they may hold, and the rules. */
export interface CrisisBook {
  /** The book as it was given, with the accounts that would be taken over; prices are per contract. */
  readonly book: Book
  /** The same with prices per unit, where a contract of some market is not one unit. */
  readonly quoted: Book
  readonly venue: VenueRules
  /** μ_k. */
  readonly maintenance: readonly Decimal[]
  readonly maintenanceValues: Float64Array
  /** Of each position, the account that holds it. */
  readonly holder: Int32Array
}

/** @throws SpillwayError `not-simulated`: the ledger counts one currency, and knows no contracts that settle in their coin */
export function crisisBook(event: AdlEvent, venue: VenueRules): CrisisBook {
  const { given, ...rest } = event
  const quoted: Book = given ?? event
  refuseInverse(quoted)
  const book: Book = given === undefined ? event : inLinearTerms({ ...rest, ...given })
  const { starts, count } = book.positions
  const holder = new Int32Array(count)
  for (let i = 0; i < book.accounts.count; i++) holder.fill(i, starts[i], starts[i + 1])
  const maintenance = maintenanceRates(
    venue,
    book.markets.map(({ market }) => market),
  )
  const maintenanceValues = doublesOf(maintenance.length, (k) => toNumber(maintenance[k]))
  return { book, quoted, venue, maintenance, maintenanceValues, holder }
}

/** Prices per contract of prices per unit. */
export function perContract({ quoted }: CrisisBook, prices: readonly Decimal[]): Decimal[] {
  return prices.map((price, k) => sized(price, quoted.markets[k].contractSize))
}

export const sized = (price: Decimal, size: Decimal | undefined): Decimal =>
  size === undefined ? price : multiply(price, size)

function refuseInverse({ markets }: Book): void {
  const inverse = markets.find((market) => market.inverse === true)
  if (inverse === undefined) return
  throw new SpillwayError({
    code: 'not-simulated',
    path: `markets.${inverse.market}.inverse`,
    value: 'inverse',
    problem: 'a crisis with a contract that settles in its coin is not simulated',
    cure: 'Leave out inverse markets and what is held of them; the ledger of a simulation counts one currency.',
  })
}
