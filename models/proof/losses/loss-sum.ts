import { add, type Decimal, decimalOf, multiply, negate, signOf } from '../../../src/numeric/index.js'
import { exactReturn, type MovedBook, positionsOf, roundingOf } from './moved-book.js'

/**
 * Σ_i of the losses by move before anything is closed, not below the exact sums. Whether an account loses at all is decided
 * exactly: on a kink rounding would make a loss where there is none.
 */
export class LossSum {
  readonly #book: MovedBook
  readonly #sums: Float64Array

  constructor(book: MovedBook) {
    this.#book = book
    this.#sums = new Float64Array(book.count)
  }

  /** A loss of an account that is off by `slack` at most. */
  add(account: number, s: number, loss: number, slack: number): void {
    const most = loss + slack
    if (most <= 0) return
    if (loss - slack > 0 || signOf(exactLossBefore(this.#book, account, s)) > 0) this.#sums[s] += most
  }

  /** By move. Sums of doubles that are not below zero: off by less than their rounding. */
  totals(): Decimal[] {
    const rounding = roundingOf(this.#book.space.event.accounts.count)
    return Array.from(this.#sums, (sum) => decimalOf(sum * (1 + 2 * rounding)))
  }
}

/** −e_i − Σ_k n_ik p_k r_sk in exact decimals. */
function exactLossBefore(book: MovedBook, account: number, s: number): Decimal {
  const { accounts, positions, markets } = book.space.event
  const [from, to] = positionsOf(book, account)
  let gain = accounts.equity.exact(account)
  for (let p = from; p < to; p++) {
    const exposure = multiply(positions.quantity.exact(p), markets[positions.market[p]].markPrice)
    gain = add(gain, multiply(exposure, exactReturn(book, s, positions.market[p])))
  }
  return negate(gain)
}
