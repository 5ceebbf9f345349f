import { GrowingDoubles, GrowingIntegers } from '../../book/growing-column.js'
import { lossesOf, type MovedBook, positionsOf, roundingOf } from './moved-book.js'

/**
 * What is left of accounts × moves before any row exists. Over the box 0 ≤ x_ik ≤ c_ik the loss before its positive part,
 * h_is + Σ_k g_sk x_ik, lies between
 *
 *     h_is + Σ_k min(0, g_sk) c_ik   and   h_is + Σ_k max(0, g_sk) c_ik.
 *
 * Never positive: dropped, it costs nothing and is not kept. Never negative: linear. Else kinked: it becomes a row. Both ends
 * are rounded outwards, so a pair on the edge counts as kinked. The box is not cut at Q_k: the optimum would be the same, but
 * the price of a market that one account could meet alone would not.
 */
export interface Screening {
  readonly counts: ScreeningCounts
  /** The linear moves of owner o stand from `linearStarts[o]` up to, not including, `linearStarts[o + 1]`. */
  readonly linearStarts: Int32Array
  readonly linearMove: Int32Array
  /** The kinked moves of owner o, in the same way, and of each h_is and the highest loss in the box. */
  readonly kinkStarts: Int32Array
  readonly kinkMove: Int32Array
  readonly kinkLoss: Float64Array
  readonly kinkMost: Float64Array
  /** h_is of the linear pairs. */
  readonly linearLoss: Float64Array
  /** By move, losses of accounts that nothing is closed of: not above and not below the exact ones. */
  readonly fixedLower: Float64Array
  readonly fixedUpper: Float64Array
}

/** Pairs of an account and a move of positive weight. */
export interface ScreeningCounts {
  readonly dropped: number
  readonly linear: number
  readonly kinked: number
}

export function screen(book: MovedBook): Screening {
  const { space, count } = book
  const { accounts } = space.event
  const gains = gainsOf(book)
  const loss = new Float64Array(count)
  const scale = new Float64Array(count)
  const [fixedLower, fixedUpper] = [new Float64Array(count), new Float64Array(count)]
  const [linearStarts, kinkStarts] = [new Int32Array(space.owners.length + 1), new Int32Array(space.owners.length + 1)]
  const [linearMove, kinkMove] = [new GrowingIntegers(), new GrowingIntegers()]
  const [linearLoss, kinkLoss, kinkMost] = [new GrowingDoubles(), new GrowingDoubles(), new GrowingDoubles()]
  let fixedLinear = 0
  let owner = 0
  for (let account = 0; account < accounts.count; account++) {
    lossesOf(book, account, book.equity[account], (p) => book.exposure[p], loss, scale)
    const [from, to] = positionsOf(book, account)
    if (space.owners[owner] !== account) {
      const rounding = roundingOf(to - from)
      for (let s = 0; s < count; s++) {
        if (loss[s] > 0) fixedLinear++
        fixedLower[s] += Math.max(0, loss[s] - rounding * scale[s])
        fixedUpper[s] += Math.max(0, loss[s] + rounding * scale[s])
      }
      continue
    }
    const [first, end] = [space.starts[owner], space.starts[owner + 1]]
    const rounding = 2 * roundingOf(to - from + 2 * (end - first))
    let conceded = 0
    for (let pair = first; pair < end; pair++) {
      conceded += Math.abs(book.concession[space.pairMarket[pair]]) * space.capacity[pair]
    }
    for (let s = 0; s < count; s++) {
      // |g_sk| c_ik ≤ |d_k| c_ik + |n_ik p_k r_sk|: the scale of the losses covers the second.
      const slack = rounding * (scale[s] + conceded)
      let least = loss[s] - slack
      let most = loss[s] + slack
      for (let pair = first; pair < end; pair++) {
        const swing = gains[space.pairMarket[pair]][s] * space.capacity[pair]
        if (swing < 0) least += swing
        else most += swing
      }
      if (most <= 0) continue
      if (least >= 0) {
        linearLoss.set(linearMove.count, loss[s])
        linearMove.push(s)
      } else {
        kinkLoss.set(kinkMove.count, loss[s])
        kinkMost.set(kinkMove.count, most)
        kinkMove.push(s)
      }
    }
    owner++
    linearStarts[owner] = linearMove.count
    kinkStarts[owner] = kinkMove.count
  }
  const linear = linearMove.count + fixedLinear
  const kinked = kinkMove.count
  // Sums of at most `accounts` terms, none negative.
  const rounding = roundingOf(accounts.count)
  return {
    counts: { dropped: accounts.count * count - linear - kinked, linear, kinked },
    linearStarts,
    linearMove: linearMove.finish(),
    linearLoss: linearLoss.finishAll(linearMove.count),
    kinkStarts,
    kinkMove: kinkMove.finish(),
    kinkLoss: kinkLoss.finishAll(kinked),
    kinkMost: kinkMost.finishAll(kinked),
    fixedLower: fixedLower.map((sum) => sum * (1 - rounding)),
    fixedUpper: fixedUpper.map((sum) => sum * (1 + rounding)),
  }
}

/** g_sk = d_k + σ_k p_k r_sk by demanded market, then by move. */
export function gainsOf({ space, concession, signedPrice, returns }: MovedBook): Float64Array[] {
  return space.markets.map(({ index }, k) => returns[index].map((move) => concession[k] + signedPrice[k] * move))
}
