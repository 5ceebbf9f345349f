import { emptyName } from './check-shape.js'
import { mistake, type Place, suggest } from './place.js'

/** A longer name would not fit a row of a CSV file with its neighbours. */
const LONGEST_NAME = 10_000
/** Comparing one name with more than these takes longer than reading the book. */
const MOST_SUGGESTIONS = 10_000

/** The names of one kind of thing, numbered in reading order, each once. */
export class NameIndex {
  readonly names: string[] = []
  private readonly numbers = new Map<string, number>()
  /** Files often list the positions of an account together. */
  private last = -1

  /** @param field what is named: messages and codes have it */
  constructor(private readonly field: 'account' | 'market') {}

  add(name: string, place: Place): number {
    const path = (): string => place(this.field)
    if (name === '') throw emptyName(path())
    if (/\p{Surrogate}/u.test(name)) {
      throw mistake('bad-name', path(), 'half a character cannot be written to a file', name, 'Use whole characters.')
    }
    if (name.length > LONGEST_NAME) {
      const cure = `Use at most ${LONGEST_NAME} characters.`
      throw mistake('bad-name', path(), `a name of ${name.length} characters`, name, cure)
    }
    const number = this.names.length
    this.numbers.set(name, number)
    if (this.numbers.size === number) {
      const cure = `Give each ${this.field} once.`
      throw mistake(`duplicate-${this.field}`, path(), 'this name stands before', name, cure)
    }
    this.names.push(name)
    return number
  }

  find(name: string, place: Place): number {
    if (this.names[this.last] === name) return this.last
    const number = this.numbers.get(name)
    if (number === undefined) throw this.unknown(name, place(this.field))
    this.last = number
    return number
  }

  private unknown(name: string, path: string): Error {
    if (name === '') return emptyName(path)
    const hint = this.names.length <= MOST_SUGGESTIONS ? suggest(name, this.names) : 'Names are case-sensitive.'
    return mistake(`unknown-${this.field}`, path, `no such ${this.field}`, name, `${hint} Add it or correct the name.`)
  }
}
