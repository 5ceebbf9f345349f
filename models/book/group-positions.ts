import type { Accounts, Book, ExtraColumns, Positions } from './event.js'

type Columns = Omit<Positions, 'count' | 'starts'>

/** Positions as rows in reading order become positions grouped by account; within an account the order stays. */
export function groupPositions(holder: Int32Array, accounts: number, markets: number, columns: Columns) {
  const count = holder.length
  const starts = new Int32Array(accounts + 1)
  for (const account of holder) starts[account + 1]++
  for (let i = 0; i < accounts; i++) starts[i + 1] += starts[i]
  const next = starts.slice(0, accounts)
  const order = new Int32Array(count)
  for (let row = 0; row < count; row++) order[next[holder[row]]++] = row
  const positions: Positions = { count, starts, ...takeColumns(columns, order) }
  return { positions, repeated: findRepeated(order, holder, columns, markets) }
}

/** The rows whose account holds the same side of the market in an earlier row, the first of them; as they were read. */
function findRepeated(order: Int32Array, holder: Int32Array, { market, quantity }: Columns, markets: number) {
  const lastHolder = new Int32Array(2 * markets).fill(-1)
  const repeated: { readonly account: number; readonly row: number }[] = []
  for (const row of order) {
    const account = holder[row]
    const side = 2 * market[row] + (quantity.values[row] > 0 ? 1 : 0)
    if (lastHolder[side] === account && repeated.length < MOST_REPEATED) repeated.push({ account, row })
    lastHolder[side] = account
  }
  return repeated.sort((a, b) => a.row - b.row)
}

/** More are not shown. */
const MOST_REPEATED = 1000

/** The book without the accounts that `leaves` marks. */
export function withoutAccounts(book: Book, leaves: (account: number) => boolean): Book {
  const { markets, accounts, positions } = book
  const stay = Int32Array.from(Array.from({ length: accounts.count }, (_, i) => i).filter((i) => !leaves(i)))
  const starts = new Int32Array(stay.length + 1)
  for (let j = 0; j < stay.length; j++) {
    starts[j + 1] = starts[j] + positions.starts[stay[j] + 1] - positions.starts[stay[j]]
  }
  const count = starts[stay.length]
  const rows = new Int32Array(count)
  for (let j = 0, to = 0; j < stay.length; j++) {
    for (let from = positions.starts[stay[j]]; from < positions.starts[stay[j] + 1]; from++) rows[to++] = from
  }
  const names = Array.from(stay, (i) => accounts.names[i])
  const kept: Accounts = {
    count: stay.length,
    names,
    equity: accounts.equity.take(stay),
    ...(accounts.exempt && { exempt: Uint8Array.from(stay, (i) => accounts.exempt![i]) }),
    ...takeExtras(accounts, stay),
  }
  return { markets, accounts: kept, positions: { count, starts, ...takeColumns(positions, rows) } }
}

function takeColumns(columns: Columns, order: Int32Array): Columns {
  const { market, quantity, entryPrice } = columns
  return {
    market: order.map((row) => market[row]),
    quantity: quantity.take(order),
    ...(entryPrice && { entryPrice: entryPrice.take(order) }),
    ...takeExtras(columns, order),
  }
}

function takeExtras({ maintenanceMargin, walletBalance, openedAt }: ExtraColumns, order: Int32Array): ExtraColumns {
  return {
    ...(maintenanceMargin && { maintenanceMargin: maintenanceMargin.take(order) }),
    ...(walletBalance && { walletBalance: walletBalance.take(order) }),
    ...(openedAt && { openedAt: Float64Array.from(order, (row) => openedAt[row]) }),
  }
}
