import { add, type Decimal, multiply, subtract, zero } from '../../../src/numeric/index.js'
import type { DecimalColumn } from '../../book/decimal-column.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactEquity } from '../../book/exact-amounts.js'

const has = (column: DecimalColumn | undefined, i: number): column is DecimalColumn =>
  column !== undefined && !Number.isNaN(column.values[i])

/** The maintenance margin of an account, as it is given for it, else added up over what it holds; undefined where that is not given. */
export function maintenanceMarginOf({ event, owners }: DecisionSpace, owner: number): Decimal | undefined {
  const { accounts, positions } = event
  const account = owners[owner]
  if (has(accounts.maintenanceMargin, account)) return accounts.maintenanceMargin.exact(account)
  let sum = zero
  for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
    if (positions.quantity.values[p] === 0) continue
    if (!has(positions.maintenanceMargin, p)) return undefined
    sum = add(sum, positions.maintenanceMargin.exact(p))
  }
  return sum
}

/** The wallet balance of a pair: of the position, else of the account, else equity less the profit of all positions; undefined without an entry price of each. */
export function walletBalanceOf(space: DecisionSpace, pair: number): Decimal | undefined {
  const { event, owners, pairOwner, pairPosition } = space
  const { accounts, positions, markets } = event
  const position = pairPosition[pair]
  const account = owners[pairOwner[pair]]
  if (has(positions.walletBalance, position)) return positions.walletBalance.exact(position)
  if (has(accounts.walletBalance, account)) return accounts.walletBalance.exact(account)
  let balance = exactEquity(space, pairOwner[pair])
  for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
    if (positions.quantity.values[p] === 0) continue
    if (!has(positions.entryPrice, p)) return undefined
    const change = subtract(markets[positions.market[p]].markPrice, positions.entryPrice.exact(p))
    balance = subtract(balance, multiply(positions.quantity.exact(p), change))
  }
  return balance
}
