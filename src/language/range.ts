import type { Expression } from './expression.js'
import type { Application } from './space.js'

/** Row r lies between `lower[r]` and `upper[r]`; infinite where nothing is known. */
export interface Range {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

export interface AtomRanges {
  readonly argument: Range
  readonly entries: Range
}

/** The ranges found so far. */
export type Ranges = Map<Application, AtomRanges>

/** Covers the rounding of sums of up to two million terms, 2⁻⁵³ of their magnitudes each. */
const widening = 2 ** -32

/**
 * What the bounds of the variables imply for an expression, row by row: Σ_j A_rj x_j over the box, and for an increasing
 * atom its values at the ends of its argument. Widened, so that no value computed at a point of the box lies outside.
 *
 * Judges need it: a dual bound holds for rough duals only over a box, and the columns that stand for atoms would
 * have none of their own.
 */
export function rangeOf(expression: Expression, box: Range, seen: Ranges = new Map()): Range {
  const { row, column, value, constant } = expression.coordinates()
  const { space } = expression
  const lower = constant.slice()
  const upper = constant.slice()
  const magnitudeBelow = constant.map(Math.abs)
  const magnitudeAbove = magnitudeBelow.slice()
  for (let t = 0; t < column.length; t++) {
    const multiple = value[t]
    if (multiple === 0) continue
    let from = box
    let at = column[t]
    if (at < 0) {
      const application = space!.applicationOf(~at)
      from = rangeOfAtom(application, box, seen).entries
      at = ~at - application.first
    }
    const low = multiple * (multiple > 0 ? from.lower : from.upper)[at]
    const high = multiple * (multiple > 0 ? from.upper : from.lower)[at]
    lower[row[t]] += low
    upper[row[t]] += high
    magnitudeBelow[row[t]] += Math.abs(low)
    magnitudeAbove[row[t]] += Math.abs(high)
  }
  return {
    lower: lower.map((low, r) => orElse(low - widening * magnitudeBelow[r], -Infinity)),
    upper: upper.map((high, r) => orElse(high + widening * magnitudeAbove[r], Infinity)),
  }
}

/** The ranges of an atom's argument and of its entries, found once. */
export function rangeOfAtom(application: Application, box: Range, seen: Ranges): AtomRanges {
  const known = seen.get(application)
  if (known !== undefined) return known
  const { atom, argument: block, entries: size } = application
  const argument = rangeOf(block, box, seen)
  const isIncreasing = atom.monotonicity === 'increasing'
  const side = (ends: Float64Array, unknown: number) =>
    isIncreasing ? atom.value(ends).map((end) => orElse(end, unknown)) : new Float64Array(size).fill(unknown)
  const entries = atom.rangeOver?.(argument) ?? {
    lower: side(argument.lower, -Infinity),
    upper: side(argument.upper, Infinity),
  }
  const ranges = { argument, entries }
  seen.set(application, ranges)
  return ranges
}

/** ∞ − ∞ is not a number, and says nothing. */
function orElse(side: number, unknown: number): number {
  return Number.isNaN(side) ? unknown : side
}
