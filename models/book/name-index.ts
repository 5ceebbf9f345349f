import { emptyName } from './check-shape.js'
import { Mistakes } from './mistakes.js'
import { mistake, type Place, suggest } from './place.js'

/** A longer name would not fit a row of a CSV file with its neighbours. */
const LONGEST_NAME = 10_000
/** Comparing one name with more than these takes longer than reading the book. */
const MOST_SUGGESTIONS = 10_000

const CODES = {
  account: { twice: 'duplicate-account', unknown: 'unknown-account' },
  market: { twice: 'duplicate-market', unknown: 'unknown-market' },
} as const

/**
 * The names of one kind of thing, numbered in reading order, each once. Mistakes go to `mistakes`, by default to be thrown at once;
 * the number of a name that is none is −1.
 */
export class NameIndex {
  readonly names: string[] = []
  private readonly numbers = new Map<string, number>()
  /** Files often list the positions of an account together. */
  private last = -1
  /** Whether names may be missing because their rows could not be read: then an unknown name is no further mistake. */
  isIncomplete = false

  /** @param field what is named: messages and codes have it */
  constructor(
    private readonly field: 'account' | 'market',
    private readonly mistakes = new Mistakes(1),
  ) {}

  add(name: string, place: Place): number {
    const fault = this.faultOf(name, place)
    if (fault !== undefined) {
      this.isIncomplete = true
      this.mistakes.add(fault)
      return -1
    }
    const number = this.names.length
    const before = this.numbers.get(name)
    if (before !== undefined) {
      const cure = `Give each ${this.field} once.`
      const { twice } = CODES[this.field]
      this.mistakes.add(mistake(twice, place(this.field), 'this name stands before', name, cure))
      return before
    }
    this.numbers.set(name, number)
    this.names.push(name)
    return number
  }

  private faultOf(name: string, place: Place): Error | undefined {
    if (name === '') return emptyName(place(this.field))
    if (name.length > LONGEST_NAME) {
      const cure = `Use at most ${LONGEST_NAME} characters.`
      return mistake('bad-name', place(this.field), `a name of ${name.length} characters`, name, cure)
    }
    if (!/\p{Surrogate}/u.test(name)) return undefined
    const problem = 'half a character cannot be written to a file'
    return mistake('bad-name', place(this.field), problem, name, 'Use whole characters.')
  }

  find(name: string, place: Place): number {
    if (this.names[this.last] === name) return this.last
    const number = this.numbers.get(name)
    if (number === undefined) {
      if (!this.isIncomplete || name === '') this.mistakes.add(this.unknown(name, place(this.field)))
      return -1
    }
    this.last = number
    return number
  }

  private unknown(name: string, path: string): Error {
    if (name === '') return emptyName(path)
    const hint = this.names.length <= MOST_SUGGESTIONS ? suggest(name, this.names) : 'Names are case-sensitive.'
    const cure = `${hint} Add it or correct the name.`
    return mistake(CODES[this.field].unknown, path, `no such ${this.field}`, name, cure)
  }
}
