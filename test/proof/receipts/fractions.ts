import type { RuleName } from '#models/proof/index.js'
import { type Decimal, parseDecimal, toText } from '#src/numeric/index.js'
import { type Fraction, frac, minus, most, over, sign, times } from '../../fraction.js'

/** What is said in decimals, in fractions of the tests. */
export const fractionOf = (value: Decimal): Fraction => frac(toText(value))
export const decimal = (text: string | number): Decimal => parseDecimal(String(text))!
/** Of a fraction whose denominator divides a power of ten. */
export function decimalOf({ n, d }: Fraction): Decimal {
  const places = d.toString(2).length
  return { digits: (n * 10n ** BigInt(places)) / d, scale: places }
}
export const quotientText = ({ n, d }: Fraction): string => (d === 1n ? String(n) : `${n}/${d}`)
export const ONE: Fraction = { n: 1n, d: 1n }

/** Numbers of a position and of its account, as texts. */
export interface Ranked {
  readonly price: string
  readonly isLong: boolean
  readonly capacity: string
  readonly entryPrice: string
  readonly gross: string
  readonly equity: string
  readonly maintenanceMargin: string
  readonly walletBalance: string
}

/** Scores as docs/receipts.md says them: by the leverage that a rule looks at, and by what it makes of profit and loss. */
export function scoreByDocs(rule: RuleName, facts: Ranked): string {
  const [p, c, entry, gross, e, m, w] = [
    facts.price,
    facts.capacity,
    facts.entryPrice,
    facts.gross,
    facts.equity,
    facts.maintenanceMargin,
    facts.walletBalance,
  ].map(frac) as [Fraction, Fraction, Fraction, Fraction, Fraction, Fraction, Fraction]
  const notional = times(p, c)
  const isOwned = sign(e) > 0
  if (rule === 'queue-leverage') return isOwned ? quotientText(over(gross, e)) : 'infinity'
  if (rule === 'hyperliquid') {
    if (!isOwned) return 'infinity'
    return quotientText(over(facts.isLong ? over(notional, entry) : times(notional, entry), e))
  }
  const gain = facts.isLong ? minus(p, entry) : minus(entry, p)
  const r = over(gain, entry)
  if (rule === 'binance' || rule === 'aevo') {
    if (sign(gain) <= 0 || (!isOwned && rule === 'binance')) return '0'
    if (!isOwned) return 'infinity'
    return quotientText(over(times(times(gain, c), m), times(most(ONE, w), e)))
  }
  if (sign(gain) === 0) return '0'
  const size = rule === 'queue-pnl-leverage' ? gross : rule === 'bitget' || rule === 'gate' ? m : notional
  if (!isOwned) {
    if (sign(gain) > 0) return sign(size) === 0 ? '0' : 'infinity'
    if (rule === 'bitget' && sign(size) === 0) return '-infinity'
    return ['bybit', 'okx', 'gate'].includes(rule) ? '-infinity' : '0'
  }
  const leverage = over(size, e)
  if (sign(gain) > 0 || ['bybit', 'okx', 'gate'].includes(rule)) return quotientText(times(r, leverage))
  return sign(leverage) === 0 ? '-infinity' : quotientText(over(r, leverage))
}
