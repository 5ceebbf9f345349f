import { add, type Decimal, zero } from './decimal.js'

/**
 * An exact sum that grows. Decimals of one scale are added as they are; scales meet only when the value is asked for.
 * Digits of 62 bits, which most have, are added as halves of words in doubles, which are exact up to 2⁵³: a big integer
 * would be made for each.
 */
export class DecimalTotal {
  readonly #sums: bigint[] = []
  /** By scale, four halves of 32 bits, the lowest first. */
  readonly #halves: number[] = []
  #terms = 0

  add({ digits, scale }: Decimal): void {
    if (digits === 0n) return
    if (digits < WIDEST && digits > -WIDEST) this.#addWord(digits, scale, 1)
    else this.#sums[scale] = (this.#sums[scale] ?? 0n) + digits
  }

  subtract({ digits, scale }: Decimal): void {
    if (digits === 0n) return
    if (digits < WIDEST && digits > -WIDEST) this.#addWord(digits, scale, -1)
    else this.#sums[scale] = (this.#sums[scale] ?? 0n) - digits
  }

  /** Adds sign · (h₀ + 2³² h₁ + 2⁶⁴ h₂ + 2⁹⁶ h₃) · 10^(−scale); halves have at most 32 bits and a sign. */
  addHalves(scale: number, sign: 1 | -1, h0: number, h1: number, h2: number, h3: number): void {
    const halves = this.#halves
    while (halves.length <= 4 * scale + 3) halves.push(0)
    ;(halves[4 * scale] as number) += sign * h0
    ;(halves[4 * scale + 1] as number) += sign * h1
    ;(halves[4 * scale + 2] as number) += sign * h2
    ;(halves[4 * scale + 3] as number) += sign * h3
    if (++this.#terms === MOST_TERMS) this.#gather()
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

  #addWord(digits: bigint, scale: number, sign: 1 | -1): void {
    word[0] = digits
    this.addHalves(scale, sign, unsigned[1 - UPPER] as number, signed[UPPER] as number, 0, 0)
  }

  /** Moves what the halves hold into the big integers. */
  #gather(): void {
    this.#terms = 0
    const halves = this.#halves
    for (let h = 0; h < halves.length; h++) {
      const half = halves[h] as number
      if (half === 0) continue
      const scale = h >> 2
      this.#sums[scale] = (this.#sums[scale] ?? 0n) + (BigInt(half) << BigInt(32 * (h & 3)))
      halves[h] = 0
    }
  }
}

const WIDEST = 1n << 62n
/** As many halves of 32 bits stay below 2⁵³. */
const MOST_TERMS = 2 ** 20

const word = new BigInt64Array(1)
const unsigned = new Uint32Array(word.buffer)
const signed = new Int32Array(word.buffer)
word[0] = 1n
const UPPER = unsigned[0] === 1 ? 1 : 0

/** The exact sum. */
export function sumOf(values: Iterable<Decimal>): Decimal {
  const total = new DecimalTotal()
  for (const value of values) total.add(value)
  return total.value
}
