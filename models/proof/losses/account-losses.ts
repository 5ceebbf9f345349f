import { RUN } from './move-runs.js'
import { type MovedBook, positionsOf, roundingOf } from './moved-book.js'

/**
 * The losses of one account after the other, h_s = −e − Σ_p x_p r_sp for exposures x, where it may lose. A run of moves in which
 * even the worst return of every market leaves no loss is passed over whole.
 */
export class AccountLosses {
  /** h_s of the moves in `moves`, and nothing of use elsewhere. */
  readonly loss: Float64Array
  /** Moves in which the last account may lose, ascending; the first `count` count. */
  readonly moves: Int32Array
  count = 0
  /** Not below the sum of the magnitudes of the terms of any h_s of the last account. */
  scale = 0
  readonly #book: MovedBook

  constructor(book: MovedBook) {
    this.#book = book
    this.loss = new Float64Array(book.count)
    this.moves = new Int32Array(book.count)
  }

  /**
   * Looks at an account; `exposure` is by position of the book. A move is passed over where h_s is certainly not above zero,
   * whatever is closed: `most` says, by position of the account, what closing can raise the term −x_p r_sp to (−∞: nothing).
   */
  look(account: number, equity: number, exposure: Float64Array, most?: Float64Array): void {
    const { runs, returns, count } = this.#book
    const { market } = this.#book.space.event.positions
    const { lowest, highest, largest } = runs
    const [from, to] = positionsOf(this.#book, account)
    let scale = Math.abs(equity)
    for (let p = from; p < to; p++) {
      scale += Math.abs(exposure[p]) * largest[market[p]]
      if (most !== undefined && most[p - from] > -Infinity) scale += Math.abs(most[p - from])
    }
    this.scale = scale
    const slack = 2 * roundingOf(3 * (to - from)) * scale
    const { loss, moves } = this
    let found = 0
    for (let run = 0; run < runs.count; run++) {
      let highestLoss = slack - equity
      for (let p = from; p < to; p++) {
        const held = exposure[p]
        const term = -held * (held > 0 ? lowest[market[p]][run] : highest[market[p]][run])
        highestLoss += most === undefined ? term : Math.max(term, most[p - from])
      }
      if (highestLoss <= 0) continue
      const end = Math.min(count, (run + 1) * RUN)
      for (let s = run * RUN; s < end; s++) {
        let own = -equity
        for (let p = from; p < to; p++) own -= exposure[p] * returns[market[p]][s]
        loss[s] = own
        moves[found++] = s
      }
    }
    this.count = found
  }

  /** The sum of the magnitudes of the terms of h_s. */
  scaleAt(account: number, equity: number, exposure: Float64Array, s: number): number {
    const { returns, space } = this.#book
    const { market } = space.event.positions
    const [from, to] = positionsOf(this.#book, account)
    let scale = Math.abs(equity)
    for (let p = from; p < to; p++) scale += Math.abs(exposure[p] * returns[market[p]][s])
    return scale
  }
}
