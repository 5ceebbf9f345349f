import type { RowView } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import type { NamedParts } from './subject.js'

/** What a finding is about; each code has one cure. */
export type FindingCode =
  | 'crossed-bounds'
  | 'contradictory-row'
  | 'unbounded-column'
  | 'coefficient-range'
  | 'cost-range'
  | 'side-range'
  | 'dropped-coefficient'
  | 'infinite-by-size'
  | 'empty-row'
  | 'row-without-sides'
  | 'redundant-row'
  | 'row-of-one-column'
  | 'empty-column'
  | 'fixed-column'
  | 'parallel-rows'
  | 'nearly-parallel-rows'
  | 'big-m'
  | 'fractional-bound'

/** One thing that makes a program hard, and what to do about it. */
export interface Finding {
  readonly code: FindingCode
  /** The rows and columns it is about, by name; the first twenty. */
  readonly names: readonly string[]
  /** How many there are. */
  readonly count: number
  /** What was found, with its numbers. */
  readonly says: string
  readonly cure: string
}

const SHOWN = 20

/** A form under examination: its rows and columns with their names, and how a finding about some of them reads. */
export class Examined {
  readonly parts: NamedParts
  readonly form: StandardForm
  readonly #view: RowView

  constructor(parts: NamedParts, view: RowView) {
    this.parts = parts
    this.form = parts.form
    this.#view = view
  }

  /** One finding about these rows or columns; none where there are none. */
  about(code: FindingCode, names: readonly string[], { says, cure }: Pick<Finding, 'says' | 'cure'>): Finding[] {
    if (names.length === 0) return []
    const shown = names.slice(0, 3).join(', ')
    const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
    return [{ code, names: names.slice(0, SHOWN), count: names.length, says: `${shown}${more}: ${says}`, cure }]
  }

  rowNames(is: (row: number) => boolean): string[] {
    return indicesWhere(this.form.matrix.rows, is).map(this.parts.rowName)
  }

  columnNames(is: (column: number) => boolean): string[] {
    return indicesWhere(this.form.linear.length, is).map(this.parts.columnName)
  }

  nonzeros(row: number): readonly (readonly [column: number, value: number])[] {
    const { starts, columns, values } = this.#view
    const found: [number, number][] = []
    for (let p = starts[row]; p < starts[row + 1]; p++) if (values[p] !== 0) found.push([columns[p], values[p]])
    return found
  }

  hasEntries(column: number): boolean {
    const { starts, values } = this.form.matrix
    for (let p = starts[column]; p < starts[column + 1]; p++) if (values[p] !== 0) return true
    return false
  }

  /** Between what a row lies by the bounds of its columns, one of them left out. */
  activity(row: number, without = -1): { readonly least: number; readonly most: number } {
    const { lower, upper } = this.form
    let least = 0
    let most = 0
    for (const [j, value] of this.nonzeros(row)) {
      if (j === without) continue
      least += value > 0 ? value * lower[j] : value * upper[j]
      most += value > 0 ? value * upper[j] : value * lower[j]
    }
    return { least, most }
  }

  /** The first entry of this magnitude, by name. */
  entryOf(magnitude: number): string {
    const { matrix } = this.form
    const p = matrix.values.findIndex((value) => Math.abs(value) === magnitude)
    const j = matrix.starts.findIndex((start) => start > p) - 1
    return `${this.parts.columnName(j)} in ${this.parts.rowName(matrix.indices[p])}`
  }

  /** 1 for each column that stands in a square, a product or a cone. */
  curved(): Uint8Array {
    const { quadratic, linear } = this.form
    const found = new Uint8Array(linear.length)
    for (let j = 0; j < linear.length; j++) {
      for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
        if (quadratic.values[p] === 0) continue
        found[j] = 1
        found[quadratic.indices[p]] = 1
      }
    }
    for (const { height, of, scale } of this.parts.curved?.canonical.form.cones ?? []) {
      for (const j of height) found[j] = 1
      for (let j = 0; j < of.columns; j++) if (of.starts[j] < of.starts[j + 1]) found[j] = 1
      if (scale !== undefined) found[scale] = 1
    }
    return found
  }
}

const indicesWhere = (count: number, is: (index: number) => boolean): number[] => {
  const found: number[] = []
  for (let index = 0; index < count; index++) if (is(index)) found.push(index)
  return found
}
