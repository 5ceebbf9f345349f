import {
  apportionWithin,
  compare,
  type Decimal,
  DecimalTotal,
  doublesOf,
  signOf,
  smallerOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { MarketBook } from './market-book.js'
import type { Ranking } from './ranking.js'

/**
 * Closes positions whole in the order of a ranking until the demand is met; the last one in part. Where equals would
 * have to be told apart, they share what is left in proportion to their positions: no order of the file decides.
 *
 * A selection, not a sort: only the account at the margin must be found, in expected linear time, and only scores close
 * to it are compared exactly.
 */
export function closeByRank(market: MarketBook, ranking: Ranking): Decimal[] {
  const { capacity, count, demanded } = market
  const given: Decimal[] = new Array(count).fill(zero)
  let members = Array.from({ length: count }, (_, i) => i)
  let rest = demanded.quantity
  const closeWhole = (rows: readonly number[], sum: Decimal): void => {
    for (const i of rows) given[i] = capacity.exact(i)
    rest = subtract(rest, sum)
  }
  while (members.length > 0 && signOf(rest) > 0) {
    const { before, equal, after } = part(members, ranking)
    const ahead = total(market, before)
    if (compare(ahead, rest) > 0) {
      members = before
      continue
    }
    closeWhole(before, ahead)
    const level = total(market, equal)
    if (compare(level, rest) > 0) {
      shareAmong(market, equal, rest, given)
      break
    }
    closeWhole(equal, level)
    members = after
  }
  return given
}

/** Closes positions whole in a given order, the last one in part. */
export function closeInSequence({ capacity, count, demanded }: MarketBook, order: Iterable<number>): Decimal[] {
  const given: Decimal[] = new Array(count).fill(zero)
  let rest = demanded.quantity
  for (const i of order) {
    if (signOf(rest) === 0) break
    given[i] = smallerOf(rest, capacity.exact(i))
    rest = subtract(rest, given[i])
  }
  return given
}

/** Shares a rest that is smaller than what the rows hold, in proportion to what they hold. */
function shareAmong({ capacity }: MarketBook, rows: readonly number[], rest: Decimal, given: Decimal[]): void {
  if (rows.length === 1) {
    given[rows[0]] = rest
    return
  }
  const held = rows.reduce((sum, i) => sum + capacity.values[i], 0)
  const share = toNumber(rest) / held
  const amounts = Float64Array.from(rows, (i) => share * capacity.values[i])
  const limits = doublesOf(rows.length, (t) => capacity.values[rows[t]])
  const apportioned = apportionWithin(amounts, limits, (t) => capacity.exact(rows[t]), rest)
  rows.forEach((i, t) => {
    given[i] = apportioned[t]
  })
}

function part(members: readonly number[], ranking: Ranking) {
  const standing = ranking.against(middle(members, ranking))
  const before: number[] = []
  const equal: number[] = []
  const after: number[] = []
  for (const i of members) {
    const order = standing(i)
    if (order < 0) before.push(i)
    else if (order > 0) after.push(i)
    else equal.push(i)
  }
  return { before, equal, after }
}

/** The middle one of three: books often come sorted. */
function middle(members: readonly number[], ranking: Ranking): number {
  const a = members[0]
  const b = members[members.length >> 1]
  const c = members[members.length - 1]
  const ofA = ranking.against(a)
  const ofB = ranking.against(b)
  if (ofA(b) < 0 === ofA(c) > 0) return a
  return ofB(a) < 0 === ofB(c) > 0 ? b : c
}

function total({ capacity }: MarketBook, rows: readonly number[]): Decimal {
  const sum = new DecimalTotal()
  for (const i of rows) sum.add(capacity.exact(i))
  return sum.value
}
