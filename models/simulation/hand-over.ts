import { absolute, add, type Decimal, doublesOf, multiply } from '../../src/numeric/index.js'
import { eventDigest } from '../book/digest.js'
import type { Accounts, Market, Positions } from '../book/event.js'
import { once } from '../book/event-builder.js'
import { DeferredColumn, ExactColumn } from '../book/exact-column.js'
import type { AdlEvent, DecimalColumn } from '../book/index.js'
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
  const indices = new Int32Array(given.count)
  let count = 0
  for (let i = 0; i < book.accounts.count; i++) {
    if (!isEligible(i)) continue
    const before = count
    const end = given.starts[i + 1]
    for (let j = given.starts[i]; j < end; j++) if (ledger.quantityValues[j] !== 0) indices[count++] = j
    if (count === before) continue
    stay.push(i)
    starts[stay.length] = count
  }
  const rows = indices.slice(0, count)
  const valuesOf = (column: Float64Array): Float64Array => doublesOf(count, (row) => column[rows[row]])
  const { openedAt, exempt } = book.accounts
  const firsts = starts.slice(0, stay.length + 1)
  const market = rows.map((j) => given.market[j])
  // The ledger goes on; what the event says of this moment is kept here.
  const cash = stay.map((i) => ledger.cash[i])
  const held = listOf(rows, (j) => ledger.quantity[j])
  const equityOf = (a: number): Decimal => {
    let sum = cash[a]
    for (let row = firsts[a]; row < firsts[a + 1]; row++) sum = add(sum, multiply(held[row], prices[market[row]]))
    return sum
  }
  const accounts: Accounts = {
    count: stay.length,
    names: stay.map((i) => book.accounts.names[i]),
    equity: new DeferredColumn(nearestEquities(ledger, prices, stay), equityOf),
    ...(exempt && { exempt: Uint8Array.from(stay, (i) => exempt[i]) }),
    ...(openedAt && { openedAt: Float64Array.from(stay, (i) => openedAt[i]) }),
  }
  let margins: DecimalColumn | undefined
  const common = {
    count,
    starts: firsts,
    market,
    quantity: new ExactColumn(held, valuesOf(ledger.quantityValues)),
    ...(given.openedAt && { openedAt: valuesOf(given.openedAt) }),
  }
  const positionsOf = ({ entryPrice }: Positions): Positions => ({
    ...common,
    ...(entryPrice && { entryPrice: entryPrice.take(rows) }),
    // Few policies look at margins, and a column of them costs as much as the equities.
    get maintenanceMargin() {
      margins ??= new ExactColumn(
        held.map((quantity, row) => {
          const k = market[row]
          return multiply(maintenance[k], multiply(absolute(quantity), prices[k]))
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
  return {
    rows,
    event: {
      ...content,
      demand,
      demandSource: 'given',
      takenOver: [],
      ...(asGiven && { given: asGiven }),
      flatPositions: { count: 0, first: [] },
      digest: once(() => eventDigest(asGiven || content, demand)),
    },
  }
}

/** The decimals of some positions. `Array.from` walks an iterator, which takes several times as long. */
function listOf(rows: Int32Array, at: (position: number) => Decimal): Decimal[] {
  const list = new Array<Decimal>(rows.length)
  for (let row = 0; row < rows.length; row++) list[row] = at(rows[row])
  return list
}
