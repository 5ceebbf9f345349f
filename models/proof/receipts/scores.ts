import {
  compare,
  type Decimal,
  decimalOf,
  multiply,
  parseRatio,
  type Ratio,
  ratioOf,
  signOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import type { RuleName } from './rules.js'

/** A rank in a queue, the highest first: a fraction, or before or behind all of them. */
export type Score = Ratio | 'infinity' | '-infinity'

/** What scores are made of: p, σ and d of the market, the numbers of an account and of its position. */
export interface ScoreFacts {
  readonly price: Decimal
  readonly isLong: boolean
  readonly capacity: Decimal
  readonly entryPrice?: Decimal | undefined
  readonly gross: Decimal
  readonly equity: Decimal
  /** m and w, where the rule has them among its fields. */
  readonly maintenanceMargin?: Decimal | undefined
  readonly walletBalance?: Decimal | undefined
}

const nothing: Score = ratioOf(zero)
const one = decimalOf(1)

/**
 * The score of a position, N = p c its notional, u = σ (p − entry) c its profit and r = u/(entry c):
 *
 *     queue-leverage       G/e
 *     hyperliquid          (p/entry)^σ N/e, written without what is the same for all: N/(entry e) long, entry N/e short
 *     bitmex               r N/e in profit, r e/N at a loss
 *     queue-pnl-leverage   the same with G for N
 *     bybit, okx           r N/e in profit and at a loss
 *     bitget               r m/e in profit, r e/m at a loss, m the maintenance margin
 *     gate                 r m/e in profit and at a loss
 *     binance, aevo        u m/(max(1, w) e) in profit, w the wallet balance; else 0
 *
 * Without equity, e ≤ 0, a score is ∞ in profit, and by the first two always, but 0 of `binance`, and where m = 0 by `bitget` and `gate`. At a loss
 * it is then 0 of `bitmex`, `queue-pnl-leverage` and `bitget`, and behind all others of `bybit`, `okx` and `gate`; so it is of `bitget` where m = 0.
 */
export function scoreOf(rule: RuleName, facts: ScoreFacts): Score {
  const { price, isLong, capacity, entryPrice, gross, equity } = facts
  const isOwned = signOf(equity) > 0
  if (rule === 'queue-leverage') return isOwned ? ratioOf(gross, equity) : 'infinity'
  const entry = entryPrice ?? zero
  const notional = multiply(price, capacity)
  if (rule === 'hyperliquid') {
    if (!isOwned) return 'infinity'
    return isLong ? ratioOf(notional, multiply(entry, equity)) : ratioOf(multiply(entry, notional), equity)
  }
  const change = isLong ? subtract(price, entry) : subtract(entry, price)
  if (signOf(change) === 0) return nothing
  const margin = facts.maintenanceMargin ?? zero
  if (rule === 'binance' || rule === 'aevo') {
    if (signOf(change) < 0) return nothing
    if (!isOwned) return rule === 'aevo' ? 'infinity' : nothing
    const wallet = facts.walletBalance ?? zero
    const base = compare(wallet, one) > 0 ? wallet : one
    return ratioOf(multiply(multiply(change, capacity), margin), multiply(base, equity))
  }
  const size = sizeOf(rule, notional, gross, margin)
  const product = (): Score => ratioOf(multiply(change, size), multiply(entry, equity))
  if (signOf(change) > 0) return isOwned ? product() : signOf(size) > 0 ? 'infinity' : nothing
  if (rule === 'bybit' || rule === 'okx' || rule === 'gate') return isOwned ? product() : '-infinity'
  if (signOf(size) === 0) return '-infinity'
  return isOwned ? ratioOf(multiply(change, equity), multiply(entry, size)) : nothing
}

/** What a rule measures leverage by, over equity. */
function sizeOf(rule: RuleName, notional: Decimal, gross: Decimal, margin: Decimal): Decimal {
  if (rule === 'queue-pnl-leverage') return gross
  return rule === 'bitget' || rule === 'gate' ? margin : notional
}

/** Its one spelling. */
export const scoreText = (score: Score): string => (typeof score === 'string' ? score : score.toFraction())

/** Undefined for another spelling. */
export function readScore(text: unknown): Score | undefined {
  if (text === 'infinity' || text === '-infinity') return text
  if (typeof text !== 'string' || !/^-?\d{1,400}(\/[1-9]\d{0,400})?$/.test(text)) return undefined
  const score = parseRatio(text)
  return score.toFraction() === text ? score : undefined
}

/** The sign of a − b. */
export function compareScores(a: Score, b: Score): number {
  if (typeof a === 'string' || typeof b === 'string') return endOf(a) - endOf(b)
  return a.compare(b)
}

const endOf = (score: Score): number => (score === 'infinity' ? 1 : score === '-infinity' ? -1 : 0)
