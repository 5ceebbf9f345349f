import { type Decimal, decimalOf, largerOf } from '../../../src/numeric/index.js'

/**
 * One number per account of a market: doubles to compute with, accurate to 1e-11 also where the number is a small
 * difference of large ones, and the exact decimal for where two come close.
 */
export interface BookColumn {
  readonly values: Float64Array
  exact(i: number): Decimal
}

/** max(least, column). */
export function atLeast(least: number, { values, exact }: BookColumn): BookColumn {
  const floor = decimalOf(least)
  return { values: values.map((value) => Math.max(least, value)), exact: (i) => largerOf(floor, exact(i)) }
}

/** One number for everybody. */
export function constantColumn(count: number, value: number): BookColumn {
  const exact = decimalOf(value)
  return { values: new Float64Array(count).fill(value), exact: () => exact }
}
