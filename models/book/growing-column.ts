import { DecimalColumn } from './decimal-column.js'
import { Mistakes } from './mistakes.js'
import { isShortest, type RawNumber, readNumber, type Sign } from './number.js'
import type { Place } from './place.js'

/** A column of doubles that grows as rows arrive, NaN where nothing was set. It costs nothing until the first value. */
export class GrowingDoubles {
  protected values = new Float64Array(0)

  set(i: number, value: number): void {
    if (i >= this.values.length) {
      const larger = new Float64Array(Math.max(16, 2 * (i + 1))).fill(Number.NaN, this.values.length)
      larger.set(this.values)
      this.values = larger
    }
    this.values[i] = value
  }

  /** The values of `count` rows; undefined when none has one. */
  finish(count: number): Float64Array | undefined {
    if (this.values.length === 0) return undefined
    return this.finishAll(count)
  }

  /** The same for a required column. */
  finishAll(count: number): Float64Array {
    if (this.values.length < count) this.set(count - 1, Number.NaN)
    return this.values.slice(0, count)
  }
}

/**
 * A growing column of decimals: reads, checks, and keeps the text of those that a double does not give back. A mistake goes to
 * `mistakes`, by default to be thrown at once, and leaves the entry as it was.
 */
export class GrowingDecimals {
  private readonly doubles = new GrowingDoubles()
  private readonly exceptions = new Map<number, string>()

  constructor(
    private readonly field: string,
    private readonly sign: Sign = 'any',
    private readonly mistakes = new Mistakes(1),
  ) {}

  read(i: number, raw: RawNumber | null | undefined, place: Place): number {
    if (raw === undefined || raw === null) return Number.NaN
    try {
      const value = readNumber(raw, place, this.field, this.sign)
      this.doubles.set(i, value)
      // A slice of a file's text would hold the whole of it in memory, so the text is copied.
      if (!isShortest(raw, value)) this.exceptions.set(i, [...String(raw)].join(''))
      return value
    } catch (error) {
      this.mistakes.add(error)
      return Number.NaN
    }
  }

  finish(count: number): DecimalColumn | undefined {
    const values = this.doubles.finish(count)
    return values === undefined ? undefined : new DecimalColumn(values, this.exceptions)
  }

  finishAll(count: number): DecimalColumn {
    return new DecimalColumn(this.doubles.finishAll(count), this.exceptions)
  }
}

/** A growing column of whole numbers. */
export class GrowingIntegers {
  private values = new Int32Array(16)
  count = 0

  push(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Int32Array(2 * this.count)
      larger.set(this.values)
      this.values = larger
    }
    this.values[this.count++] = value
  }

  finish(): Int32Array {
    return this.values.slice(0, this.count)
  }
}
