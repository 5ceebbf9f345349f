import {
  add,
  type Decimal,
  decimalOf,
  multiply,
  negate,
  signOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import { exactHolding } from '../../book/exact-amounts.js'
import type { Reductions } from '../claim.js'
import { exactReturn, lossesOf, type MovedBook, positionsOf, roundingOf } from './moved-book.js'

/**
 * Σ_i (−e'_i − Σ_k n'_ik p_k r_sk)⁺ by move after reductions, from the book and the moves and nothing else: exact where
 * the book asks for it, else rounded up by what doubles may be off (whether an account loses at all is decided exactly). Accounts for which `isCounted` is false are left out.
 */
export function totalLosses(
  book: MovedBook,
  reductions: Reductions,
  isCounted: (isOwner: boolean) => boolean = () => true,
): Decimal[] {
  const { space, count } = book
  const { accounts } = space.event
  const after = afterReductions(book, reductions)
  const loss = new Float64Array(count)
  const scale = new Float64Array(count)
  const exact = book.isExact ? Array.from(loss, () => zero) : undefined
  const upper = new Float64Array(count)
  let owner = 0
  for (let account = 0; account < accounts.count; account++) {
    const isOwner = space.owners[owner] === account
    if (isOwner) owner++
    if (!isCounted(isOwner)) continue
    const equity = after.equity.get(account)
    const [from, to] = positionsOf(book, account)
    lossesOf(
      book,
      account,
      equity === undefined ? book.equity[account] : toNumber(equity),
      (p) => after.exposure[p],
      loss,
      scale,
    )
    const rounding = roundingOf(to - from)
    for (let s = 0; s < count; s++) {
      const most = loss[s] + rounding * scale[s]
      if (most <= 0) continue
      const isClear = loss[s] - rounding * scale[s] > 0
      if (exact === undefined && isClear) {
        upper[s] += most
        continue
      }
      // On a kink rounding would make a loss where there is none.
      const own = exactLoss(book, account, s, equity, after.exactExposure)
      if (signOf(own) <= 0) continue
      if (exact === undefined) upper[s] += most
      else exact[s] = add(exact[s], own)
    }
  }
  const rounding = roundingOf(accounts.count)
  return exact ?? Array.from(upper, (sum) => decimalOf(sum * (1 + 2 * rounding)))
}

/** −e'_i − Σ_k n'_ik p_k r_sk by account and move after reductions, in exact decimals: the loss before its positive part. */
export function lossesAfter(book: MovedBook, reductions: Reductions): (account: number, s: number) => Decimal {
  const { equity, exactExposure } = afterReductions(book, reductions)
  return (account, s) => exactLoss(book, account, s, equity.get(account), exactExposure)
}

/** −e'_i − Σ_k n'_ik p_k r_sk in exact decimals. */
function exactLoss(
  book: MovedBook,
  account: number,
  s: number,
  equity: Decimal | undefined,
  exposure: (position: number) => Decimal,
): Decimal {
  const { market } = book.space.event.positions
  let loss = negate(equity ?? book.space.event.accounts.equity.exact(account))
  const [from, to] = positionsOf(book, account)
  for (let p = from; p < to; p++) loss = subtract(loss, multiply(exposure(p), exactReturn(book, s, market[p])))
  return loss
}

/** n'_ik p_k by position, in doubles and on demand exact, and e'_i of the accounts whose equity changes. */
function afterReductions(book: MovedBook, reductions: Reductions) {
  const { space, isOffMark } = book
  const { positions, markets } = space.event
  const exposure = book.exposure.slice()
  const changed = new Map<number, Decimal>()
  const equity = new Map<number, Decimal>()
  reductions.forEach((quantity, pair) => {
    if (signOf(quantity) === 0) return
    const demanded = space.markets[space.pairMarket[pair]]
    const left = subtract(exactHolding(space, pair), quantity)
    const value = multiply(demanded.side > 0 ? left : negate(left), demanded.price)
    changed.set(space.pairPosition[pair], value)
    exposure[space.pairPosition[pair]] = toNumber(value)
    if (!isOffMark) return
    const account = space.owners[space.pairOwner[pair]]
    const before = equity.get(account) ?? space.event.accounts.equity.exact(account)
    equity.set(account, subtract(before, multiply(demanded.concession, quantity)))
  })
  const exactExposure = (p: number): Decimal =>
    changed.get(p) ?? multiply(positions.quantity.exact(p), markets[positions.market[p]].markPrice)
  return { exposure, exactExposure, equity }
}
