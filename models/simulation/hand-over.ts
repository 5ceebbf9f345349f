import { absolute, type Decimal, decimalOf, multiply, toNumber } from '../../src/index.js'
import { eventDigest } from '../book/digest.js'
import type { Accounts, Market, Positions } from '../book/event.js'
import { once } from '../book/event-builder.js'
import { ExactColumn } from '../book/exact-column.js'
import type { AdlEvent, DecimalColumn } from '../book/index.js'
import type { Ledger } from './ledger.js'
import { demandOf, type TakenMarket } from './take-over.js'

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
  prices: readonly Decimal[],
  taken: readonly TakenMarket[],
  isEligible: (account: number) => boolean,
): HandedEvent {
  const { book, maintenance } = ledger.crisis
  const given = book.positions
  const stay: number[] = []
  const kept: number[] = []
  const starts: number[] = [0]
  for (let i = 0; i < book.accounts.count; i++) {
    if (!isEligible(i)) continue
    const before = kept.length
    for (let j = given.starts[i]; j < given.starts[i + 1]; j++) if (ledger.quantityValues[j] !== 0) kept.push(j)
    if (kept.length === before) continue
    stay.push(i)
    starts.push(kept.length)
  }
  const rows = Int32Array.from(kept)
  const adlPrice = new Map(taken.map(({ market, price }) => [market, price]))
  const markets = book.markets.map(
    (market, k): Market => ({ ...market, markPrice: prices[k], adlPrice: adlPrice.get(k) ?? prices[k] }),
  )
  const { openedAt } = book.accounts
  const accounts: Accounts = {
    count: stay.length,
    names: stay.map((i) => book.accounts.names[i]),
    equity: new ExactColumn(stay.map((i) => ledger.equity(i, prices))),
    ...(openedAt && { openedAt: Float64Array.from(stay, (i) => openedAt[i]) }),
  }
  let margins: DecimalColumn | undefined
  const positions: Positions = {
    count: rows.length,
    starts: Int32Array.from(starts),
    market: rows.map((j) => given.market[j]),
    quantity: new ExactColumn(
      kept.map((j) => ledger.quantity[j]),
      Float64Array.from(rows, (j) => ledger.quantityValues[j]),
    ),
    ...(given.entryPrice && { entryPrice: entryPrices(ledger, kept) }),
    ...(given.openedAt && { openedAt: Float64Array.from(rows, (j) => given.openedAt?.[j] ?? Number.NaN) }),
    // Few policies look at margins, and a column of them costs as much as the equities.
    get maintenanceMargin() {
      margins ??= new ExactColumn(
        kept.map((j) => {
          const k = given.market[j]
          return multiply(maintenance[k], multiply(absolute(ledger.quantity[j]), prices[k]))
        }),
      )
      return margins
    },
  }
  const demand = demandOf(taken)
  const content = { markets, accounts, positions }
  return {
    rows,
    event: {
      ...content,
      demand,
      demandSource: 'given',
      takenOver: [],
      flatPositions: { count: 0, first: [] },
      digest: once(() => eventDigest(content, demand)),
    },
  }
}

/** NaN where a position has no entry price. */
function entryPrices(ledger: Ledger, rows: readonly number[]): DecimalColumn {
  const none = decimalOf(0)
  const exact = rows.map((j) => ledger.entryPrice[j])
  return new ExactColumn(
    exact.map((price) => price ?? none),
    Float64Array.from(exact, (price) => (price === undefined ? Number.NaN : toNumber(price))),
  )
}
