import { add, compare, type Decimal, multiply, subtract, toNumber, zero } from '../../../../src/numeric/index.js'
import type { Axiom } from '../axiom.js'
import { bookOf, sketches } from '../books.js'
import { inWords, isAbove, slackOf } from '../compare.js'
import type { Share } from '../outcome.js'
import { eventOf } from '../plain-book.js'

/**
 * Levels (c_i − x_i)/g_i, g_i equity re-marked at the ADL price. Among all ways to meet Q the least largest level is
 *
 *     λ* = max over m of (Σ_{i ≤ m} c_i − Q)/Σ_{i ≤ m} g_i,    accounts by level, the highest first,
 *
 * because whatever is closed, those m keep at least Σ c_i − Q together. Nobody above λ* is the same as x of water-filling:
 * kept_i ≤ min(c_i, λ* g_i), and both sides add up to Σ c_i − Q. That allocation, and no other, has the least total
 * shortfall after every move at once, so every monotone risk measure is least (arXiv 2603.15963, Theorem 2.4).
 */
export const riskOptimality: Axiom = {
  name: 'risk-optimality',
  statement: 'No other allocation leaves a lower largest leverage, or a smaller shortfall after any move of the price.',
  domain: 'One market, nothing else held; every account can pay at the mark and at the ADL price.',
  trials: (fc, scope) => sketches(fc, scope).map((sketch) => ({ event: eventOf(bookOf(sketch)) })),
  async judge(run, event) {
    const { shares } = await run(event)
    if (shares.length === 0) return undefined
    const { over, under } = leastLevel(shares)
    // kept/g > over/under beyond rounding, multiplied out.
    const above = shares.filter(({ held, demand, kept, remarked }) =>
      isAbove(multiply(kept, under), multiply(over, remarked), multiply(slackOf({ held, demand }), under)),
    )
    if (above.length === 0) return undefined
    const levelOf = ({ kept, remarked }: Share): number => toNumber(kept) / toNumber(remarked)
    const worst = above.reduce((a, b) => (levelOf(b) > levelOf(a) ? b : a))
    const least = toNumber(over) / toNumber(under)
    const [left, best] = inWords(leverageAt(worst, levelOf(worst)), leverageAt(worst, least))
    const start = `Account ${worst.account} is left at leverage ${left}; with the best allocation nobody is above ${best}.`
    return `${start} ${shortfallBetween(worst, least, levelOf(worst), event.demand![0].side)}`
  },
}

/** λ* as a quotient. */
function leastLevel(shares: readonly Share[]): { over: Decimal; under: Decimal } {
  const sorted = shares.toSorted((a, b) => compare(multiply(b.held, a.remarked), multiply(a.held, b.remarked)))
  let held = zero
  let equity = zero
  let best = { over: zero, under: sorted[0].remarked }
  for (const share of sorted) {
    held = add(held, share.held)
    equity = add(equity, share.remarked)
    const over = subtract(held, share.demand)
    if (compare(multiply(over, best.under), multiply(best.over, equity)) > 0) best = { over, under: equity }
  }
  return best
}

/** p kept/(g + d kept): gross leverage at a level kept/g. */
function leverageAt({ price, concession }: Share, level: number): number {
  return (toNumber(price) * level) / (1 + toNumber(concession) * level)
}

/**
 * A move after which the account owes and, at the least level, nobody would: account i owes (p r − d) kept_i − g_i after an
 * adverse move r, so p r − d between 1/level and 1/λ* does it. No price falls by more than all of it.
 */
function shortfallBetween(
  { account, price, concession, kept, remarked }: Share,
  least: number,
  level: number,
  side: string,
): string {
  const [owing, sparing] = [1 / level, 1 / least].map((loss) => (loss + toNumber(concession)) / toNumber(price))
  const most = side === 'long' ? 1 : Infinity
  if (!(sparing! > 0 && owing! < most))
    return 'No fall of the price can make it owe, yet it stands higher than it need.'
  const end = Math.min(sparing!, most)
  const move = end < Infinity ? (owing! + end) / 2 : 2 * owing!
  const shortfall = (move * toNumber(price) - toNumber(concession)) * toNumber(kept) - toNumber(remarked)
  const [owed, percent] = [inWords(shortfall)[0], inWords(100 * move)[0]]
  return `When the price then ${side === 'long' ? 'falls' : 'rises'} by ${percent} %, ${account} owes ${owed}; with the best allocation nobody would.`
}
