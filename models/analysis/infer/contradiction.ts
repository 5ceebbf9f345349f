import { compare, type Decimal, multiply, signOf, subtract, toNumber, toText } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactHolding } from '../../book/exact-amounts.js'
import type { Policy } from '../../policies/index.js'
import { profileOf } from '../../proof/leverage/profile.js'
import { amount, quoted } from '../remarks/words.js'
import { isExactFill, type Reductions } from './exact-fill.js'

/**
 * Where an allocation and a rule part first, in the order of the book: a sentence in the venue's contracts; undefined
 * where they agree. The market with the first difference is looked at; in it, whoever was closed most beyond the rule
 * stands against whoever was spared most.
 */
export function firstContradiction(
  space: DecisionSpace,
  fills: Reductions,
  given: Reductions,
  { closing }: Pick<Policy, 'closing'>,
): string | undefined {
  const first = fills.findIndex((_, pair) => !isExactFill(space, fills, given, pair))
  if (first < 0) return undefined
  const k = space.pairMarket[first]
  const pairs = Array.from(fills.keys()).filter((pair) => space.pairMarket[pair] === k)
  const gap = (pair: number): Decimal => subtract(fills[pair], given[pair])
  const over = pairs.reduce((a, b) => (compare(gap(b), gap(a)) > 0 ? b : a))
  const under = pairs.reduce((a, b) => (compare(gap(b), gap(a)) < 0 ? b : a))
  const closed = `account ${ownerOf(space, over)} was closed ${contracts(space, fills, over)}`
  if (signOf(gap(under)) >= 0) return `${closed}, and the rule closes ${amount(toNumber(given[over]))} of it`
  const spared = ownerOf(space, under)
  if (closing === 'queue' && isBefore(space, given, under, over)) {
    const facts = factsOf(space, under, over)
    return `${closed} although ${spared} ranks before it${facts}: ${what(space, fills, given, under)}`
  }
  return `${closed}, where the rule closes ${amount(toNumber(given[over]))}; ${what(space, fills, given, under)}`
}

const ownerOf = (space: DecisionSpace, pair: number): string =>
  quoted(space.event.accounts.names[space.owners[space.pairOwner[pair]]])

/** "3 of 10 BTC". */
function contracts(space: DecisionSpace, closed: Reductions, pair: number): string {
  const { market } = space.markets[space.pairMarket[pair]].market
  return `${amount(toNumber(closed[pair]))} of ${amount(toNumber(exactHolding(space, pair)))} ${quoted(market)}`
}

function what(space: DecisionSpace, fills: Reductions, given: Reductions, pair: number): string {
  const whole = compare(given[pair], exactHolding(space, pair)) >= 0 ? 'whole' : `by ${amount(toNumber(given[pair]))}`
  const was = signOf(fills[pair]) === 0 ? 'was not closed' : `was closed ${contracts(space, fills, pair)}`
  return `the rule closes ${ownerOf(space, pair)} ${whole}, and it ${was}`
}

/**
 * Whether a queue has one position before another: it closes a larger share of it. Equals share, and neither is before
 * the other.
 */
function isBefore(space: DecisionSpace, given: Reductions, a: number, b: number): boolean {
  const left = multiply(given[a], exactHolding(space, b))
  return compare(left, multiply(given[b], exactHolding(space, a))) > 0
}

/** " (leverage 12 against 8, return 14 % against 3 %)": what most rules rank by, where it is known of both. */
function factsOf(space: DecisionSpace, a: number, b: number): string {
  const { leverage } = profileOf(space)
  const levels = [a, b].map((pair) => amount(leverage[space.pairOwner[pair]]))
  const returns = [a, b].map((pair) => returnOf(space, pair))
  const facts = [`leverage ${levels[0]} against ${levels[1]}`]
  if (returns[0] !== undefined && returns[1] !== undefined)
    facts.push(`return ${amount(100 * returns[0])} % against ${amount(100 * returns[1])} %`)
  return ` (${facts.join(', ')})`
}

/** σ (p − entry)/entry. */
function returnOf({ event, markets, pairMarket, pairPosition }: DecisionSpace, pair: number): number | undefined {
  const entry = event.positions.entryPrice?.values[pairPosition[pair]]
  if (entry === undefined || Number.isNaN(entry)) return undefined
  const { side, price } = markets[pairMarket[pair]]
  return (side * (Number(toText(price)) - entry)) / entry
}
