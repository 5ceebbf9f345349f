import type { Decimal } from '../../src/numeric/index.js'

/** What numbers of a list were before a step changed them. */
export class ChangeLog {
  /** Those that changed, in the order of their first change, and what they were; valid up to `changed`. */
  readonly #indices: Int32Array
  readonly #before: Decimal[] = []
  readonly #isNoted: Uint8Array
  #changed = 0

  /** @param count how many numbers the list has */
  constructor(private readonly count: number) {
    this.#indices = new Int32Array(count)
    this.#isNoted = new Uint8Array(count)
  }

  /** Only the first note of a step counts. */
  note(index: number, before: Decimal): void {
    if (this.#isNoted[index] === 1) return
    this.#isNoted[index] = 1
    this.#indices[this.#changed] = index
    this.#before[this.#changed++] = before
  }

  /** Keeps its room: a step changes about as much as the one before. */
  clear(): void {
    for (let at = 0; at < this.#changed; at++) this.#isNoted[this.#indices[at]] = 0
    this.#changed = 0
  }

  copy(): ChangeLog {
    const copy = new ChangeLog(this.count)
    this.forEach((index, before) => {
      copy.note(index, before)
    })
    return copy
  }

  /** Visits each index whose value changed, once, with what stood there before its first change. */
  forEach(visit: (index: number, before: Decimal) => void): void {
    for (let at = 0; at < this.#changed; at++) visit(this.#indices[at], this.#before[at])
  }
}
