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
    const equity = after.equity[account]
    const [from, to] = positionsOf(book, account)
    losses.look(account, equity, after.exposure)
    let exactLoss: LossOf | undefined
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
      exactLoss ??= exactLosses(book, account, after)
      const own = exactLoss(s)
      if (signOf(own) <= 0) continue
      if (exact === undefined) upper[s] += most
      else exact[s] = add(exact[s], own)
    }
  }
  const rounding = roundingOf(accounts.count)
  return exact ?? Array.from(upper, (sum) => decimalOf(sum * (1 + 2 * rounding)))
}

type LossOf = (s: number) => Decimal

/** −e'_i − Σ_k n'_ik p_k r_sk by account and move after reductions, in exact decimals: the loss before its positive part. */
export function lossesAfter(book: MovedBook, reductions: Reductions): (account: number) => LossOf {
  const after = afterReductions(book, reductions)
  return (account) => exactLosses(book, account, after)
}

/** −e'_i − Σ_k n'_ik p_k r_sk of one account, in exact decimals. */
function exactLosses(book: MovedBook, account: number, after: BookAfter): LossOf {
  const { market } = book.space.event.positions
  const debt = negate(after.exactEquity(account))
  const [from, to] = positionsOf(book, account)
  const exposures = Array.from({ length: to - from }, (_, q) => after.exactExposure(from + q))
  return (s) =>
    exposures.reduce((loss, exposure, q) => {
      return subtract(loss, multiply(exposure, exactReturn(book, s, market[from + q])))
    }, debt)
}

/** e'_i by account and n'_ik p_k by position: the nearest doubles of those that reductions change, and exact when asked for, which few are. */
interface BookAfter {
  readonly equity: Float64Array
  readonly exposure: Float64Array
  readonly exactEquity: (account: number) => Decimal
  readonly exactExposure: (position: number) => Decimal
}

function afterReductions(book: MovedBook, reductions: Reductions): BookAfter {
  const { space, isOffMark } = book
  const { owners, starts, pairMarket, pairPosition } = space
  const { positions, markets, accounts } = space.event
  const exposure = book.exposure.slice()
  const equity = isOffMark ? book.equity.slice() : book.equity
  /** By position and by account, one more than the pair and the owner that change it; 0 where nothing does. */
  const pairOf = new Int32Array(positions.count)
  const ownerOf = new Int32Array(isOffMark ? accounts.count : 0)
  const left = (pair: number): Decimal => {
    const { side, price } = space.markets[pairMarket[pair]]
    const kept = subtract(exactHolding(space, pair), reductions[pair])
    return multiply(side === 1 ? kept : negate(kept), price)
  }
  const equityOf = (owner: number): Decimal => {
    let own = accounts.equity.exact(owners[owner])
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      own = subtract(own, multiply(space.markets[pairMarket[pair]].concession, reductions[pair]))
    }
    return own
  }
  for (let owner = 0; owner < owners.length; owner++) {
    let isChanged = false
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      if (signOf(reductions[pair]) === 0) continue
      isChanged = true
      pairOf[pairPosition[pair]] = pair + 1
      exposure[pairPosition[pair]] = toNumber(left(pair))
    }
    if (!isChanged || !isOffMark) continue
    ownerOf[owners[owner]] = owner + 1
    equity[owners[owner]] = toNumber(equityOf(owner))
  }
  return {
    equity,
    exposure,
    exactEquity: (account) => (ownerOf[account] > 0 ? equityOf(ownerOf[account] - 1) : accounts.equity.exact(account)),
    exactExposure: (p) =>
      pairOf[p] > 0
        ? left(pairOf[p] - 1)
        : multiply(positions.quantity.exact(p), markets[positions.market[p]].markPrice),
  }
}
