import type { StandardForm } from '../canonical/standard-form.js'
import { OWN } from './own-text.js'
import { readableBound, readableScale } from './readable-numbers.js'
import { type FormNames, ONE, type StatedColumn, statedForm } from './stated-form.js'

/**
 * Free MPS, in chunks:
 *
 *     minimise obj: c x + offset one + ½ x'Qx   subject to   rowLower ≤ a x ≤ rowUpper,  lower ≤ x ≤ upper
 *
 * Written for the strictest of its readers, as LP text is: a constant is the cost of the column `one`, fixed at 1, and
 * rows with very small or very large coefficients are multiplied by a power of two, which a remark tells. A row with
 * two sides is one of type G with its width in RANGES where lower + (upper − lower) is upper in doubles, and two rows,
 * `r0` and `r0u`, where it is not. Every bound that is not 0 or ∞ is written, and both of an integer column: without
 * any some readers take it for binary. Q stands in QUADOBJ, each place of its lower triangle once. Numbers are the
 * shortest text that reads back to the same double.
 *
 * Throws `not-expressible` on finite bounds of 1e20 and more, which readers take for infinite ones.
 */
export function* mpsText(form: StandardForm, names?: FormNames): Generator<string> {
  const { columns, rows } = statedForm(form, names)
  const types: string[] = []
  const sides: string[] = []
  const ranges: string[] = []
  const entries: string[] = columns.map(({ name, cost, isInRow }) =>
    cost !== 0 || !isInRow ? ` ${name} obj ${cost}\n` : '',
  )
  const remarks: string[] = []
  for (const row of rows()) {
    const scale = readableScale(row)
    if (scale !== 1) remarks.push(`* ${row.name} is multiplied by 2^${Math.log2(scale)}\n`)
    const [lower, upper] = [scale * row.lower, scale * row.upper]
    const add = (type: string, name: string, side: number): void => {
      types.push(` ${type} ${name}\n`)
      if (side !== 0) sides.push(` RHS ${name} ${readableBound('mps', side, name)}\n`)
      for (const [column, value] of row.terms) entries[column] += ` ${columns[column].name} ${name} ${scale * value}\n`
    }
    if (lower === upper) add('E', row.name, lower)
    else if (lower > -Infinity) add('G', row.name, lower)
    else add('L', row.name, upper)
    if (lower === upper || lower === -Infinity || upper === Infinity) continue
    const width = upper - lower
    if (lower + width === upper) ranges.push(` RNG ${row.name} ${readableBound('mps', width, row.name)}\n`)
    else add('L', `${row.name}u`, upper)
  }
  yield `* ${OWN} a column named ${ONE} is 1\n`
  for (const remark of names?.remarks ?? []) yield `* ${remark}\n`
  yield* remarks
  yield 'NAME spillway FREE\nROWS\n N obj\n'
  yield* types
  yield 'COLUMNS\n'
  yield* marked(columns, entries)
  yield 'RHS\n'
  yield* sides
  if (ranges.length > 0) yield 'RANGES\n'
  yield* ranges
  yield 'BOUNDS\n'
  for (const column of columns) yield* bounds(column)
  yield* squares(form, columns)
  yield 'ENDATA\n'
}

/** The columns in order, integer ones between markers. */
function* marked(columns: readonly StatedColumn[], entries: readonly string[]): Generator<string> {
  let isInteger = false
  let markers = 0
  const turn = (): string => {
    isInteger = !isInteger
    return ` M${markers++} 'MARKER' '${isInteger ? 'INTORG' : 'INTEND'}'\n`
  }
  for (const [j, { integer }] of columns.entries()) {
    if (integer !== isInteger) yield turn()
    yield entries[j]
  }
  if (isInteger) yield turn()
}

function* bounds({ name, lower, upper, integer }: StatedColumn): Generator<string> {
  const bound = (type: string, value: number): string => ` ${type} BND ${name} ${readableBound('mps', value, name)}\n`
  if (lower === -Infinity && upper === Infinity) yield ` FR BND ${name}\n`
  else if (lower === upper) yield bound('FX', lower)
  else {
    if (lower === -Infinity) yield ` MI BND ${name}\n`
    else if (lower !== 0 || integer || upper < Infinity) yield bound('LO', lower)
    if (upper < Infinity) yield bound('UP', upper)
    else if (integer) yield ` PL BND ${name}\n`
  }
}

function* squares({ quadratic }: StandardForm, columns: readonly StatedColumn[]): Generator<string> {
  let isBegun = false
  for (let j = 0; j < quadratic.columns; j++) {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      if (quadratic.values[p] === 0) continue
      if (!isBegun) yield 'QUADOBJ\n'
      isBegun = true
      yield ` ${columns[j].name} ${columns[quadratic.indices[p]].name} ${quadratic.values[p]}\n`
    }
  }
}
