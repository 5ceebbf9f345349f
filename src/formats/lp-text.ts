import { powerOfTwoScale } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { notExpressible } from './not-expressible.js'
import { type StatedColumn, type StatedRow, statedForm } from './stated-form.js'

/**
 * CPLEX LP text, in chunks:
 *
 *     Minimize obj: c x + offset one + [ Σ Q_jj x_j ^2 + Σ 2 Q_ij x_i * x_j ] / 2
 *     Subject To  rowLower <= a x <= rowUpper     Bounds …     General …     End
 *
 * Written for the strictest of its readers. A constant is the cost of the column `one`, fixed at 1: glpsol stops at a bare
 * number and cbc ignores it. There is always a row: glpsol stops at an empty section. A ranged row is two, `r0`
 * and `r0u`: of `1 <= x0 + x1 <= 4` the reader of HiGHS 1.15 silently keeps the right side only. Both bounds of a column
 * are written: readers differ on what `x0 <= -1` says of the other. Every column is named before its bounds: cbc warns
 * about the others. Rows with very small or very large coefficients are multiplied by a power of two, which a remark tells:
 * HiGHS drops what is at most 1e-9. Numbers are the shortest text that reads back to the same double; lines stay
 * below 255 characters, the shortest limit among readers.
 *
 * Throws `not-expressible` on finite bounds of 1e20 and more, which readers take for infinite ones.
 */
export function* lpText(form: StandardForm): Generator<string> {
  const { columns, rows } = statedForm(form)
  yield '\\ spillway: columns x0, x1, ...; rows r0, r1, ...; a column named one is 1\nMinimize\n'
  yield* objective(form, columns)
  yield 'Subject To\n'
  for (const row of rows()) yield* constraint(row, columns)
  yield* bounds(columns)
  yield* integers(columns)
  yield 'End\n'
}

function* objective({ quadratic }: StandardForm, columns: readonly StatedColumn[]): Generator<string> {
  const linear = columns.filter(({ cost, isInRow }) => cost !== 0 || !isInRow).map(({ name, cost }) => term(cost, name))
  if (linear.length === 0) linear.push(term(0, columns[0].name))
  yield ' obj: '
  yield* lines(linear)
  const squares: string[] = []
  for (let j = 0; j < quadratic.columns; j++) {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      const i = quadratic.indices[p]
      const value = quadratic.values[p]
      if (value !== 0) squares.push(i === j ? term(value, `x${j} ^2`) : term(2 * value, `x${i} * x${j}`))
    }
  }
  if (squares.length > 0) {
    yield '\n + [ '
    yield* lines(squares)
    yield ' ] / 2'
  }
  yield '\n'
}

function* constraint(row: StatedRow, columns: readonly StatedColumn[]): Generator<string> {
  const { name } = row
  const scale = readableScale(row)
  if (scale !== 1) yield `\\ ${name} is multiplied by 2^${Math.log2(scale)}\n`
  const lower = scale * row.lower
  const upper = scale * row.upper
  const terms = row.terms.map(([column, value]) => term(scale * value, columns[column].name))
  const side = (relation: string, value: number): string => ` ${relation} ${bound(value, name)}\n`
  yield ` ${name}: `
  yield* lines(terms)
  yield lower === upper ? side('=', lower) : lower > -Infinity ? side('>=', lower) : side('<=', upper)
  if (lower === upper || lower === -Infinity || upper === Infinity) return
  yield ` ${name}u: `
  yield* lines(terms)
  yield side('<=', upper)
}

function* bounds(columns: readonly StatedColumn[]): Generator<string> {
  yield 'Bounds\n'
  for (const { name, lower, upper } of columns) {
    if (lower === -Infinity && upper === Infinity) yield ` ${name} free\n`
    else if (lower === upper) yield ` ${name} = ${bound(lower, name)}\n`
    else yield ` ${bound(lower, name)} <= ${name} <= ${bound(upper, name)}\n`
  }
}

function* integers(columns: readonly StatedColumn[]): Generator<string> {
  if (!columns.some(({ integer }) => integer)) return
  yield 'General\n'
  for (const { name, integer } of columns) if (integer) yield ` ${name}\n`
}

/** Below `least` readers drop a coefficient; a row all below `small` drowns in their absolute tolerances (1e-7). */
const COMFORTABLE = { least: 1e-7, small: 1e-3, most: 1e9 }

/** 1 for a comfortable row; else the power of two that brings the geometric mean of its extreme coefficients near 1. */
function readableScale({ terms }: StatedRow): number {
  let least = Infinity
  let most = 0
  for (const [, value] of terms) {
    least = Math.min(least, Math.abs(value))
    most = Math.max(most, Math.abs(value))
  }
  if (least >= COMFORTABLE.least && most >= COMFORTABLE.small && most <= COMFORTABLE.most) return 1
  return powerOfTwoScale(Math.sqrt(least) * Math.sqrt(most))
}

const TERMS_A_LINE = 6

function* lines(terms: readonly string[]): Generator<string> {
  for (let t = 0; t < terms.length; t += TERMS_A_LINE) {
    yield (t === 0 ? '' : '\n  ') + terms.slice(t, t + TERMS_A_LINE).join(' ')
  }
}

const term = (value: number, name: string): string => `${value < 0 ? '-' : '+'} ${Math.abs(value)} ${name}`

/** From here on readers take a finite bound for an infinite one. */
const INFINITE = 1e20

function bound(value: number, name: string): string {
  if (value === Infinity) return '+inf'
  if (value === -Infinity) return '-inf'
  if (Math.abs(value) < INFINITE) return String(value)
  const cure = 'Leave the bound out (an infinite one) or measure the column in larger units.'
  return notExpressible('lp', name, value, 'a finite bound that readers take for infinite cannot be written', cure)
}
