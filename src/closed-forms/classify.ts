/**
 * The two loops that a large fill spends its time in, each one small function, so that the compiler optimises it once
 * for good. They classify every column without a breakpoint strictly between two levels low ≤ high: such a column gives up
 * nothing, all of u, or o + u − λw at every level between.
 *
 * No branch depends on the data: a level near the middle of the columns is a coin toss for the branch predictor and
 * costs more than all the arithmetic. Comparisons become factors 0 and 1, and the index of every column is written, to
 * be overwritten by the next unless the column is inside.
 */
export interface Classified {
  /** How many columns have a breakpoint inside; their indices come first in the array given. */
  readonly inside: number
  /** The classified columns give up excess − slope·λ, each a sum and its rounding error. */
  readonly excess: number
  readonly excessError: number
  readonly slope: number
  readonly slopeError: number
}

type Column = Float64Array

/** Nothing fixed: the only breakpoint is u/w. */
export function classify(amount: Column, weight: Column, low: number, high: number, inside: Int32Array): Classified {
  let size = 0
  let excess = 0
  let excessError = 0
  let slope = 0
  let slopeError = 0
  for (let i = 0; i < amount.length; i++) {
    const u = amount[i]
    const w = weight[i]
    const end = u / w
    const isAboveLow = Number(end > low)
    const isActive = isAboveLow & Number(end >= high)
    inside[size] = i
    size += isAboveLow ^ isActive
    // The two-sum of CompensatedSum, written out.
    const gives = isActive * u
    const sum = excess + gives
    const shadow = sum - excess
    excessError += excess - (sum - shadow) + (gives - shadow)
    excess = sum
    const slopes = slope + isActive * w
    const shade = slopes - slope
    slopeError += slope - (slopes - shade) + (isActive * w - shade)
    slope = slopes
  }
  return { inside: size, excess, excessError, slope, slopeError }
}

/** With fixed parts: breakpoints o/w and (o + u)/w. */
export function classifyFixed(
  amount: Column,
  weight: Column,
  fixed: Column,
  low: number,
  high: number,
  inside: Int32Array,
): Classified {
  let size = 0
  let excess = 0
  let excessError = 0
  let slope = 0
  let slopeError = 0
  for (let i = 0; i < amount.length; i++) {
    const u = amount[i]
    const w = weight[i]
    const o = fixed[i]
    const start = o / w
    const end = (o + u) / w
    const isAboveLow = Number(end > low)
    const isFull = isAboveLow & Number(start >= high)
    const isActive = isAboveLow & (isFull ^ 1) & Number(start <= low) & Number(end >= high)
    inside[size] = i
    size += isAboveLow ^ isFull ^ isActive
    const gives = (isFull + isActive) * u
    const part = excess + gives
    const ghost = part - excess
    excessError += excess - (part - ghost) + (gives - ghost)
    const sum = part + isActive * o
    const shadow = sum - part
    excessError += part - (sum - shadow) + (isActive * o - shadow)
    excess = sum
    const slopes = slope + isActive * w
    const shade = slopes - slope
    slopeError += slope - (slopes - shade) + (isActive * w - shade)
    slope = slopes
  }
  return { inside: size, excess, excessError, slope, slopeError }
}

/** What columns give up at a level, as plain sums, and how fast that falls there. */
export interface Weight {
  readonly over: number
  readonly slope: number
}

/** Nothing fixed. */
export function weighOpen(amount: Column, weight: Column, level: number): Weight {
  let over = 0
  let slope = 0
  for (let i = 0; i < amount.length; i++) {
    const w = weight[i]
    const above = amount[i] - level * w
    const isActive = Number(above > 0)
    over += isActive * above
    slope += isActive * w
  }
  return { over, slope }
}

/** With fixed parts. */
export function weighFixed(amount: Column, weight: Column, fixed: Column, level: number): Weight {
  let over = 0
  let slope = 0
  for (let i = 0; i < amount.length; i++) {
    const u = amount[i]
    const w = weight[i]
    const above = fixed[i] + u - level * w
    const isFull = Number(above > u)
    const isActive = Number(above > 0) - isFull
    over += isActive * above + isFull * u
    slope += isActive * w
  }
  return { over, slope }
}
