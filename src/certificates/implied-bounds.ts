import { byRows } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { EnclosedSum } from './enclosed-sum.js'

/**
 * Bounds that every feasible point keeps: the given ones, tightened by what the rows imply. With the smallest and
 * largest activity of the other columns of row i,
 *
 *     a_ij x_j ≤ rowUpper_i − min Σ_{k≠j} a_ik x_k   and   a_ij x_j ≥ rowLower_i − max Σ_{k≠j} a_ik x_k,
 *
 * rounded outwards, in a few sweeps. Integer columns keep whole bounds.
 */
export interface ImpliedBounds {
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** A column whose implied bounds cross, or a row that no point of the bounds can keep: the form is infeasible. */
  readonly conflict?: string
}

export const SWEEPS = 3
/** An implied bound moved by less than this, relative to itself, is left alone: sweeps would creep without end. */
const WORTHWHILE = 1e-3
/** An integer's bound this close below a whole number is rounding, not a reason to move to the next. */
const WHOLE = 1e-6
/** How far, relative to the terms, bounds must cross to count: rounding in the caller's data is no conflict. */
const CROSSED = 1e-9

/** Whether a bound that moves inwards by `step` is worth writing down; an infinite bound always is. */
const isWorthwhile = (step: number, bound: number): boolean =>
  step > 0 && (!Number.isFinite(bound) || step > WORTHWHILE * Math.max(1e-9, Math.abs(bound)))

export function impliedBounds(form: StandardForm, sweeps = SWEEPS): ImpliedBounds {
  const lower = form.lower.slice()
  const upper = form.upper.slice()
  const rows = byRows(form.matrix)
  let conflict: string | undefined
  const tighten = (j: number, low: number, high: number, scale: number): boolean => {
    const whole = form.integer[j] !== 0
    const from = whole ? Math.ceil(low - WHOLE) : low
    const to = whole ? Math.floor(high + WHOLE) : high
    let moved = false
    if (isWorthwhile(from - lower[j], lower[j])) {
      lower[j] = from
      moved = true
    }
    if (isWorthwhile(upper[j] - to, upper[j])) {
      upper[j] = to
      moved = true
    }
    const slack = CROSSED * Math.max(Math.abs(lower[j]), Math.abs(upper[j]), scale)
    if (lower[j] - upper[j] > slack) conflict ??= `the rows leave column ${j} no value`
    else if (lower[j] > upper[j]) {
      // Crossed by rounding only: keep the wider, so that the box stays true.
      const high2 = lower[j]
      lower[j] = upper[j]
      upper[j] = high2
    }
    return moved
  }
  for (let j = 0; j < lower.length; j++) {
    if (form.integer[j]) tighten(j, lower[j], upper[j], 0)
    if (form.integer[j] && Math.ceil(lower[j]) > Math.floor(upper[j])) {
      conflict ??= `no whole number lies within the bounds of column ${j}`
    }
  }
  let moved = true
  for (let sweep = 0; sweep < sweeps && moved && conflict === undefined; sweep++) {
    moved = false
    for (let i = 0; i < form.matrix.rows && conflict === undefined; i++) {
      if (sweepRow(form, rows, i, lower, upper, tighten, (row) => (conflict ??= row))) moved = true
    }
  }
  return { lower, upper, ...(conflict === undefined ? {} : { conflict }) }
}

/** Smallest and largest activity of one row, then what it implies for each of its columns. */
function sweepRow(
  form: StandardForm,
  rows: ReturnType<typeof byRows>,
  i: number,
  lower: Float64Array,
  upper: Float64Array,
  tighten: (j: number, low: number, high: number, scale: number) => boolean,
  report: (conflict: string) => void,
): boolean {
  const rowLower = form.rowLower[i]
  const rowUpper = form.rowUpper[i]
  const least = new EnclosedSum()
  const most = new EnclosedSum()
  let openBelow = 0
  let openAbove = 0
  for (let p = rows.starts[i]; p < rows.starts[i + 1]; p++) {
    const a = rows.values[p]
    if (a === 0) continue
    const j = rows.columns[p]
    const low = a > 0 ? lower[j] : upper[j]
    const high = a > 0 ? upper[j] : lower[j]
    if (Number.isFinite(low)) least.addProduct(a, low)
    else openBelow++
    if (Number.isFinite(high)) most.addProduct(a, high)
    else openAbove++
  }
  const slack = (sum: EnclosedSum, bound: number): number =>
    CROSSED * Math.max(sum.magnitude, Number.isFinite(bound) ? Math.abs(bound) : 0) + sum.error
  if (openBelow === 0 && least.value > rowUpper + slack(least, rowUpper)) report(`row ${i} is above its upper bound`)
  if (openAbove === 0 && most.value < rowLower - slack(most, rowLower)) report(`row ${i} is below its lower bound`)
  let moved = false
  for (let p = rows.starts[i]; p < rows.starts[i + 1]; p++) {
    const a = rows.values[p]
    if (a === 0) continue
    const j = rows.columns[p]
    const low = a > 0 ? lower[j] : upper[j]
    const high = a > 0 ? upper[j] : lower[j]
    // What is left for a·x_j, widened by every rounding on the way.
    const mostHere = othersBound(rowUpper, least, openBelow, a, low, -1)
    const leastHere = othersBound(rowLower, most, openAbove, a, high, 1)
    const [from, to] = a > 0 ? [leastHere / a, mostHere / a] : [mostHere / a, leastHere / a]
    const low2 = Number.isNaN(from) ? -Infinity : from - 4 * Number.EPSILON * Math.abs(from)
    const high2 = Number.isNaN(to) ? Infinity : to + 4 * Number.EPSILON * Math.abs(to)
    const scale = Math.max(least.magnitude, most.magnitude) / Math.abs(a)
    if (tighten(j, low2, high2, Number.isFinite(scale) ? scale : 0)) moved = true
  }
  return moved
}

/** rowBound − activity of the other columns, rounded towards ∓∞ (`away` = 1 down, −1 up); open when it is unbounded. */
function othersBound(bound: number, activity: EnclosedSum, open: number, a: number, own: number, away: 1 | -1): number {
  const isOwnOpen = !Number.isFinite(own)
  if (!Number.isFinite(bound) || open > (isOwnOpen ? 1 : 0)) return -away * Infinity
  const ownTerm = isOwnOpen ? 0 : a * own
  const value = bound - (activity.value - ownTerm)
  const error =
    activity.error + 4 * Number.EPSILON * (Math.abs(bound) + Math.abs(activity.value) + 2 * Math.abs(ownTerm))
  return value - away * error
}
