/** Fixed point with 700 bits: room for series whose terms reach e^100 while their sum is e^-100. */
export const BITS = 700n
export const ONE = 1n << BITS
export const fixed = (x: number): bigint => {
  const exponent = 1074n
  // A double times 2^1074 is whole.
  let scaled = 0n
  let rest = x
  let shift = 0n
  while (rest !== 0 && !Number.isInteger(rest)) {
    rest *= 2
    shift++
  }
  scaled = BigInt(rest) << (exponent - shift)
  return BITS >= exponent ? scaled << (BITS - exponent) : scaled >> (exponent - BITS)
}
export const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS

export function exponential(x: bigint): bigint {
  let [term, sum] = [ONE, ONE]
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = times(term, x) / n
    sum += term
  }
  return sum
}

/** π by Machin's formula. */
const arctan = (inverse: bigint): bigint => {
  let power = ONE / inverse
  let sum = power
  for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
    power /= inverse * inverse
    sum += (sign * power) / n
  }
  return sum
}
export const PI = 4n * (4n * arctan(5n) - arctan(239n))
export const root = (x: bigint): bigint => {
  const target = x << BITS
  let guess = 1n << BITS
  for (let i = 0; i < 60; i++) guess = (guess + target / guess) >> 1n
  return guess
}

/** erfc τ = 1 − 2/√π Σ (−1)^n τ^(2n+1) / (n! (2n+1)). */
export function complement(tau: bigint): bigint {
  const square = times(tau, tau)
  let [term, sum] = [tau, tau]
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = -times(term, square) / n
    sum += term / (2n * n + 1n)
  }
  return ONE - (2n * sum * ONE) / root(PI)
}
