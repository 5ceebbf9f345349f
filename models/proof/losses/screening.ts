import { AccountLosses } from './account-losses.js'
import { LossSum } from './loss-sum.js'
import { type MovedBook, positionsOf, roundingOf } from './moved-book.js'

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
  /** Σ_i of the losses by move before anything is closed, rounded up: what `totalLosses` says of no reductions. */
  readonly before: LossSum
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
  const losses = new AccountLosses(book)
  const { loss, moves } = losses
  const [fixedLower, fixedUpper] = [new Float64Array(count), new Float64Array(count)]
  const [linearStarts, kinkStarts] = [new Int32Array(space.owners.length + 1), new Int32Array(space.owners.length + 1)]
  const [linear, kinked] = [new KeptPairs(), new KeptPairs()]
  const before = new LossSum(book)
  let fixedLinear = 0
  let owner = 0
  for (let account = 0; account < accounts.count; account++) {
    const equity = book.equity[account]
    const [from, to] = positionsOf(book, account)
    if (space.owners[owner] !== account) {
      losses.look(account, equity, book.exposure)
      const rounding = roundingOf(to - from)
      for (let t = 0; t < losses.count; t++) {
        const s = moves[t]
        if (loss[s] > 0) fixedLinear++
        if (loss[s] <= -rounding * losses.scale) continue
        const slack = rounding * losses.scaleAt(account, equity, book.exposure, s)
        before.add(account, s, loss[s], slack)
        fixedLower[s] += Math.max(0, loss[s] - slack)
        fixedUpper[s] += Math.max(0, loss[s] + slack)
      }
      continue
    }
    const [first, end] = [space.starts[owner], space.starts[owner + 1]]
    const rounding = 2 * roundingOf(to - from + 2 * (end - first))
    let conceded = 0
    const lifted = new Float64Array(to - from).fill(-Infinity)
    for (let pair = first; pair < end; pair++) {
      const concession = book.concession[space.pairMarket[pair]] * space.capacity[pair]
      conceded += Math.abs(concession)
      // Closing leads the term −n_ik p_k r_sk towards d_k c_ik and not past it.
      lifted[space.pairPosition[pair] - from] = Math.max(0, concession)
    }
    losses.look(account, equity, book.exposure, lifted)
    const slackOfAll = rounding * (losses.scale + conceded)
    const plain = roundingOf(to - from)
    for (let t = 0; t < losses.count; t++) {
      const s = moves[t]
      if (loss[s] + plain * losses.scale > 0) {
        before.add(account, s, loss[s], plain * losses.scaleAt(account, equity, book.exposure, s))
      }
      let least = 0
      let most = 0
      for (let pair = first; pair < end; pair++) {
        const swing = gains[space.pairMarket[pair]][s] * space.capacity[pair]
        least += Math.min(0, swing)
        most += Math.max(0, swing)
      }
      if (loss[s] + most + slackOfAll <= 0) continue
      // |g_sk| c_ik ≤ |d_k| c_ik + |n_ik p_k r_sk|: the scale of the losses covers the second.
      const slack = rounding * (losses.scaleAt(account, equity, book.exposure, s) + conceded)
      most += loss[s] + slack
      if (most <= 0) continue
      if (loss[s] - slack + least >= 0) {
        linear.push(s, loss[s], most)
      } else kinked.push(s, loss[s], most)
    }
    owner++
    linearStarts[owner] = linear.count
    kinkStarts[owner] = kinked.count
  }
  const allLinear = linear.count + fixedLinear
  // Sums of at most `accounts` terms, none negative.
  const rounding = roundingOf(accounts.count)
  return {
    counts: { dropped: accounts.count * count - allLinear - kinked.count, linear: allLinear, kinked: kinked.count },
    linearStarts,
    linearMove: linear.moves,
    linearLoss: linear.losses,
    kinkStarts,
    kinkMove: kinked.moves,
    kinkLoss: kinked.losses,
    kinkMost: kinked.most,
    fixedLower: fixedLower.map((sum) => sum * (1 - rounding)),
    fixedUpper: fixedUpper.map((sum) => sum * (1 + rounding)),
    before,
  }
}

/** Pairs that are kept, in arrays that grow: millions of them. What is not used of an array takes no memory, for it is never written. */
class KeptPairs {
  count = 0
  #moves = new Int32Array(1024)
  #losses = new Float64Array(1024)
  #most = new Float64Array(1024)

  push(move: number, loss: number, most: number): void {
    const at = this.count++
    if (at === this.#moves.length) this.#grow()
    this.#moves[at] = move
    this.#losses[at] = loss
    this.#most[at] = most
  }

  get moves(): Int32Array {
    return this.#moves.subarray(0, this.count)
  }

  get losses(): Float64Array {
    return this.#losses.subarray(0, this.count)
  }

  /** The highest losses in the box. */
  get most(): Float64Array {
    return this.#most.subarray(0, this.count)
  }

  #grow(): void {
    const room = 2 * this.#moves.length
    const moves = new Int32Array(room)
    moves.set(this.#moves)
    this.#moves = moves
    const losses = new Float64Array(room)
    losses.set(this.#losses)
    this.#losses = losses
    const most = new Float64Array(room)
    most.set(this.#most)
    this.#most = most
  }
}

/**
 * g_sk = d_k + σ_k p_k r_sk by demanded market, then by move. A move to the ADL price itself makes it zero; what doubles leave of
 * that is rounding, covered by the slack of `screen`, and as a coefficient of 1e-17 it would spoil the scale of a program.
 */
export function gainsOf({ space, concession, signedPrice, returns }: MovedBook): Float64Array[] {
  const rounding = roundingOf(2)
  return space.markets.map(({ index }, k) =>
    returns[index].map((move) => {
      const gain = concession[k] + signedPrice[k] * move
      return Math.abs(gain) <= rounding * Math.abs(concession[k]) ? 0 : gain
    }),
  )
}
