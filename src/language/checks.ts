import { SpillwayError } from '../errors.js'
import { isArrayLike, wrongType } from '../validation.js'

/** The checks on entry of the language: lengths, numbers and rows. Each throws `SpillwayError` with its own code. */

/** Throws `expression-shape` where two things that go row by row have different lengths. */
export function expectLength(path: string, got: number, wanted: number): void {
  if (got === wanted) return
  throw new SpillwayError({
    code: 'expression-shape',
    path,
    value: got,
    problem: `has ${got} rows where ${wanted} are wanted`,
    cure: 'Give one entry per row, or a single number for all of them.',
  })
}

/** Throws `expression-number` on NaN, and on infinities unless they are allowed (bounds). */
export function expectNumbers(path: string, values: ArrayLike<number>, mayBeInfinite = false): void {
  for (let r = 0; r < values.length; r++) {
    const value = values[r]
    if (Number.isFinite(value) || (mayBeInfinite && (value === Infinity || value === -Infinity))) continue
    throw new SpillwayError({
      code: 'expression-number',
      path: `${path}[${r}]`,
      value,
      problem: mayBeInfinite ? 'is not a number' : 'is not a finite number',
      cure: 'Multiples and constants are finite; only bounds may be infinite.',
    })
  }
}

/** Throws `wrong-type` unless it is a list of numbers, or the like. */
export function expectList(path: string, given: unknown): void {
  if (!isArrayLike(given)) throw wrongType('wrong-type', path, given, 'a list of numbers')
}

/** What reports call a thing. Throws `wrong-type` unless it is a text with something in it, or nothing at all. */
export function expectLabel(path: string, label: unknown): void {
  if (label === undefined || (typeof label === 'string' && label !== '')) return
  throw wrongType('wrong-type', path, label, 'a text that names it in reports')
}

/** The rows as an `Int32Array`. Throws `row-outside` unless each is a whole number from 0 up to, not including, `count`. */
export function expectRows(path: string, rows: ArrayLike<number>, count: number): Int32Array {
  expectList(path, rows)
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]
    if (Number.isInteger(row) && row >= 0 && row < count) continue
    throw new SpillwayError({
      code: 'row-outside',
      path: `${path}[${r}]`,
      value: row,
      problem: `is not a row of ${count}`,
      cure: 'Rows and groups are whole numbers that count from 0.',
    })
  }
  return rows instanceof Int32Array ? rows : Int32Array.from(rows)
}

/** A length as given. Throws `bad-size` unless it is a whole number ≥ 0 that an array can have. */
export function expectSize(path: string, size: number): number {
  if (Number.isInteger(size) && size >= 0 && size < 2 ** 31) return size
  throw new SpillwayError({
    code: 'bad-size',
    path,
    value: size,
    problem: 'is not a length',
    cure: 'Give a whole number from 0 on, or a list of labels.',
  })
}

/** One number for every row, or one per row: as an array of `rows` entries of its own. */
export function perRow(
  path: string,
  given: number | ArrayLike<number>,
  rows: number,
  mayBeInfinite = false,
): Float64Array {
  if (typeof given === 'number') {
    expectNumbers(path, [given], mayBeInfinite)
    return new Float64Array(rows).fill(given)
  }
  if (!isArrayLike(given)) throw wrongType('wrong-type', path, given, 'a number, or a list of numbers')
  expectLength(path, given.length, rows)
  expectNumbers(path, given, mayBeInfinite)
  return Float64Array.from(given)
}
