import type { StandardForm } from '../canonical/standard-form.js'
import { OWN } from './own-text.js'
import { readableBound, readableScale } from './readable-numbers.js'
import { type FormNames, ONE, type StatedColumn, type StatedRow, statedForm } from './stated-form.js'

/**
 * CPLEX LP text, in chunks:
 *
 *     Minimize obj: c x + offset one + [ Σ Q_jj x_j ^2 + Σ 2 Q_ij x_i * x_j ] / 2
 *     Subject To  rowLower <= a x <= rowUpper     Bounds …     General …     End
 *
 * Written for the strictest of its readers. A constant is the cost of the column `one`, fixed at 1: glpsol stops at a
 * bare number and cbc ignores it. There is always a row: glpsol stops at an empty section. A ranged row is two, `r0`
 * and `r0u`: of `1 <= x0 + x1 <= 4` the reader of HiGHS 1.15 silently keeps the right side only. Both bounds of a
 * column are written: readers differ on what `x0 <= -1` says of the other. Every column stands in the objective, in
 * order: cbc warns about the others, and glpsol numbers columns as they come, which is all that its solution files say
 * of them. Rows with very small or very large coefficients are multiplied by a power of two, which a remark tells:
 * HiGHS drops what is at most 1e-9. Numbers are the shortest text that reads back to the same double; lines stay below
 * 255 characters, the shortest limit among readers.
 *
 * Throws `not-expressible` on finite bounds of 1e20 and more, which readers take for infinite ones.
 */
export function* lpText(form: StandardForm, names?: FormNames): Generator<string> {
  const { columns, rows } = statedForm(form, names)
  const called = names === undefined ? 'columns x0, x1, ...; rows r0, r1, ...; ' : ''
  yield `\\ ${OWN} ${called}a column named ${ONE} is 1\n`
  for (const remark of names?.remarks ?? []) yield `\\ ${remark}\n`
  yield 'Minimize\n'
  yield* objective(form, columns)
  yield 'Subject To\n'
  for (const row of rows()) yield* constraint(row, columns)
  yield* bounds(columns)
  yield* integers(columns)
  yield 'End\n'
}

function* objective({ quadratic }: StandardForm, columns: readonly StatedColumn[]): Generator<string> {
  yield ' obj: '
  yield* lines(columns.map(({ name, cost }) => term(cost, name)))
  const squares: string[] = []
  for (let j = 0; j < quadratic.columns; j++) {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      const i = quadratic.indices[p]
      const value = quadratic.values[p]
      if (value !== 0)
        squares.push(
          i === j ? term(value, `${columns[j].name} ^2`) : term(2 * value, `${columns[i].name} * ${columns[j].name}`),
        )
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

const TERMS_A_LINE = 6
/** With the longest name of `readableNames` before it, a line of terms stays below 255 signs. */
const LONGEST_LINE = 180

function* lines(terms: readonly string[]): Generator<string> {
  let line = ''
  let count = 0
  for (const each of terms) {
    if (count === TERMS_A_LINE || (count > 0 && line.length + each.length >= LONGEST_LINE)) {
      yield `${line}\n  `
      line = ''
      count = 0
    }
    line += count === 0 ? each : ` ${each}`
    count++
  }
  yield line
}

const term = (value: number, name: string): string => `${value < 0 ? '-' : '+'} ${Math.abs(value)} ${name}`

const bound = (value: number, name: string): string => readableBound('lp', value, name)
