import { SpillwayError } from '../../../src/errors.js'
import {
  absolute,
  add,
  compare,
  type Decimal,
  largerOf,
  multiply,
  negate,
  signOf,
  smallerOf,
  subtract,
  toNumber,
  toText,
  zero,
} from '../../../src/numeric/index.js'
import { shortage } from '../../book/decision-space.js'
import { exactCapacity, exactEquity, exactGross } from '../../book/exact-amounts.js'
import type { Reductions } from '../claim.js'
import type { LeverageProblem } from './problem.js'

/** What a leverage objective measures of an account, N_i, and what a closed contract takes away from it, v_k: N_i − Σ_k v_k x_ik. */
export interface Sizes {
  readonly start: (owner: number) => Decimal
  readonly effect: (market: number) => Decimal
  /** Whether the objective divides by equity after the ADL, e_i − Σ_k d_k x_ik, and not by g_i, which no reduction changes. */
  readonly isRatio: boolean
}

export const grossSizes = ({ space }: LeverageProblem, isRatio: boolean): Sizes => ({
  start: (owner) => exactGross(space, owner),
  effect: (market) => space.markets[market].price,
  isRatio,
})

/**
 * Where nobody may end below zero, accounts with g_i ≤ 0 ≤ e_i come last, because closing does not lower their leverage while it lowers
 * that of the others. Throws `not-expressible` where that is not so, or where, with several markets demanded or in whole lots, the others
 * cannot meet a demand by themselves: what is best is then another problem.
 *
 * Closing one contract of (N, E), E > 0, does not lower |N|/E where d_k ≥ 0 and d_k |N| ≥ v_k sign(N) E; what is left fulfils that again.
 * It does not raise N/E where d_k ≤ 0 or d_k N ≤ v_k E, and not N² where v_k has the sign of N and there is enough of N.
 */
export function refuseUnclearOrder(problem: LeverageProblem, sizes: Sizes): void {
  const { space, isInsolvent } = problem
  if (space.caps === undefined || shortage(space).length > 0) return
  refuseScarceSolvents(problem)
  const closable = (pair: number): boolean => signOf(exactCapacity(space, pair)) > 0
  let hasLast = false
  for (let pair = 0; pair < space.capacity.length; pair++) {
    if (isInsolvent[space.pairOwner[pair]] === 0 || !closable(pair)) continue
    hasLast = true
    if (!staysOrRises(problem, sizes, pair))
      throw unclear(problem, pair, 'is insolvent at the ADL prices, and closing lowers its leverage nevertheless')
  }
  if (!hasLast) return
  for (let owner = 0; owner < space.owners.length; owner++) {
    if (isInsolvent[owner] === 1) continue
    const pair = sizes.isRatio ? raisedPair(problem, sizes, owner) : turnedPair(problem, sizes, owner)
    if (pair === undefined) continue
    throw unclear(
      problem,
      pair,
      'stays solvent, but closing can raise its leverage, while others are insolvent at the ADL prices',
    )
  }
}

function staysOrRises({ space }: LeverageProblem, { start, effect }: Sizes, pair: number): boolean {
  const owner = space.pairOwner[pair]
  const k = space.pairMarket[pair]
  const { concession } = space.markets[k]
  const size = start(owner)
  const sign = signOf(size)
  const pull = sign === 0 ? zero : sign > 0 ? effect(k) : negate(effect(k))
  return (
    signOf(concession) >= 0 &&
    compare(multiply(concession, absolute(size)), multiply(pull, exactEquity(space, owner))) >= 0
  )
}

/** A pair of the owner that raises N/E when something of it is closed. */
function raisedPair({ space }: LeverageProblem, { start, effect }: Sizes, owner: number): number | undefined {
  for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
    const k = space.pairMarket[pair]
    const { concession } = space.markets[k]
    if (signOf(concession) <= 0) continue
    if (compare(multiply(concession, start(owner)), multiply(effect(k), exactEquity(space, owner))) > 0) return pair
  }
  return undefined
}

/** A pair of the owner that can raise N² when something of it is closed. */
function turnedPair({ space }: LeverageProblem, { start, effect }: Sizes, owner: number): number | undefined {
  const size = start(owner)
  let most = zero
  for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
    const change = multiply(effect(space.pairMarket[pair]), exactCapacity(space, pair))
    if (signOf(change) * signOf(size) < 0) return pair
    most = add(most, absolute(change))
    if (compare(most, absolute(size)) > 0) return pair
  }
  return undefined
}

/** Where accounts with g_i > 0 cannot meet a demand by themselves; in one market without lots the rest is settled (`aboveLeastLevel`). */
function refuseScarceSolvents({ space, solventCapacity, duty }: LeverageProblem): void {
  const k = duty.findIndex((beyond) => signOf(beyond) > 0)
  if (k < 0 || (space.markets.length === 1 && space.lots === undefined)) return
  const { market, quantity } = space.markets[k]
  throw new SpillwayError({
    code: 'not-expressible',
    path: `demand.${market.market}`,
    value: toText(quantity),
    problem: `accounts that stay solvent at the ADL price hold ${toText(solventCapacity[k])} contracts, and the rest would fall on those whose leverage rises`,
    cure: CURE,
  })
}

/**
 * Whether those who come last, and take E contracts beyond what the others hold, end above the least level, in words if so. Closing one of
 * them raises its leverage, and at the level L it has given x_i(L) = (L e_i − N_i)/(L d − p) within [0, cap_i]. With L the highest level of
 * those who were closed, Σ_i x_i(L) > E says that a lower one is enough.
 */
export function aboveLeastLevel(
  { space, isInsolvent, duty }: LeverageProblem,
  reductions: Reductions,
  tolerance: Decimal,
): string | undefined {
  if (space.caps === undefined || space.markets.length !== 1 || signOf(duty[0]) === 0) return undefined
  const [{ price, concession, quantity }] = space.markets
  const last = Array.from(space.capacity.keys(), (pair) => ({ pair, owner: space.pairOwner[pair] }))
    .filter(({ owner }) => isInsolvent[owner] === 1)
    .map(({ pair, owner }) => {
      const [equity, gross] = [exactEquity(space, owner), exactGross(space, owner)]
      return { owner, equity, gross, cap: exactCapacity(space, pair), closed: reductions[pair] }
    })
  let [top, size, backing] = [-1, zero, zero]
  for (const { owner, equity, gross, closed } of last) {
    const [left, after] = [subtract(gross, multiply(price, closed)), subtract(equity, multiply(concession, closed))]
    if (signOf(closed) <= 0 || signOf(left) <= 0) continue
    if (top < 0 || compare(multiply(left, backing), multiply(size, after)) > 0)
      [top, size, backing] = [owner, left, after]
  }
  const slope = subtract(multiply(size, concession), multiply(backing, price))
  if (top < 0 || signOf(slope) <= 0) return undefined
  let total = zero
  for (const { equity, gross, cap } of last) {
    const given = largerOf(zero, subtract(multiply(size, equity), multiply(backing, gross)))
    total = add(total, smallerOf(given, multiply(cap, slope)))
  }
  const wanted = add(duty[0], multiply(tolerance, quantity))
  if (compare(total, multiply(wanted, slope)) <= 0) return undefined
  const account = JSON.stringify(space.event.accounts.names[space.owners[top]])
  return `account ${account} is insolvent at the ADL price, and closing raises its leverage further than it must: others like it end lower`
}

function unclear({ space }: LeverageProblem, pair: number, problem: string): SpillwayError {
  const owner = space.pairOwner[pair]
  return new SpillwayError({
    code: 'not-expressible',
    path: `accounts.${space.event.accounts.names[space.owners[owner]]}`,
    value: toNumber(exactEquity(space, owner)),
    problem: `the account ${problem}: who comes first where nobody may end below zero is not decided for this objective`,
    cure: CURE,
  })
}

const CURE = 'Use an objective of losses, or leave --keep-solvent out.'
