import {
  add,
  compare,
  type Decimal,
  largerOf,
  multiply,
  signOf,
  smallerOf,
  subtract,
  wholeQuotient,
  zero,
} from '../../../src/numeric/index.js'
import { exactCapacity, exactEquity, exactGross } from '../../book/exact-amounts.js'
import type { Reductions } from '../claim.js'
import type { LeverageProblem } from './problem.js'

/** An account that comes last where nobody may end below zero, and what it can give of a market: N_i, e_i, and the cap in contracts. */
export interface Last {
  readonly owner: number
  readonly pair: number
  readonly gross: Decimal
  readonly equity: Decimal
  readonly cap: Decimal
}

/** Those who come last in a market; none where the others meet its demand (`refuseUnclearOrder`). */
export function lastOf({ space, isInsolvent, duty }: LeverageProblem, market: number): readonly Last[] {
  if (space.caps === undefined || signOf(duty[market]) === 0) return []
  const pairs = Array.from(space.capacity.keys()).filter(
    (pair) => space.pairMarket[pair] === market && isInsolvent[space.pairOwner[pair]] === 1,
  )
  return pairs.map((pair) => {
    const owner = space.pairOwner[pair]
    const [gross, equity] = [exactGross(space, owner), exactEquity(space, owner)]
    return { owner, pair, gross, equity, cap: exactCapacity(space, pair) }
  })
}

/**
 * Whether those who come last, and take E_k contracts beyond what the others hold, end above the least level of a market, in words if so.
 * Closing one of them raises its leverage (N − p x)/(e − d x), or leaves it as it is. With S/B the highest level of those who were closed, what
 * all of them could give below it is counted:
 *
 *     Σ_i x_i(S/B),   x_i(S/B) = (S e_i − B N_i)/(S d − B p) within [0, cap_i],
 *
 * in contracts up to that level; in whole lots those that end strictly below it. More than E_k contracts, or E_k of them in lots, say that
 * a lower level is enough.
 */
export function aboveLeastLevel(
  problem: LeverageProblem,
  reductions: Reductions,
  tolerance: Decimal,
): string | undefined {
  const { space } = problem
  for (const k of space.markets.keys()) {
    const last = lastOf(problem, k)
    const lot = space.lots?.[k]
    const closed = last.map(({ pair }) => (lot === undefined ? reductions[pair] : nearestLots(reductions[pair], lot)))
    const top = highest(problem, k, last, closed)
    if (top === undefined) continue
    const isAbove = lot === undefined ? gives(problem, k, last, top, tolerance) : givesLots(problem, k, last, top, lot)
    if (!isAbove) continue
    const account = JSON.stringify(space.event.accounts.names[space.owners[top.owner]])
    return `account ${account} is insolvent at the ADL price, and closing raises its leverage further than it must: others like it end lower`
  }
  return undefined
}

/** The highest level S/B of an account that was closed and has something left, and S d − B p > 0; undefined where that proves nothing. */
interface Top {
  readonly owner: number
  readonly size: Decimal
  readonly backing: Decimal
  readonly slope: Decimal
}

function highest(
  { space }: LeverageProblem,
  market: number,
  last: readonly Last[],
  closed: readonly Decimal[],
): Top | undefined {
  const { price, concession } = space.markets[market]
  let [owner, size, backing] = [-1, zero, zero]
  last.forEach((own, i) => {
    const left = subtract(own.gross, multiply(price, closed[i]))
    const after = subtract(own.equity, multiply(concession, closed[i]))
    if (signOf(closed[i]) <= 0 || signOf(left) <= 0) return
    if (owner < 0 || compare(multiply(left, backing), multiply(size, after)) > 0)
      [owner, size, backing] = [own.owner, left, after]
  })
  const slope = subtract(multiply(size, concession), multiply(backing, price))
  return signOf(slope) <= 0 ? undefined : { owner, size, backing, slope }
}

function gives(
  { space, duty }: LeverageProblem,
  market: number,
  last: readonly Last[],
  { size, backing, slope }: Top,
  tolerance: Decimal,
): boolean {
  let total = zero
  for (const { equity, gross, cap } of last) {
    const given = largerOf(zero, subtract(multiply(size, equity), multiply(backing, gross)))
    total = add(total, smallerOf(given, multiply(cap, slope)))
  }
  const wanted = add(duty[market], multiply(tolerance, space.markets[market].quantity))
  return compare(total, multiply(wanted, slope)) > 0
}

function givesLots(
  { space, duty }: LeverageProblem,
  market: number,
  last: readonly Last[],
  { size, backing, slope }: Top,
  lot: Decimal,
): boolean {
  const step = multiply(lot, slope)
  let total = 0n
  for (const own of last) {
    const most = wholeQuotient(own.cap, lot)
    const room = subtract(multiply(size, own.equity), multiply(backing, own.gross))
    if (signOf(room) <= 0) continue
    // The number of whole j ≥ 1 with j < q is ⌈q⌉ − 1; where the level does not change all lots end at p/d, below S/B.
    const count = isLevel(space.markets[market], own) ? most : -wholeQuotient(subtract(zero, room), step) - 1n
    total += count < most ? count : most
  }
  return total >= wholeQuotient(duty[market], lot)
}

/** Whether leverage stays as it is while anything is left, d N = p e: the account has g_i = 0 and nothing else. */
export function isLevel(
  { price, concession }: { readonly price: Decimal; readonly concession: Decimal },
  { gross, equity }: Last,
): boolean {
  return compare(multiply(concession, gross), multiply(price, equity)) === 0
}

/** What was closed, in whole lots: a tolerance may have forgiven a little more or less. */
function nearestLots(closed: Decimal, lot: Decimal): Decimal {
  const half = multiply(lot, { digits: 5n, scale: 1 })
  return multiply({ digits: wholeQuotient(add(closed, half), lot), scale: 0 }, lot)
}
