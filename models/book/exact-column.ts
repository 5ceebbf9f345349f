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
    return toText(this.decimals[i])
  }

  override json(i: number): number | string {
    return decimalJson(this.decimals[i])
  }

  override beyondDouble(i: number): string | undefined {
    return compare(decimalOf(this.values[i]), this.decimals[i]) === 0 ? undefined : toText(this.decimals[i])
  }

  override times(factors: Int32Array): DecimalColumn | undefined {
    const products = this.decimals.map((decimal, j) => multiply(decimal, { digits: BigInt(factors[j]), scale: 0 }))
    const column = new ExactColumn(products)
    return column.values.every(Number.isFinite) ? column : undefined
  }

  override take(order: Int32Array): DecimalColumn {
    return new ExactColumn(
      Array.from(order, (j) => this.decimals[j]),
      Float64Array.from(order, (j) => this.values[j]),
    )
  }
}
