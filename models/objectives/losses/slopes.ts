import type { MovedBook } from '../../proof/losses/moved-book.js'
import { gainsOf, type Screening } from '../../proof/losses/screening.js'

/**
 * What an owner of one pair loses as x grows, φ(x) = Σ_s θ_s (h_s + g_s x)⁺, is convex and piecewise linear: it falls by
 * `falls[j]` per contract on its j-th step, falls descending, with steps between the kinks −h_s/g_s.
 */
export interface Steps {
  readonly falls: Float64Array
  readonly lengths: Float64Array
  /** Kinks of the screening in the order of their points on [0, c]; kink j ends step j. */
  readonly kinks: Int32Array
}

/** Whether no account holds two demanded markets: then each is a function of one reduction. */
export function isSeparate({ space }: MovedBook): boolean {
  return space.owners.every((_, owner) => space.starts[owner + 1] - space.starts[owner] === 1)
}

/** Steps of the owner of one pair under scenario weights θ; `gains` as from `gainsOf`. */
export function stepsOf(
  { space }: MovedBook,
  screening: Screening,
  gains: readonly Float64Array[],
  theta: Float64Array,
  owner: number,
): Steps {
  const { linearStarts, linearMove, kinkStarts, kinkMove, kinkLoss } = screening
  const pair = space.starts[owner]
  const gain = gains[space.pairMarket[pair]]
  let fall = 0
  for (let t = linearStarts[owner]; t < linearStarts[owner + 1]; t++) fall -= theta[linearMove[t]] * gain[linearMove[t]]
  const first = kinkStarts[owner]
  const point = new Float64Array(kinkStarts[owner + 1] - first)
  for (let t = first; t < kinkStarts[owner + 1]; t++) {
    const s = kinkMove[t]
    // Inside the box at x = 0+ are the pairs that closing takes out of loss.
    if (gain[s] < 0) fall -= theta[s] * gain[s]
    point[t - first] = gain[s] === 0 ? 0 : Math.min(Math.max(-kinkLoss[t] / gain[s], 0), space.capacity[pair])
  }
  const kinks = Int32Array.from(point.keys())
    .sort((a, b) => point[a] - point[b])
    .map((t) => t + first)
  const falls = new Float64Array(kinks.length + 1)
  const lengths = new Float64Array(kinks.length + 1)
  let at = 0
  kinks.forEach((t, j) => {
    falls[j] = fall
    lengths[j] = point[t - first] - at
    at = point[t - first]
    fall -= theta[kinkMove[t]] * Math.abs(gain[kinkMove[t]])
  })
  falls[kinks.length] = fall
  lengths[kinks.length] = space.capacity[pair] - at
  return { falls, lengths, kinks }
}

/**
 * The price of each market where accounts are separate: the fall on the step that just meets the demand when the steepest
 * are taken first. Exact for the weights θ, up to doubles.
 */
export function separatePrices(book: MovedBook, screening: Screening, theta: Float64Array, demand: readonly number[]) {
  const gains = gainsOf(book)
  const steps: [fall: number, length: number][][] = book.space.markets.map(() => [])
  for (let owner = 0; owner < book.space.owners.length; owner++) {
    const { falls, lengths } = stepsOf(book, screening, gains, theta, owner)
    const list = steps[book.space.pairMarket[book.space.starts[owner]]]
    falls.forEach((fall, j) => {
      if (lengths[j] > 0) list.push([fall, lengths[j]])
    })
  }
  return Float64Array.from(steps, (list, k) => {
    list.sort(([a], [b]) => b - a)
    let taken = 0
    for (const [fall, length] of list) {
      taken += length
      if (taken >= demand[k]) return fall
    }
    return list.at(-1)?.[0] ?? 0
  })
}

/**
 * The best shares of an owner of one pair at a price π: pairs that are in loss left of the minimiser of φ(x) + π x and not
 * right of it, or the reverse, by which side it lies on; at the minimiser the share that makes the slope zero.
 */
export function bestShares(
  { space }: MovedBook,
  screening: Screening,
  gains: readonly Float64Array[],
  theta: Float64Array,
  steps: Steps,
  owner: number,
  price: number,
  shares: Float64Array,
): void {
  const gain = gains[space.pairMarket[space.starts[owner]]]
  const { falls, kinks } = steps
  kinks.forEach((t, j) => {
    const s = screening.kinkMove[t]
    const width = theta[s] * Math.abs(gain[s])
    // Of the kink's own drop of the fall, the part above the price has been passed.
    if (width === 0) {
      shares[t] = screening.kinkLoss[t] > 0 ? 1 : 0
      return
    }
    const passed = Math.min(Math.max((falls[j] - price) / width, 0), 1)
    shares[t] = gain[s] > 0 ? passed : 1 - passed
  })
}
