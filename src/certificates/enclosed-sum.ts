import { productError } from '../numeric/product-error.js'

/**
 * A sum of doubles and of products of doubles, with a bound on what rounding did to it.
 *
 * Every addition and product is split without error into a rounded part and its remainder (Knuth's TwoSum, Dekker's
 * TwoProduct); the remainders are summed beside (Ogita, Rump and Oishi, "Accurate sum and dot product", 2005):
 *
 *     |result − exact| ≤ u |result| + (4 n u)² Σ |terms| + underflow,   u = 2⁻⁵³, n terms;   0 when no remainder was left.
 */
const UNIT = 2 ** -53
const SMALLEST_NORMAL = 2 ** -1022
/** Beyond this the splitting of a factor would overflow, below it remainders would be lost: the plain bound is used. */
const LARGEST_SPLIT = 2 ** 990
const SMALLEST_SPLIT = 2 ** -900

export class EnclosedSum {
  #high = 0
  #low = 0
  #magnitude = 0
  #count = 0
  #rough = 0
  #tiny = 0
  #isExact = true

  add(term: number): this {
    const sum = this.#high + term
    const shadow = sum - this.#high
    this.#keep(this.#high - (sum - shadow) + (term - shadow))
    this.#high = sum
    this.#magnitude += Math.abs(term)
    this.#count++
    return this
  }

  addProduct(a: number, b: number): this {
    const product = a * b
    if (product === 0 && (a === 0 || b === 0)) return this
    if (!(Math.abs(a) < LARGEST_SPLIT && Math.abs(b) < LARGEST_SPLIT)) {
      this.#rough += Math.abs(product) * UNIT * 2
      this.#isExact = false
    } else {
      // Below this the remainder itself may be too small for a double.
      if (Math.abs(product) < SMALLEST_SPLIT) {
        this.#tiny++
        this.#isExact = false
      }
      this.#keep(productError(a, b, product))
    }
    return this.add(product)
  }

  #keep(remainder: number): void {
    if (remainder === 0) return
    this.#isExact = false
    this.#low += remainder
  }

  /** The result, rounded. */
  get value(): number {
    return this.#high + this.#low
  }

  /** A bound on |value − exact|. NaN-safe: anything that is not finite becomes infinite. */
  get error(): number {
    if (this.#isExact) return 0
    const relative = (4 * this.#count * UNIT) ** 2
    const bound =
      (UNIT * Math.abs(this.value) + relative * this.#magnitude + this.#rough) * (1 + 1e-9) +
      this.#tiny * SMALLEST_NORMAL
    return Number.isFinite(bound) ? bound : Infinity
  }

  /** Not above the exact sum. */
  get lower(): number {
    const error = this.error
    return error === 0 ? this.value : downwards(this.value - error)
  }

  /** Not below the exact sum. */
  get upper(): number {
    const error = this.error
    return error === 0 ? this.value : -downwards(-(this.value + error))
  }

  /** The sum of the magnitudes of the terms, rounded: what `value` is large or small against. */
  get magnitude(): number {
    return this.#magnitude
  }
}

/** A double below x, at most two units in the last place away. */
export function downwards(x: number): number {
  if (Number.isNaN(x)) return -Infinity
  return Number.isFinite(x) ? x - Math.abs(x) * 2 * UNIT - Number.MIN_VALUE : x
}

/** A double not above the product of a and b; 0 · ∞ is 0, as a bound that nobody uses. */
export function productBelow(a: number, b: number): number {
  if (a === 0 || b === 0) return 0
  return downwards(a * b)
}
