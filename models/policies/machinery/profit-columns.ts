import {
  absolute,
  add,
  type Decimal,
  doublesOf,
  multiply,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import { exactEquity } from '../../book/exact-amounts.js'
import type { BookColumn } from './book-column.js'
import { accountOf, missing, type Rows } from './rows.js'

/**
 * Differences below this share of their terms are computed in decimals: above it, doubles lose two digits of sixteen.
 * Two scores that are equal then differ by far less than what calls for an exact comparison (`ranking.ts`).
 */
const CANCELS = 0.01

/** Entry prices of the positions themselves. */
export function entryPrices(rows: Rows): BookColumn {
  const { positions } = rows.space.event
  const column = positions.entryPrice
  const { pairPosition } = rows.space
  const values = entryValues(rows, column?.values)
  return { values, exact: (i) => column!.exact(pairPosition[rows.pairs[i]]) }
}

function entryValues(rows: Rows, given: Float64Array | undefined): Float64Array {
  const { pairs, space } = rows
  const values = new Float64Array(pairs.length)
  for (let i = 0; i < values.length; i++) {
    const position = space.pairPosition[pairs[i]]
    values[i] = given === undefined ? Number.NaN : given[position]
    if (Number.isNaN(values[i])) {
      throw missing(rows, 'entryPrice', accountOf(rows, i), space.event.positions.market[position])
    }
  }
  return values
}

/** u_ik = n_ik (p_k − entry_ik). */
export function positionProfits(rows: Rows): BookColumn {
  entryPrices(rows)
  const exact = (i: number): Decimal => exactProfit(rows, rows.space.pairPosition[rows.pairs[i]])
  const values = doublesOf(rows.pairs.length, (i) => profit(rows, rows.space.pairPosition[rows.pairs[i]]))
  return { values, exact }
}

/** U_i = Σ_k n_ik (p_k − entry_ik) over everything the account holds. */
export function accountProfits(rows: Rows): BookColumn {
  const exact = (i: number): Decimal => exactAccountProfit(rows, accountOf(rows, i))
  const values = new Float64Array(rows.pairs.length)
  for (let i = 0; i < values.length; i++) {
    const { sum, size } = profitSum(rows, accountOf(rows, i))
    values[i] = Math.abs(sum) > CANCELS * size ? sum : toNumber(exact(i))
  }
  return { values, exact }
}

/**
 * Wallet balance: the position's own where the book has it, else the account's, else e_i − U_i, which is what a balance
 * is (equity is cash plus unrealized profit).
 */
export function walletBalances(rows: Rows): BookColumn {
  const { space, pairs } = rows
  const { accounts, positions } = space.event
  const given = (i: number): Decimal | undefined => {
    const position = space.pairPosition[pairs[i]]
    if (has(positions.walletBalance, position)) return positions.walletBalance.exact(position)
    const account = accountOf(rows, i)
    return has(accounts.walletBalance, account) ? accounts.walletBalance.exact(account) : undefined
  }
  const exact = (i: number): Decimal =>
    given(i) ?? subtract(exactEquity(space, space.pairOwner[pairs[i]]), exactAccountProfit(rows, accountOf(rows, i)))
  const values = new Float64Array(pairs.length)
  for (let i = 0; i < values.length; i++) {
    const account = accountOf(rows, i)
    const own = positions.walletBalance?.values[space.pairPosition[pairs[i]]] ?? Number.NaN
    const balance = Number.isNaN(own) ? (accounts.walletBalance?.values[account] ?? Number.NaN) : own
    if (!Number.isNaN(balance)) {
      values[i] = balance
      continue
    }
    const equity = accounts.equity.values[account]
    const { sum, size } = profitSum(rows, account)
    const difference = equity - sum
    values[i] = Math.abs(difference) > CANCELS * (Math.abs(equity) + size) ? difference : toNumber(exact(i))
  }
  return { values, exact }
}

function has(column: BookColumn | undefined, i: number): column is BookColumn {
  return column !== undefined && !Number.isNaN(column.values[i])
}

/** Of one position of the event. */
function profit(rows: Rows, position: number): number {
  const { positions } = rows.space.event
  const mark = rows.prices[positions.market[position]]
  const change = mark - positions.entryPrice!.values[position]
  if (Math.abs(change) > CANCELS * mark) return positions.quantity.values[position] * change
  return toNumber(exactProfit(rows, position))
}

function exactProfit({ space }: Rows, position: number): Decimal {
  const { positions, markets } = space.event
  const mark = markets[positions.market[position]].markPrice
  return multiply(positions.quantity.exact(position), subtract(mark, positions.entryPrice!.exact(position)))
}

function profitSum(rows: Rows, account: number): { readonly sum: number; readonly size: number } {
  let sum = 0
  let size = 0
  for (const position of heldBy(rows, account)) {
    const part = profit(rows, position)
    sum += part
    size += Math.abs(part)
  }
  return { sum, size }
}

function exactAccountProfit(rows: Rows, account: number): Decimal {
  let sum = zero
  for (const position of heldBy(rows, account)) sum = add(sum, exactProfit(rows, position))
  return sum
}

/** The positions of an account that are not empty, each with an entry price. */
function* heldBy(rows: Rows, account: number): Generator<number> {
  const { positions } = rows.space.event
  for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
    if (absolute(positions.quantity.exact(p)).digits === 0n) continue
    if (!has(positions.entryPrice, p)) throw missing(rows, 'entryPrice', account, positions.market[p])
    yield p
  }
}
