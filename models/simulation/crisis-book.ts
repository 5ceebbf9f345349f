import { type Decimal, doublesOf, SpillwayError, toNumber } from '../../src/index.js'
import type { AdlEvent, Book } from '../book/index.js'
import { maintenanceRates, type Venue } from './venue.js'

/** What does not change in a crisis: who there is, which positions they may hold, and the rules. */
export interface CrisisBook {
  /** The book as it was given, with the accounts that would be taken over. */
  readonly book: Book
  readonly venue: Venue
  /** μ_k. */
  readonly maintenance: readonly Decimal[]
  readonly maintenanceValues: Float64Array
  /** Of each position, the account that holds it. */
  readonly holder: Int32Array
}

export function crisisBook(event: AdlEvent, venue: Venue): CrisisBook {
  const book: Book = event.given ?? event
  refuseOtherShapes(book)
  const { starts, count } = book.positions
  const holder = new Int32Array(count)
  for (let i = 0; i < book.accounts.count; i++) holder.fill(i, starts[i], starts[i + 1])
  const maintenance = maintenanceRates(
    venue,
    book.markets.map(({ market }) => market),
  )
  const maintenanceValues = doublesOf(maintenance.length, (k) => toNumber(maintenance[k]))
  return { book, venue, maintenance, maintenanceValues, holder }
}

/** What a ledger has no rule for yet is refused: contracts of another size than one unit, and accounts that nothing is closed of. */
function refuseOtherShapes({ markets, accounts }: Book): void {
  const sized = markets.find(({ contractSize }) => contractSize !== undefined)
  const inverse = markets.find((market) => market.inverse)
  const [path, what] =
    inverse !== undefined
      ? [`markets.${inverse.market}.inverse`, 'inverse markets']
      : sized !== undefined
        ? [`markets.${sized.market}.contractSize`, 'contracts of another size than one unit']
        : accounts.exempt !== undefined
          ? ['accounts.exempt', 'exempt accounts']
          : []
  if (path === undefined) return
  throw new SpillwayError({
    code: 'not-simulated',
    path,
    value: what,
    problem: `a crisis with ${what} is not simulated`,
    cure: 'Give linear markets with prices per contract, and no exempt accounts.',
  })
}
