import {
  add,
  compare,
  type Decimal,
  multiply,
  negate,
  signOf,
  smallerOf,
  subtract,
  sumOf,
  zero,
} from '../../../src/numeric/index.js'
import type { DecimalColumn } from '../../book/decimal-column.js'
import { decimalJson } from '../../book/decimal-column.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { AdlEvent, Book } from '../../book/event.js'
import { EventBuilder } from '../../book/event-builder.js'
import { exactHolding } from '../../book/exact-amounts.js'
import { accountJson, marketJson, positionJson } from '../../book/write-event.js'
import type { Reductions } from '../../objectives/index.js'

/** What is closed of one position, per contract in the terms that are computed with. */
interface Closing {
  /** x_ik, at most what is held. */
  readonly closed: Decimal
  /** x_ik d_k: given up against the mark. */
  readonly conceded: Decimal
  /** x_ik σ_k (a_k − entry_ik): profit paid out to the wallet; undefined where the entry price is unknown. */
  readonly paid: Decimal | undefined
}

/** A book after reductions, and how many accounts lost a figure that closing made stale. */
export interface LeftBook {
  readonly event: AdlEvent
  readonly stale: { readonly maintenanceMargin: number; readonly walletBalance: number }
}

/**
 * The book that reductions leave, in the terms of its file and exactly:
 *
 *     n'_ik = n_ik − σ_k x_ik,   e'_i = e_i − Σ_k d_k x_ik,   W'_i = W_i + Σ_k x_ik σ_k (a_k − entry_ik).
 *
 * Flat positions and accounts that were taken over are gone, nothing is demanded, and prices are those of the event. More than
 * is held, which a tolerance may forgive, closes the position and no more. A maintenance margin of what was closed in part is
 * left out, since tiers make it no multiple of the size; so is a wallet balance where an entry price is unknown.
 */
export function leftBook(space: DecisionSpace, reductions: Reductions): LeftBook {
  const { event } = space
  const closings = closingsOf(space, reductions)
  const given: Book = event.given ?? event
  const gone = new Set(event.takenOver)
  const builder = new EventBuilder(() => (field) => field)
  const place = (field: string): string => field
  const stale = { maintenanceMargin: 0, walletBalance: 0 }
  for (const market of given.markets) builder.addMarket(marketJson(market), place)
  // Accounts and positions to compute with are those of the file, in its order, without those that were taken over.
  let own = 0
  for (let i = 0; i < given.accounts.count; i++) {
    if (gone.has(given.accounts.names[i])) continue
    const [first, end] = [given.positions.starts[i], given.positions.starts[i + 1]]
    const shift = event.positions.starts[own] - first
    const rows = Array.from({ length: end - first }, (_, j) => ({
      row: first + j,
      closing: closings.get(first + j + shift),
    }))
    const ownClosings = rows.flatMap(({ closing }) => closing ?? [])
    const account = builder.addAccount(accountAfter(given, i, ownClosings, stale), place)
    for (const { row, closing } of rows) {
      const left = positionAfter(given, row, closing)
      if (left !== undefined) builder.addPosition(account, left, 0, place)
    }
    own++
  }
  return { event: builder.finish('given'), stale }
}

function closingsOf(space: DecisionSpace, reductions: Reductions): ReadonlyMap<number, Closing> {
  const { markets, pairMarket, pairPosition, event } = space
  const closings = new Map<number, Closing>()
  reductions.forEach((reduction, pair) => {
    if (signOf(reduction) === 0) return
    const closed = smallerOf(reduction, exactHolding(space, pair))
    const { market, side, concession } = markets[pairMarket[pair]]
    const position = pairPosition[pair]
    const { entryPrice } = event.positions
    const gain = isGiven(entryPrice, position) && subtract(market.adlPrice, entryPrice.exact(position))
    closings.set(position, {
      closed,
      conceded: multiply(closed, concession),
      paid: gain ? multiply(closed, side > 0 ? gain : negate(gain)) : undefined,
    })
  })
  return closings
}

function accountAfter(
  given: Book,
  i: number,
  closings: readonly Closing[],
  stale: { maintenanceMargin: number; walletBalance: number },
) {
  const row = accountJson(given, i)
  if (closings.length === 0) return row
  const { maintenanceMargin, walletBalance, ...kept } = row
  if (maintenanceMargin !== undefined) stale.maintenanceMargin++
  const balance = balanceAfter(given.accounts.walletBalance, i, closings)
  if (walletBalance !== undefined && balance === undefined) stale.walletBalance++
  const conceded = sumOf(closings.map((closing) => closing.conceded))
  return {
    ...kept,
    equity: decimalJson(subtract(given.accounts.equity.exact(i), conceded)),
    ...(balance !== undefined && { walletBalance: decimalJson(balance) }),
  }
}

/** What is left of a position; undefined where nothing is. */
function positionAfter(given: Book, j: number, closing: Closing | undefined) {
  const row = positionJson(given, j)
  if (closing === undefined) return row
  const held = given.positions.quantity.exact(j)
  const left = signOf(held) > 0 ? subtract(held, closing.closed) : add(held, closing.closed)
  if (compare(left, zero) === 0) return undefined
  const { maintenanceMargin: _, walletBalance: __, ...kept } = row
  const balance = balanceAfter(given.positions.walletBalance, j, [closing])
  return {
    ...kept,
    quantity: decimalJson(left),
    ...(balance !== undefined && { walletBalance: decimalJson(balance) }),
  }
}

function balanceAfter(
  column: DecimalColumn | undefined,
  row: number,
  closings: readonly Closing[],
): Decimal | undefined {
  if (!isGiven(column, row)) return undefined
  let balance = column.exact(row)
  for (const { paid } of closings) {
    if (paid === undefined) return undefined
    balance = add(balance, paid)
  }
  return balance
}

const isGiven = (column: DecimalColumn | undefined, row: number): column is DecimalColumn =>
  column !== undefined && !Number.isNaN(column.values[row])
