import { SpillwayError } from '../errors.js'
import { wrongType } from '../validation.js'

/**
 * What another program says of a model: how it ended, and the values of the columns, by name, or by number from 1 on in the
 * order of the file where the program writes no names (`glpsol --write`).
 */
export interface SolutionFile {
  /** Whose file it is: `plain` are lines of a name and a value. */
  readonly writer: 'glpsol' | 'cbc' | 'highs' | 'scip' | 'gurobi' | 'plain'
  /** `claimed`: there is a point, and no word on how good it is. `none`: the program has no point. */
  readonly status: SolutionStatus
  /** The program's own word. */
  readonly reported: string
  readonly values: ReadonlyMap<string | number, number>
  /** The duals of the rows in the same keys, where the file has them. */
  readonly duals?: ReadonlyMap<string | number, number>
  /** Whether columns that are not listed are zero. */
  readonly isSparse: boolean
  /** What the last digit printed may hide, relative to a value: 5e-7 of six digits, 0 of all. */
  readonly rounding: number
}

/** How the program ended, by its own report. */
export type SolutionStatus = 'optimal' | 'claimed' | 'infeasible' | 'unbounded' | 'none'

/**
 * Reads the solution file of glpsol (`--write` and `--output`), cbc (`-solution`), HiGHS (`--solution_file`), scip
 * (`write solution`), gurobi (`.sol`), or lines `name value`. Which one it is shows in its first lines. Throws `solution-text`
 * with the line where the file is none of these, is cut short, or gives a name twice.
 *
 * @example
 * const { status, values } = readSolution(await readFile('model.sol', 'utf8'))
 */
export function readSolution(text: string): SolutionFile {
  if (typeof text !== 'string') throw wrongType('wrong-type', 'text', text, 'the text of a solution file')
  const lines = text.split(/\r?\n/)
  const first = lines.findIndex((line) => line.trim() !== '')
  if (first < 0) throw unreadable(1, '', 'the file is empty', 'Let the program write its solution again.')
  const reader = readers.find(({ begins }) => begins.test(lines[first]))?.read ?? readPlain
  return reader(lines)
}

/**
 * The values in the order of the columns of the file that was solved. Throws `solution-text` on a name or a number that the model
 * does not have, and on a column without a value where the file lists all.
 */
export function solutionValues({ values, isSparse }: SolutionFile, columns: readonly string[]): Float64Array {
  const columnOf = new Map(columns.map((name, j) => [name, j]))
  const found = new Float64Array(columns.length).fill(isSparse ? 0 : Number.NaN)
  for (const [key, value] of values) {
    const j = typeof key === 'number' ? key - 1 : columnOf.get(key)
    if (j === undefined || j >= columns.length) {
      const cure = 'Solve the very file that was exported; the map beside it belongs to that one.'
      throw misfit(key, value, 'the model has no such column', cure)
    }
    found[j] = value
  }
  const missing = found.findIndex(Number.isNaN)
  if (missing >= 0) {
    throw misfit(columns[missing], undefined, 'the column has no value', 'Let the program write all columns.')
  }
  return found
}

const readers: readonly { readonly begins: RegExp; readonly read: (lines: readonly string[]) => SolutionFile }[] = [
  { begins: /^(c |s (bas|mip|ipt) )/, read: readGlpsol },
  { begins: /^Problem: /, read: readGlpsolReport },
  { begins: /^Model status\s*$/, read: readHighs },
  { begins: /objective value\s+\S+\s*$/, read: readCbc },
  { begins: /^(solution status:|no solution available)/, read: readScip },
  { begins: /^# (Solution for model|Objective value)/, read: readGurobi },
]

const statusOf = (word: string): SolutionStatus => {
  if (/^(sub|non|not |un)-?optimal/i.test(word)) return 'claimed'
  if (/^(integer )?optimal/i.test(word)) return 'optimal'
  if (/infeasible.*unbounded|unbounded.*infeasible/i.test(word)) return 'none'
  if (/infeasible|^empty/i.test(word)) return 'infeasible'
  if (/unbounded|unbnd/i.test(word)) return 'unbounded'
  return /undefined|not set|unknown|error|no solution/i.test(word) ? 'none' : 'claimed'
}

/** Letters of status of `glpsol --write`: primal and dual of a basis, one of an interior point and of an integer program. */
function readGlpsol(lines: readonly string[]): SolutionFile {
  const values = new Map<string | number, number>()
  const duals = new Map<string | number, number>()
  let reported = ''
  let kind = ''
  let isWhole = false
  lines.forEach((line, l) => {
    const parts = line.trim().split(/\s+/)
    if (parts[0] === 's') {
      kind = parts[1]
      reported = parts.slice(4, -1).join(' ')
    } else if (parts[0] === 'i' || parts[0] === 'j') {
      const at = kind === 'bas' ? 3 : 2
      put(parts[0] === 'j' ? values : undefined, Number(parts[1]), parts[at], l)
      if (kind !== 'mip' && parts[0] === 'i') put(duals, Number(parts[1]), parts[at + 1], l)
    } else if (line.startsWith('e o f')) isWhole = true
  })
  if (!isWhole) throw unreadable(lines.length, '', 'the file ends before its last line, `e o f`', CUT)
  const words: Readonly<Record<string, SolutionStatus>> = {
    'f f': 'optimal',
    o: 'optimal',
    'f n': 'unbounded',
    'f u': 'claimed',
    'f i': 'claimed',
    f: 'claimed',
    'n f': 'infeasible',
    'n i': 'infeasible',
    'n u': 'infeasible',
    'n n': 'infeasible',
    n: 'infeasible',
  }
  const status = words[reported] ?? 'none'
  const isDual = kind !== 'mip' && status === 'optimal'
  return { writer: 'glpsol', status, reported, values, ...(isDual && { duals }), isSparse: false, rounding: 0 }
}

/** Long names stand on a line of their own, and the rest follows in the next. */
function readGlpsolReport(lines: readonly string[]): SolutionFile {
  const values = new Map<string | number, number>()
  let reported = ''
  let isColumns = false
  let number: string | undefined
  lines.forEach((line, l) => {
    const word = /^Status:\s+(.*?)\s*$/.exec(line)?.[1]
    if (word !== undefined) reported = word
    if (/^\s+No\. (Row|Column) name/.test(line)) isColumns = line.includes('Column')
    else if (isColumns && line.trim() === '') isColumns = values.size === 0
    if (!isColumns) return
    const start = /^\s+(\d+) (\S+)(.*)$/.exec(line)
    const rest = start === null ? (number === undefined ? '' : line) : start[3]
    number = start === null ? number : start[1]
    const figure = /^\s*(?:(?:B|NL|NU|NF|NS|\*)\s+)?(\S+)/.exec(rest)?.[1]
    if (number === undefined || figure === undefined) return
    put(values, Number(number), figure, l)
    number = undefined
  })
  if (!lines.some((line) => line.startsWith('End of output'))) {
    throw unreadable(lines.length, '', 'the file ends before its last line, `End of output`', CUT)
  }
  return { writer: 'glpsol', status: statusOf(reported), reported, values, isSparse: false, rounding: 5e-6 }
}

function readHighs(lines: readonly string[]): SolutionFile {
  const reported = lines[1]?.trim() ?? ''
  const values = new Map<string | number, number>()
  const duals = new Map<string | number, number>()
  let part: Map<string | number, number> | undefined
  let isDual = false
  let left = 0
  // The basis behind the values has sections of the same names.
  const basis = lines.findIndex((line) => line.startsWith('# Basis'))
  lines.slice(0, basis < 0 ? undefined : basis).forEach((line, l) => {
    if (/^# (Primal|Dual) solution values/.test(line)) isDual = line.includes('Dual')
    const section = /^# (Columns|Rows) (\d+)/.exec(line)
    if (section !== null) {
      part = section[1] === (isDual ? 'Rows' : 'Columns') ? (isDual ? duals : values) : undefined
      left = Number(section[2])
    } else if (left > 0) {
      const [name, figure] = named(line, l)
      put(part, name, figure, l)
      left--
    }
  })
  if (left > 0) throw unreadable(lines.length, '', `${left} lines of a section are missing`, CUT)
  const status = values.size === 0 && statusOf(reported) !== 'infeasible' ? 'none' : statusOf(reported)
  return { writer: 'highs', status, reported, values, ...(duals.size > 0 && { duals }), isSparse: false, rounding: 0 }
}

/** Rows come before columns where both are printed; the numbers then begin anew. `**` marks what is off its bounds. */
function readCbc(lines: readonly string[]): SolutionFile {
  const first = lines.findIndex((line) => line.trim() !== '')
  const reported = lines[first].replace(/\s*-?\s*objective value.*$/, '').trim()
  let values = new Map<string | number, number>()
  let last = -1
  lines.slice(first + 1).forEach((line, at) => {
    const l = first + 1 + at
    const parts = line
      .replace(/^\s*\*\*/, '')
      .trim()
      .split(/\s+/)
    if (parts[0] === '') return
    if (parts.length !== 4) throw unreadable(l + 1, line, 'not a number, a name, a value and a dual', CUT)
    const number = Number(parts[0])
    if (number <= last) values = new Map()
    last = number
    put(values, parts[1], parts[2], l)
  })
  return { writer: 'cbc', status: statusOf(reported), reported, values, isSparse: true, rounding: 5e-8 }
}

function readScip(lines: readonly string[]): SolutionFile {
  const first = lines.findIndex((line) => line.trim() !== '')
  const reported = lines[first].replace(/^solution status:\s*/, '').trim()
  const isNone = lines.some((line) => /^no solution available/.test(line))
  const values = new Map<string | number, number>()
  lines.forEach((line, l) => {
    if (l <= first || line.trim() === '' || /^(objective value:|no solution)/.test(line)) return
    const [name, figure] = named(line.replace(/\s*\(obj:.*$/, ''), l)
    put(values, name, figure, l)
  })
  const status = isNone && statusOf(reported) !== 'infeasible' ? 'none' : statusOf(reported)
  return { writer: 'scip', status, reported, values, isSparse: true, rounding: 5e-15 }
}

function readGurobi(lines: readonly string[]): SolutionFile {
  return { ...readPlain(lines), writer: 'gurobi' }
}

function readPlain(lines: readonly string[]): SolutionFile {
  const values = new Map<string | number, number>()
  lines.forEach((line, l) => {
    if (line.trim() === '' || line.startsWith('#')) return
    const [name, figure] = named(line, l)
    put(values, name, figure, l)
  })
  return { writer: 'plain', status: 'claimed', reported: '', values, isSparse: false, rounding: 0 }
}

/** A line of a name and a value. */
function named(line: string, l: number): readonly [name: string, figure: string] {
  const parts = /^\s*(\S+)\s+(?:=\s*)?(\S+)\s*$/.exec(line)
  if (parts !== null) return [parts[1], parts[2]]
  const known = 'Give a solution file of glpsol, cbc, HiGHS, scip or gurobi, or lines of a name and a value.'
  throw unreadable(l + 1, line, 'not a name and a value', known)
}

function put(
  values: Map<string | number, number> | undefined,
  key: string | number,
  figure: string | undefined,
  l: number,
): void {
  const value = figure === undefined || figure === '' ? Number.NaN : Number(figure)
  const isKey = typeof key === 'string' || (Number.isInteger(key) && key > 0)
  if (!Number.isFinite(value) || !isKey) throw unreadable(l + 1, figure, `the value of ${key} is no finite number`, CUT)
  if (values?.has(key)) throw unreadable(l + 1, key, 'the column stands twice', 'Give the answer to one model only.')
  values?.set(key, value)
}

const CUT = 'Let the program write the file again, to its end.'

function unreadable(line: number, value: unknown, problem: string, cure: string): SpillwayError {
  return new SpillwayError({ code: 'solution-text', path: `line ${line}`, value, problem, cure })
}

function misfit(column: string | number, value: unknown, problem: string, cure: string): SpillwayError {
  return new SpillwayError({ code: 'solution-text', path: `column ${column}`, value, problem, cure })
}
