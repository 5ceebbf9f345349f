import type { DecisionSpace } from '../../book/decision-space.js'
import { lorenzCurve } from './concentration.js'
import { closeInFactorBook, type FactorBook, lossCurve } from './move-curve.js'
import { largestPayers, type Payer, type Takings } from './who-pays.js'

/** What charts draw of the book before the ADL: the same grids as each row's. */
export interface BookCharts {
  /** Moves f at which `losses` are given, −0.5 … 0.5; of every price at once, or of the factor. */
  readonly moves: readonly number[]
  readonly factor: FactorBook['moves']
  readonly losses: readonly number[]
  /** Leverage of eligible accounts, the most leveraged first, medians of `bins.length` groups; `null` for ∞. */
  readonly leverage: readonly (number | null)[]
  /** Accounts in each group. */
  readonly bins: readonly number[]
  /** Lorenz curve of the notional held of what is demanded. */
  readonly lorenz: readonly number[]
}

/** What charts draw of one policy. */
export interface RowCharts {
  /** Total shortfall over the whole book at each of the moves, quote currency. */
  readonly losses: readonly number[]
  /** Median leverage after the ADL, of the same groups of accounts. */
  readonly leverage: readonly (number | null)[]
  /** Lorenz curve of closed notional over eligible accounts, at 0, 1/50, …, 1 of them. */
  readonly lorenz: readonly number[]
  readonly payers: readonly Payer[]
}

/** Moves of the prices that charts of losses show. */
export const MOVES: readonly number[] = Array.from({ length: 51 }, (_, g) => (g - 25) / 50)
export const LORENZ_STEPS = 50
const MOST_GROUPS = 60
const PAYERS = 10

/**
 * Groups of accounts of about one size, in the order of their leverage, the most leveraged first: one account each up
 * to 120 of them, else sixty groups.
 */
export class LeverageGroups {
  /** Accounts in each group. */
  readonly sizes: readonly number[]
  private readonly order: Int32Array
  private readonly groups: readonly (readonly [from: number, to: number])[]

  constructor(before: Float64Array) {
    // Infinity minus infinity is no order.
    const fall = (i: number, j: number): number => (before[i] === before[j] ? i - j : before[i] > before[j] ? -1 : 1)
    this.order = Int32Array.from(before.keys()).sort(fall)
    const count = before.length <= 2 * MOST_GROUPS ? before.length : MOST_GROUPS
    const edge = (b: number): number => Math.floor((b * before.length) / count)
    this.groups = Array.from({ length: count }, (_, b) => [edge(b), edge(b + 1)] as const)
    this.sizes = this.groups.map(([from, to]) => to - from)
  }

  /** Whose each group is, where every group is one account; undefined where they are not. */
  owners(): readonly number[] | undefined {
    return this.sizes.every((size) => size === 1) ? Array.from(this.order) : undefined
  }

  /** Upper medians, so that a group is never shown below half of its accounts; `null` for ∞. */
  medians(leverage: Float64Array): (number | null)[] {
    return this.groups.map(([from, to]) => {
      const group = Float64Array.from(this.order.subarray(from, to), (owner) => leverage[owner]).sort()
      const median = group[group.length >> 1]
      return Number.isFinite(median) ? median : null
    })
  }
}

/** Draws the grids once for a book, and then each allocation on them. */
export class ChartMaker {
  readonly book: BookCharts
  private readonly groups: LeverageGroups

  constructor(
    private readonly space: DecisionSpace,
    private readonly before: Float64Array,
    private readonly factor: FactorBook,
    held: Float64Array,
  ) {
    this.groups = new LeverageGroups(before)
    this.book = {
      moves: MOVES,
      factor: factor.moves,
      losses: lossCurve(factor, MOVES),
      leverage: this.groups.medians(before),
      bins: this.groups.sizes,
      lorenz: lorenzCurve(held.slice().sort(), LORENZ_STEPS),
    }
  }

  row({ closed, notional }: Takings, after: Float64Array): RowCharts {
    return {
      losses: lossCurve(closeInFactorBook(this.factor, this.space, closed), MOVES),
      leverage: this.groups.medians(after),
      lorenz: lorenzCurve(notional.slice().sort(), LORENZ_STEPS),
      payers: largestPayers(this.space, notional, { before: this.before, after }, PAYERS),
    }
  }
}
