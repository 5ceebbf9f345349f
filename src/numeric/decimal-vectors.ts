import { add, type Decimal, multiply, roundedQuotient, zero } from './decimal.js'

const one: Decimal = { digits: 1n, scale: 0 }

/** A decimal cut to `scale` decimal places towards ∞ or −∞. */
export const cutDecimal = (value: Decimal, scale: number, towards: 'up' | 'down'): Decimal =>
  value.scale <= scale ? value : roundedQuotient(value, one, scale, towards)

/** Σ a_k b_k, exact. */
export function dotDecimals(a: readonly Decimal[], b: readonly Decimal[]): Decimal {
  return a.reduce((sum, value, k) => (value.digits === 0n ? sum : add(sum, multiply(value, b[k]))), zero)
}
