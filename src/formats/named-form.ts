import { type StandardForm, standardForm } from '../canonical/standard-form.js'
import { SpillwayError } from '../errors.js'
import { fromCoordinates } from '../numeric/sparse-matrix.js'
import type { FormNames } from './stated-form.js'

/** A model that was read from a text: the standard form, which always minimises, and what the text calls its parts. */
export interface NamedForm {
  /** The name of the problem, where the text has one. */
  readonly name: string
  /** What the text asks for. Of `maximize` the form has the costs negated, and an optimum v of the form is −v of the text. */
  readonly sense: 'minimize' | 'maximize'
  readonly form: StandardForm
  readonly names: FormNames
  /** Where programs read a text differently, and how it was read here, one sentence each. */
  readonly remarks: readonly string[]
}

/** From here on a bound or a side is none, as in every program that reads these formats. */
export const INFINITE = 1e20

/** The number of a bound or a side: ±∞ from 1e20 on. */
export const finiteOrNone = (value: number): number =>
  Math.abs(value) < INFINITE ? value : Math.sign(value) * Infinity

/** The mistake of a text, with its line. */
export function unreadable(line: number, value: unknown, problem: string, cure: string): SpillwayError {
  return new SpillwayError({ code: 'model-text', path: `line ${line}`, value, problem, cure })
}

/** A row while a text is read: its terms are in the draft, by its number. */
export interface DraftRow {
  readonly name: string
  lower: number
  upper: number
}

/** A column while a text is read; a bound that the text does not say is undefined. */
export interface DraftColumn {
  readonly name: string
  cost: number
  lower: number | undefined
  upper: number | undefined
  integer: boolean
}

/** A model while its text is read. Columns and rows are numbered as they come. */
export class Draft {
  name = ''
  sense: NamedForm['sense'] = 'minimize'
  offset = 0
  readonly remarks: string[] = []
  readonly columns: DraftColumn[] = []
  readonly rows: DraftRow[] = []
  /** Terms of the rows, and of ½ x'Qx in the lower triangle. */
  readonly terms = new MatrixEntries()
  readonly squares = new MatrixEntries()
  readonly #columnOf = new Map<string, number>()
  readonly #rowOf = new Map<string, number>()

  columnOf(name: string): number | undefined {
    return this.#columnOf.get(name)
  }

  rowOf(name: string): number | undefined {
    return this.#rowOf.get(name)
  }

  /** The column of this name, a new one where there is none yet. */
  column(name: string): number {
    const known = this.#columnOf.get(name)
    if (known !== undefined) return known
    this.#columnOf.set(name, this.columns.length)
    return this.columns.push({ name, cost: 0, lower: undefined, upper: undefined, integer: false }) - 1
  }

  /** A new row. Throws where one has this name. */
  row(line: number, name: string, lower: number, upper: number): number {
    if (this.#rowOf.has(name)) {
      throw unreadable(line, name, 'two rows have this name', 'Give every row a name of its own.')
    }
    this.#rowOf.set(name, this.rows.length)
    return this.rows.push({ name, lower, upper }) - 1
  }

  /** Adds value · x_i x_j to ½ x'Qx as an entry of Q: both of its halves where i ≠ j. */
  square(i: number, j: number, value: number): void {
    this.squares.add(Math.max(i, j), Math.min(i, j), value)
  }

  /** The form. Lower bounds that nobody gave are zero, upper ones ∞; zeros among the terms are left out. */
  finish(): NamedForm {
    const { columns, rows } = this
    const sign = this.sense === 'maximize' ? -1 : 1
    const signed = (value: number): number => sign * value + 0
    const form = standardForm({
      linear: Float64Array.from(columns, ({ cost }) => signed(cost)),
      quadratic: this.squares.matrix(columns.length, columns.length, signed),
      offset: signed(this.offset),
      matrix: this.terms.matrix(rows.length, columns.length, (value) => value),
      rowLower: Float64Array.from(rows, ({ lower }) => lower),
      rowUpper: Float64Array.from(rows, ({ upper }) => upper),
      lower: Float64Array.from(columns, ({ lower }) => lower ?? 0),
      upper: Float64Array.from(columns, ({ upper }) => upper ?? Infinity),
      integer: Uint8Array.from(columns, ({ integer }) => Number(integer)),
    })
    const names = { columns: columns.map(({ name }) => name), rows: rows.map(({ name }) => name) }
    return { name: this.name, sense: this.sense, form, names, remarks: this.remarks }
  }
}

/** Entries of a matrix in the order in which they come; those of one row and column add up. */
export class MatrixEntries {
  row: number[] = []
  column: number[] = []
  value: number[] = []

  add(row: number, column: number, value: number): void {
    if (value === 0) return
    this.row.push(row)
    this.column.push(column)
    this.value.push(value)
  }

  matrix(rows: number, columns: number, of: (value: number) => number): StandardForm['matrix'] {
    const { row, column, value } = this
    return fromCoordinates(rows, columns, Int32Array.from(row), Int32Array.from(column), Float64Array.from(value, of))
  }
}
