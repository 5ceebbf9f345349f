import { type Decimal, decimalOf, parseDecimal, toText } from '../../src/index.js'

/**
 * A column of decimals: doubles to compute with, and the decimal as written to check with.
 *
 * A JSON number counts as the shortest decimal that reads back to it, and most texts are that decimal already. Only the
 * others ("0.10000000000000000001") are kept as text, so a million prices cost a million doubles and nothing more.
 */
export class DecimalColumn {
  constructor(
    readonly values: Float64Array,
    private readonly exceptions: ReadonlyMap<number, string> = new Map(),
  ) {}

  get length(): number {
    return this.values.length
  }

  /** The decimal as written. Only where `values[i]` is not NaN (absent). */
  exact(i: number): Decimal {
    const text = this.exceptions.get(i)
    return text === undefined ? decimalOf(this.values[i]!) : (parseDecimal(text) as Decimal)
  }

  /** The same as plain text: no exponent, no trailing zeros. */
  text(i: number): string {
    return toText(this.exact(i))
  }
}
