import { downwards, EnclosedSum } from '../../../src/certificates/index.js'
import {
  add,
  compare,
  type Decimal,
  decimalOf,
  decimalPlaces,
  multiply,
  negate,
  type Ratio,
  ratioOf,
  roundedQuotient,
  signOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity, forcedMarkets } from '../../book/exact-amounts.js'
import { exactReturn, type MovedBook, positionsOf, roundingOf } from './moved-book.js'
import { type ScenarioWeights, totalScenarioWeights } from './risk-measure.js'
import type { Screening } from './screening.js'
import { totalLosses } from './total-losses.js'

/**
 * What a bound follows from. With prices π (fall of the optimum per contract), scenario weights θ and, for every pair of an
 * account and a move, a share y_is between 0 and θ_s,
 *
 *     ρ(L(x)) ≥ Σ_s θ_s Σ_i (h_is + g_s·x_i)⁺ ≥ Σ_is y_is (h_is + g_s·x_i)
 *             = −π·Q + Σ_is y_is h_is + Σ_ik (Σ_s y_is g_sk + π_k) x_ik     as Σ_i x_ik = Q_k,
 *
 * so the last with each x_ik at the better end of 0 ≤ x_ik ≤ c_ik bounds every allocation from below, however rough the
 * three are. Pairs that were screened take the only sensible share: θ_s where linear, none where dropped.
 *
 * An owner who is kept solvent by a row adds μ_i (Σ_k d_k x_ik − e_i) ≤ 0: what a pair of a move of nothing, r = 0, would be with the share μ_i.
 */
export interface LossDuals {
  /** π_k by demanded market. */
  readonly prices: readonly Decimal[]
  readonly scenarioWeights: ScenarioWeights
  /** y_is/θ_s of the kinked pairs, from 0 to 1, in the order of the screening. */
  readonly shares: Float64Array
  /** μ_i ≥ 0 of the rows Σ_k d_k x_ik ≤ e_i, in the order of `solvencyRows`, zero where absent. */
  readonly solvency?: readonly Decimal[] | undefined
}

/**
 * The bound, exact where the book asks for it, else rounded down. `scenarioWeights` must be in Θ (`repairScenarioWeights`) and shares in [0, 1]. Where
 * Q_k = Σ_i c_ik every x_ik is c_ik, and the market has no price.
 */
export function lossBound(book: MovedBook, screening: Screening, duals: LossDuals): Ratio {
  const { space, total } = book
  const isForced = forcedMarkets(space)
  // Everything in units of the weights as given: π W in place of π, scenarioWeights in place of θ.
  const prices = duals.prices.map((price, k) => (isForced[k] ? zero : multiply(price, total)))
  const paid = space.markets.reduce((sum, { quantity }, k) => add(sum, multiply(prices[k], quantity)), zero)
  const parts = book.isExact
    ? exactParts(space, exactSlopes(book, screening, duals), prices)
    : roundedParts(book, screening, duals, prices)
  return ratioOf(subtract(parts, paid), total)
}

/** Digits behind the point of a price, beyond those of its slope: far below anything that is compared. */
const DIGITS = 40

/**
 * The best prices for given scenarioWeights and shares, to forty digits: with s_ik = Σ_s y_is g_sk the bound is least Σ s_ik x_ik over all x that
 * meet the demand, and the price that attains it is −s of the pair that just meets it when the lowest are taken first. Doubles
 * leave π Q off by 1e-16 of itself, which is much where the loss is little beside it.
 */
export function exactPrices(book: MovedBook, screening: Screening, duals: LossDuals): Decimal[] {
  const { space, total } = book
  const { slopes } = exactSlopes(book, screening, duals)
  const pairsOf: number[][] = space.markets.map(() => [])
  slopes.forEach((_, pair) => {
    pairsOf[space.pairMarket[pair]].push(pair)
  })
  return pairsOf.map((pairs, k) => {
    pairs.sort((a, b) => compare(slopes[a], slopes[b]))
    let missing = space.markets[k].quantity
    const last = pairs.find((pair) => {
      missing = subtract(missing, exactCapacity(space, pair))
      return signOf(missing) <= 0
    })
    const slope = slopes[last ?? pairs[pairs.length - 1]]
    return roundedQuotient(negate(slope), total, decimalPlaces(slope) + DIGITS, 'down')
  })
}

/** The moves in which an owner has a share, and the share: all of θ_s where linear. */
function* sharesOf(
  { linearStarts, linearMove, kinkStarts, kinkMove }: Screening,
  owner: number,
  shares: Float64Array,
): Generator<readonly [move: number, share: number]> {
  for (let t = linearStarts[owner]; t < linearStarts[owner + 1]; t++) yield [linearMove[t], 1]
  for (let t = kinkStarts[owner]; t < kinkStarts[owner + 1]; t++) yield [kinkMove[t], shares[t]]
}

/** μ_i W by owner. */
function solvencyOf({ space, total }: MovedBook, { solvency }: LossDuals): ReadonlyMap<number, Decimal> {
  const duals = new Map<number, Decimal>()
  space.solvencyRows?.forEach((owner, r) => {
    duals.set(owner, multiply(solvency?.[r] ?? zero, total))
  })
  return duals
}

interface Slopes {
  /** Σ_is y_is h_is, and the losses of accounts that nothing is closed of. */
  readonly constant: Decimal
  /** Σ_s y_is g_sk by pair. */
  readonly slopes: readonly Decimal[]
}

function exactParts(space: DecisionSpace, { constant, slopes }: Slopes, prices: readonly Decimal[]): Decimal {
  const isForced = forcedMarkets(space)
  let sum = constant
  slopes.forEach((own, pair) => {
    const k = space.pairMarket[pair]
    const slope = add(prices[k], own)
    if (isForced[k] || signOf(slope) < 0) sum = add(sum, multiply(slope, exactCapacity(space, pair)))
  })
  return sum
}

function exactSlopes(book: MovedBook, screening: Screening, duals: LossDuals): Slopes {
  const { space } = book
  const { scenarioWeights, shares } = duals
  const solvency = solvencyOf(book, duals)
  const mass = totalScenarioWeights(scenarioWeights)
  const { positions, markets, accounts } = space.event
  const slopes: Decimal[] = []
  const none = Array.from(space.capacity, () => zero)
  const fixed = totalLosses(book, none, (isOwner) => !isOwner)
  let sum = fixed.reduce((all, loss, s) => add(all, multiply(loss, mass[s])), zero)
  for (let owner = 0; owner < space.owners.length; owner++) {
    const account = space.owners[owner]
    const [from, to] = positionsOf(book, account)
    let weight = solvency.get(owner) ?? zero
    const moved = Array.from({ length: to - from }, () => zero)
    for (const [s, share] of sharesOf(screening, owner, shares)) {
      const y = share === 1 ? mass[s] : multiply(mass[s], decimalOf(share))
      if (signOf(y) === 0) continue
      weight = add(weight, y)
      moved.forEach((before, q) => {
        moved[q] = add(before, multiply(y, exactReturn(book, s, positions.market[from + q])))
      })
    }
    sum = subtract(sum, multiply(weight, accounts.equity.exact(account)))
    moved.forEach((own, q) => {
      const exposure = multiply(positions.quantity.exact(from + q), markets[positions.market[from + q]].markPrice)
      sum = subtract(sum, multiply(exposure, own))
    })
    for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
      const k = space.pairMarket[pair]
      const { concession, side, price } = space.markets[k]
      const own = multiply(price, moved[space.pairPosition[pair] - from])
      const gain = add(multiply(concession, weight), side === 1 ? own : negate(own))
      slopes[pair] = gain
    }
  }
  return { constant: sum, slopes }
}

function roundedParts(
  book: MovedBook,
  screening: Screening,
  duals: LossDuals,
  exactPrices: readonly Decimal[],
): Decimal {
  const { space, returns, exposure, equity, concession, signedPrice } = book
  const { positions } = space.event
  const isForced = forcedMarkets(space)
  const { shares } = duals
  const solvency = solvencyOf(book, duals)
  const mass = Float64Array.from(totalScenarioWeights(duals.scenarioWeights), toNumber)
  const prices = Float64Array.from(exactPrices, toNumber)
  const sum = new EnclosedSum()
  const fixed = roundingOf(4)
  screening.fixedLower.forEach((loss, s) => {
    sum.add(loss * mass[s] * (1 - fixed))
  })
  for (let owner = 0; owner < space.owners.length; owner++) {
    const account = space.owners[owner]
    const [from, to] = positionsOf(book, account)
    let weight = toNumber(solvency.get(owner) ?? zero)
    let terms = 1
    const moved = new Float64Array(to - from)
    const size = new Float64Array(to - from)
    for (const [s, share] of sharesOf(screening, owner, shares)) {
      const y = mass[s] * share
      if (y === 0) continue
      terms++
      weight += y
      for (let p = from; p < to; p++) {
        const term = y * returns[positions.market[p]][s]
        moved[p - from] += term
        size[p - from] += Math.abs(term)
      }
    }
    const rounding = roundingOf(terms + to - from)
    let part = -weight * equity[account]
    let scale = Math.abs(part)
    for (let p = from; p < to; p++) {
      part -= exposure[p] * moved[p - from]
      scale += Math.abs(exposure[p]) * size[p - from]
    }
    sum.add(part)
    sum.add(-rounding * scale)
    for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
      const k = space.pairMarket[pair]
      const p = space.pairPosition[pair] - from
      const slope = prices[k] + concession[k] * weight + signedPrice[k] * moved[p]
      const parts = Math.abs(prices[k]) + Math.abs(concession[k]) * weight + Math.abs(signedPrice[k]) * size[p]
      // Without a share the slope is the price, and its sign is certain.
      const least = weight === 0 ? prices[k] : slope - rounding * parts
      if (isForced[k] && least > 0) sum.add(least * space.capacity[pair] * (1 - roundingOf(4)))
      else if (least < 0) sum.add(least * space.capacity[pair] * (1 + roundingOf(4)))
    }
  }
  // The decimal that is written for a double may be half a unit in its last place above it.
  return decimalOf(downwards(sum.lower))
}
