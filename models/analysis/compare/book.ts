import { toNumber } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { AdlEvent } from '../../book/index.js'
import type { Loadings } from '../../moves/index.js'
import { profileOf } from '../../proof/leverage/profile.js'
import { maxLeverage } from '../counts.js'
import { type BookCharts, ChartMaker } from './charts.js'
import { gini, topShare } from './concentration.js'
import { factorBook } from './move-curve.js'
import type { CompareOptions } from './options.js'

/** What is the same for every policy. */
export interface ComparedBook {
  /** Accounts in the book, and those that hold something demanded. */
  readonly accounts: number
  readonly eligible: number
  /** Σ_k p_k Q_k, and Σ_ik p_k c_ik: closed, and held of what is demanded. Quote currency. */
  readonly demandedNotional: number
  readonly heldNotional: number
  /** Σ_k d_k Q_k and Σ_k |d_k| Q_k: given up by those closed against the mark, and the needed budget. */
  readonly concession: number
  readonly neededBudget: number
  /** D = Σ (−e_i)⁺ over accounts taken over; `null` where demand was given. */
  readonly deficit: number | null
  /** Before the ADL. */
  readonly maxLeverage: number | null
  readonly gini: number | null
  readonly topTenShare: number | null
  readonly charts?: BookCharts
}

/** The book before the ADL, what accounts taken over owe, and the maker of charts where some are wanted. */
export function describeBook(space: DecisionSpace, { charts }: CompareOptions, loadings: Loadings | undefined) {
  const { event, markets, owners, pairOwner, pairMarket, capacity } = space
  const held = new Float64Array(owners.length)
  capacity.forEach((contracts, pair) => {
    held[pairOwner[pair]] += contracts * toNumber(markets[pairMarket[pair]].price)
  })
  const sorted = held.slice().sort()
  const overMarkets = (worth: (market: DecisionSpace['markets'][number]) => number): number =>
    markets.reduce((sum, market) => sum + worth(market) * toNumber(market.quantity), 0)
  const deficit = deficitOf(event)
  const maker = charts && new ChartMaker(space, profileOf(space).leverage, factorBook(space, loadings), held)
  const book: ComparedBook = {
    accounts: event.accounts.count,
    eligible: owners.length,
    demandedNotional: overMarkets(({ price }) => toNumber(price)),
    heldNotional: held.reduce((a, b) => a + b, 0),
    concession: overMarkets(({ concession }) => toNumber(concession)),
    neededBudget: overMarkets(({ concession }) => Math.abs(toNumber(concession))),
    deficit: deficit ?? null,
    maxLeverage: maxLeverage(space),
    gini: gini(sorted),
    topTenShare: topShare(sorted, 10),
    ...(maker && { charts: maker.book }),
  }
  return { book, deficit, charts: maker || undefined }
}

function deficitOf({ demandSource, given, takenOver }: AdlEvent): number | undefined {
  if (demandSource === 'given' || given === undefined) return undefined
  const gone = new Set(takenOver)
  let owed = 0
  given.accounts.names.forEach((name, i) => {
    if (gone.has(name)) owed += Math.max(0, -given.accounts.equity.values[i])
  })
  return owed
}
