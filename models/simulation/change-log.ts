import { DecimalArray } from '../../src/numeric/index.js'

/** What numbers of a list were before a step changed them. */
export class ChangeLog {
  /** Those that changed, in the order of their first change, and what they were; valid up to `changed`. */
  readonly #indices: Int32Array
  readonly #before: DecimalArray
  readonly #isNoted: Uint8Array
  #changed = 0

  /** @param count how many numbers the list has */
  constructor(private readonly count: number) {
    this.#indices = new Int32Array(count)
    this.#before = new DecimalArray(count)
    this.#isNoted = new Uint8Array(count)
  }

  /** Before a number of a list is changed; only the first note of a step counts. */
  note(index: number, list: DecimalArray): void {
    if (this.#isNoted[index] === 1) return
    this.#isNoted[index] = 1
    this.#indices[this.#changed] = index
    this.#before.take(this.#changed++, list, index)
  }

  clear(): void {
    for (let at = 0; at < this.#changed; at++) this.#isNoted[this.#indices[at]] = 0
    this.#changed = 0
  }

  copy(): ChangeLog {
    const copy = new ChangeLog(this.count)
    for (let at = 0; at < this.#changed; at++) {
      const index = this.#indices[at]
      copy.#isNoted[index] = 1
      copy.#indices[at] = index
      copy.#before.take(at, this.#before, at)
    }
    copy.#changed = this.#changed
    return copy
  }

  /** Visits each index whose value changed, once; what stood there before its first change is entry `at` of `before`. */
  forEach(visit: (index: number, before: DecimalArray, at: number) => void): void {
    for (let at = 0; at < this.#changed; at++) visit(this.#indices[at], this.#before, at)
  }
}
