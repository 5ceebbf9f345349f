/**
 * A sum that carries its own rounding error (Knuth's two-sum; Neumaier 1974): high + low holds the sum of n doubles to
 * about 2⁻¹⁰⁶ relative to the largest partial sum, so differences of large sums still decide ties.
 */
export class CompensatedSum {
  constructor(
    private readonly high = 0,
    private readonly low = 0,
  ) {}

  /** This sum plus a value, or plus another sum given as value and rounding error. */
  plus(value: number, error = 0): CompensatedSum {
    const sum = this.high + value
    const shadow = sum - this.high
    return new CompensatedSum(sum, this.low + error + (this.high - (sum - shadow)) + (value - shadow))
  }

  get value(): number {
    return this.high + this.low
  }
}
