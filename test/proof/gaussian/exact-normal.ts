import type { Fraction } from '../../fraction.js'

/** Binary places of fixed point: what is said here is off by less than 2⁻³⁰⁰ of the spread where |m| is at most 15 spreads. */
const BITS = 500n
/** Farther out the debt is all that counts: what is beyond is less than 1e-50 of the spread. */
const FARTHEST = 15n * (1n << BITS)
const ONE = 1n << BITS

const product = (a: bigint, b: bigint): bigint => (a * b) >> BITS
const quotient = (a: bigint, b: bigint): bigint => (a << BITS) / b

function rootOf(square: bigint): bigint {
  if (square === 0n) return 0n
  let root = 1n << BigInt((square.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + square / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/** atan(1/n), and π by the formula of Machin. */
function arctangent(n: bigint): bigint {
  let sum = 0n
  for (let power = ONE / n, k = 1n; power !== 0n; power /= -n * n, k += 2n) sum += power / k
  return sum
}
const ROOT_OF_TWO_PI = rootOf((2n * (16n * arctangent(5n) - 4n * arctangent(239n))) << BITS)

/** φ(z) and Φ(−z) = ½ − φ(z) Σ_k z^(2k+1)/(1·3·…·(2k+1)) for z ≥ 0, by their series. */
function normal(z: bigint): { readonly density: bigint; readonly tail: bigint } {
  const square = product(z, z)
  let exponential = 0n
  for (let term = ONE, k = 1n; term > 0n; k++) {
    exponential += term
    term = product(term, square) / (2n * k)
  }
  let series = 0n
  for (let term = z, k = 3n; term > 0n; k += 2n) {
    series += term
    term = product(term, square) / k
  }
  const density = quotient(quotient(ONE, exponential), ROOT_OF_TWO_PI)
  return { density, tail: ONE / 2n - product(density, series) }
}

const fixed = ({ n, d }: Fraction): bigint => (n << BITS) / d

/** E (−m − sZ)⁺ for a normal Z and s² = `variance`: s φ(m/s) − m Φ(−m/s). */
export function exactShortfall(m: Fraction, variance: Fraction): Fraction {
  const gain = fixed(m)
  const debt = gain < 0n ? -gain : 0n
  const spread = rootOf(fixed(variance) << BITS)
  if (spread === 0n) return { n: debt, d: ONE }
  const distance = gain < 0n ? -gain : gain
  const ratio = quotient(distance, spread)
  if (ratio > FARTHEST) return { n: debt, d: ONE }
  const { density, tail } = normal(ratio)
  return { n: debt + product(spread, density) - product(distance, tail), d: ONE }
}
