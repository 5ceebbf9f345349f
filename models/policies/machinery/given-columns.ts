import { add, type Decimal, doublesOf, toNumber, zero } from '../../../src/numeric/index.js'
import type { BookColumn } from './book-column.js'
import { accountOf, missing, type Rows } from './rows.js'

/** Maintenance margin of the account: as given for it, else the sum over what it holds. */
export function maintenanceMargins(rows: Rows): BookColumn {
  const { accounts, positions } = rows.space.event
  const own = accounts.maintenanceMargin
  const parts = positions.maintenanceMargin
  const isGiven = (account: number): boolean => own !== undefined && !Number.isNaN(own.values[account])
  const exact = (i: number): Decimal => {
    const account = accountOf(rows, i)
    if (isGiven(account)) return own!.exact(account)
    let sum = zero
    for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
      if (positions.quantity.values[p] === 0) continue
      if (parts === undefined || Number.isNaN(parts.values[p])) throw missing(rows, 'maintenanceMargin', account)
      sum = add(sum, parts.exact(p))
    }
    return sum
  }
  const values = doublesOf(rows.pairs.length, (i) => {
    const account = accountOf(rows, i)
    return isGiven(account) ? own!.values[account] : toNumber(exact(i))
  })
  return { values, exact }
}

/** When the position was opened, else its account. */
export function openingTimes(rows: Rows): Float64Array {
  const { accounts, positions } = rows.space.event
  return doublesOf(rows.pairs.length, (i) => {
    const own = positions.openedAt?.[rows.space.pairPosition[rows.pairs[i]]] ?? Number.NaN
    const time = Number.isNaN(own) ? (accounts.openedAt?.[accountOf(rows, i)] ?? Number.NaN) : own
    if (Number.isNaN(time)) throw missing(rows, 'openedAt', accountOf(rows, i))
    return time
  })
}
