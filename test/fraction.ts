/** Exact quotients over `bigint` for the tests alone: nothing here is shared with the code that is tested. */
export interface Fraction {
  readonly n: bigint
  /** Above zero. */
  readonly d: bigint
}

/** Reads "-12.50" or "3e-7". */
export function frac(text: string | number): Fraction {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(String(text))
  if (match === null) throw new Error(`not a decimal: ${text}`)
  const [, sign, whole = '', rest = '', exponent = '0'] = match
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${rest}` || '0')
  const places = rest.length - Number(exponent)
  return places >= 0 ? reduced(digits, 10n ** BigInt(places)) : { n: digits * 10n ** BigInt(-places), d: 1n }
}

export const ZERO: Fraction = { n: 0n, d: 1n }

const MOST = BigInt(Number.MAX_SAFE_INTEGER)

function reduced(n: bigint, d: bigint): Fraction {
  if (n === 0n) return ZERO
  if (d === 1n) return { n, d }
  const shared = sharedByDecimals(n, d) ?? greatestDivisor(n < 0n ? -n : n, d)
  return shared === 1n ? { n, d } : { n: n / shared, d: d / shared }
}

function greatestDivisor(first: bigint, second: bigint): bigint {
  let [a, b] = [first, second]
  while (b > MOST) [a, b] = [b, a % b]
  if (b === 0n) return a
  // What fits a double is divided as one.
  let [c, rest] = [Number(b), Number(a % b)]
  while (rest > 0) [c, rest] = [rest, c % rest]
  return BigInt(c)
}

const FIVES = Array.from({ length: 100 }, (_, k) => 5n ** BigInt(k))
const FIVES_AT_ONCE = 13

/** The greatest divisor of n ≠ 0 and d = 2^i 5^j, by counting twos and fives; undefined where d is no such product, or a huge one. */
function sharedByDecimals(n: bigint, d: bigint): bigint | undefined {
  const i = twosIn(d)
  const odd = d >> BigInt(i)
  const j = Math.round(Math.log(Number(odd)) / Math.log(5))
  if (FIVES[j] !== odd) return undefined
  return FIVES[Math.min(j, fivesIn(n))] << BigInt(Math.min(i, twosIn(n)))
}

function twosIn(value: bigint): number {
  for (let [rest, count] = [value, 0]; ; [rest, count] = [rest >> 32n, count + 32]) {
    const low = Number(BigInt.asUintN(32, rest))
    if (low !== 0) return count + 31 - Math.clz32(low & -low)
  }
}

function fivesIn(value: bigint): number {
  const most = FIVES[FIVES_AT_ONCE]
  for (let [rest, count] = [value, 0]; ; [rest, count] = [rest / most, count + FIVES_AT_ONCE]) {
    let low = Number(rest % most)
    if (low === 0) continue
    let found = count
    for (; low % 5 === 0; low /= 5) found++
    return found
  }
}

/** a + b over a denominator that is no larger than it must be where one divides the other, as those of decimals do. */
export function plus(a: Fraction, b: Fraction): Fraction {
  if (a.d === b.d) return reduced(a.n + b.n, a.d)
  if (a.d % b.d === 0n) return reduced(a.n + b.n * (a.d / b.d), a.d)
  if (b.d % a.d === 0n) return reduced(a.n * (b.d / a.d) + b.n, b.d)
  return reduced(a.n * b.d + b.n * a.d, a.d * b.d)
}
export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { n: -b.n, d: b.d })
export const times = (a: Fraction, b: Fraction): Fraction => reduced(a.n * b.n, a.d * b.d)
export function over(a: Fraction, b: Fraction): Fraction {
  if (b.n === 0n) throw new Error('division by zero')
  return b.n > 0n ? reduced(a.n * b.d, a.d * b.n) : reduced(-a.n * b.d, -a.d * b.n)
}
export const sign = (a: Fraction): number => (a.n > 0n ? 1 : a.n < 0n ? -1 : 0)
export const order = (a: Fraction, b: Fraction): number => sign({ n: a.n * b.d - b.n * a.d, d: 1n })
export const size = (a: Fraction): Fraction => (a.n < 0n ? { n: -a.n, d: a.d } : a)
export const least = (a: Fraction, b: Fraction): Fraction => (order(a, b) <= 0 ? a : b)
export const most = (a: Fraction, b: Fraction): Fraction => (order(a, b) >= 0 ? a : b)
export const total = (list: readonly Fraction[]): Fraction => list.reduce(plus, ZERO)

/** The nearest double, or its neighbour. */
export function num({ n, d }: Fraction): number {
  if (n === 0n) return 0
  const bits = (x: bigint): number => (x < 0n ? -x : x).toString(2).length
  const shift = bits(d) - bits(n) + 70
  const quotient = shift >= 0 ? (n << BigInt(shift)) / d : n / (d << BigInt(-shift))
  return (Number(quotient) / 2 ** 70) * 2 ** (70 - shift)
}
