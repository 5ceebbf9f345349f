import type { Decimal } from './decimal.js'
import type { DecimalTotal } from './decimal-total.js'

/** Decimals that are read. */
export interface Decimals {
  readonly length: number
  exact(i: number): Decimal
  /** Adds one to an exact sum, or takes it off; nothing is made for that. */
  addTo(total: DecimalTotal, i: number, sign: 1 | -1): void
  slice(): Decimals
}

/**
 * Decimals in typed arrays: digits of up to 128 bits as two words, and a scale; longer ones stand beside. A hundred
 * thousand decimals that live through many collections are a hundred thousand objects and big integers to follow and to
 * copy; here they are three blocks, and what is made of one to compute with dies young.
 */
export class DecimalArray implements Decimals {
  readonly #low: BigInt64Array
  readonly #high: BigInt64Array
  readonly #lowHalves: Int32Array
  readonly #highHalves: Int32Array
  readonly #scales: Uint16Array
  readonly #long: Map<number, Decimal>

  /** Zeros. */
  constructor(readonly length: number) {
    this.#low = new BigInt64Array(length)
    this.#high = new BigInt64Array(length)
    this.#lowHalves = new Int32Array(this.#low.buffer)
    this.#highHalves = new Int32Array(this.#high.buffer)
    this.#scales = new Uint16Array(length)
    this.#long = new Map()
  }

  exact(i: number): Decimal {
    const scale = this.#scales[i] as number
    if (scale === LONG) return this.#long.get(i) as Decimal
    const low = this.#low[i] as bigint
    if (this.#isShort(i)) return { digits: low, scale }
    return { digits: ((this.#high[i] as bigint) << 64n) + BigInt.asUintN(64, low), scale }
  }

  set(i: number, decimal: Decimal): void {
    const { digits, scale } = decimal
    if (this.#scales[i] === LONG) this.#long.delete(i)
    if (!(digits < WIDEST && digits >= -WIDEST && scale < LONG)) {
      this.#scales[i] = LONG
      this.#long.set(i, decimal)
      return
    }
    this.#scales[i] = scale
    // A word takes the last 64 bits of a big integer.
    this.#low[i] = digits
    if (digits < SHORTEST && digits >= -SHORTEST) {
      const sign = (this.#lowHalves[2 * i + UPPER] as number) >> 31
      this.#highHalves[2 * i] = sign
      this.#highHalves[2 * i + 1] = sign
    } else this.#high[i] = digits >> 64n
  }

  /** Entry i becomes entry j of another array. */
  take(i: number, from: DecimalArray, j: number): void {
    const scale = from.#scales[j] as number
    if (scale === LONG || this.#scales[i] === LONG) {
      this.set(i, from.exact(j))
      return
    }
    this.#scales[i] = scale
    for (const half of HALVES) {
      this.#lowHalves[2 * i + half] = from.#lowHalves[2 * j + half] as number
      this.#highHalves[2 * i + half] = from.#highHalves[2 * j + half] as number
    }
  }

  addTo(total: DecimalTotal, i: number, sign: 1 | -1): void {
    const scale = this.#scales[i] as number
    if (scale === LONG) {
      if (sign > 0) total.add(this.#long.get(i) as Decimal)
      else total.subtract(this.#long.get(i) as Decimal)
      return
    }
    const low = (this.#lowHalves[2 * i + 1 - UPPER] as number) >>> 0
    const next = this.#lowHalves[2 * i + UPPER] as number
    if (this.#isShort(i)) total.addHalves(scale, sign, low, next, 0, 0)
    else {
      const upper = (this.#highHalves[2 * i + 1 - UPPER] as number) >>> 0
      total.addHalves(scale, sign, low, next >>> 0, upper, this.#highHalves[2 * i + UPPER] as number)
    }
  }

  slice(): DecimalArray {
    const copy = new DecimalArray(this.length)
    copy.#low.set(this.#low)
    copy.#high.set(this.#high)
    copy.#scales.set(this.#scales)
    for (const [i, decimal] of this.#long) copy.#long.set(i, decimal)
    return copy
  }

  /** Whether the upper word only repeats the sign of the lower one. */
  #isShort(i: number): boolean {
    const sign = (this.#lowHalves[2 * i + UPPER] as number) >> 31
    return this.#highHalves[2 * i] === sign && this.#highHalves[2 * i + 1] === sign
  }
}

/** The scale of decimals that stand beside. */
const LONG = 0xffff
const SHORTEST = 1n << 63n
const WIDEST = 1n << 127n
const HALVES = [0, 1] as const

const UPPER = new Int32Array(BigInt64Array.of(1n).buffer)[0] === 1 ? 1 : 0
