import { productError } from './product-error.js'

/**
 * A sum b + Σ_j u_j v_j as the double nearest to it, without decimals.
 *
 * Each factor is a pair of doubles, high + low, right to 2⁻⁹⁸ of itself. Of t products the high parts are added with
 * what each addition rounds off, and the low parts collect that; they lose at most (t + 2)² 2⁻⁹⁸ of S = |b| + Σ |u_j
 * v_j|, and sixteen times that is granted. Rounding is monotone: where both ends of what is granted round to one
 * double, that is the nearest.
 */
export class PairSum {
  /** The sum is high + low. */
  high = 0
  low = 0
  private size = 0
  private terms = 0

  /** Begins again, with b. */
  start(high: number, low: number): void {
    this.high = high
    this.low = low
    this.size = Math.abs(high)
    this.terms = 0
  }

  /** Adds u v. */
  addProduct(u: number, uRest: number, v: number, vRest: number): void {
    const product = u * v
    const { high } = this
    const sum = high + product
    const shadow = sum - high
    this.low += high - (sum - shadow) + (product - shadow)
    this.low += productError(u, v, product) + (u * vRest + uRest * v)
    this.high = sum
    this.size += Math.abs(product)
    this.terms++
  }

  /** What high + low may be off by. */
  get granted(): number {
    return this.size * (this.terms + 2) ** 2 * GRANTED
  }

  /** NaN where rounding is not decided, or a part was out of range. */
  nearest(): number {
    const { granted } = this
    const value = this.high + (this.low - granted)
    return value === this.high + (this.low + granted) ? value : Number.NaN
  }
}

const GRANTED = 2 ** -94
