import { SpillwayError } from '../../src/errors.js'
import {
  absolute,
  add,
  compare,
  type Decimal,
  DecimalTotal,
  multiply,
  parseDecimal,
  signOf,
  smallerOf,
  subtract,
  toNumber,
  wholeQuotient,
  zero,
} from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { exactEquity, exactHolding } from '../book/exact-amounts.js'
import type { Allocation } from '../book/index.js'
import type { Reductions } from './claim.js'
import { nearestHolding, nearestReductions } from './nearest-reductions.js'

/** What can be wrong with an allocation that reads well. */
export type ViolationCode =
  | 'unknown-account'
  | 'unknown-market'
  | 'no-position'
  | 'wrong-side'
  | 'over-reduction'
  | 'not-demanded'
  | 'demand-short'
  | 'demand-over'
  | 'lot'
  | 'exempt'
  | 'made-insolvent'

/** A rule that an allocation breaks, where, and by how much. */
export interface Violation {
  readonly code: ViolationCode
  readonly account?: string
  readonly market?: string
  /** Contracts by which the allocation is off. */
  readonly by: number
}

/** An allocation matched with a decision space: reductions by pair, and everything that matches no pair. */
export interface MatchedAllocation {
  readonly reductions: Reductions
  readonly violations: readonly Violation[]
}

/**
 * Judges an allocation in exact decimals: every entry closes something held, on the demanded side, no more than is held;
 * every demand is met. Distances up to `feasibility` of the demand or the holding are forgiven. Only entries that close
 * an eligible holding count towards a demand. Where whole lots are asked for, every entry is one. An entry of zero says the
 * same as none.
 */
export function matchAllocation(space: DecisionSpace, allocation: Allocation, feasibility: Decimal): MatchedAllocation {
  const reductions: Decimal[] = Array.from(space.capacity, () => zero)
  const violations: Violation[] = []
  const pairOf = pairFinder(space)
  const given = space.markets.map(() => zero)
  for (let entry = 0; entry < allocation.count; entry++) {
    const quantity = allocation.quantity.exact(entry)
    if (signOf(quantity) === 0) continue
    const account = allocation.accounts[entry]
    const market = allocation.markets[entry]
    const found = pairOf(account, market)
    if (typeof found === 'string') {
      violations.push({ code: found, account, market, by: toNumber(quantity) })
      continue
    }
    const held = exactHolding(space, found)
    const over = subtract(quantity, held)
    if (compare(over, multiply(feasibility, held)) > 0) {
      violations.push({ code: 'over-reduction', account, market, by: toNumber(over) })
    }
    reductions[found] = quantity
    const k = space.pairMarket[found]
    const off = offLots(quantity, space.lots?.[k])
    if (compare(off, multiply(feasibility, held)) > 0) {
      violations.push({ code: 'lot', account, market, by: toNumber(off) })
    }
    given[k] = add(given[k], quantity)
  }
  violations.push(...madeInsolvent(space, reductions, feasibility))
  return { reductions, violations: [...violations, ...missedDemands(space, given, feasibility)] }
}

/** The least power of ten up to 1 % that, as `feasibility`, forgives everything that is wrong; undefined where none does. */
export function forgivingFeasibility(space: DecisionSpace, allocation: Allocation): string | undefined {
  const forgives = (power: number): boolean =>
    matchAllocation(space, allocation, { digits: 1n, scale: power }).violations.length === 0
  if (!forgives(2)) return undefined
  let power = 2
  while (power < 15 && forgives(power + 1)) power++
  return `1e-${power}`
}

/**
 * The same verdict of reductions that stand by pair already, as policies give them; `isExact` where nothing had to be
 * forgiven. Throws `policy-answer` where they are not reductions at all: too few, too many, negative, not decimals.
 */
export function matchReductions(
  space: DecisionSpace,
  reductions: Reductions,
  feasibility: Decimal,
): { readonly violations: readonly Violation[]; readonly isExact: boolean } {
  if (!Array.isArray(reductions) || reductions.length !== space.capacity.length) throw notReductions(reductions)
  const { event } = space
  const violations: Violation[] = []
  let isExact = true
  const totals = space.markets.map(() => new DecimalTotal())
  reductions.forEach((quantity: Decimal) => {
    if (quantity === zero) return
    if (typeof quantity?.digits !== 'bigint' || !(quantity.scale >= 0) || signOf(quantity) < 0) {
      throw notReductions(quantity)
    }
  })
  const { pairs, values } = nearestReductions(reductions)
  for (const pair of pairs) {
    const quantity = reductions[pair]
    totals[space.pairMarket[pair]].add(quantity)
    if (values[pair] < nearestHolding(space, pair)) continue
    const capacity = exactHolding(space, pair)
    // What is closed whole is mostly the very holding.
    if (quantity === capacity || compare(quantity, capacity) <= 0) continue
    isExact = false
    const over = subtract(quantity, capacity)
    if (compare(over, multiply(feasibility, capacity)) <= 0) continue
    const account = event.accounts.names[space.owners[space.pairOwner[pair]]]
    violations.push({
      code: 'over-reduction',
      account,
      market: space.markets[space.pairMarket[pair]].market.market,
      by: toNumber(over),
    })
  }
  const given = totals.map(({ value }) => value)
  const missed = missedDemands(space, given, feasibility)
  isExact &&= space.markets.every(({ quantity }, k) => compare(given[k], quantity) === 0)
  return { violations: [...violations, ...missed], isExact }
}

/** Where nobody may end below zero: what is closed of an account beyond the last contract that leaves it at zero. */
function madeInsolvent(space: DecisionSpace, reductions: Reductions, feasibility: Decimal): Violation[] {
  if (space.caps === undefined) return []
  const { event, owners, starts, pairMarket, markets } = space
  return Array.from(owners).flatMap((account, owner): Violation[] => {
    let left = exactEquity(space, owner)
    let costliest = -1
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      const { concession } = markets[pairMarket[pair]]
      left = subtract(left, multiply(concession, reductions[pair]))
      if (signOf(concession) <= 0 || signOf(reductions[pair]) === 0) continue
      if (costliest < 0 || compare(concession, markets[pairMarket[costliest]].concession) > 0) costliest = pair
    }
    if (costliest < 0 || signOf(left) >= 0) return []
    const { market, concession } = markets[pairMarket[costliest]]
    const short = subtract(zero, left)
    if (compare(short, multiply(feasibility, multiply(concession, exactHolding(space, costliest)))) <= 0) return []
    const by = toNumber(short) / toNumber(concession)
    return [{ code: 'made-insolvent', account: event.accounts.names[account], market: market.market, by }]
  })
}

function missedDemands(space: DecisionSpace, given: readonly Decimal[], feasibility: Decimal): Violation[] {
  return space.markets.flatMap(({ market: { market }, quantity }, k): Violation[] => {
    const gap = subtract(given[k], quantity)
    if (compare(absolute(gap), multiply(feasibility, quantity)) <= 0) return []
    return [{ code: signOf(gap) < 0 ? 'demand-short' : 'demand-over', market, by: toNumber(absolute(gap)) }]
  })
}

function notReductions(value: unknown): SpillwayError {
  return new SpillwayError({
    code: 'policy-answer',
    path: 'policy',
    value,
    problem: 'the policy did not give reductions',
    cure: 'Return one decimal of zero or more for each pair of the decision space, in its order.',
  })
}

/** How far a reduction is from a whole number of lots. */
function offLots(quantity: Decimal, lot: Decimal | undefined): Decimal {
  if (lot === undefined) return zero
  const above = subtract(quantity, multiply({ digits: wholeQuotient(quantity, lot), scale: 0 }, lot))
  return smallerOf(above, subtract(lot, above))
}

/** Finds the pair of two names, or says why there is none. */
export function pairFinder(space: DecisionSpace): (account: string, market: string) => number | ViolationCode {
  const { event } = space
  const accountOf = new Map(event.accounts.names.map((name, i) => [name, i]))
  const marketOf = new Map(event.markets.map(({ market }, k) => [market, k]))
  const sideOf = new Map(space.markets.map(({ index, side }) => [index, side]))
  const pairAt = new Map<number, number>()
  space.pairPosition.forEach((p, pair) => {
    pairAt.set(p, pair)
  })
  return (account, market) => {
    const i = accountOf.get(account)
    if (i === undefined) return 'unknown-account'
    const k = marketOf.get(market)
    if (k === undefined) return 'unknown-market'
    const { starts, market: marketAt, quantity } = event.positions
    let found: ViolationCode = 'no-position'
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      if (marketAt[p] !== k || quantity.values[p] === 0) continue
      if (event.accounts.exempt?.[i] === 1) return 'exempt'
      if (!sideOf.has(k)) return 'not-demanded'
      const pair = pairAt.get(p)
      if (pair !== undefined) return pair
      // Where nobody may end below zero, who is there already has no pair.
      if (space.caps !== undefined && sideOf.get(k)! * quantity.values[p] > 0) return 'made-insolvent'
      // The other side of the market may stand in the next row.
      found = 'wrong-side'
    }
    return found
  }
}

/** A tolerance as a decimal; throws where it is not a number from 0 up to, not including, 1. */
export function toleranceOf(value: number, path: string): Decimal {
  const decimal = parseDecimal(String(value))
  if (decimal !== undefined && value >= 0 && value < 1) return decimal
  throw new SpillwayError({
    code: 'option-value',
    path,
    value,
    problem: 'is not a tolerance',
    cure: 'Give a number from 0 up to, not including, 1, such as 1e-6.',
  })
}
