import { byRows } from '../canonical/by-rows.js'
import { isObject, wrongType } from '../validation.js'
import { Examined, type Finding } from './examined.js'
import { nearlyParallel } from './nearly-parallel.js'
import { partsOf, type Subject } from './subject.js'

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
  /** Beside the rows, from atoms such as `norm2`; the rest of the report is about all but these. */
  readonly cones: number
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
  const examined = new Examined(parts, byRows(form.matrix))
  const findings = [contradictions, ranges, rows, columns, parallels, bigConstants].flatMap((look) => look(examined))
  return {
    rows: form.matrix.rows,
    columns: form.linear.length,
    entries: form.matrix.values.reduce((count, value) => count + Number(value !== 0), 0),
    integers: form.integer.reduce((count, flag) => count + flag, 0),
    cones: parts.curved?.canonical.form.cones.reduce((count, { height }) => count + height.length, 0) ?? 0,
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

function contradictions(examined: Examined): Finding[] {
  const { lower, upper, rowLower, rowUpper, linear, integer } = examined.form
  const crossed = [
    ...examined.rowNames((i) => rowLower[i] > rowUpper[i]),
    ...examined.columnNames((j) => lower[j] > upper[j]),
  ]
  const never = examined.rowNames((i) => {
    const { least, most } = examined.activity(i)
    return (
      rowLower[i] <= rowUpper[i] &&
      (least > rowUpper[i] + slack(rowUpper[i]) || most < rowLower[i] - slack(rowLower[i]))
    )
  })
  const curved = examined.curved()
  const unbounded = examined.columnNames((j) => {
    const isOpen = linear[j] > 0 ? lower[j] === -Infinity : linear[j] < 0 && upper[j] === Infinity
    return isOpen && curved[j] === 0 && !examined.hasEntries(j)
  })
  const fractional = examined.columnNames((j) => integer[j] !== 0 && (isFractional(lower[j]) || isFractional(upper[j])))
  return [
    ...examined.about('crossed-bounds', crossed, {
      says: 'a lower bound lies above its upper one, so there is no point',
      cure: 'Swap the two, or correct the one that is wrong.',
    }),
    ...examined.about('contradictory-row', never, {
      says: 'no values between the bounds of its columns keep the row, so there is no point',
      cure: 'Correct its side or those bounds; diagnose() names them and the least change.',
    }),
    ...examined.about('unbounded-column', unbounded, {
      says: 'the objective improves without end along a column that no row and no bound holds',
      cure: 'Give the column the bound that is meant, or the row that was forgotten.',
    }),
    ...examined.about('fractional-bound', fractional, {
      says: 'an integer column has a bound that is no integer',
      cure: 'Write the integer inside it.',
    }),
  ]
}

function ranges(examined: Examined): Finding[] {
  const { matrix, linear, quadratic, rowLower, rowUpper, lower, upper } = examined.form
  const found: Finding[] = []
  const coefficients = magnitudes(matrix.values)
  if (isTooWide(coefficients)) {
    const names = [...new Set([examined.entryOf(coefficients.most), examined.entryOf(coefficients.least)])]
    found.push(
      ...examined.about('coefficient-range', names, {
        says: `coefficients reach ${range(coefficients)}, and solvers compute with about eight digits of them`,
        cure: 'State the columns of the smallest and of the largest in other units, thousands or thousandths.',
      }),
    )
  }
  const costs = magnitudes(linear, quadratic.values)
  if (isTooWide(costs)) {
    const names = examined.columnNames((j) => isEnd(costs, linear[j]))
    found.push(
      ...examined.about('cost-range', names.length > 0 ? names : ['the quadratic terms'], {
        says: `costs reach ${range(costs)}, so the small ones are within the tolerance of the large ones`,
        cure: 'Solve for the large ones first and fix their value, or state the objective in other units.',
      }),
    )
  }
  const sides = magnitudes(rowLower, rowUpper)
  if (isTooWide(sides)) {
    const names = examined.rowNames((i) => isEnd(sides, rowLower[i]) || isEnd(sides, rowUpper[i]))
    found.push(
      ...examined.about('side-range', names, {
        says: `sides of rows reach ${range(sides)}`,
        cure: 'Divide the rows with the large sides, all of them, by a power of ten.',
      }),
    )
  }
  const tiny: string[] = []
  for (let j = 0; j < linear.length; j++) {
    for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
      const magnitude = Math.abs(matrix.values[p])
      if (magnitude > 0 && magnitude <= DROPPED)
        tiny.push(`${examined.parts.columnName(j)} in ${examined.parts.rowName(matrix.indices[p])}`)
    }
  }
  const isLarge = (bound: number): boolean => Math.abs(bound) >= AS_GOOD_AS_INFINITE && Number.isFinite(bound)
  const large = examined.columnNames((j) => isLarge(lower[j]) || isLarge(upper[j]))
  return [
    ...found,
    ...examined.about('dropped-coefficient', tiny, {
      says: `coefficients of at most ${DROPPED} are zero to most solvers (solveForm scales them first)`,
      cure: 'State their columns in smaller units, so that the coefficients grow, or leave them out.',
    }),
    ...examined.about('infinite-by-size', large, {
      says: `a finite bound of ${brief(AS_GOOD_AS_INFINITE)} or more costs digits where none is meant`,
      cure: 'Leave the bound out, Infinity, or write the one that holds.',
    }),
  ]
}

function rows(examined: Examined): Finding[] {
  const { rowLower, rowUpper, matrix } = examined.form
  const entries = Int32Array.from({ length: matrix.rows }, (_, i) => examined.nonzeros(i).length)
  const hasSides = (i: number): boolean => rowLower[i] > -Infinity || rowUpper[i] < Infinity
  const redundant = examined.rowNames((i) => {
    if (entries[i] < 2 || !hasSides(i)) return false
    const { least, most } = examined.activity(i)
    return least >= rowLower[i] && most <= rowUpper[i]
  })
  return [
    ...examined.about(
      'empty-row',
      examined.rowNames((i) => entries[i] === 0),
      {
        says: 'a row has no term: it holds always or never',
        cure: 'Leave it out, or look for the term that is missing.',
      },
    ),
    ...examined.about(
      'row-without-sides',
      examined.rowNames((i) => entries[i] > 0 && !hasSides(i)),
      {
        says: 'a row has no finite side and holds always',
        cure: 'Leave it out, or give it the side that is meant.',
      },
    ),
    ...examined.about(
      'row-of-one-column',
      examined.rowNames((i) => i < examined.parts.ownRows && entries[i] === 1 && hasSides(i)),
      {
        says: 'a row of one column is a bound',
        cure: 'Give it to the variable as a bound: solvers then carry a row less.',
      },
    ),
    ...examined.about('redundant-row', redundant, {
      says: 'the bounds of its columns keep the row always',
      cure: 'Leave it out, or look for the wrong number in it.',
    }),
  ]
}

function columns(examined: Examined): Finding[] {
  const { parts, form } = examined
  const { linear, lower, upper } = form
  const curved = examined.curved()
  const empty = examined.columnNames(
    (j) => j < parts.ownColumns && linear[j] === 0 && curved[j] === 0 && !examined.hasEntries(j),
  )
  const fixed = examined.columnNames((j) => lower[j] === upper[j] && !parts.isParameter(j))
  return [
    ...examined.about('empty-column', empty, {
      says: 'a variable is in no constraint and not in the objective',
      cure: 'Leave it out, or look for the term that is missing.',
    }),
    ...examined.about('fixed-column', fixed, {
      says: 'the bounds leave a column one value',
      cure: 'Nothing needs to be done, if that is meant: it is a constant.',
    }),
  ]
}

function parallels(examined: Examined): Finding[] {
  const { rowName } = examined.parts
  const { exact, nearly } = nearlyParallel(examined.form.matrix.rows, (i) => examined.nonzeros(i))
  const named = (pairs: readonly (readonly [number, number])[]): string[] =>
    pairs.map(([a, b]) => `${rowName(a)} and ${rowName(b)}`)
  return [
    ...examined.about('nearly-parallel-rows', named(nearly), {
      says: 'two rows are multiples of each other but for a part in a million: what tells them apart is within tolerances',
      cure: 'Make them one row, or subtract one from the other, so that the difference stands alone.',
    }),
    ...examined.about('parallel-rows', named(exact), {
      says: 'two rows are multiples of each other',
      cure: 'Make them one row with the tighter sides.',
    }),
  ]
}

/** In each row the largest coefficient, where it is that of an integer column and `BIG` times all others. */
function bigConstants(examined: Examined): Finding[] {
  const { integer, rowLower, rowUpper, matrix } = examined.form
  const found: Finding[] = []
  for (let i = 0; i < matrix.rows; i++) {
    let [column, largest, next] = [-1, 0, 0]
    for (const [j, value] of examined.nonzeros(i)) {
      const magnitude = Math.abs(value)
      if (magnitude > largest) [column, largest, next] = [j, magnitude, largest]
      else next = Math.max(next, magnitude)
    }
    if (next === 0 || integer[column] === 0 || largest < BIG * next) continue
    // The others reach `need` at most beyond the side: a larger constant switches nothing more.
    const { least, most } = examined.activity(i, column)
    const need = Math.max(most - rowUpper[i], rowLower[i] - least)
    const isTighter = Number.isFinite(need) && need > 0 && need < largest
    const name = examined.parts.columnName(column)
    found.push(
      ...examined.about('big-m', [examined.parts.rowName(i)], {
        says: `${name} has a coefficient of ${brief(largest)}, ${brief(largest / next)} times the others: within tolerance, a little of ${name} opens the row`,
        cure: isTighter
          ? `By the bounds of the other columns ${brief(need)} will do.`
          : 'Bound the other columns, and write as constant the most that they can reach.',
      }),
    )
  }
  return found
}

const isTooWide = (found: Magnitudes | undefined): found is Magnitudes =>
  found !== undefined && found.most / found.least > FAR_APART
const isEnd = ({ least, most }: Magnitudes, value: number): boolean =>
  Math.abs(value) === least || Math.abs(value) === most
const range = ({ least, most }: Magnitudes): string => `from ${brief(least)} to ${brief(most)}`
const isFractional = (bound: number): boolean => Number.isFinite(bound) && !Number.isInteger(bound)
/** What rounding of the data may leave between a row and its side. */
const slack = (side: number): number => 1e-9 * Math.max(1, Math.abs(side))
const brief = (value: number): string => String(Number(value.toPrecision(3)))
