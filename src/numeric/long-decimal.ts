import { productError } from './product-error.js'

/**
 * The shortest decimal that reads back to a double of sixteen or seventeen digits, without printing and reading it; undefined for
 * doubles of fewer digits, for those out of range, and where rounding does not decide.
 *
 * With P = 10^s so that v P has sixteen digits before its point, v P is found exactly as a double and what it leaves
 * (Dekker's product). The whole number n next to it reads back to v where |n − v P| is less than half the distance of v
 * to its neighbour, times P; where it does not, no number of sixteen digits does, and one more digit is always enough.
 * Of several that read back the nearest is printed.
 */
export function longDecimal(value: number): { readonly digits: bigint; readonly scale: number } | undefined {
  const size = Math.abs(value)
  if (!(size >= SMALLEST && size < LARGEST)) return undefined
  const scale = 15 - Math.floor(Math.log10(size))
  const shorter = POWERS[scale - 1] as number
  if (Math.round(size * shorter) / shorter === size) return undefined
  const power = POWERS[scale] as number
  const high = size * power
  if (!(high >= 1e15 && high < 1e16)) return undefined
  double[0] = size
  words[UPPER] = (words[UPPER] as number) & EXPONENT
  words[1 - UPPER] = 0
  const powerOfTwo = double[0]
  // Below a power of two the neighbour is nearer than above it.
  if (powerOfTwo === size) return undefined
  const reach = powerOfTwo * 2 ** -53 * power
  const whole = Math.round(high)
  const beyond = high - whole + productError(size, power, high)
  const off = Math.round(beyond)
  const miss = Math.abs(beyond - off)
  if (miss > 0.5 - UNDECIDED || Math.abs(miss - reach) < UNDECIDED) return undefined
  if (miss < reach) return { digits: signed(value, whole, off), scale }
  const longer = POWERS[scale + 1] as number
  const high17 = size * longer
  const beyond17 = productError(size, longer, high17)
  const off17 = Math.round(beyond17)
  if (Math.abs(beyond17 - off17) > 0.5 - UNDECIDED) return undefined
  return { digits: signed(value, high17, off17), scale: scale + 1 }
}

/** Where a power of ten with an exponent of at most 22, a double itself, gives seventeen digits. */
const SMALLEST = 1e-6
const LARGEST = 1e14
const POWERS = Array.from({ length: 23 }, (_, e) => 10 ** e)
/** Far more than the doubles above are off by, which are below one half. */
const UNDECIDED = 1e-9

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const integer = new BigInt64Array(double.buffer)
integer[0] = 1n
const UPPER = words[0] === 1 ? 1 : 0
const EXPONENT = 0x7ff00000

/** whole + off as an integer of 64 bits, with the sign of the value: no other big integer is made. */
function signed(value: number, whole: number, off: number): bigint {
  const upper = Math.floor(whole / 2 ** 32)
  const lower = whole - upper * 2 ** 32 + off
  const carry = Math.floor(lower / 2 ** 32)
  words[UPPER] = upper + carry
  words[1 - UPPER] = lower - carry * 2 ** 32
  return value < 0 ? -(integer[0] as bigint) : (integer[0] as bigint)
}
