import { absolute, gathered, gatheredIntegers, multiply } from '../../src/numeric/index.js'
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

/** Whom an event leaves out, and how long it is read. */
export interface HandOverOptions {
  /** By account of the book, 1 where it is not eligible. */
  readonly isOut: Uint8Array
  /** Whether the event is read when the ledger has gone on; else it sees through to the ledger and nothing is copied. */
  readonly isKept: boolean
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
  { isOut, isKept }: HandOverOptions,
): HandedEvent {
  const { crisis } = ledger
  const { book, maintenance } = crisis
  const given = book.positions
  const { rows, starts, stay } = rowsOfEvent(given.starts, ledger.quantityValues, isOut)
  const count = rows.length
  const market = gatheredIntegers(given.market, rows)
  const quantities = gathered(ledger.quantityValues, rows)
  // Columns that few policies look at are made when they are asked for.
  const moment = isKept ? { crisis, cash: ledger.cash.slice(), quantity: ledger.quantity.slice() } : ledger
  const { names, openedAt, exempt } = book.accounts
  let ownNames: readonly string[] | undefined
  const accounts: Accounts = {
    count: stay.length,
    get names() {
      ownNames ??= Array.from(stay, (i) => names[i])
      return ownNames
    },
    equity: new DeferredColumn(nearestEquities(ledger, prices, stay), (a) => equityOf(moment, stay[a], prices)),
    ...(exempt && { exempt: Uint8Array.from(stay, (i) => exempt[i]) }),
    ...(openedAt && { openedAt: Float64Array.from(stay, (i) => openedAt[i]) }),
  }
  let margins: DecimalColumn | undefined
  const common = {
    count,
    starts,
    market,
    quantity: new DeferredColumn(quantities, (row) => moment.quantity.exact(rows[row])),
    ...(given.openedAt && { openedAt: gathered(given.openedAt, rows) }),
  }
  const positionsOf = ({ entryPrice }: Positions): Positions => ({
    ...common,
    ...(entryPrice && { entryPrice: entryPrice.take(rows) }),
    get maintenanceMargin() {
      margins ??= new ExactColumn(
        Array.from(rows, (j) => {
          const k = given.market[j]
          return multiply(maintenance[k], multiply(absolute(moment.quantity.exact(j)), prices[k]))
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
  const remarked = (): DeferredColumn =>
    new DeferredColumn(nearestEquities(ledger, closes, stay), (a) => equityOf(moment, stay[a], closes))
  // Half the policies never look at them; a ledger that goes on before it is asked is asked at once.
  const kept = isKept ? remarked() : undefined
  giveRemarkedEquities(event, () => kept ?? remarked())
  return { rows, event }
}

/** Accounts that hold something and are not out, their positions by row, and where each account's begin. */
function rowsOfEvent(given: Int32Array, quantities: Float64Array, isOut: Uint8Array) {
  const stay = new Int32Array(isOut.length)
  const starts = new Int32Array(isOut.length + 1)
  const rows = new Int32Array(quantities.length)
  const accounts = writeRows(given, quantities, isOut, { stay, starts, rows })
  return {
    stay: stay.subarray(0, accounts),
    starts: starts.subarray(0, accounts + 1),
    rows: rows.subarray(0, starts[accounts]),
  }
}

/** Returns how many accounts there are. */
function writeRows(
  given: Int32Array,
  quantities: Float64Array,
  isOut: Uint8Array,
  { stay, starts, rows }: { readonly stay: Int32Array; readonly starts: Int32Array; readonly rows: Int32Array },
): number {
  let accounts = 0
  let count = 0
  for (let i = 0; i < isOut.length; i++) {
    if (isOut[i] === 1) continue
    const end = given[i + 1]
    for (let j = given[i]; j < end; j++) if (quantities[j] !== 0) rows[count++] = j
    if (count === starts[accounts]) continue
    stay[accounts++] = i
    starts[accounts] = count
  }
  return accounts
}
