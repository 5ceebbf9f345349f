import { SpillwayError } from '../errors.js'
import { fromCoordinates, type SparseMatrix } from '../numeric/sparse-matrix.js'
import { type StandardForm, standardForm } from './standard-form.js'

/** Columns of the form that come together: s of them, with bounds for all or one each. */
export interface ColumnBlock {
  readonly size: number
  readonly lower: number | Float64Array
  readonly upper: number | Float64Array
  readonly integer: boolean
  readonly name: (entry: number) => string
}

/**
 * Rows of the form that come together, `lower ≤ Σ value · column + constant ≤ upper`. A column below zero, `~k`, is the
 * k-th stand-in, whose column is known only when all are there.
 */
export interface RowBlock {
  readonly row: Int32Array
  readonly column: Int32Array
  readonly value: Float64Array
  readonly constant: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly name: (entry: number) => string
}

/** The standard form while it grows, block by block; its arrays are filled once, at the end. */
export class Assembly {
  readonly #columns = new Blocks<ColumnBlock>()
  readonly #rows = new Blocks<RowBlock>()
  readonly #cost: Omit<Entries, 'row'> = { column: [], value: [] }
  readonly #quadratic: Entries = { row: [], column: [], value: [] }
  offset = 0

  /** Returns the first new column. */
  addColumns(block: ColumnBlock): number {
    return this.#columns.add(block, block.size)
  }

  /** Returns the first new row. */
  addRows(block: RowBlock): number {
    return this.#rows.add(block, block.constant.length)
  }

  /** Adds `value` · x_column to the objective. */
  addCost(column: number, value: number): void {
    this.#cost.column.push(column)
    this.#cost.value.push(value)
  }

  /** Adds `value` · x_a x_b to the objective: into the lower triangle of Q, twice on its diagonal. */
  addProduct(a: number, b: number, value: number): void {
    this.#quadratic.row.push(Math.max(a, b))
    this.#quadratic.column.push(Math.min(a, b))
    this.#quadratic.value.push(a === b ? 2 * value : value)
  }

  /** The form, with `columnOf[k]` in place of stand-in k. The assembly is used up. */
  finish(columnOf: Int32Array): { form: StandardForm; columnName: Naming; rowName: Naming } {
    const columns = this.#columns.count
    const lower = new Float64Array(columns)
    const upper = new Float64Array(columns)
    const integer = new Uint8Array(columns)
    this.#columns.forEach((block, first) => {
      fill(lower, block.lower, first, block.size)
      fill(upper, block.upper, first, block.size)
      if (block.integer) integer.fill(1, first, first + block.size)
    })
    const linear = new Float64Array(columns)
    this.#cost.column.forEach((j, t) => {
      linear[j] += this.#cost.value[t]
    })
    const { row, column, value } = this.#quadratic
    const form = standardForm({
      linear,
      quadratic: fromCoordinates(
        columns,
        columns,
        Int32Array.from(row),
        Int32Array.from(column),
        Float64Array.from(value),
      ),
      offset: this.offset,
      ...this.#matrix(columnOf),
      lower,
      upper,
      integer,
    })
    return { form, columnName: this.#columns.release('column'), rowName: this.#rows.release('row') }
  }

  #matrix(columnOf: Int32Array): Pick<StandardForm, 'matrix' | 'rowLower' | 'rowUpper'> {
    let size = 0
    this.#rows.forEach((block) => {
      size += block.value.length
    })
    const row = new Int32Array(size)
    const column = new Int32Array(size)
    const value = new Float64Array(size)
    const rowLower = new Float64Array(this.#rows.count)
    const rowUpper = new Float64Array(this.#rows.count)
    let next = 0
    this.#rows.forEach((block, first) => {
      for (let t = 0; t < block.value.length; t++) {
        if (block.value[t] === 0) continue
        row[next] = first + block.row[t]
        column[next] = block.column[t] >= 0 ? block.column[t] : columnOf[~block.column[t]]
        value[next++] = block.value[t]
      }
      for (let r = 0; r < block.constant.length; r++) {
        rowLower[first + r] = block.lower[r] - block.constant[r]
        rowUpper[first + r] = block.upper[r] - block.constant[r]
      }
    })
    const matrix = withoutZeros(
      fromCoordinates(
        this.#rows.count,
        this.#columns.count,
        row.subarray(0, next),
        column.subarray(0, next),
        value.subarray(0, next),
      ),
    )
    return { matrix, rowLower, rowUpper }
  }
}

interface Entries {
  readonly row: number[]
  readonly column: number[]
  readonly value: number[]
}

/** The modeller's name of column j or row i. Throws `outside-form` on indices that the form does not have. */
export type Naming = (index: number) => string

interface Named {
  readonly name: (entry: number) => string
}

class Blocks<Block extends Named> {
  readonly #blocks: Block[] = []
  readonly #firsts: number[] = []
  count = 0

  add(block: Block, size: number): number {
    const first = this.count
    this.#blocks.push(block)
    this.#firsts.push(first)
    this.count += size
    return first
  }

  forEach(visit: (block: Block, first: number) => void): void {
    this.#blocks.forEach((block, b) => {
      visit(block, this.#firsts[b])
    })
  }

  /** The names, which outlive the blocks: these go, so that nothing holds on to their arrays. */
  release(what: string): Naming {
    const { count } = this
    const firsts = this.#firsts
    const names = this.#blocks.map(({ name }) => name)
    this.#blocks.length = 0
    return (index) => {
      if (!(Number.isInteger(index) && index >= 0 && index < count)) {
        throw new SpillwayError({
          code: 'outside-form',
          path: `${what}Name`,
          value: index,
          problem: `is not a ${what} of the form, which has ${count}`,
          cure: 'Count from 0.',
        })
      }
      // The last block that starts at or before the index: blocks without entries start where the next one does.
      const b = firsts.findLastIndex((first) => first <= index)
      return names[b](index - firsts[b])
    }
  }
}

function fill(target: Float64Array, given: number | Float64Array, first: number, size: number): void {
  if (typeof given === 'number') target.fill(given, first, first + size)
  else target.set(given, first)
}

/** Without the entries whose terms cancelled: some solvers misread an explicit zero. */
export function withoutZeros(a: SparseMatrix): SparseMatrix {
  if (!a.values.includes(0)) return a
  const starts = new Int32Array(a.columns + 1)
  const indices = new Int32Array(a.indices.length)
  const values = new Float64Array(a.values.length)
  let next = 0
  for (let j = 0; j < a.columns; j++) {
    for (let p = a.starts[j]; p < a.starts[j + 1]; p++) {
      if (a.values[p] === 0) continue
      indices[next] = a.indices[p]
      values[next++] = a.values[p]
    }
    starts[j + 1] = next
  }
  return { rows: a.rows, columns: a.columns, starts, indices: indices.slice(0, next), values: values.slice(0, next) }
}
