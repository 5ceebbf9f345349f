import { type Decimal, decimalOf, doublesOf, largerOf, toNumber } from '../../../src/numeric/index.js'

/**
 * One number per account of a market: doubles to compute with, accurate to 1e-11 also where the number is a small
 * difference of large ones, and the exact decimal for where two come close.
 */
export interface BookColumn {
  readonly values: Float64Array
  exact(i: number): Decimal
}

/** A column whose doubles are rounded from its decimals; for columns that cancel, or that few ask for. */
export function exactColumn(count: number, exact: (i: number) => Decimal): BookColumn {
  return {
    values: doublesOf(count, (i) => toNumber(exact(i))),
    exact,
  }
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
