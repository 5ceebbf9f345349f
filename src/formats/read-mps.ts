// Above three hundred lines: the sections of one text fill one draft, and what one says decides how the next is read.
import { suggest } from '../names.js'
import { expectOptions, typed, wrongType } from '../validation.js'
import { withoutMark } from '../without-mark.js'
import { layoutOf, type MpsLayout, type MpsLine, mpsLines } from './mps-lines.js'
import { Draft, type DraftColumn, finiteOrNone, MatrixEntries, type NamedForm, unreadable } from './named-form.js'
import { OwnRemarks, takeBack } from './own-text.js'

/** Options of `readMps`. */
export interface ReadMpsOptions {
  /** Default: `fixed` where names hold spaces, else `free`, which reads fixed texts without such names too. */
  readonly layout?: MpsLayout | undefined
}

const expectReadMpsOptions = expectOptions<ReadMpsOptions>({
  layout: typed("'free' or 'fixed'", (value) => value === 'free' || value === 'fixed'),
})

/**
 * Reads MPS text, free or fixed, as glpsol, cbc, HiGHS, CPLEX and Gurobi write it, with RANGES, BOUNDS of every kind, OBJSENSE,
 * OBJNAME and QUADOBJ, QMATRIX or QSECTION. Where programs differ, remarks name the columns:
 *
 * - Without a bound a column lies in [0, ∞), an integer one in [0, 1]; any bound of its own gives it [0, ∞) to begin with.
 * - `UP` below zero takes the lower bound away, as CPLEX, Gurobi and cbc do, where no lower bound is stated before; glpsol and
 *   HiGHS leave 0, which no x satisfies.
 * - The constant of the objective is minus what RHS says of it. glpsol alone writes it with its own sign: its texts are known by
 *   their remarks. Rows N other than the objective are left out. From 1e20 on a bound or a side is none.
 * - RANGES R of a row with side b: of E [b, b + R] or [b + R, b] by the sign of R, of L [b − |R|, b], of G [b, b + |R|].
 *
 * Throws `model-text` with the line on what is malformed, and on what the standard form has no place for: semi-continuous columns,
 * special ordered sets, quadratic rows, indicators; `wrong-type` unless it is a text.
 *
 * @example
 * const { form, names, sense } = readMps(await readFile('model.mps', 'utf8'))
 * const outcome = await solveForm(form)
 */
export function readMps(text: string, options: ReadMpsOptions = {}): NamedForm {
  if (typeof text !== 'string') throw wrongType('wrong-type', 'readMps', text, 'the text of a model')
  expectReadMpsOptions('options', options)
  const plain = withoutMark(text)
  return new MpsReader().read(plain, options.layout ?? layoutOf(plain))
}

const NO_PLACE = 'Write the model with linear rows, and a linear or quadratic objective.'
const UNKNOWN: Readonly<Record<string, string>> = {
  SOS: 'special ordered sets',
  SOS1: 'special ordered sets',
  SOS2: 'special ordered sets',
  SETS: 'special ordered sets',
  QCMATRIX: 'quadratic rows',
  CSECTION: 'cones',
  INDICATORS: 'indicators',
  GENCONS: 'general constraints',
  PWLOBJ: 'piecewise linear objectives',
}
/** What each type of bound says of its column. */
const BOUNDS: Readonly<Record<string, (value: number) => Partial<DraftColumn>>> = {
  LO: (lower) => ({ lower }),
  LI: (lower) => ({ integer: true, lower }),
  UP: (upper) => ({ upper }),
  UI: (upper) => ({ integer: true, upper }),
  FX: (value) => ({ lower: value, upper: value }),
  FR: () => ({ lower: -Infinity, upper: Infinity }),
  MI: () => ({ lower: -Infinity }),
  PL: () => ({ upper: Infinity }),
  BV: () => ({ integer: true, lower: 0, upper: 1 }),
}
const HAS_VALUE = new Set(['LO', 'LI', 'UP', 'UI', 'FX'])
const SENSES: Readonly<Record<string, NamedForm['sense']>> = {
  MIN: 'minimize',
  MINIMIZE: 'minimize',
  MINIMISE: 'minimize',
  MAX: 'maximize',
  MAXIMIZE: 'maximize',
  MAXIMISE: 'maximize',
}

class MpsReader {
  readonly #draft = new Draft()
  readonly #remarks = new OwnRemarks()
  readonly #types = new Map<string, string>()
  /** Every name in ROWS that is no row of the form: the objective, and other rows N. */
  readonly #free = new Set<string>()
  readonly #bounded = new Set<number>()
  readonly #negative = new Set<number>()
  readonly #ranges = new Map<number, number>()
  readonly #seen = new Set<string>()
  readonly #sets = new Map<string, string>()
  readonly #squared = new Set<string>()
  readonly #matrix = new MatrixEntries()
  #objective: string | undefined
  #section = ''
  #isInteger = false
  #last = -1
  #isOfGlpsol = false
  #constant = 0

  read(text: string, layout: MpsLayout): NamedForm {
    const onRemark = (remark: string): void => {
      this.#remarks.add(remark)
      if (/^ Format:\s+(Free|Fixed) MPS/.test(remark)) this.#isOfGlpsol = true
    }
    let last = 0
    for (const line of mpsLines(text, layout, onRemark)) {
      last = line.number
      if (this.#section === 'ENDATA') throw fault(line, 0, 'something stands after ENDATA', 'Read one model at a time.')
      if (line.isSection) this.#begin(line)
      else this.#read(line)
    }
    if (this.#section !== 'ENDATA') {
      const problem = 'the text ends before its last line, ENDATA'
      throw unreadable(last, 'the end of the text', problem, 'Hand over the whole text.')
    }
    return this.#finish()
  }

  #begin(line: MpsLine): void {
    const section = (line.fields[0] as string).toUpperCase()
    this.#section = section
    const what = UNKNOWN[section]
    if (what !== undefined) throw fault(line, 0, `${what} have no place in the standard form`, NO_PLACE)
    if (!(section in this.#readers || section === 'ENDATA' || section === 'NAME')) {
      const known = ['NAME', ...Object.keys(this.#readers), 'ENDATA']
      throw fault(
        line,
        0,
        'no section of MPS has this name',
        `${suggest(section, known)} Data lines begin with a space.`,
      )
    }
    if (section === 'NAME')
      this.#draft.name = line.fields
        .slice(1)
        .filter((word) => word !== 'FREE')
        .join(' ')
    if (section === 'OBJSENSE' && line.fields.length > 1) this.#sense(line, line.fields[1] as string)
    if (section === 'OBJNAME' && line.fields.length > 1) this.#objective = line.fields[1] as string
    if (section === 'QSECTION' && line.fields.length > 1 && line.fields[1] !== this.#objective) {
      throw fault(line, 1, 'quadratic rows have no place in the standard form', NO_PLACE)
    }
  }

  readonly #readers: Readonly<Record<string, (line: MpsLine) => void>> = {
    OBJSENSE: (line) => this.#sense(line, line.fields.find((field) => field !== '') ?? ''),
    OBJNAME: (line) => {
      this.#objective = line.fields.find((field) => field !== '') ?? ''
    },
    ROWS: (line) => this.#row(line),
    COLUMNS: (line) =>
      line.fields.some((field) => /^'MARKER'$/i.test(field)) ? this.#marker(line) : this.#column(line),
    RHS: (line) => this.#pairs(line, (name, value) => this.#side(line, name, value)),
    RANGES: (line) => this.#pairs(line, (name, value) => this.#range(line, name, value)),
    BOUNDS: (line) => this.#bound(line),
    QUADOBJ: (line) => this.#square(line, false),
    QSECTION: (line) => this.#square(line, false),
    QMATRIX: (line) => this.#square(line, true),
  }

  #read(line: MpsLine): void {
    const reader = this.#readers[this.#section]
    if (reader === undefined) throw fault(line, 0, 'the line stands in no section', 'Begin with NAME and ROWS.')
    reader(line)
  }

  #sense(line: MpsLine, word: string): void {
    const sense = SENSES[word.toUpperCase()]
    if (sense === undefined) throw fault(line, 0, 'the sense of an objective is MIN or MAX', 'Write MIN or MAX.')
    this.#draft.sense = sense
  }

  #row(line: MpsLine): void {
    const [type = '', name] = line.fields
    if (name === undefined || name === '' || line.fields.length > 2) {
      throw fault(
        line,
        0,
        'a row is a type and a name',
        'Write N, E, L or G and a name, and fixed columns where names hold spaces.',
      )
    }
    const kind = type.toUpperCase()
    if (!'NELG'.includes(kind) || kind.length !== 1)
      throw fault(line, 0, 'a row is of type N, E, L or G', 'Write one of them.')
    if (this.#free.has(name)) throw fault(line, 1, 'two rows have this name', 'Give every row a name of its own.')
    if (kind === 'N') {
      this.#free.add(name)
      this.#objective ??= name
      return
    }
    this.#types.set(name, kind)
    this.#draft.row(line.number, name, kind === 'L' ? -Infinity : 0, kind === 'G' ? Infinity : 0)
  }

  #column(line: MpsLine): void {
    const { fields } = line
    const name = fields.find((field) => field !== '') as string
    const rest = fields.slice(fields.indexOf(name) + 1)
    const isNew = this.#draft.columnOf(name) === undefined
    const column = this.#draft.column(name)
    if (isNew) (this.#draft.columns[column] as DraftColumn).integer = this.#isInteger
    else if (column !== this.#last) {
      throw unreadable(line.number, name, 'the column stands in two places', 'Keep the lines of a column together.')
    }
    if (isNew) this.#seen.clear()
    this.#last = column
    this.#namesAndValues(line, rest, (row, value) => {
      if (this.#seen.has(row))
        throw unreadable(line.number, row, `${name} stands twice in this row`, 'Write one coefficient.')
      this.#seen.add(row)
      expectFinite(line, value, 'a coefficient')
      if (row === this.#objective) (this.#draft.columns[column] as DraftColumn).cost = value
      else if (!this.#free.has(row)) this.#draft.terms.add(this.#rowNumber(line, row), column, value)
    })
  }

  #marker(line: MpsLine): void {
    const word = line.fields.at(-1)?.toUpperCase()
    if (word !== "'INTORG'" && word !== "'INTEND'") {
      throw fault(
        line,
        line.fields.length - 1,
        'only integer columns are marked',
        `${NO_PLACE} Markers are 'INTORG' and 'INTEND'.`,
      )
    }
    this.#isInteger = word === "'INTORG'"
  }

  /** Pairs of a row and a value, after the name of a set where there is one. */
  #pairs(line: MpsLine, take: (row: string, value: number) => void): void {
    const fields = line.fields.filter((field, f) => f > 0 || field !== '')
    const set = fields.length % 2 === 1 ? (fields[0] as string) : ''
    if (!this.#isOfFirstSet(line, set)) return
    this.#namesAndValues(line, fields.slice(fields.length % 2), take)
  }

  #namesAndValues(line: MpsLine, fields: readonly string[], take: (row: string, value: number) => void): void {
    if (fields.length === 0 || fields.length % 2 === 1) {
      throw fault(
        line,
        0,
        'names and values do not come in pairs',
        'Write a row and its value, at most two of them a line.',
      )
    }
    for (let f = 0; f < fields.length; f += 2) take(fields[f] as string, figure(line, fields[f + 1] as string))
  }

  /** A second set of sides, ranges or bounds is another model: only the first is read. */
  #isOfFirstSet({ number }: MpsLine, set: string): boolean {
    const first = this.#sets.get(this.#section)
    if (first === undefined) this.#sets.set(this.#section, set)
    if (first === undefined || first === set) return true
    const problem = `${this.#section} has a second set, beside ${JSON.stringify(first)}`
    throw unreadable(number, set, problem, 'Keep the set that is meant.')
  }

  #rowNumber(line: MpsLine, name: string): number {
    const row = this.#draft.rowOf(name)
    if (row !== undefined) return row
    throw unreadable(line.number, name, 'ROWS has no such row', suggest(name, [...this.#types.keys()]))
  }

  #side(line: MpsLine, name: string, value: number): void {
    if (name === this.#objective) {
      expectFinite(line, value, 'the constant of the objective')
      this.#constant = value
      return
    }
    if (this.#free.has(name)) return
    const row = this.#draft.rows[this.#rowNumber(line, name)] as Draft['rows'][number]
    const side = finiteOrNone(value)
    if (this.#types.get(name) === 'E' && !Number.isFinite(side)) {
      throw unreadable(line.number, value, 'no row equals infinity', 'Leave the row out, or give it a number.')
    }
    if (this.#types.get(name) !== 'L') row.lower = side
    if (this.#types.get(name) !== 'G') row.upper = side
  }

  #range(line: MpsLine, name: string, value: number): void {
    if (this.#free.has(name)) throw unreadable(line.number, name, 'a row N has no range', 'Leave the range out.')
    const row = this.#rowNumber(line, name)
    const { lower, upper } = this.#draft.rows[row] as Draft['rows'][number]
    const side = this.#types.get(name) === 'L' ? upper : lower
    if (!Number.isFinite(side))
      throw unreadable(line.number, name, 'the range is of a side that is infinite', 'Give the row a finite side.')
    this.#ranges.set(row, finiteOrNone(value))
  }

  #bound(line: MpsLine): void {
    const [type, ...rest] = line.fields as [string, ...string[]]
    const kind = type.toUpperCase()
    const bind = Object.hasOwn(BOUNDS, kind) ? BOUNDS[kind] : undefined
    if (bind === undefined) {
      if (kind === 'SC' || kind === 'SI')
        throw fault(line, 0, 'semi-continuous columns have no place in the standard form', NO_PLACE)
      throw fault(line, 0, 'no bound is of this type', `There are ${Object.keys(BOUNDS).join(', ')}.`)
    }
    const hasValue = HAS_VALUE.has(kind)
    const isSetLeftOut = hasValue
      ? rest.length === 2
      : rest.length === 1 || (rest.length === 2 && this.#draft.columnOf(rest[1] as string) === undefined)
    const [set, name = '', value] = isSetLeftOut ? ['', ...rest] : (rest as [string, ...string[]])
    if (!this.#isOfFirstSet(line, set as string)) return
    const number = this.#draft.columnOf(name)
    if (number === undefined) {
      const known = this.#draft.columns.map((column) => column.name)
      throw unreadable(line.number, name, 'COLUMNS has no such column', suggest(name, known))
    }
    const column = this.#draft.columns[number] as DraftColumn
    const bound = hasValue ? finiteOrNone(figure(line, value ?? '')) : 0
    if (kind === 'FX' && !Number.isFinite(bound)) {
      throw unreadable(line.number, value, 'no column equals infinity', 'Write FR, or give it a number.')
    }
    if ((kind === 'UP' || kind === 'UI') && bound < 0 && column.lower === undefined) {
      column.lower = -Infinity
      this.#negative.add(number)
    } else if (kind !== 'UP' && kind !== 'UI' && kind !== 'PL') this.#negative.delete(number)
    Object.assign(column, bind(bound))
    this.#bounded.add(number)
  }

  #square(line: MpsLine, isWhole: boolean): void {
    const fields = line.fields.filter((field) => field !== '')
    if (fields.length !== 3 && fields.length !== 5) {
      throw fault(line, 0, 'an entry of Q is two columns and a value', 'Write two columns and a value.')
    }
    const first = fields[0] as string
    for (let f = 1; f < fields.length; f += 2) {
      const [i, j] = [first, fields[f] as string].map((name) => {
        const column = this.#draft.columnOf(name)
        if (column !== undefined) return column
        const known = this.#draft.columns.map((each) => each.name)
        throw unreadable(line.number, name, 'COLUMNS has no such column', suggest(name, known))
      }) as [number, number]
      const value = figure(line, fields[f + 1] as string)
      if (isWhole) {
        this.#matrix.add(i, j, value)
        continue
      }
      const entry = `${Math.max(i, j)},${Math.min(i, j)}`
      if (this.#squared.has(entry)) {
        const problem = 'the entry stands twice, and only one half of Q stands in this section'
        throw fault(line, f, problem, 'Leave one out, or write both halves in QMATRIX.')
      }
      this.#squared.add(entry)
      this.#draft.square(i, j, value)
    }
  }

  #finish(): NamedForm {
    const draft = this.#draft
    if (this.#objective === undefined || !this.#free.has(this.#objective)) {
      const problem = 'ROWS has no objective'
      throw unreadable(1, this.#objective ?? 'no row N', problem, 'Write a row of type N, and in OBJNAME its name.')
    }
    for (const [row, range] of this.#ranges) widen(draft.rows[row] as Draft['rows'][number], this.#types, range)
    draft.offset = this.#isOfGlpsol ? this.#constant : -this.#constant + 0
    this.#remark()
    const n = draft.columns.length
    if (this.#matrix.value.length > 0) this.#halve(n)
    if (this.#remarks.isOurs) takeBack(draft, this.#remarks)
    return draft.finish()
  }

  /** Q is given whole: its lower triangle is what stays. */
  #halve(n: number): void {
    const whole = this.#matrix.matrix(n, n, (value) => value)
    const entries = new Map<number, number>()
    for (let j = 0; j < n; j++) {
      for (let p = whole.starts[j] as number; p < (whole.starts[j + 1] as number); p++) {
        entries.set((whole.indices[p] as number) * n + j, whole.values[p] as number)
      }
    }
    for (const [key, value] of entries) {
      const [i, j] = [Math.floor(key / n), key % n]
      if (entries.get(j * n + i) !== value) {
        const names = [i, j].map((column) => this.#draft.columns[column]?.name).join(', ')
        const cure = 'Give both halves of QMATRIX, or the lower one in QUADOBJ.'
        throw unreadable(1, value, `QMATRIX is not symmetric at ${names}`, cure)
      }
      if (i >= j) this.#draft.square(i, j, value)
    }
  }

  #remark(): void {
    const { columns, remarks } = this.#draft
    columns.forEach((column, j) => {
      if (this.#negative.has(j)) {
        remarks.push(`${column.name} has an upper bound below zero and no lower one, and is taken to have none`)
      }
      if (!column.integer || this.#bounded.has(j)) return
      column.upper = 1
      remarks.push(`${column.name} is an integer column without bounds, and lies from 0 to 1`)
    })
    const others = [...this.#free].filter((name) => name !== this.#objective)
    if (others.length > 0) remarks.push(`rows N beside the objective are left out: ${others.slice(0, 5).join(', ')}`)
    if (this.#isOfGlpsol && this.#constant !== 0) {
      remarks.push('the constant of the objective has the sign that glpsol gives it')
    }
  }
}

/** The other side of a row with a range. */
function widen(row: Draft['rows'][number], types: ReadonlyMap<string, string>, range: number): void {
  const type = types.get(row.name)
  if (type === 'E') {
    if (range < 0) row.lower = row.upper + range
    else row.upper = row.lower + range
  } else if (type === 'L') row.lower = row.upper - Math.abs(range)
  else row.upper = row.lower + Math.abs(range)
}

const FIGURE = /^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$/

function figure(line: MpsLine, text: string): number {
  if (FIGURE.test(text)) return Number(text.replace(/[dD]/, 'e'))
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  throw unreadable(line.number, text, 'a number is wanted here', 'Write a decimal such as 4.5 or 1e-3.')
}

function expectFinite({ number }: MpsLine, value: number, what: string): void {
  if (!Number.isFinite(value))
    throw unreadable(number, value, `${what} is a finite number`, 'Write a decimal such as 4.5 or 1e-3.')
}

function fault({ number, fields }: MpsLine, field: number, problem: string, cure: string): Error {
  return unreadable(number, fields[field] ?? '', problem, cure)
}
