import { absolute, multiply } from '../../src/numeric/index.js'
import { eventDigest } from '../book/digest.js'
import type { Accounts, Market, Positions } from '../book/event.js'
import { once } from '../book/event-builder.js'
import { giveRemarkedEquities } from '../book/exact-amounts.js'
import { DeferredColumn, ExactColumn } from '../book/exact-column.js'
import type { AdlEvent, DecimalColumn } from '../book/index.js'
import { equityOf } from './holdings.js'
import type { Ledger } from './ledger.js'
import { nearestEquities } from './nearest-equities.js'
import { demandOf, type Marks, type TakenMarket } from './take-over.js'

/** An event that a step hands to a policy, and where its rows stand in the book. */
export interface HandedEvent {
  readonly event: AdlEvent
  /** Of each position of the event, the position of the book. */
  readonly rows: Int32Array
}

/**
 * The event of an ADL: whoever holds something and is not in liquidation, at the marks of the step, and what is demanded of them.
 * ADL prices are those of the step; maintenance margins are μ_k |n_ik| p_k; entry prices are kept, and a wallet balance is what
 * equity is without unrealized profit, so that none is handed over.
 */
export function handOver(
  ledger: Ledger,
  { prices, quoted }: Marks,
  taken: readonly TakenMarket[],
  isEligible: (account: number) => boolean,
): HandedEvent {
  const { crisis } = ledger
  const { book, maintenance } = crisis
  const given = book.positions
  const stay: number[] = []
  const starts = new Int32Array(book.accounts.count + 1)
  const held = new Int32Array(given.count)
  const { quantityValues } = ledger
  let count = 0
  for (let i = 0; i < book.accounts.count; i++) {
    if (!isEligible(i)) continue
    const before = count
    const end = given.starts[i + 1]
    for (let j = given.starts[i]; j < end; j++) if (quantityValues[j] !== 0) held[count++] = j
    if (count === before) continue
    stay.push(i)
    starts[stay.length] = count
  }
  const rows = held.slice(0, count)
  const market = new Int32Array(count)
  const quantities = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    market[row] = given.market[rows[row]]
    quantities[row] = quantityValues[rows[row]]
  }
  // The ledger goes on; what the event says of this moment is kept here. Columns that few policies look at are made when they are asked for.
  const moment = { crisis, cash: ledger.cash.slice(), quantity: ledger.quantity.slice() }
  const { names, openedAt, exempt } = book.accounts
  let ownNames: readonly string[] | undefined
  const accounts: Accounts = {
    count: stay.length,
    get names() {
      ownNames ??= stay.map((i) => names[i])
      return ownNames
    },
    equity: new DeferredColumn(nearestEquities(ledger, prices, stay), (a) => equityOf(moment, stay[a], prices)),
    ...(exempt && { exempt: Uint8Array.from(stay, (i) => exempt[i]) }),
    ...(openedAt && { openedAt: Float64Array.from(stay, (i) => openedAt[i]) }),
  }
  let margins: DecimalColumn | undefined
  const common = {
    count,
    starts: starts.slice(0, stay.length + 1),
    market,
    quantity: new DeferredColumn(quantities, (row) => moment.quantity[rows[row]]),
    ...(given.openedAt && { openedAt: gathered(given.openedAt, rows) }),
  }
  const positionsOf = ({ entryPrice }: Positions): Positions => ({
    ...common,
    ...(entryPrice && { entryPrice: entryPrice.take(rows) }),
    get maintenanceMargin() {
      margins ??= new ExactColumn(
        Array.from(rows, (j) => {
          const k = given.market[j]
          return multiply(maintenance[k], multiply(absolute(moment.quantity[j]), prices[k]))
        }),
      )
      return margins
    },
  })
  const demand = demandOf(taken)
  const closing = new Map(taken.map((one) => [one.market, one]))
  const content = {
    markets: book.markets.map(
      (own, k): Market => ({ ...own, markPrice: prices[k], adlPrice: closing.get(k)?.price ?? prices[k] }),
    ),
    accounts,
    positions: positionsOf(book.positions),
  }
  const isSized = crisis.quoted.markets.some(({ contractSize }) => contractSize !== undefined)
  const asGiven = isSized && {
    markets: crisis.quoted.markets.map(
      (own, k): Market => ({ ...own, markPrice: quoted[k], adlPrice: closing.get(k)?.quotedPrice ?? quoted[k] }),
    ),
    accounts,
    positions: positionsOf(crisis.quoted.positions),
    demand,
  }
  const event: AdlEvent = {
    ...content,
    demand,
    demandSource: 'given',
    takenOver: [],
    ...(asGiven && { given: asGiven }),
    flatPositions: { count: 0, first: [] },
    digest: once(() => eventDigest(asGiven || content, demand)),
  }
  // A price at which nothing is demanded re-marks nothing.
  const demanded = new Set(demand.map((one) => one.market))
  const closes = content.markets.map(({ adlPrice, markPrice }, k) => (demanded.has(k) ? adlPrice : markPrice))
  const remarked = new DeferredColumn(nearestEquities(ledger, closes, stay), (a) => equityOf(moment, stay[a], closes))
  giveRemarkedEquities(event, remarked)
  return { rows, event }
}

function gathered(column: Float64Array, rows: Int32Array): Float64Array {
  const values = new Float64Array(rows.length)
  for (let row = 0; row < rows.length; row++) values[row] = column[rows[row]]
  return values
}
