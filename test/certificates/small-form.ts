import { fromTriplets, type StandardForm, standardForm, type Triplet } from '#src/index.js'

export interface SmallForm {
  readonly linear: readonly number[]
  readonly offset?: number
  /** Rows as lists of coefficients; a zero is an entry of zero, unless the rows are sparse. */
  readonly isSparse?: boolean
  readonly rows?: readonly (readonly number[])[]
  readonly rowLower?: readonly number[]
  readonly rowUpper?: readonly number[]
  readonly lower?: readonly number[]
  readonly upper?: readonly number[]
  readonly integer?: readonly boolean[]
  /** Entries of the lower triangle. */
  readonly quadratic?: readonly Triplet[]
}

/** A form written by hand: columns are free and rows have no sides where nothing is said. */
export function smallForm(given: SmallForm): StandardForm {
  const { linear, offset = 0, rows = [], quadratic = [] } = given
  const n = linear.length
  return standardForm({
    linear,
    offset,
    quadratic: fromTriplets(n, n, [...quadratic]),
    matrix: fromTriplets(
      rows.length,
      n,
      rows
        .flatMap((row, i) => row.map((value, j): Triplet => [i, j, value]))
        .filter(([, , value]) => value !== 0 || given.isSparse !== true),
    ),
    rowLower: given.rowLower ?? rows.map(() => -Infinity),
    rowUpper: given.rowUpper ?? rows.map(() => Infinity),
    lower: given.lower ?? linear.map(() => -Infinity),
    upper: given.upper ?? linear.map(() => Infinity),
    integer: given.integer ?? linear.map(() => false),
  })
}
