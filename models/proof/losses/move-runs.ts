/**
 * Runs of consecutive moves with the least and the largest return of every market in each. What a linear function of the
 * returns is at most over a run takes one look at the ends; most accounts cannot lose in most runs, and their moves there need
 * not be looked at one by one. Nothing is lost by that: it is a bound, not a sample.
 */
export interface MoveRuns {
  readonly count: number
  /** Run c holds the moves from c · `RUN` on, up to `RUN` of them. */
  readonly lowest: readonly Float64Array[]
  readonly highest: readonly Float64Array[]
  /** By market, the largest |r_sk| of all. */
  readonly largest: Float64Array
}

/** Moves in a run: few enough to be alike, enough to be worth a look. */
export const RUN = 8

/** `returns` by market, then by move. */
export function moveRuns(returns: readonly Float64Array[], moves: number): MoveRuns {
  const count = Math.ceil(moves / RUN)
  const ends = (choose: (a: number, b: number) => number): Float64Array[] =>
    returns.map((own) =>
      Float64Array.from({ length: count }, (_, run) => own.subarray(run * RUN, (run + 1) * RUN).reduce(choose)),
    )
  return {
    count,
    lowest: ends((a, b) => Math.min(a, b)),
    highest: ends((a, b) => Math.max(a, b)),
    largest: Float64Array.from(returns, (own) => own.reduce((most, r) => Math.max(most, Math.abs(r)), 0)),
  }
}

/** Moves in the order of their mean over some columns of `values`, ties by index: where one factor leads, neighbours are alike. */
export function byMean(
  moveIndices: Int32Array,
  values: Float64Array,
  width: number,
  columns: readonly number[],
): Int32Array {
  const mean = new Map(
    Array.from(moveIndices, (s) => [s, columns.reduce((sum, column) => sum + values[s * width + column], 0)]),
  )
  return moveIndices.slice().sort((a, b) => mean.get(a)! - mean.get(b)! || a - b)
}
