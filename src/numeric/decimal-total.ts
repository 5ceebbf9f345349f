import { add, type Decimal, zero } from './decimal.js'

/**
 * An exact sum that grows. Decimals of one scale are added as they are; scales meet only when the value is asked for. Digits of 62 bits, which
 * most have, are added as two halves in doubles, which are exact up to 2⁵³: a big integer would be made for each.
 */
export class DecimalTotal {
  readonly #sums: bigint[] = []
  /** By scale: halves of 32 bits, the upper one with the sign. */
  readonly #upper: number[] = []
  readonly #lower: number[] = []
  #terms = 0

  add({ digits, scale }: Decimal): void {
    if (digits === 0n) return
    if (digits < WIDEST && digits > -WIDEST) this.#addHalves(digits, scale, 1)
    else this.#sums[scale] = (this.#sums[scale] ?? 0n) + digits
  }

  subtract({ digits, scale }: Decimal): void {
    if (digits === 0n) return
    if (digits < WIDEST && digits > -WIDEST) this.#addHalves(digits, scale, -1)
    else this.#sums[scale] = (this.#sums[scale] ?? 0n) - digits
  }

  get value(): Decimal {
    this.#gather()
    let total = zero
    // Scales that nobody had are holes, which forEach passes over.
    this.#sums.forEach((digits, scale) => {
      total = add(total, { digits, scale })
    })
    return total
  }

  #addHalves(digits: bigint, scale: number, sign: 1 | -1): void {
    while (this.#upper.length <= scale) {
      this.#upper.push(0)
      this.#lower.push(0)
    }
    word[0] = digits
    ;(this.#upper[scale] as number) += sign * (signedHalves[UPPER] as number)
    ;(this.#lower[scale] as number) += sign * (halves[1 - UPPER] as number)
    if (++this.#terms === MOST_TERMS) this.#gather()
  }

  /** Moves what the halves hold into the big integers. */
  #gather(): void {
    this.#terms = 0
    for (let scale = 0; scale < this.#upper.length; scale++) {
      const upper = this.#upper[scale] as number
      const lower = this.#lower[scale] as number
      if (upper === 0 && lower === 0) continue
      this.#sums[scale] = (this.#sums[scale] ?? 0n) + BigInt(upper) * HALF + BigInt(lower)
      this.#upper[scale] = 0
      this.#lower[scale] = 0
    }
  }
}

const WIDEST = 1n << 62n
const HALF = 1n << 32n
/** As many halves of 32 bits stay below 2⁵³. */
const MOST_TERMS = 2 ** 20

const word = new BigInt64Array(1)
const halves = new Uint32Array(word.buffer)
const signedHalves = new Int32Array(word.buffer)
word[0] = 1n
const UPPER = halves[0] === 1 ? 1 : 0

/** The exact sum. */
export function sumOf(values: Iterable<Decimal>): Decimal {
  const total = new DecimalTotal()
  for (const value of values) total.add(value)
  return total.value
}
