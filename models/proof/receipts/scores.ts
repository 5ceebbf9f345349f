import {
  type Decimal,
  multiply,
  parseRatio,
  type Ratio,
  ratioOf,
  signOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import type { RuleName } from './rules.js'

/** A place in a queue, the highest first: a fraction, or infinity. */
export type Score = Ratio | 'infinity'

/** What scores are made of: p, σ and d of the market, the numbers of an account and of its position. */
export interface ScoreFacts {
  readonly price: Decimal
  readonly isLong: boolean
  readonly capacity: Decimal
  readonly entryPrice?: Decimal | undefined
  readonly gross: Decimal
  readonly equity: Decimal
}

const nothing: Score = ratioOf(zero)

/**
 * The score of a position, N = p c its notional, u = σ (p − entry) c its profit and r = u/(entry c):
 *
 *     queue-leverage       G/e
 *     hyperliquid          (p/entry)^σ N/e, written without what is the same for all: N/(entry e) long, entry N/e short
 *     bitmex               r N/e in profit, r e/N at a loss
 *     queue-pnl-leverage   the same with G for N
 *
 * Without equity, e ≤ 0, a score is ∞; that of a position at a loss is 0 by the last two.
 */
export function scoreOf(rule: RuleName, { price, isLong, capacity, entryPrice, gross, equity }: ScoreFacts): Score {
  const isOwned = signOf(equity) > 0
  if (rule === 'queue-leverage') return isOwned ? ratioOf(gross, equity) : 'infinity'
  const entry = entryPrice ?? zero
  const notional = multiply(price, capacity)
  if (rule === 'hyperliquid') {
    if (!isOwned) return 'infinity'
    return isLong ? ratioOf(notional, multiply(entry, equity)) : ratioOf(multiply(entry, notional), equity)
  }
  const change = isLong ? subtract(price, entry) : subtract(entry, price)
  const size = rule === 'bitmex' ? notional : gross
  if (signOf(change) === 0) return nothing
  if (signOf(change) > 0) return isOwned ? ratioOf(multiply(change, size), multiply(entry, equity)) : 'infinity'
  return isOwned ? ratioOf(multiply(change, equity), multiply(entry, size)) : nothing
}

/** Its one spelling. */
export const scoreText = (score: Score): string => (score === 'infinity' ? 'infinity' : score.toFraction())

/** Undefined for another spelling. */
export function readScore(text: unknown): Score | undefined {
  if (text === 'infinity') return text
  if (typeof text !== 'string' || !/^-?\d{1,400}(\/[1-9]\d{0,400})?$/.test(text)) return undefined
  const score = parseRatio(text)
  return score.toFraction() === text ? score : undefined
}

/** The sign of a − b. */
export function compareScores(a: Score, b: Score): number {
  if (a === 'infinity' || b === 'infinity') return Number(a === 'infinity') - Number(b === 'infinity')
  return a.compare(b)
}
