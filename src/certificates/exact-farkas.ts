import { byRows } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { decimalOf } from '../numeric/decimal.js'
import { type Ratio, ratioOf } from '../numeric/ratio.js'

/** One side of a row or of a column, as an inequality g·x ≥ b: a x ≥ lower, −a x ≥ −upper, x_j ≥ lower_j, −x_j ≥ −upper_j. */
export interface Side {
  readonly kind: 'row' | 'column'
  readonly index: number
  readonly side: 'lower' | 'upper'
}

/** b as the form has it, before the sign of the side. */
export function boundOf(form: StandardForm, { kind, index, side }: Side): number {
  if (kind === 'row') return (side === 'lower' ? form.rowLower : form.rowUpper)[index]
  return (side === 'lower' ? form.lower : form.upper)[index]
}

/**
 * The weights that prove a set of sides to be contradictory, and no proper part of it:
 *
 *     Σ_s y_s g_s = 0,   Σ_s y_s b_s > 0,   y > 0,   and y is the only solution of the equation, but for its length.
 *
 * The first three say that no x keeps all sides (Farkas); by the last no proper part has such weights, so each part is
 * feasible. All in exact fractions, each double as the shortest decimal that reads back to it; the first weight is 1.
 * Undefined where that does not hold, or where there are more rows than `largest`. Integer columns count as continuous
 * ones.
 */
export function exactFarkas(form: StandardForm, sides: readonly Side[], largest = 300): readonly Ratio[] | undefined {
  const rows = sides.filter(({ kind }) => kind === 'row')
  if (rows.length > largest) return undefined
  const bounds = new Map<number, Side>()
  for (const side of sides) {
    if (side.kind !== 'column') continue
    // Both bounds of a column contradict each other alone.
    if (bounds.has(side.index)) return sides.length === 2 ? crossed(form, sides) : undefined
    bounds.set(side.index, side)
  }
  const view = byRows(form.matrix)
  const terms = rows.map(({ index, side }) => {
    const found = new Map<number, Ratio>()
    for (let p = view.starts[index]; p < view.starts[index + 1]; p++) {
      const value = view.values[p]
      if (value !== 0) found.set(view.columns[p], exact(side === 'lower' ? value : -value))
    }
    return found
  })
  // Columns with a bound in the set are free to take any weight: the others must cancel.
  const equations = new Map<number, Map<number, Ratio>>()
  terms.forEach((row, r) => {
    for (const [column, value] of row) {
      if (bounds.has(column)) continue
      const equation = equations.get(column) ?? new Map<number, Ratio>()
      equation.set(r, value)
      equations.set(column, equation)
    }
  })
  const weights = onlySolution([...equations.values()], rows.length)
  if (weights === undefined) return undefined
  const residues = new Map<number, Ratio>()
  terms.forEach((row, r) => {
    for (const [column, value] of row) {
      if (!bounds.has(column)) continue
      const product = value.mul(weights[r] as Ratio)
      residues.set(column, residues.get(column)?.add(product) ?? product)
    }
  })
  let next = 0
  const all = sides.map((side) => {
    if (side.kind === 'row') return weights[next++] as Ratio
    const residue = residues.get(side.index) ?? none
    return side.side === 'lower' ? residue.neg() : residue
  })
  // One of the rows has the weight 1, so that the other sign is no better.
  if (all.some((weight) => weight.compare(0) <= 0)) return undefined
  return isContradiction(form, sides, all) ? all.map((weight) => weight.div(all[0] as Ratio)) : undefined
}

const exact = (value: number): Ratio => ratioOf(decimalOf(value))
const none = exact(0)
const one = exact(1)

function isContradiction(form: StandardForm, sides: readonly Side[], weights: readonly Ratio[]): boolean {
  let total = none
  for (const [s, side] of sides.entries()) {
    const bound = boundOf(form, side)
    if (!Number.isFinite(bound)) return false
    total = total.add(exact(side.side === 'lower' ? bound : -bound).mul(weights[s] as Ratio))
  }
  return total.compare(0) > 0
}

function crossed(form: StandardForm, sides: readonly Side[]): readonly Ratio[] | undefined {
  const weights = [one, one]
  return sides[0].side !== sides[1].side && isContradiction(form, sides, weights) ? weights : undefined
}

/** The solution of homogeneous equations, if there is just one but for its length: Gauss–Jordan elimination. */
function onlySolution(equations: Map<number, Ratio>[], unknowns: number): readonly Ratio[] | undefined {
  const pivots = new Map<number, Map<number, Ratio>>()
  for (const equation of equations) {
    for (const [unknown, pivot] of pivots) {
      const factor = equation.get(unknown)
      if (factor !== undefined) subtract(equation, pivot, factor)
    }
    const [unknown, value] = first(equation)
    if (unknown === undefined) continue
    for (const [r, each] of equation) equation.set(r, each.div(value))
    for (const other of pivots.values()) {
      const factor = other.get(unknown)
      if (factor !== undefined) subtract(other, equation, factor)
    }
    pivots.set(unknown, equation)
    if (pivots.size === unknowns) return undefined
  }
  if (pivots.size !== unknowns - 1) return undefined
  const open = Array.from({ length: unknowns }, (_, r) => r).find((r) => !pivots.has(r)) as number
  return Array.from({ length: unknowns }, (_, r) => (r === open ? one : (pivots.get(r)?.get(open)?.neg() ?? none)))
}

function first(equation: ReadonlyMap<number, Ratio>): readonly [number | undefined, Ratio] {
  for (const [unknown, value] of equation) return [unknown, value]
  return [undefined, none]
}

/** equation −= factor · other, without the zeros that come of it. */
function subtract(equation: Map<number, Ratio>, other: ReadonlyMap<number, Ratio>, factor: Ratio): void {
  for (const [r, value] of other) {
    const left = (equation.get(r) ?? none).sub(value.mul(factor))
    if (left.compare(0) === 0) equation.delete(r)
    else equation.set(r, left)
  }
}
