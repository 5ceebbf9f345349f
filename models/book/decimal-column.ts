import {
  compare,
  type Decimal,
  decimalAt,
  decimalOf,
  multiply,
  parseDecimal,
  toNumber,
  toText,
} from '../../src/numeric/index.js'

/**
 * A column of decimals: doubles to compute with, and the decimal as written to check with.
 *
 * A JSON number counts as the shortest decimal that reads back to it, and most texts are that decimal already. Only the
 * others ("0.10000000000000000001") are kept as text, so a million prices cost a million doubles and nothing more.
 */
export class DecimalColumn {
  /** Decimal places tried first, so that sums seldom need a common scale; a matter of speed, found from the column alone. */
  #scale: number | undefined

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
    if (text !== undefined) return parseDecimal(text) as Decimal
    this.#scale ??= usualScale(this.values)
    return decimalAt(this.values[i], this.#scale)
  }

  /** The same as plain text: no exponent, no trailing zeros. A double prints so by itself unless it needs an exponent. */
  text(i: number): string {
    if (this.exceptions.size === 0 || !this.exceptions.has(i)) {
      const printed = String(this.values[i])
      if (!printed.includes('e')) return printed
    }
    return toText(this.exact(i))
  }

  /** As a file holds it: a number where that is the decimal as written, else a string. Reads back to the same decimal. */
  json(i: number): number | string {
    return this.exceptions.has(i) ? decimalJson(this.exact(i)) : this.values[i]
  }

  /** Plain text of a decimal that is not the shortest one of its double; undefined for all others. */
  beyondDouble(i: number): string | undefined {
    return this.exceptions.size === 0 || !this.exceptions.has(i) ? undefined : toText(this.exact(i))
  }

  /** Whether two entries are the same decimal, however they are written. */
  isSame(i: number, j: number): boolean {
    return this.values[i] === this.values[j] && this.beyondDouble(i) === this.beyondDouble(j)
  }

  /** The column whose entry j is this column's entry times a whole number, exactly; undefined where one is not finite. */
  times(factors: Int32Array): DecimalColumn | undefined {
    const values = this.values.slice()
    const exceptions = new Map(this.exceptions)
    for (let j = 0; j < values.length; j++) {
      if (factors[j] === 1) continue
      const product = multiply(this.exact(j), { digits: BigInt(factors[j]), scale: 0 })
      values[j] = toNumber(product)
      if (!Number.isFinite(values[j])) return undefined
      const written = decimalJson(product)
      if (typeof written === 'string') exceptions.set(j, written)
      else exceptions.delete(j)
    }
    return new DecimalColumn(values, exceptions)
  }

  /** The column with other decimals where `change` gives one of an entry; entries that are absent are not asked about. */
  mapped(change: (j: number, value: () => Decimal) => Decimal | undefined): DecimalColumn {
    const values = this.values.slice()
    const exceptions = new Map(this.exceptions)
    for (let j = 0; j < values.length; j++) {
      if (Number.isNaN(values[j])) continue
      const changed = change(j, () => this.exact(j))
      if (changed === undefined) continue
      values[j] = toNumber(changed)
      const written = decimalJson(changed)
      if (typeof written === 'string') exceptions.set(j, written)
      else exceptions.delete(j)
    }
    return new DecimalColumn(values, exceptions)
  }

  /** The column whose entry j is this column's entry `order[j]`. */
  take(order: Int32Array): DecimalColumn {
    const values = new Float64Array(order.length)
    const exceptions = new Map<number, string>()
    for (let j = 0; j < order.length; j++) {
      values[j] = this.values[order[j]]
      if (this.exceptions.size === 0) continue
      const text = this.exceptions.get(order[j])
      if (text !== undefined) exceptions.set(j, text)
    }
    return new DecimalColumn(values, exceptions)
  }
}

/** Beyond these a few long decimals would make all the others long. */
const MOST_PLACES = 12
/** Entries that are looked at, spread over the column. */
const LOOKED_AT = 64

/**
 * The most decimal places among some entries. What was read before has no part in it: the same column gives the same
 * digits and scale whoever asks, however often.
 */
function usualScale(values: Float64Array): number {
  const step = Math.max(1, Math.floor(values.length / LOOKED_AT))
  let most = 0
  for (let i = 0; i < values.length; i += step) {
    if (!Number.isFinite(values[i])) continue
    const { scale } = decimalOf(values[i])
    if (scale > most && scale <= MOST_PLACES) most = scale
  }
  return most
}

/** A number where the double is the very decimal, else the shorter of its plain and its scientific spelling. */
export function decimalJson(decimal: Decimal): number | string {
  const value = toNumber(decimal)
  if (Number.isFinite(value) && compare(decimalOf(value), decimal) === 0) return value
  const plain = toText(decimal)
  const digits = plain.replace(/[-.]/g, '').replace(/^0+|0+$/g, '')
  const all = String(decimal.digits).replace('-', '')
  const exponent = all.length - 1 - decimal.scale
  const scientific = `${plain.startsWith('-') ? '-' : ''}${digits[0]}.${digits.slice(1)}e${exponent}`
  return plain.length <= scientific.length ? plain : scientific
}
