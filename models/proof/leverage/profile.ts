import { levelBound } from '../../../src/certificates/index.js'
import {
  add,
  compare,
  type Decimal,
  doublesOf,
  largerOf,
  multiply,
  PairSum,
  type Ratio,
  ratioNumber,
  ratioOf,
  signOf,
  smallerOf,
  splitInto,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import {
  exactCapacity,
  exactEquity,
  exactGross,
  exactHolding,
  excess,
  flipped,
  isOffTheMark,
} from '../../book/exact-amounts.js'
import type { Bound, Reductions } from '../claim.js'
import { ownerName } from '../evidence.js'
import { nearestHolding, nearestReductions, touchedOwners } from '../nearest-reductions.js'
import type { LeverageProblem } from './problem.js'

/**
 * Where every owner stands: gross notional and equity, after the ADL (or before it, without reductions). Exact numbers are made when
 * asked for: to hold millions of decimals costs more than to make them again.
 */
export interface Profile {
  /** Σ_k |n'_ik| p_k, exact. */
  readonly exposure: (owner: number) => Decimal
  /** e'_i = e_i − Σ_k d_k x_ik, exact. */
  readonly equity: (owner: number) => Decimal
  /** The exposures in doubles, each rounded once. */
  readonly notional: Float64Array
  /** Exposure over equity; ∞ where exposure meets no positive equity, 0 without exposure. */
  readonly leverage: Float64Array
}

/** Profiles by what they describe: a verdict asks for the same few again and again, and a crisis book takes seconds. */
const profiles = new WeakMap<DecisionSpace | Reductions, Profile>()

export function profileOf(space: DecisionSpace, reductions?: Reductions): Profile {
  const known = profiles.get(reductions ?? space)
  if (known !== undefined) return known
  const profile = reductions === undefined ? profileBefore(space) : profileAfter(space, reductions)
  profiles.set(reductions ?? space, profile)
  return profile
}

function profileBefore(space: DecisionSpace): Profile {
  const exposure = (owner: number): Decimal => exactGross(space, owner)
  const equity = (owner: number): Decimal => exactEquity(space, owner)
  const notional = grossPairs(space).values
  const own = space.event.accounts.equity.values
  const leverage = doublesOf(notional.length, (owner) => quotient(notional[owner], own[space.owners[owner]]))
  return { exposure, equity, notional, leverage }
}

function profileAfter(space: DecisionSpace, reductions: Reductions): Profile {
  const before = profileOf(space)
  const { starts, pairMarket, markets } = space
  const isOff = isOffTheMark(space)
  const { values, rests } = nearestReductions(reductions)
  const exposure = (owner: number): Decimal => {
    let left = exactGross(space, owner)
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      const closed = reductions[pair]
      if (signOf(closed) === 0) continue
      const { price } = markets[pairMarket[pair]]
      left = subtract(left, multiply(price, closed))
      // What is closed beyond zero, which a tolerance may forgive, is a position again: |c − x| = c − x + 2 (x − c)⁺.
      const beyond = flipped(space, pair, closed)
      if (signOf(beyond) > 0) left = add(left, multiply(price, add(beyond, beyond)))
    }
    return left
  }
  const equity = (owner: number): Decimal => {
    let left = exactEquity(space, owner)
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      left = subtract(left, multiply(markets[pairMarket[pair]].concession, reductions[pair]))
    }
    return left
  }
  const gross = grossPairs(space)
  const { values: price, rests: priceRest } = pricePairs(space)
  const sum = new PairSum()
  /** The exposure as a double, by the pairs of doubles where these decide. */
  const nearest = (owner: number): number => {
    sum.start(gross.values[owner], gross.rests[owner])
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      if (values[pair] === 0) continue
      // Whether it is beyond zero a double does not tell.
      const isClosed = values[pair] >= nearestHolding(space, pair)
      if (isClosed && reductions[pair] !== exactHolding(space, pair)) return toNumber(exposure(owner))
      const k = pairMarket[pair]
      sum.addProduct(-values[pair], -rests[pair], price[k], priceRest[k])
    }
    const value = sum.nearest()
    return Number.isNaN(value) ? toNumber(exposure(owner)) : value
  }
  const own = space.event.accounts.equity.values
  const notional = before.notional.slice()
  const leverage = before.leverage.slice()
  for (const owner of touchedOwners(space, reductions)) {
    notional[owner] = nearest(owner)
    leverage[owner] = quotient(notional[owner], isOff ? toNumber(equity(owner)) : own[space.owners[owner]])
  }
  return { exposure, equity, notional, leverage }
}

/** Numbers as pairs of doubles: the nearest, and what it leaves. */
interface Pairs {
  readonly values: Float64Array
  readonly rests: Float64Array
}

/** p_k, by demanded market. */
export function pricePairs({ markets }: DecisionSpace): Pairs {
  const pairs = { values: new Float64Array(markets.length), rests: new Float64Array(markets.length) }
  markets.forEach(({ price }, k) => {
    splitInto(price, k, pairs.values, pairs.rests)
  })
  return pairs
}

/** a_i, by owner. */
export function grossPairs(space: DecisionSpace): Pairs {
  const found = grosses.get(space)
  if (found !== undefined) return found
  const { length } = space.owners
  const pairs = { values: new Float64Array(length), rests: new Float64Array(length) }
  for (const owner of space.owners.keys()) splitInto(exactGross(space, owner), owner, pairs.values, pairs.rests)
  grosses.set(space, pairs)
  return pairs
}

const grosses = new WeakMap<DecisionSpace, ReturnType<typeof grossPairs>>()

/** Of doubles that are the nearest to exact numbers, and so have their signs. */
function quotient(notional: number, equity: number): number {
  return notional > 0 ? notional / Math.max(0, equity) : 0
}

/** Doubles closer than this (relative) are told apart exactly. */
const CLOSE = 1e-12

/** The largest leverage among some owners, exact; undefined for ∞, zero for nobody. */
export function largestLeverage(profile: Profile, counts: (owner: number) => boolean): Ratio | undefined {
  const { leverage, exposure, equity } = profile
  const known = tops.get(profile)
  if (known !== undefined && counts(known)) return ratioOf(exposure(known), equity(known))
  let highest = 0
  leverage.forEach((value, owner) => {
    if (counts(owner)) highest = Math.max(highest, value)
  })
  if (highest === 0) return ratioOf(zero)
  if (highest === Infinity) return undefined
  let top: readonly [owner: number, exposure: Decimal, equity: Decimal] | undefined
  leverage.forEach((value, owner) => {
    if (value < highest * (1 - CLOSE) || !counts(owner)) return
    const [own, backing] = [exposure(owner), equity(owner)]
    if (top === undefined || compare(multiply(own, top[2]), multiply(top[1], backing)) > 0) top = [owner, own, backing]
  })
  const [best, own, backing] = top!
  if (counts === everybody) tops.set(profile, best)
  return ratioOf(own, backing)
}

/** Whom to count where all owners count: the highest of them is remembered, and is that of any group that it is in. */
export const everybody = (): boolean => true

const tops = new WeakMap<Profile, number>()

/** As wide as the rounding of a profile that was meant to be level. */
const LEVEL = 1e-9

/** The solvent owners at the top of a profile. */
export function topGroup(problem: LeverageProblem, { leverage }: Profile): number[] {
  let highest = 0
  leverage.forEach((value, owner) => {
    if (!problem.isInsolvent[owner]) highest = Math.max(highest, value)
  })
  const group: number[] = []
  leverage.forEach((value, owner) => {
    if (!problem.isInsolvent[owner] && value >= highest * (1 - LEVEL)) group.push(owner)
  })
  return group
}

/**
 * What a group of solvent owners proves of the largest leverage (the judge's exact bound), and the prices there. Its
 * evidence is the group: `{ "group": [account, …] }`.
 */
export function boundOfGroup(problem: LeverageProblem, group: readonly number[]): Bound {
  const evidence = () => ({ group: group.map((owner) => ownerName(problem.space, owner)) })
  return { ...boundOf(problem, group), evidence }
}

function boundOf(problem: LeverageProblem, group: readonly number[]): Omit<Bound, 'evidence'> {
  const { space, remaining, solventCapacity, duty } = problem
  const capacity = space.markets.map(() => zero)
  let amount = zero
  let weight = zero
  for (const owner of group) {
    amount = add(amount, exactGross(space, owner))
    weight = add(weight, exactEquity(space, owner))
    for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
      const k = space.pairMarket[pair]
      capacity[k] = add(capacity[k], exactCapacity(space, pair))
    }
  }
  if (group.length === 0) return { bound: ratioOf(zero), prices: space.markets.map(() => 0) }
  const markets = space.markets.map(({ price, concession }, k) => ({
    price,
    concession,
    least: largerOf(zero, subtract(remaining[k], subtract(solventCapacity[k], capacity[k]))),
    most: smallerOf(remaining[k], capacity[k]),
  }))
  const { bound, given, weightLeft } = levelBound({ amount, weight, markets })
  if (bound === undefined) return { bound, prices: space.markets.map(() => Number.NaN) }
  // One more contract to close lowers the bound by (p − λ d)/(w(A) − Σ d z) where it falls on the group.
  const level = ratioNumber(bound)
  const prices = markets.map(({ price, concession, most }, k) => {
    const others = subtract(solventCapacity[k], capacity[k])
    const fallsOnGroup =
      given[k] === most ? compare(remaining[k], capacity[k]) <= 0 : signOf(excess(remaining[k], others)) > 0
    // Beyond what solvent owners hold, more falls on those who come last and do not count.
    const fallsOnLast = space.caps !== undefined && signOf(duty[k]) > 0
    if (!fallsOnGroup || fallsOnLast || signOf(remaining[k]) === 0) return 0
    return (toNumber(price) - level * toNumber(concession)) / toNumber(weightLeft)
  })
  return { bound, prices }
}
