import { add, type Decimal, zero } from './decimal.js'

/** An exact sum that grows. Decimals of one scale are added as they are; scales meet only when the value is asked for. */
export class DecimalTotal {
  readonly #sums: bigint[] = []

  add({ digits, scale }: Decimal): void {
    if (digits !== 0n) this.#sums[scale] = (this.#sums[scale] ?? 0n) + digits
  }

  subtract({ digits, scale }: Decimal): void {
    if (digits !== 0n) this.#sums[scale] = (this.#sums[scale] ?? 0n) - digits
  }

  get value(): Decimal {
    let total = zero
    // Scales that nobody had are holes, which forEach passes over.
    this.#sums.forEach((digits, scale) => {
      total = add(total, { digits, scale })
    })
    return total
  }
}

/** The exact sum. */
export function sumOf(values: Iterable<Decimal>): Decimal {
  const total = new DecimalTotal()
  for (const value of values) total.add(value)
  return total.value
}
