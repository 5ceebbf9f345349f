import { squareBound } from '../../../src/certificates/index.js'
import {
  add,
  type Decimal,
  decimalOf,
  leadingExponent,
  multiply,
  type Ratio,
  ratioOf,
  roundedQuotient,
  signOf,
  toNumber,
  toText,
  zero,
} from '../../../src/numeric/index.js'
import { exactCapacity, exactGross, exactRemarkedEquity, forcedMarkets } from '../../book/exact-amounts.js'
import type { Bound, Reductions } from '../claim.js'
import { badEvidence, decimalsByMarket, decimalsByOwner, onlyFields, ownerName } from '../evidence.js'
import { touchedOwners } from '../nearest-reductions.js'
import type { LeverageProblem } from './problem.js'
import { profileOf } from './profile.js'

/** Digits of the largest term that are kept behind the leading one; the last of every term is rounded up. */
const DIGITS = 40

/** Σ N_i²/g_i over the solvent, each term rounded up far below anything that is compared. */
export function sumOfSquares(problem: LeverageProblem, reductions: Reductions): Ratio {
  const { exposure, notional } = profileOf(problem.space, reductions)
  const isTouched = new Uint8Array(problem.space.owners.length)
  for (const owner of touchedOwners(problem.space, reductions)) isTouched[owner] = 1
  return squaresOver(problem, exposure, notional, (owner) => isTouched[owner] === 1)
}

/** Terms N_i²/g_i of owners of whom nothing is closed, to one scale: allocations of one book have most of them in common. */
interface UntouchedTerms {
  readonly scale: number
  readonly digits: (bigint | undefined)[]
}

const untouched = new WeakMap<LeverageProblem, UntouchedTerms>()

function untouchedTerms(problem: LeverageProblem, scale: number): UntouchedTerms {
  const known = untouched.get(problem)
  if (known?.scale === scale) return known
  const terms = { scale, digits: new Array<bigint | undefined>(problem.space.owners.length) }
  untouched.set(problem, terms)
  return terms
}

/**
 * Σ z_i²/g_i over the solvent of exposures by owner, also given in doubles, each term rounded up far below anything that is compared.
 * Terms of owners that are not touched are remembered: their exposure must be the one before.
 */
export function squaresOver(
  problem: LeverageProblem,
  exposure: (owner: number) => Decimal,
  sizes: Float64Array,
  isTouched: (owner: number) => boolean = () => true,
): Ratio {
  const { space, isInsolvent, remarked } = problem
  let estimate = 0
  sizes.forEach((size, owner) => {
    if (!isInsolvent[owner]) estimate = Math.max(estimate, (size * size) / remarked[owner])
  })
  const scale = Math.max(0, DIGITS - leadingExponent(estimate))
  const known = untouchedTerms(problem, scale)
  let digits = 0n
  for (const owner of sizes.keys()) {
    if (isInsolvent[owner]) continue
    const isOwn = isTouched(owner)
    let term = isOwn ? undefined : known.digits[owner]
    if (term === undefined) {
      const size = exposure(owner)
      const square = multiply(size, size)
      term = roundedQuotient(square, exactRemarkedEquity(space, owner), scale, 'up').digits
      if (!isOwn) known.digits[owner] = term
    }
    digits += term
  }
  return ratioOf({ digits, scale })
}

/** What a bound of squares follows from: a multiplier m_i by owner, none for those left out, and a price by market. */
interface SquaresEvidence {
  readonly multipliers: ReadonlyMap<number, Decimal>
  readonly prices: readonly Decimal[]
}

/**
 * The bound whose multipliers are the plan's levels N_i/g_i and whose thresholds are its prices; of some markets' owners, those
 * who still decide there, another proof may take care (`elsewhere`).
 */
export function squaresBound(
  problem: LeverageProblem,
  reductions: Reductions,
  elsewhere: ReadonlySet<number> = new Set(),
): Bound {
  const { space, isInsolvent, remarked, freePairs, remaining } = problem
  const isForced = forcedMarkets(space)
  const { notional } = profileOf(space, reductions)
  const level = remarked.map((weight, owner) => (isInsolvent[owner] ? 0 : notional[owner] / weight))
  const closing = space.markets.map((): [level: number, capacity: number][] => [])
  for (const pair of freePairs) {
    closing[space.pairMarket[pair]].push([level[space.pairOwner[pair]], space.capacity[pair]])
  }
  const isElsewhere = decidersIn(problem, elsewhere)
  const multipliers = new Map<number, Decimal>()
  level.forEach((multiplier, owner) => {
    if (!isInsolvent[owner] && !isElsewhere[owner]) multipliers.set(owner, decimalOf(multiplier))
  })
  const thresholds = closing.map((list, k) => {
    // Where everything is closed nobody chooses, and a threshold of zero takes all of it.
    if (elsewhere.has(k) || isForced[k]) return zero
    const last = decimalOf(marginalLevel(list, toNumber(remaining[k])))
    return multiply(add(last, last), space.markets[k].price)
  })
  return boundOfSquares(problem, { multipliers, prices: thresholds }, elsewhere)
}

/** The bound of multipliers and prices in a certificate; `beside` are names of other evidence. */
export function recheckSquares(
  problem: LeverageProblem,
  evidence: unknown,
  elsewhere: ReadonlySet<number> = new Set(),
  beside: readonly string[] = [],
): Bound {
  return boundOfSquares(problem, readSquares(problem, evidence, elsewhere, beside), elsewhere)
}

export function readSquares(
  problem: LeverageProblem,
  evidence: unknown,
  elsewhere: ReadonlySet<number> = new Set(),
  beside: readonly string[] = [],
): SquaresEvidence {
  const { space, isInsolvent } = problem
  onlyFields(evidence, 'evidence', ['multipliers', 'prices', ...beside])
  const multipliers = decimalsByOwner(space, evidence, 'multipliers')
  const isElsewhere = decidersIn(problem, elsewhere)
  for (const owner of multipliers.keys()) {
    if (!isInsolvent[owner] && !isElsewhere[owner]) continue
    throw badEvidence('evidence.multipliers', ownerName(space, owner), 'this account is not counted here')
  }
  const prices = decimalsByMarket(space, evidence, 'prices')
  return { multipliers, prices: space.markets.map((_, k) => prices.get(k) ?? zero) }
}

/** `src/certificates/square-bound.ts` over the owners that have a multiplier; the others, at least zero each, count as zero. */
function boundOfSquares(
  problem: LeverageProblem,
  { multipliers, prices }: SquaresEvidence,
  elsewhere: ReadonlySet<number>,
): Bound {
  const { space, freePairs, remaining } = problem
  const counts = new Uint8Array(space.capacity.length)
  for (const pair of freePairs) counts[pair] = 1
  function* columns() {
    for (const [owner, multiplier] of multipliers) {
      const pairs: [market: number, capacity: Decimal][] = []
      for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
        if (counts[pair]) pairs.push([space.pairMarket[pair], exactCapacity(space, pair)])
      }
      yield { amount: exactGross(space, owner), weight: exactRemarkedEquity(space, owner), multiplier, pairs }
    }
  }
  const markets = space.markets.map(({ price }, k) => ({
    price,
    // Owners without a multiplier may give all of it: what is removed has a price of at least zero then.
    removed: elsewhere.has(k) ? zero : remaining[k],
    threshold: signOf(prices[k]) < 0 ? zero : prices[k],
  }))
  return {
    bound: ratioOf(squareBound(columns(), markets)),
    prices: prices.map(toNumber),
    evidence: () => ({
      multipliers: Object.fromEntries(
        Array.from(multipliers, ([owner, multiplier]) => [ownerName(space, owner), toText(multiplier)]),
      ),
      prices: Object.fromEntries(space.markets.map(({ market }, k) => [market.market, toText(prices[k])])),
    }),
  }
}

/** Owners who still decide in one of these markets. */
function decidersIn({ space, freePairs }: LeverageProblem, markets: ReadonlySet<number>): Uint8Array {
  const decides = new Uint8Array(space.owners.length)
  for (const pair of freePairs) if (markets.has(space.pairMarket[pair])) decides[space.pairOwner[pair]] = 1
  return decides
}

/** The level of the owner of the contract that just meets a demand when the highest levels are taken first: 2 p times it is its gain; 0 of nobody. */
function marginalLevel(closing: [level: number, capacity: number][], wanted: number): number {
  closing.sort(([a], [b]) => b - a)
  let [last, taken] = [0, 0]
  for (const [level, capacity] of closing) {
    if (taken >= wanted) break
    last = level
    taken += capacity
  }
  return last
}
