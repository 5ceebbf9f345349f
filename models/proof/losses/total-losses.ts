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
import { AccountLosses } from './account-losses.js'
import { exactReturn, type MovedBook, positionsOf, roundingOf } from './moved-book.js'

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
  const losses = new AccountLosses(book)
  const { loss, moves } = losses
  const exact = book.isExact ? Array.from(loss, () => zero) : undefined
  const upper = new Float64Array(count)
  let owner = 0
  for (let account = 0; account < accounts.count; account++) {
    const isOwner = space.owners[owner] === account
    if (isOwner) owner++
    if (!isCounted(isOwner)) continue
    const exactEquity = after.equity.get(account)
    const equity = exactEquity === undefined ? book.equity[account] : toNumber(exactEquity)
    const [from, to] = positionsOf(book, account)
    losses.look(account, equity, after.exposure)
    const rounding = roundingOf(to - from)
    const surely = rounding * losses.scale
    for (let t = 0; t < losses.count; t++) {
      const s = moves[t]
      if (loss[s] + surely <= 0) continue
      const slack = rounding * losses.scaleAt(account, equity, after.exposure, s)
      const most = loss[s] + slack
      if (most <= 0) continue
      if (exact === undefined && loss[s] - slack > 0) {
        upper[s] += most
        continue
      }
      // On a kink rounding would make a loss where there is none.
      const own = exactLoss(book, account, s, exactEquity, after.exactExposure)
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
