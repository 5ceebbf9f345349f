import { byRows } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { columnBounds } from './not-expressible.js'

/**
 * CPLEX LP text, in chunks:
 *
 *     Minimize obj: c x + [ Σ Q_jj x_j ^2 + Σ 2 Q_ij x_i * x_j ] / 2 + offset
 *     Subject To  rowLower <= a x <= rowUpper     Bounds …   General …   End
 *
 * Columns are `x0, x1, …`, rows `r0, r1, …`. A ranged row is written as two, `r0` and `r0u`: of `1 <= x0 + x1 <= 4` the
 * reader of HiGHS 1.15 silently keeps the right side only. Numbers are the shortest text that reads
 * back to the same double. A row without a finite bound says nothing and becomes a remark. Lines stay below 255
 * characters, the shortest limit among readers.
 */
export function* lpText(form: StandardForm): Generator<string> {
  yield '\\ spillway: columns x0, x1, ...; rows r0, r1, ...\nMinimize\n'
  yield* objective(form)
  yield 'Subject To\n'
  const rows = byRows(form.matrix)
  for (let i = 0; i < form.matrix.rows; i++) {
    const lower = form.rowLower[i]!
    const upper = form.rowUpper[i]!
    if (lower === -Infinity && upper === Infinity) {
      yield `\\ r${i} has no bound\n`
      continue
    }
    const isRanged = Number.isFinite(lower) && Number.isFinite(upper) && lower !== upper
    const terms: string[] = []
    for (let p = rows.starts[i]!; p < rows.starts[i + 1]!; p++) {
      if (rows.values[p] !== 0) terms.push(term(rows.values[p]!, `x${rows.columns[p]}`))
    }
    if (terms.length === 0) terms.push('+ 0 x0')
    yield ` r${i}: `
    yield* lines(terms)
    if (lower === upper) yield ` = ${number(lower)}\n`
    else if (lower > -Infinity) yield ` >= ${number(lower)}\n`
    else yield ` <= ${number(upper)}\n`
    if (!isRanged) continue
    yield ` r${i}u: `
    yield* lines(terms)
    yield ` <= ${number(upper)}\n`
  }
  yield* bounds(form)
  yield* integers(form)
  yield 'End\n'
}

function* objective(form: StandardForm): Generator<string> {
  const linear: string[] = []
  form.linear.forEach((c, j) => {
    if (c !== 0) linear.push(term(c, `x${j}`))
  })
  if (linear.length === 0) linear.push('+ 0 x0')
  yield ' obj: '
  yield* lines(linear)
  const { quadratic } = form
  const squares: string[] = []
  for (let j = 0; j < quadratic.columns; j++) {
    for (let p = quadratic.starts[j]!; p < quadratic.starts[j + 1]!; p++) {
      const i = quadratic.indices[p]!
      const value = quadratic.values[p]!
      if (value !== 0) squares.push(i === j ? term(value, `x${j} ^2`) : term(2 * value, `x${i} * x${j}`))
    }
  }
  if (squares.length > 0) {
    yield '\n + [ '
    yield* lines(squares)
    yield ' ] / 2'
  }
  if (form.offset !== 0) yield `\n ${form.offset < 0 ? '-' : '+'} ${number(Math.abs(form.offset))}`
  yield '\n'
}

function* bounds(form: StandardForm): Generator<string> {
  yield 'Bounds\n'
  for (let j = 0; j < form.linear.length; j++) {
    const [lower, upper] = columnBounds(form, j)
    if (lower === -Infinity && upper === Infinity) yield ` x${j} free\n`
    else if (lower === upper) yield ` x${j} = ${number(lower)}\n`
    else yield ` ${number(lower)} <= x${j} <= ${number(upper)}\n`
  }
}

function* integers(form: StandardForm): Generator<string> {
  if (!form.integer.some((flag) => flag !== 0)) return
  yield 'General\n'
  for (let j = 0; j < form.integer.length; j++) if (form.integer[j]) yield ` x${j}\n`
}

const TERMS_A_LINE = 6

function* lines(terms: readonly string[]): Generator<string> {
  for (let t = 0; t < terms.length; t += TERMS_A_LINE) {
    yield (t === 0 ? '' : '\n  ') + terms.slice(t, t + TERMS_A_LINE).join(' ')
  }
}

const term = (value: number, name: string): string => `${value < 0 ? '-' : '+'} ${number(Math.abs(value))} ${name}`

function number(value: number): string {
  if (value === Infinity) return '+inf'
  return value === -Infinity ? '-inf' : String(value)
}
