import { type Ratio, ratioNumber } from '../../src/numeric/index.js'

/** A number for a report: `null` for infinity, and for what is larger than doubles hold. */
export function finite(value: Ratio | undefined): number | null {
  const number = value === undefined ? Infinity : ratioNumber(value)
  return Number.isFinite(number) ? number : null
}
