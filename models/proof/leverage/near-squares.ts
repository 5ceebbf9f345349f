import { dyadicRatio, PairSum, productError, splitInto } from '../../../src/numeric/index.js'
import { exactHolding, exactRemarkedEquity } from '../../book/exact-amounts.js'
import type { Reductions, ValueRange } from '../claim.js'
import { nearestHolding, nearestReductions } from '../nearest-reductions.js'
import type { LeverageProblem } from './problem.js'
import { grossPairs, pricePairs } from './profile.js'

/**
 * A range of a 2⁻⁶⁰th that holds Σ N_i²/g_i over the solvent, in pairs of doubles; undefined where something is closed beyond zero, or out
 * of range. Decimals take thirty times as long, and are needed only where a comparison turns on them.
 *
 * Of one term, t = N²/g: with s = fl(N²) and t₀ = fl(s/g), what they leave is found exactly (Dekker's product), and the correction
 * (s − t₀ g + rests)/g is right to 2⁻⁹⁵ t, beside what is granted of N, which counts 2 N/g times. Sums keep what each addition rounds off; n of
 * those, each below 2⁻⁵³ of the sum, lose at most n² 2⁻¹⁰⁶ of it, of which four times that is granted.
 */
export function squaresWithin(problem: LeverageProblem, reductions: Reductions): ValueRange | undefined {
  const { space, isInsolvent, remarked } = problem
  const { starts, pairMarket, owners } = space
  const { values, rests } = nearestReductions(reductions)
  const gross = grossPairs(space)
  const prices = pricePairs(space)
  const equityRests = restsOfEquities(problem)
  const exposure = new PairSum()
  let high = 0
  let low = 0
  let error = 0
  for (let owner = 0; owner < owners.length; owner++) {
    if (isInsolvent[owner]) continue
    exposure.start(gross.values[owner], gross.rests[owner])
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      // Beyond zero it would be a position again; a double does not tell.
      const isClosed = values[pair] >= nearestHolding(space, pair)
      if (isClosed && reductions[pair] !== exactHolding(space, pair)) return undefined
      const k = pairMarket[pair]
      if (values[pair] !== 0) exposure.addProduct(-values[pair], -rests[pair], prices.values[k], prices.rests[k])
    }
    const { granted } = exposure
    // What cancelled may have left a low part that is not small beside the high one.
    const size = exposure.high + exposure.low
    const rest = exposure.high - size + exposure.low
    const equity = remarked[owner]
    const square = size * size
    const term = square / equity
    const back = term * equity
    const left = square - back - productError(term, equity, back)
    const correction = (left + productError(size, size, square) + 2 * size * rest - term * equityRests[owner]) / equity
    const sum = high + term
    const shadow = sum - high
    low += high - (sum - shadow) + (term - shadow) + correction
    high = sum
    error += term * TERM + (2 * Math.abs(size) * granted) / equity
  }
  const width = 2 * error + high * ((owners.length + 4) ** 2 * SUM)
  if (!(high > SMALLEST && high < LARGEST && Number.isFinite(low + width))) return undefined
  return { low: dyadicRatio(high, low - width), high: dyadicRatio(high, low + width) }
}

const TERM = 2 ** -94
const SUM = 2 ** -104
/** What underflows in a product is far below the rest of a sum in this range. */
const SMALLEST = 1e-150
const LARGEST = 1e150

/** What the doubles nearest to g_i leave of them. */
function restsOfEquities(problem: LeverageProblem): Float64Array {
  const known = equities.get(problem)
  if (known !== undefined) return known
  const { space } = problem
  const values = new Float64Array(space.owners.length)
  const rests = new Float64Array(space.owners.length)
  for (let owner = 0; owner < values.length; owner++) {
    splitInto(exactRemarkedEquity(space, owner), owner, values, rests)
  }
  equities.set(problem, rests)
  return rests
}

const equities = new WeakMap<LeverageProblem, Float64Array>()
