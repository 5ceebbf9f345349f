import { wrongType } from '../validation.js'
import { type FormNames, ONE } from './stated-form.js'

/**
 * Names of a modeller, `closed[alice,BTC]`, as a format takes them: in free MPS as they are, but for spaces and signs beyond
 * ASCII; in LP text with round brackets, for square ones begin a square there. All are different, none is a word of the format or a
 * name that the writers use themselves, and none is longer than the shortest limit among readers.
 */
export function readableNames(format: 'lp' | 'mps', columns: Iterable<string>, rows: Iterable<string>): FormNames {
  if (format !== 'lp' && format !== 'mps') throw wrongType('wrong-type', 'format', format, "'lp' or 'mps'")
  expectNames('columns', columns)
  expectNames('rows', rows)
  const reserved = [ONE, ...RESERVED]
  return { columns: distinct(format, columns, reserved), rows: distinct(format, rows, reserved) }
}

/** Throws `wrong-type` unless names are a list or the like, which is left as it is: it may be a generator. */
function expectNames(path: string, names: unknown): void {
  const isNames = typeof names === 'object' && names !== null && Symbol.iterator in names
  if (!isNames) throw wrongType('wrong-type', path, names, 'a list of names')
}

/** What the writers name themselves, and words that begin a section of LP text or stand for a bound. */
const RESERVED: readonly string[] = [
  ...['obj', 'fixed', 'free', 'inf', 'infinity', 'end', 'marker', 'rhs', 'rng', 'bnd'],
  ...['min', 'minimum', 'minimize', 'max', 'maximum', 'maximize', 'subject', 'such', 'st', 's.t.', 'st.'],
  ...['bound', 'bounds', 'gen', 'general', 'generals', 'int', 'integer', 'integers', 'bin', 'binary', 'binaries'],
  ...['semi', 'semis', 'sos', 'sos1', 'sos2', 'lazy', 'user', 'sec', 'sin'],
]

/** cbc takes 100 signs; lines of LP text hold 255, a name of a row and some terms among them. */
const LONGEST = 60

const UNREADABLE = { lp: /[^A-Za-z0-9_.(),]/g, mps: /[^A-Za-z0-9_.(),[\]#/:-]/g } as const

function distinct(format: 'lp' | 'mps', names: Iterable<string>, reserved: readonly string[]): string[] {
  const taken = new Set(reserved)
  return Array.from(names, (name) => {
    if (typeof name !== 'string') throw wrongType('wrong-type', 'names', name, 'a list of names, each a text')
    const bracketed = format === 'lp' ? name.replaceAll('[', '(').replaceAll(']', ')') : name
    const plain = bracketed.replace(UNREADABLE[format], '_')
    // Numbers, `e5` among them, and rows of the writers, `c3`, are no names.
    const isName = /^[A-Za-z_]/.test(plain) && !/^(e\d|c\d+$)/i.test(plain)
    const begin = (isName ? plain : `_${plain}`).slice(0, LONGEST)
    let found = begin
    const isTaken = (name: string): boolean => taken.has(name.toLowerCase()) || taken.has(`${name}u`.toLowerCase())
    for (let k = 2; isTaken(found); k++) {
      const suffix = `.${k}`
      found = `${begin.slice(0, LONGEST - suffix.length)}${suffix}`
    }
    // The upper side of a row with two is `…u`.
    taken.add(found.toLowerCase()).add(`${found}u`.toLowerCase())
    return found
  })
}
