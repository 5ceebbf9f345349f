import { pointForm } from '../canonical/evidence-forms.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { boundOf, type Side } from '../certificates/exact-farkas.js'
import { fromCoordinates } from '../numeric/sparse-matrix.js'
import { solveCanonical } from '../solve/solve-canonical.js'
import { solveForm } from '../solve/solve-form.js'
import type { Clock } from './clock.js'
import { elasticCones } from './elastic-cones.js'
import { type NamedParts, type NamedSide, namedSide, sidesOf, solveBeside } from './subject.js'

/** The numbers to change so that there is a point, by as little as possible in total. */
export interface LeastChange {
  readonly changes: readonly (NamedSide & {
    /** The number to write instead of `value`. */
    readonly to: number
    readonly by: number
  })[]
  /** Σ of the absolute changes; no smaller one will do, to the tolerance of a solve, where `isProved`. */
  readonly total: number
  readonly isProved: boolean
  /** The changed program was solved, and has a point. */
  readonly isConfirmed: boolean
}

/**
 * Changes at or below this share of what the number is are a solver's rounding; where there are curves, they are what a
 * gap leaves.
 */
const ROUNDING = { linear: 1e-9, curved: 1e-7 } as const
/** How many digits a number may do with. */
const DIGITS = { linear: [9, 12, 17], curved: [7, 9, 12, 17] } as const

/**
 * The elastic program, with e_s ≥ 0 for each side that may change:
 *
 *     minimise Σ_s e_s   subject to   a x ≥ lower − e,  a x ≤ upper + e,  likewise for bounds,  and all other sides as they are.
 *
 * Numbers count in their own units: 1 contract weighs as much as 1 dollar. Undefined where no change of these sides will do, or
 * none was found in time.
 */
export async function leastChange(
  parts: NamedParts,
  mayChange: (side: Side) => boolean,
  clock: Clock,
): Promise<LeastChange | undefined> {
  const sides = sidesOf(parts.form).filter(mayChange)
  if (sides.length === 0) return undefined
  const form = elastic(parts.form, sides)
  const { status, x } = await (parts.curved === undefined
    ? solveForm(form, clock.options())
    : solveCanonical(elasticCones(parts.curved.canonical, form, sides), clock.options()))
  if (x === undefined) return undefined
  const n = parts.form.linear.length
  const kind = parts.curved === undefined ? 'linear' : 'curved'
  const rounding = ROUNDING[kind]
  const moved = sides.flatMap((side, s) => {
    const by = x[n + s] as number
    const value = boundOf(parts.form, side)
    return by > rounding * Math.max(1, Math.abs(value)) ? [{ side, by, value }] : []
  })
  const moves = moved.map(({ side, by, value }) => ({ side, to: side.side === 'lower' ? value - by : value + by }))
  // A solver's last digits say nothing to a reader: they go where the shorter numbers will do as well.
  for (const digits of DIGITS[kind]) {
    const changes = moves.map(({ side, to }) => ({ side, to: Number(to.toPrecision(digits)) }))
    const isConfirmed = await isFeasible(parts, changedForm(parts.form, changes), clock)
    if (!isConfirmed && digits < 17) continue
    const named = changes.map(({ side, to }) => {
      const described = namedSide(parts, side)
      return { ...described, to, by: Math.abs(to - described.value) }
    })
    const total = named.reduce((sum, { by }) => sum + by, 0)
    return { changes: named, total, isProved: status === 'optimal', isConfirmed }
  }
  return undefined
}

async function isFeasible(parts: NamedParts, form: StandardForm, clock: Clock): Promise<boolean> {
  const { x } = await solveBeside(parts, pointForm(form), clock.options())
  return x !== undefined
}

/** The form with other numbers; both sides of an equation are one number. */
function changedForm(
  form: StandardForm,
  changes: readonly { readonly side: Side; readonly to: number }[],
): StandardForm {
  const [rowLower, rowUpper] = [form.rowLower.slice(), form.rowUpper.slice()]
  const [lower, upper] = [form.lower.slice(), form.upper.slice()]
  for (const { side: member, to } of changes) {
    const [low, high] = member.kind === 'row' ? [rowLower, rowUpper] : [lower, upper]
    const isEquation = low[member.index] === high[member.index]
    if (member.side === 'lower' || isEquation) low[member.index] = to
    if (member.side === 'upper' || isEquation) high[member.index] = to
  }
  return { ...form, rowLower, rowUpper, lower, upper }
}

/** Column n + s is e_s; bounds that may change become rows. */
function elastic(form: StandardForm, sides: readonly Side[]): StandardForm {
  const { matrix } = form
  const n = matrix.columns
  const row = Array.from(matrix.indices)
  const column: number[] = []
  for (let j = 0; j < n; j++) {
    for (let p = matrix.starts[j] as number; p < (matrix.starts[j + 1] as number); p++) column.push(j)
  }
  const value = Array.from(matrix.values)
  const [rowLower, rowUpper] = [Array.from(form.rowLower), Array.from(form.rowUpper)]
  const [lower, upper] = [form.lower.slice(), form.upper.slice()]
  const add = (r: number, c: number, v: number): void => {
    row.push(r)
    column.push(c)
    value.push(v)
  }
  sides.forEach((member, s) => {
    const sign = member.side === 'lower' ? 1 : -1
    if (member.kind === 'row') {
      add(member.index, n + s, sign)
      return
    }
    const bound = boundOf(form, member)
    const r = rowLower.push(member.side === 'lower' ? bound : -Infinity) - 1
    rowUpper.push(member.side === 'upper' ? bound : Infinity)
    add(r, member.index, 1)
    add(r, n + s, sign)
    if (member.side === 'lower') lower[member.index] = -Infinity
    else upper[member.index] = Infinity
  })
  const size = n + sides.length
  const extended = (head: ArrayLike<number>, tail: number): Float64Array => {
    const all = new Float64Array(size).fill(tail)
    all.set(head)
    return all
  }
  const integer = new Uint8Array(size)
  integer.set(form.integer)
  return {
    linear: extended(new Float64Array(n), 1),
    quadratic: fromCoordinates(size, size, new Int32Array(0), new Int32Array(0), new Float64Array(0)),
    offset: 0,
    matrix: fromCoordinates(
      rowLower.length,
      size,
      Int32Array.from(row),
      Int32Array.from(column),
      Float64Array.from(value),
    ),
    rowLower: Float64Array.from(rowLower),
    rowUpper: Float64Array.from(rowUpper),
    lower: extended(lower, 0),
    upper: extended(upper, Infinity),
    integer,
  }
}
