import { byRows, type RowView } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { isObject, wrongType } from '../validation.js'
import { nearlyParallel } from './nearly-parallel.js'
import { type NamedParts, partsOf, type Subject } from './subject.js'

/** What a finding is about; each code has one cure. */
export type FindingCode =
  | 'crossed-bounds'
  | 'contradictory-row'
  | 'falls-for-ever'
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

/** The least and the largest magnitude of a kind of number, zeros and infinities aside; undefined where there is none. */
export interface Magnitudes {
  readonly least: number
  readonly most: number
}

/** The size of a program, the range of its numbers, and what makes it hard. */
export interface HealthReport {
  readonly rows: number
  readonly columns: number
  readonly entries: number
  readonly integers: number
  readonly coefficients: Magnitudes | undefined
  readonly costs: Magnitudes | undefined
  readonly sides: Magnitudes | undefined
  readonly bounds: Magnitudes | undefined
  /** Nothing to say: an empty list. Worst first. */
  readonly findings: readonly Finding[]
}

/** Solvers compute with absolute tolerances of about 1e-7: with numbers further apart than this, the small ones are in them. */
const FAR_APART = 1e8
/** HiGHS drops coefficients of at most this, GLPK ones below 1e-9 of the largest of the row when it scales. */
const DROPPED = 1e-9
/** Finite bounds of this size are usually meant as infinite. */
const AS_GOOD_AS_INFINITE = 1e9
/** A coefficient of an integer column this many times the others of its row switches the row on and off. */
const BIG = 1e4
const SHOWN = 20

/**
 * What makes a form hard, or says that it is not what was meant, before it is solved: numbers far apart, rows and columns that a
 * solver would drop, rows that are nearly parallel, big-M constants, each with its cure.
 *
 * @example
 * for (const { says, cure } of healthReport(program).findings) console.warn(says, cure)
 */
export function healthReport(subject: Subject): HealthReport {
  if (!isObject(subject))
    throw wrongType('wrong-type', 'healthReport', subject, 'a program, a model that was read, or a form')
  const parts = partsOf(subject)
  const { form } = parts
  const view = byRows(form.matrix)
  const examination = new Examination(parts, view)
  const findings = [
    ...examination.contradictions(),
    ...examination.ranges(),
    ...examination.rows(),
    ...examination.columns(),
    ...examination.parallels(),
    ...examination.bigConstants(),
  ]
  return {
    rows: form.matrix.rows,
    columns: form.linear.length,
    entries: form.matrix.values.reduce((count, value) => count + Number(value !== 0), 0),
    integers: form.integer.reduce((count, flag) => count + flag, 0),
    coefficients: magnitudes(form.matrix.values),
    costs: magnitudes(form.linear, form.quadratic.values),
    sides: magnitudes(form.rowLower, form.rowUpper),
    bounds: magnitudes(form.lower, form.upper),
    findings,
  }
}

function magnitudes(...lists: readonly Float64Array[]): Magnitudes | undefined {
  let least = Infinity
  let most = 0
  for (const list of lists) {
    for (const value of list) {
      const magnitude = Math.abs(value)
      if (magnitude === 0 || magnitude === Infinity) continue
      least = Math.min(least, magnitude)
      most = Math.max(most, magnitude)
    }
  }
  return most === 0 ? undefined : { least, most }
}

class Examination {
  readonly #parts: NamedParts
  readonly #form: StandardForm
  readonly #view: RowView

  constructor(parts: NamedParts, view: RowView) {
    this.#parts = parts
    this.#form = parts.form
    this.#view = view
  }

  *contradictions(): Generator<Finding> {
    const { lower, upper, rowLower, rowUpper, matrix, linear, quadratic, integer } = this.#form
    const crossed = columnsWhere(lower, (low, j) => low > upper[j])
    const crossedRows = columnsWhere(rowLower, (low, i) => low > rowUpper[i])
    yield* this.#about(
      'crossed-bounds',
      [...crossedRows.map(this.#parts.rowName), ...crossed.map(this.#parts.columnName)],
      {
        says: 'a lower bound lies above its upper one, so there is no point',
        cure: 'Swap the two, or correct the one that is wrong.',
      },
    )
    const never = rowsWhere(matrix.rows, (i) => {
      const { least, most } = this.#activity(i)
      return (
        rowLower[i] <= rowUpper[i] &&
        (least > rowUpper[i] + slack(rowUpper[i]) || most < rowLower[i] - slack(rowLower[i]))
      )
    })
    yield* this.#about('contradictory-row', never.map(this.#parts.rowName), {
      says: 'no values between the bounds of its columns keep the row, so there is no point',
      cure: 'Correct its side or those bounds; diagnose() names them and the least change.',
    })
    const isSquared = new Uint8Array(linear.length)
    for (let j = 0; j < linear.length; j++) {
      for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
        if (quadratic.values[p] === 0) continue
        isSquared[j] = 1
        isSquared[quadratic.indices[p]] = 1
      }
    }
    const falls = columnsWhere(linear, (cost, j) => {
      const hasRow = this.#entriesOf(j) > 0
      return !hasRow && isSquared[j] === 0 && (cost > 0 ? lower[j] === -Infinity : cost < 0 && upper[j] === Infinity)
    })
    yield* this.#about('falls-for-ever', falls.map(this.#parts.columnName), {
      says: 'the objective improves without end along a column that no row and no bound holds',
      cure: 'Give the column the bound that is meant, or the row that was forgotten.',
    })
    const fractional = columnsWhere(
      lower,
      (low, j) => integer[j] !== 0 && (isFractional(low) || isFractional(upper[j])),
    )
    yield* this.#about('fractional-bound', fractional.map(this.#parts.columnName), {
      says: 'an integer column has a bound that is no integer',
      cure: 'Write the integer inside it.',
    })
  }

  *ranges(): Generator<Finding> {
    const { matrix, linear, quadratic, rowLower, rowUpper, lower, upper } = this.#form
    const tooFar = (found: Magnitudes | undefined): found is Magnitudes =>
      found !== undefined && found.most / found.least > FAR_APART
    const range = ({ least, most }: Magnitudes): string => `from ${brief(least)} to ${brief(most)}`
    const coefficients = magnitudes(matrix.values)
    if (tooFar(coefficients)) {
      const names = [...new Set([this.#placeOf(coefficients.most), this.#placeOf(coefficients.least)])]
      yield* this.#about('coefficient-range', names, {
        says: `coefficients reach ${range(coefficients)}, and solvers compute with about eight digits of them`,
        cure: 'Measure the columns of the smallest and of the largest in other units, thousands or thousandths.',
      })
    }
    const costs = magnitudes(linear, quadratic.values)
    if (tooFar(costs)) {
      const extreme = columnsWhere(linear, (cost) => Math.abs(cost) === costs.least || Math.abs(cost) === costs.most)
      yield* this.#about('cost-range', extreme.map(this.#parts.columnName), {
        says: `costs reach ${range(costs)}, so the small ones are within the tolerance of the large ones`,
        cure: 'Solve for the large ones first and fix their value, or measure the objective in other units.',
      })
    }
    const sides = magnitudes(rowLower, rowUpper)
    if (tooFar(sides)) {
      const isExtreme = (side: number): boolean => Math.abs(side) === sides.least || Math.abs(side) === sides.most
      const extreme = columnsWhere(rowLower, (low, i) => isExtreme(low) || isExtreme(rowUpper[i]))
      yield* this.#about('side-range', extreme.map(this.#parts.rowName), {
        says: `sides of rows reach ${range(sides)}`,
        cure: 'Divide the rows with the large sides, all of them, by a power of ten.',
      })
    }
    const tiny: string[] = []
    for (let j = 0; j < linear.length; j++) {
      for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
        const magnitude = Math.abs(matrix.values[p])
        if (magnitude > 0 && magnitude <= DROPPED)
          tiny.push(`${this.#parts.columnName(j)} in ${this.#parts.rowName(matrix.indices[p])}`)
      }
    }
    yield* this.#about('dropped-coefficient', tiny, {
      says: `coefficients of at most ${DROPPED} are zero to most solvers (solveForm scales them first)`,
      cure: 'Measure their columns in smaller units, so that the coefficients grow, or leave them out.',
    })
    const isLarge = (bound: number): boolean => Math.abs(bound) >= AS_GOOD_AS_INFINITE && Number.isFinite(bound)
    const large = columnsWhere(lower, (low, j) => isLarge(low) || isLarge(upper[j]))
    yield* this.#about('infinite-by-size', large.map(this.#parts.columnName), {
      says: `a finite bound of ${brief(AS_GOOD_AS_INFINITE)} or more costs digits where none is meant`,
      cure: 'Leave the bound out, Infinity, or write the one that holds.',
    })
  }

  *rows(): Generator<Finding> {
    const { rowLower, rowUpper, matrix } = this.#form
    const entries = (i: number): number => this.#nonzeros(i).length
    const hasSides = (i: number): boolean => rowLower[i] > -Infinity || rowUpper[i] < Infinity
    const empty = rowsWhere(matrix.rows, (i) => entries(i) === 0)
    yield* this.#about('empty-row', empty.map(this.#parts.rowName), {
      says: 'a row has no term: it holds always or never',
      cure: 'Leave it out, or look for the term that is missing.',
    })
    const open = rowsWhere(matrix.rows, (i) => entries(i) > 0 && !hasSides(i))
    yield* this.#about('row-without-sides', open.map(this.#parts.rowName), {
      says: 'a row has no finite side and holds always',
      cure: 'Leave it out, or give it the side that is meant.',
    })
    const single = rowsWhere(matrix.rows, (i) => entries(i) === 1 && hasSides(i))
    yield* this.#about('row-of-one-column', single.map(this.#parts.rowName), {
      says: 'a row of one column is a bound',
      cure: 'Give it to the variable as a bound: solvers then carry a row less.',
    })
    const redundant = rowsWhere(matrix.rows, (i) => {
      if (entries(i) < 2 || !hasSides(i)) return false
      const { least, most } = this.#activity(i)
      return least >= rowLower[i] && most <= rowUpper[i]
    })
    yield* this.#about('redundant-row', redundant.map(this.#parts.rowName), {
      says: 'the bounds of its columns keep the row always',
      cure: 'Leave it out, or look for the wrong number in it.',
    })
  }

  *columns(): Generator<Finding> {
    const { linear, lower, upper, quadratic } = this.#form
    const isSquared = (j: number): boolean => quadratic.starts[j] < quadratic.starts[j + 1]
    const isMet = new Uint8Array(linear.length)
    quadratic.indices.forEach((i, p) => {
      if (quadratic.values[p] !== 0) isMet[i] = 1
    })
    const empty = columnsWhere(linear, (cost, j) => {
      return j < this.#parts.ownColumns && cost === 0 && this.#entriesOf(j) === 0 && !isSquared(j) && isMet[j] === 0
    })
    yield* this.#about('empty-column', empty.map(this.#parts.columnName), {
      says: 'a variable is in no constraint and not in the objective',
      cure: 'Leave it out, or look for the term that is missing.',
    })
    const fixed = columnsWhere(lower, (low, j) => low === upper[j] && !this.#parts.isParameter(j))
    yield* this.#about('fixed-column', fixed.map(this.#parts.columnName), {
      says: 'the bounds leave a column one value',
      cure: 'Nothing needs to be done, if that is meant: it is a constant.',
    })
  }

  *parallels(): Generator<Finding> {
    const { exact, nearly } = nearlyParallel(this.#form.matrix.rows, (i) => this.#nonzeros(i))
    const named = (pairs: readonly (readonly [number, number])[]): string[] =>
      pairs.map(([a, b]) => `${this.#parts.rowName(a)} and ${this.#parts.rowName(b)}`)
    yield* this.#about('nearly-parallel-rows', named(nearly), {
      says: 'two rows are multiples of each other but for a part in a million: what tells them apart is within tolerances',
      cure: 'Make them one row, or subtract one from the other, so that the difference stands alone.',
    })
    yield* this.#about('parallel-rows', named(exact), {
      says: 'two rows are multiples of each other',
      cure: 'Make them one row with the tighter sides.',
    })
  }

  *bigConstants(): Generator<Finding> {
    const { integer, rowLower, rowUpper, matrix } = this.#form
    for (let i = 0; i < matrix.rows; i++) {
      const terms = this.#nonzeros(i)
      for (const [j, value] of terms) {
        if (integer[j] === 0) continue
        const others = terms.filter(([column]) => column !== j)
        const largest = others.reduce((most, [, other]) => Math.max(most, Math.abs(other)), 0)
        if (others.length === 0 || Math.abs(value) < BIG * largest) continue
        // The others reach `need` at most beyond the side: a larger constant switches nothing more.
        const { least, most } = this.#activity(i, j)
        const need = Math.max(most - rowUpper[i], rowLower[i] - least)
        const tighter = Number.isFinite(need) && need > 0 && need < Math.abs(value) ? need : undefined
        const name = this.#parts.columnName(j)
        yield* this.#about('big-m', [this.#parts.rowName(i)], {
          says: `${name} has the coefficient ${brief(value)}, ${brief(Math.abs(value) / largest)} times the others: within tolerance, a little of ${name} opens the row`,
          cure:
            tighter === undefined
              ? 'Bound the other columns, and write as constant the most that they can reach.'
              : `By the bounds of the other columns ${brief(tighter)} will do.`,
        })
      }
    }
  }

  *#about(
    code: FindingCode,
    names: readonly string[],
    { says, cure }: Pick<Finding, 'says' | 'cure'>,
  ): Generator<Finding> {
    if (names.length === 0) return
    const shown = names.slice(0, 3).join(', ')
    const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
    yield { code, names: names.slice(0, SHOWN), count: names.length, says: `${shown}${more}: ${says}`, cure }
  }

  #nonzeros(i: number): readonly (readonly [column: number, value: number])[] {
    const { starts, columns, values } = this.#view
    const found: [number, number][] = []
    for (let p = starts[i]; p < starts[i + 1]; p++) if (values[p] !== 0) found.push([columns[p], values[p]])
    return found
  }

  #entriesOf(j: number): number {
    const { starts, values } = this.#form.matrix
    let count = 0
    for (let p = starts[j]; p < starts[j + 1]; p++) count += Number(values[p] !== 0)
    return count
  }

  /** Between what a row lies by the bounds of its columns, one of them left out. */
  #activity(i: number, without = -1): { readonly least: number; readonly most: number } {
    const { lower, upper } = this.#form
    let least = 0
    let most = 0
    for (const [j, value] of this.#nonzeros(i)) {
      if (j === without) continue
      least += value > 0 ? value * lower[j] : value * upper[j]
      most += value > 0 ? value * upper[j] : value * lower[j]
    }
    return { least, most }
  }

  #placeOf(magnitude: number): string {
    const { matrix } = this.#form
    const p = matrix.values.findIndex((value) => Math.abs(value) === magnitude)
    const j = matrix.starts.findIndex((start) => start > p) - 1
    return `${this.#parts.columnName(j)} in ${this.#parts.rowName(matrix.indices[p])}`
  }
}

const columnsWhere = (list: Float64Array, is: (value: number, index: number) => boolean): number[] => {
  const found: number[] = []
  list.forEach((value, index) => {
    if (is(value, index)) found.push(index)
  })
  return found
}

const rowsWhere = (rows: number, is: (i: number) => boolean): number[] =>
  Array.from({ length: rows }, (_, i) => i).filter(is)

const isFractional = (bound: number): boolean => Number.isFinite(bound) && !Number.isInteger(bound)
/** What rounding of the data may leave between a row and its side. */
const slack = (side: number): number => 1e-9 * Math.max(1, Math.abs(side))
const brief = (value: number): string => String(Number(value.toPrecision(3)))
