import { SpillwayError } from '../../src/errors.js'

/** More would not be read; a file of another kind has one in every row. */
const MOST = 20

/**
 * The mistakes of an input, collected so that one run shows them all, up to twenty. Whoever reads goes on as well as it can
 * after a mistake; what it made is thrown away when `throwAny` is called at the end.
 *
 * A place has one mistake, the first that was found: an empty cell is no bad number besides.
 */
export class Mistakes {
  /** What the row being read is about, by name, where its path has only numbers: `account "alice"`. */
  subject: (() => string | undefined) | undefined
  private found: { readonly error: SpillwayError; readonly order: number }[] = []
  private next = 0

  /** @param most with 1 the first mistake is thrown at once */
  constructor(private readonly most = MOST) {}

  get isEmpty(): boolean {
    return this.found.length === 0
  }

  /** Keeps a place in the order of the input for a mistake that shows only later. */
  reserve(): number {
    return this.next++
  }

  /** Takes a mistake in the input; throws all when there are too many, and at once what is no mistake in the input. */
  add(error: unknown, order = this.reserve()): void {
    if (!(error instanceof SpillwayError) || error.fault === 'engine') throw error
    for (const one of error.errors ?? [error]) {
      if (this.found.some(({ error: { path } }) => path === one.path)) continue
      const subject = this.subject?.()
      this.found.push({ error: subject === undefined ? one : one.with({ subject }), order })
      if (this.found.length >= this.most) this.throwAny()
    }
  }

  /** What reading gives; undefined where it was a mistake. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      this.add(error)
      return undefined
    }
  }

  /** Throws what was found, as one error, in the order of the input. */
  throwAny(): void {
    const [first, ...others] = this.found.toSorted((a, b) => a.order - b.order).map(({ error }) => error)
    this.found = []
    if (first !== undefined) throw SpillwayError.ofAll([first, ...others])
  }
}
