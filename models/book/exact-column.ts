import { compare, type Decimal, decimalOf, doublesOf, multiply, toNumber, toText } from '../../src/numeric/index.js'
import { DecimalColumn, decimalJson } from './decimal-column.js'

/**
 * A column of decimals that were computed, not read: they are at hand as decimals, and need no text. `values` are the nearest
 * doubles, as they would be of a column that was written and read.
 */
export class ExactColumn extends DecimalColumn {
  constructor(
    private readonly decimals: readonly Decimal[],
    values = doublesOf(decimals.length, (i) => toNumber(decimals[i])),
  ) {
    super(values)
  }

  override exact(i: number): Decimal {
    return this.decimals[i]
  }

  override text(i: number): string {
    return toText(this.exact(i))
  }

  override json(i: number): number | string {
    return decimalJson(this.exact(i))
  }

  override beyondDouble(i: number): string | undefined {
    const decimal = this.exact(i)
    return compare(decimalOf(this.values[i]), decimal) === 0 ? undefined : toText(decimal)
  }

  override times(factors: Int32Array): DecimalColumn | undefined {
    const products = Array.from(factors, (factor, j) => multiply(this.exact(j), { digits: BigInt(factor), scale: 0 }))
    const column = new ExactColumn(products)
    return column.values.every(Number.isFinite) ? column : undefined
  }

  override take(order: Int32Array): DecimalColumn {
    return new ExactColumn(
      Array.from(order, (j) => this.exact(j)),
      Float64Array.from(order, (j) => this.values[j]),
    )
  }
}

/** The same where a decimal is found when somebody asks for it; most are not asked for, and doubles come cheaper. */
export class DeferredColumn extends ExactColumn {
  /** @param values the doubles nearest to the decimals */
  constructor(
    values: Float64Array,
    private readonly find: (i: number) => Decimal,
  ) {
    super([], values)
  }

  override exact(i: number): Decimal {
    return this.find(i)
  }
}
