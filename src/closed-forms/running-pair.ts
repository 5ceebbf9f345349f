/** A sum of two doubles, high + low, that grows in place: in a loop over columns nothing is made. */
export class RunningPair {
  high = 0
  low = 0

  start(high: number, low: number): void {
    this.high = high
    this.low = low
  }

  add(value: number): void {
    const sum = this.high + value
    const shadow = sum - this.high
    const rest = this.low + (this.high - (sum - shadow)) + (value - shadow)
    const whole = sum + rest
    this.high = whole
    this.low = rest - (whole - sum)
  }
}
