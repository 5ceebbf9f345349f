/** Doubles as integers: every double is a whole multiple of 2⁻¹⁰⁷⁴, so sums and products are exact; `power` counts the factors. */
export interface Exact {
  readonly units: bigint
  readonly power: number
}

const UNIT = 1074n

export function exact(value: number): Exact {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = (bits >> 52n) & 0x7ffn
  const digits = (bits & 0xfffffffffffffn) | (exponent === 0n ? 0n : 1n << 52n)
  const units = digits << (exponent === 0n ? 0n : exponent - 1n)
  return { units: value < 0 ? -units : units, power: 1 }
}

export const times = (...factors: readonly Exact[]): Exact =>
  factors.reduce((a, b) => ({ units: a.units * b.units, power: a.power + b.power }))

const at = ({ units, power }: Exact, wanted: number): bigint => units << (UNIT * BigInt(wanted - power))

export function sum(terms: readonly Exact[]): Exact {
  const power = Math.max(1, ...terms.map((term) => term.power))
  return { units: terms.reduce((total, term) => total + at(term, power), 0n), power }
}

export function isAtMost(a: Exact, b: Exact): boolean {
  const power = Math.max(a.power, b.power)
  return at(a, power) <= at(b, power)
}

export const minus = ({ units, power }: Exact): Exact => ({ units: -units, power })
export const half = exact(0.5)
