import { absolute, add, compare, type Decimal, multiply, subtract, zero } from '../../../src/numeric/index.js'
import type { EventJson } from '../../book/index.js'
import type { Run } from './axiom.js'
import type { Outcome } from './outcome.js'
import { eventOf, type PlainBook } from './plain-book.js'

/** Steps from one end of a segment to the other: 10⁷, a power of ten, so that round ends have round books between them. */
const PLACES = 7
const STEPS = 10 ** PLACES

/**
 * The book `step`/10⁷ of the way from one book to another with the same accounts: mark, quantities, equities, entry prices
 * and the demand go in straight lines.
 */
function bookAt(from: PlainBook, to: PlainBook, step: number): PlainBook {
  const share: Decimal = { digits: BigInt(step), scale: PLACES }
  const mid = (a: Decimal, b: Decimal): Decimal => add(a, multiply(subtract(b, a), share))
  return {
    markets: from.markets.map((market, k) => {
      const markPrice = mid(market.markPrice, to.markets[k].markPrice)
      return { ...market, markPrice, adlPrice: mid(market.adlPrice, to.markets[k].adlPrice) }
    }),
    accounts: from.accounts.map((account, i) => {
      const other = to.accounts[i]
      return {
        ...account,
        equity: mid(account.equity, other.equity),
        positions: account.positions.map((position, j) => ({
          ...position,
          quantity: mid(position.quantity, other.positions[j].quantity),
          entryPrice: mid(position.entryPrice, other.positions[j].entryPrice),
        })),
      }
    }),
    demand: from.demand.map((entry, k) => ({ ...entry, quantity: mid(entry.quantity, to.demand[k].quantity) })),
  }
}

/**
 * Two books next to each other on a segment, one step apart, between which an allocation moves far: found by bisection,
 * always into the half over which some reduction moves more. Undefined as soon as none moves by more than `least` of what
 * the side holds. A jump stays whole however short the segment gets, while everything continuous fades.
 */
export async function steepestStep(
  run: Run,
  from: PlainBook,
  to: PlainBook,
  least: Decimal,
): Promise<{ readonly event: EventJson; readonly variant: EventJson } | undefined> {
  const at = async (step: number): Promise<Point> => {
    const event = eventOf(bookAt(from, to, step))
    return { step, event, outcome: await run(event) }
  }
  let [low, high] = [await at(0), await at(STEPS)]
  while (isFar(low.outcome, high.outcome, least)) {
    if (high.step - low.step === 1) return { event: low.event, variant: high.event }
    const middle = await at(Math.floor((low.step + high.step) / 2))
    const isLower = compare(farthest(low.outcome, middle.outcome), farthest(middle.outcome, high.outcome)) >= 0
    if (isLower) high = middle
    else low = middle
  }
  return undefined
}

interface Point {
  readonly step: number
  readonly event: EventJson
  readonly outcome: Outcome
}

function isFar(a: Outcome, b: Outcome, least: Decimal): boolean {
  return compare(farthest(a, b), multiply(least, a.demands[0]?.held ?? zero)) > 0
}

/** max_i |x_i − x'_i|. */
function farthest(a: Outcome, b: Outcome): Decimal {
  return a.shares.reduce((most, { account, closed }) => {
    const moved = absolute(subtract(closed, b.shareOf(account)?.closed ?? zero))
    return compare(moved, most) > 0 ? moved : most
  }, zero)
}
