import { type Decimal, signOf } from './decimal.js'

/** Digits that a root carries; its square agrees with the argument to about this many. */
const DIGITS = 50

/** √a rounded towards ∞ to some 25 significant digits; never below the exact root. Throws `RangeError` where a < 0. */
export function rootAbove(a: Decimal): Decimal {
  if (signOf(a) < 0) throw new RangeError('the root of a negative number')
  if (a.digits === 0n) return { digits: 0n, scale: 0 }
  // About DIGITS digits and an even scale: zeros are appended, or digits dropped and the last one rounded up.
  let drop = String(a.digits).length - DIGITS
  if ((a.scale - drop) % 2 !== 0) drop--
  const scale = a.scale - drop
  const digits = drop > 0 ? quotientAbove(a.digits, tenTo(drop)) : a.digits * tenTo(-drop)
  const floor = integerRoot(digits)
  const root = floor * floor === digits ? floor : floor + 1n
  return scale >= 0 ? { digits: root, scale: scale / 2 } : { digits: root * tenTo(-scale / 2), scale: 0 }
}

/** ⌈n/d⌉ of positive numbers. Zeros at the end of a decimal change nothing: only what is dropped is rounded up. */
const quotientAbove = (n: bigint, d: bigint): bigint => (n + d - 1n) / d

const tenTo = (exponent: number): bigint => 10n ** BigInt(exponent)

/** ⌊√n⌋ of n ≥ 0, by Newton's method from above. */
export function integerRoot(n: bigint): bigint {
  if (n === 0n) return 0n
  let root = 1n << BigInt(Math.ceil((n.toString(16).length * 4) / 2))
  for (;;) {
    const next = (root + n / root) >> 1n
    if (next >= root) return root
    root = next
  }
}
