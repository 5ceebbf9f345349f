import type { Decimal } from './decimal.js'
import { integerRoot } from './root.js'

/** φ(t) and Φ(−t) from below and from above. */
export interface NormalEnclosure {
  readonly density: Enclosure
  readonly tail: Enclosure
}

export interface Enclosure {
  readonly low: Decimal
  readonly high: Decimal
}

/** π to a hundred places, cut: less than 10⁻¹⁰⁰ below. */
const PI = 31415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679n
const PI_SCALE = 10n ** 100n
/** Units in the last place of fixed point that results may be off. */
const ERROR = 4096n

/**
 * The standard normal density φ(t) = exp(−τ²)/√(2π) and tail Φ(−t) = erfc(τ)/2 at t = √2 τ, enclosed by integer
 * arithmetic, for decimals 0 ≤ τ ≤ 10.
 *
 * With x = τ², in fixed point of P = 160 + ⌊3(⌊x⌋ + 1)/2⌋ binary places, every step cut downwards,
 *
 *     A = Σ_j x^j/j!,    B = Σ_k (2x)^k τ/(1·3·…·(2k+1)),    exp(−x) = 1/A,    erfc(τ) = 1 − (2/√π) B/A.
 *
 * All terms are positive. A cut of one unit in a term grows by at most e^x in its sum, so with fewer than 500 terms
 * each, A and B are off by at most 1001 e^x units, x cut included, B/A and 1/A by at most 2006 units, and what is
 * returned by less than 4096, which is added on both sides. That is 2⁻¹⁴⁸ e^−1.5x at most: far below the digits kept,
 * 26 + ⌊9x/20⌋ decimal places, some 25 significant ones, cut downwards and upwards.
 */
export function normalEnclosure(tau: Decimal): NormalEnclosure {
  const square = tau.digits * tau.digits
  const power = 10n ** BigInt(tau.scale)
  const whole = square / (power * power)
  const bits = 160n + (3n * (whole + 1n)) / 2n
  const one = 1n << bits
  const x = (square << bits) / (power * power)
  let exponential = one
  for (let term = one, j = 1n; ; j++) {
    term = ((term * x) >> bits) / j
    if (term === 0n) break
    exponential += term
  }
  let term = (tau.digits << bits) / power
  let series = term
  for (let k = 3n; ; k += 2n) {
    term = ((term * 2n * x) >> bits) / k
    if (term === 0n) break
    series += term
  }
  const [perRootTwoPi, twoPerRootPi] = constantsAt(bits)
  const density = (((one << bits) / exponential) * perRootTwoPi) >> bits
  const complement = one - ((((series << bits) / exponential) * twoPerRootPi) >> bits)
  const scale = 26 + Number((9n * square) / (20n * power * power))
  return {
    density: enclosure(density - ERROR, density + ERROR, bits, scale),
    tail: enclosure(complement - ERROR, complement + ERROR, bits + 1n, scale),
  }
}

const constants = new Map<bigint, readonly [perRootTwoPi: bigint, twoPerRootPi: bigint]>()

/** 1/√(2π) and 2/√π, each within two units. */
function constantsAt(bits: bigint): readonly [perRootTwoPi: bigint, twoPerRootPi: bigint] {
  const square = PI_SCALE << (2n * bits)
  const found = constants.get(bits) ?? ([integerRoot(square / (2n * PI)), integerRoot((4n * square) / PI)] as const)
  constants.set(bits, found)
  return found
}

/** Two numbers of so many binary places, as decimals of `scale` places, cut outwards. */
function enclosure(low: bigint, high: bigint, bits: bigint, scale: number): Enclosure {
  const power = 10n ** BigInt(scale)
  return { low: { digits: (low * power) >> bits, scale }, high: { digits: -((-high * power) >> bits), scale } }
}
