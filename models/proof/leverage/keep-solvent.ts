import { SpillwayError } from '../../../src/errors.js'
import {
  absolute,
  add,
  compare,
  type Decimal,
  multiply,
  negate,
  signOf,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import { shortage } from '../../book/decision-space.js'
import { exactCapacity, exactEquity, exactGross } from '../../book/exact-amounts.js'
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
 * that of the others. Throws `not-expressible` where that is not so, or where one of them would have to give in several markets that the
 * others cannot meet by themselves: what is best is then another problem.
 *
 * Closing one contract of (N, E), E > 0, does not lower |N|/E where d_k ≥ 0 and d_k |N| ≥ v_k sign(N) E; what is left fulfils that again.
 * It does not raise N/E where d_k ≤ 0 or d_k N ≤ v_k E, and not N² where v_k has the sign of N and there is enough of N.
 */
export function refuseUnclearOrder(problem: LeverageProblem, sizes: Sizes): void {
  const { space, isInsolvent } = problem
  if (space.caps === undefined || shortage(space).length > 0) return
  refuseLinkedLast(problem)
  const closable = (pair: number): boolean => signOf(exactCapacity(space, pair)) > 0
  let hasLast = false
  for (let pair = 0; pair < space.capacity.length; pair++) {
    if (isInsolvent[space.pairOwner[pair]] === 0 || !closable(pair)) continue
    hasLast = true
    if (!staysOrRises(problem, sizes, pair))
      throw unclear(problem, pair, 'is insolvent at the ADL prices, and closing lowers its leverage nevertheless')
  }
  if (!hasLast) return
  for (const owner of space.owners.keys()) {
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

/**
 * Where accounts with g_i > 0 cannot meet a demand E_k beyond them falls on the others, market by market, which is right where each of these
 * gives in one such market: then a cap keeps it solvent, and its level is a matter of that market alone (`last-level.ts`).
 */
function refuseLinkedLast(problem: LeverageProblem): void {
  const { space, isInsolvent, duty } = problem
  for (const owner of space.solvencyRows ?? []) {
    if (isInsolvent[owner] === 1) continue
    const reason = 'stays solvent if all of it closes and could end below zero by a part of that'
    throw unclear(problem, space.starts[owner], reason)
  }
  const scarceOf = new Int32Array(space.owners.length).fill(-1)
  for (let pair = 0; pair < space.capacity.length; pair++) {
    const owner = space.pairOwner[pair]
    if (isInsolvent[owner] === 0 || signOf(duty[space.pairMarket[pair]]) === 0) continue
    if (signOf(exactCapacity(space, pair)) === 0) continue
    if (scarceOf[owner] >= 0) {
      const names = [scarceOf[owner], space.pairMarket[pair]].map((k) => space.markets[k].market.market)
      const reason = `is insolvent at the ADL prices, and what the others cannot give of ${names.join(' and of ')} would both fall on it`
      throw unclear(problem, pair, reason)
    }
    scarceOf[owner] = space.pairMarket[pair]
  }
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
