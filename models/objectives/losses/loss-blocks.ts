import type { BlockProgram, RiskProgram } from '../../../src/canonical/index.js'
import { toNumber } from '../../../src/numeric/index.js'
import type { RiskSolution } from '../../../src/solvers/index.js'
import type { MovedBook } from '../../proof/losses/moved-book.js'
import type { Measure } from '../../proof/losses/risk-measure.js'
import { gainsOf, type Screening } from '../../proof/losses/screening.js'
import type { RoughDuals } from './program.js'

/**
 * Expected loss as a block-angular program, in contracts and quote currency: a block for each account, a hinge for each kinked
 * pair, a coupling row for each demand,
 *
 *     minimise   Σ_s w_s (fixed and linear part of L_s) + Σ_is w_s (h_is + Σ_k g_sk x_ik)⁺
 *     subject to Σ_i x_ik = Q_k,   0 ≤ x_ik ≤ c_ik,
 *
 * straight from the screening: no expressions, no standard form. Its hinges stand in the order of the kinked pairs.
 */
export function lossBlocks(book: MovedBook, screening: Screening): BlockProgram {
  const { space, weights, total } = book
  const { linearStarts, linearMove, linearLoss, kinkStarts, kinkMove, kinkLoss, fixedUpper } = screening
  const likely = Float64Array.from(weights, (weight) => toNumber(weight) / toNumber(total))
  const gains = gainsOf(book)
  const owners = space.owners.length
  let slopes = 0
  for (let owner = 0; owner < owners; owner++) {
    slopes += (kinkStarts[owner + 1] - kinkStarts[owner]) * (space.starts[owner + 1] - space.starts[owner])
  }
  const linear = new Float64Array(space.capacity.length)
  const slope = new Float64Array(slopes)
  const weight = new Float64Array(kinkMove.length)
  for (let t = 0; t < weight.length; t++) weight[t] = likely[kinkMove[t]]
  let constant = fixedUpper.reduce((sum, loss, s) => sum + likely[s] * loss, 0)
  let next = 0
  for (let owner = 0; owner < owners; owner++) {
    const [from, to] = [space.starts[owner], space.starts[owner + 1]]
    for (let t = linearStarts[owner]; t < linearStarts[owner + 1]; t++) {
      const s = linearMove[t]
      constant += likely[s] * linearLoss[t]
      for (let pair = from; pair < to; pair++) linear[pair] += likely[s] * gains[space.pairMarket[pair]][s]
    }
    const [first, end] = [kinkStarts[owner], kinkStarts[owner + 1]]
    for (let pair = from; pair < to; pair++) {
      const own = gains[space.pairMarket[pair]]
      let at = next + pair - from
      for (let t = first; t < end; t++, at += to - from) slope[at] = own[kinkMove[t]]
    }
    next += (to - from) * (end - first)
  }
  return {
    variableStarts: Int32Array.from(space.starts),
    hingeStarts: kinkStarts.slice(),
    row: Int32Array.from(space.pairMarket),
    upper: Float64Array.from(space.capacity),
    linear,
    weight,
    height: kinkLoss.slice(),
    slope,
    total: Float64Array.from(space.markets, ({ quantity }) => toNumber(quantity)),
    constant,
  }
}

/** What prices and shares of the block program say as duals of the loss program. */
export function dualsOfBlocks(
  { weights, total }: MovedBook,
  { kinkMove }: Screening,
  { prices, shares }: { readonly prices: Float64Array; readonly shares: Float64Array },
): RoughDuals {
  const likely = Float64Array.from(weights, (weight) => toNumber(weight) / toNumber(total))
  const losses = new Float64Array(kinkMove.length)
  for (let t = 0; t < losses.length; t++) losses[t] = shares[t] * likely[kinkMove[t]]
  return { prices, theta: [likely], losses }
}

/**
 * A risk measure of the total losses over the same blocks: a group for each move, L_s its fixed part and the hinges of all pairs of
 * the move, linear ones too, for their weight changes with θ. In a block kinked pairs come first, then the linear ones.
 */
export function lossRisk(book: MovedBook, screening: Screening, measure: Measure): RiskProgram {
  const { space, weights, total, count } = book
  const { linearStarts, linearMove, linearLoss, kinkStarts, kinkMove, kinkLoss, fixedUpper } = screening
  const likely = Float64Array.from(weights, (weight) => toNumber(weight) / toNumber(total))
  const gains = gainsOf(book)
  const owners = space.owners.length
  const hinges = kinkMove.length + linearMove.length
  const hingeStarts = kinkStarts.map((from, owner) => from + linearStarts[owner])
  const group = new Int32Array(hinges)
  const height = new Float64Array(hinges)
  let slopes = 0
  for (let owner = 0; owner < owners; owner++) {
    slopes += (hingeStarts[owner + 1] - hingeStarts[owner]) * (space.starts[owner + 1] - space.starts[owner])
  }
  const slope = new Float64Array(slopes)
  let hinge = 0
  let next = 0
  for (let owner = 0; owner < owners; owner++) {
    const [from, to] = [space.starts[owner], space.starts[owner + 1]]
    const add = (s: number, loss: number): void => {
      group[hinge] = s
      height[hinge++] = loss
      for (let pair = from; pair < to; pair++) slope[next++] = gains[space.pairMarket[pair]][s]
    }
    for (let t = kinkStarts[owner]; t < kinkStarts[owner + 1]; t++) add(kinkMove[t], kinkLoss[t])
    for (let t = linearStarts[owner]; t < linearStarts[owner + 1]; t++) add(linearMove[t], linearLoss[t])
  }
  return {
    blocks: {
      variableStarts: Int32Array.from(space.starts),
      hingeStarts,
      row: Int32Array.from(space.pairMarket),
      upper: Float64Array.from(space.capacity),
      linear: new Float64Array(space.capacity.length),
      weight: new Float64Array(hinges),
      height,
      slope,
      total: Float64Array.from(space.markets, ({ quantity }) => toNumber(quantity)),
    },
    group,
    base: fixedUpper.slice(0, count),
    parts: measure.map(({ weight, confidence }) => {
      const mass = toNumber(weight)
      const alpha = toNumber(confidence)
      return { mass, cap: likely.map((own) => (alpha < 1 ? (mass * own) / (1 - alpha) : mass)) }
    }),
  }
}

/** What prices, shares and weights of the risk program say as duals of the loss program. */
export function dualsOfRisk(
  { kinkStarts, linearStarts, kinkMove }: Screening,
  { prices, shares, theta }: Pick<RiskSolution, 'prices' | 'shares' | 'theta'>,
): RoughDuals {
  const losses = new Float64Array(kinkMove.length)
  for (let owner = 0; owner + 1 < kinkStarts.length; owner++) {
    for (let t = kinkStarts[owner]; t < kinkStarts[owner + 1]; t++) {
      const s = kinkMove[t]
      losses[t] = shares[t + linearStarts[owner]] * theta.reduce((sum, own) => sum + own[s], 0)
    }
  }
  return { prices, theta, losses }
}
