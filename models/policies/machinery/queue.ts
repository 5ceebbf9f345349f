import {
  apportionWithin,
  compare,
  type Decimal,
  DecimalTotal,
  doublesOf,
  signOf,
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
  const { count } = market
  const queue = new Queue(market)
  let members = new Int32Array(count)
  for (let i = 0; i < count; i++) members[i] = i
  while (members.length > 0 && queue.isOpen()) {
    const { before, equal, after } = part(members, ranking)
    if (queue.isMoreThanLeft(before)) {
      members = before
      continue
    }
    queue.closeWhole(before)
    if (queue.isMoreThanLeft(equal)) {
      shareAmong(market, equal, queue.left(), queue.given)
      break
    }
    queue.closeWhole(equal)
    members = after
  }
  return queue.given
}

/** Closes positions whole in a given order, the last one in part. */
export function closeInSequence(market: MarketBook, order: Iterable<number>): Decimal[] {
  const queue = new Queue(market)
  for (const i of order) {
    if (!queue.isOpen()) break
    if (queue.isMoreThanLeft([i])) {
      queue.given[i] = queue.left()
      break
    }
    queue.closeWhole([i])
  }
  return queue.given
}

/**
 * What doubles that were added up may be off by, relative to what was added: t 2⁻⁵³ of it for t of them, far less than
 * this for any book that fits in memory.
 */
const NEAR = 1e-6

type Rows = Int32Array | readonly number[]

/** What is closed whole so far and what is left of the demand: in doubles, and in decimals where these do not decide. */
class Queue {
  readonly given: Decimal[]
  /** What is left, about, and what was added up to know it. */
  private rest: number
  private size: number
  private readonly closed = new DecimalTotal()
  /** Rows closed that are not in the exact sum yet. */
  private pending: number[] = []

  constructor(private readonly market: MarketBook) {
    this.given = new Array<Decimal>(market.count).fill(zero)
    this.rest = toNumber(market.demanded.quantity)
    this.size = this.rest
  }

  isOpen(): boolean {
    return this.rest > NEAR * this.size || signOf(this.left()) > 0
  }

  /** Whether rows hold more than what is left. */
  isMoreThanLeft(rows: Rows): boolean {
    const sum = this.sumOf(rows)
    const gap = sum - this.rest
    if (Math.abs(gap) > NEAR * (this.size + sum)) return gap > 0
    const held = new DecimalTotal()
    for (const i of rows) held.add(this.market.capacity.exact(i))
    return compare(held.value, this.left()) > 0
  }

  closeWhole(rows: Rows): void {
    const { capacity } = this.market
    for (let t = 0; t < rows.length; t++) {
      const i = rows[t]
      this.given[i] = capacity.exact(i)
      this.pending.push(i)
    }
    const sum = this.sumOf(rows)
    this.rest -= sum
    this.size += sum
  }

  /** What is left, exactly. */
  left(): Decimal {
    for (const i of this.pending) this.closed.add(this.given[i])
    this.pending = []
    return subtract(this.market.demanded.quantity, this.closed.value)
  }

  private sumOf(rows: Rows): number {
    const { values } = this.market.capacity
    let sum = 0
    for (let t = 0; t < rows.length; t++) sum += values[rows[t]]
    return sum
  }
}

/** Shares a rest that is smaller than what the rows hold, in proportion to what they hold. */
function shareAmong({ capacity }: MarketBook, rows: Int32Array, rest: Decimal, given: Decimal[]): void {
  if (rows.length === 1) {
    given[rows[0]] = rest
    return
  }
  const held = rows.reduce((sum, i) => sum + capacity.values[i], 0)
  const share = toNumber(rest) / held
  const amounts = Float64Array.from(rows, (i) => share * capacity.values[i])
  const limits = doublesOf(rows.length, (t) => capacity.values[rows[t]])
  const apportioned = apportionWithin(amounts, limits, { exact: (t) => capacity.exact(rows[t]) }, rest)
  rows.forEach((i, t) => {
    given[i] = apportioned[t]
  })
}

/** Members before, beside and behind one of them, each in the order in which they came. */
function part(members: Int32Array, ranking: Ranking) {
  const standing = ranking.against(middle(members, ranking))
  const { length } = members
  const orders = new Int8Array(length)
  let before = 0
  let equal = 0
  for (let t = 0; t < length; t++) {
    const order = standing(members[t])
    orders[t] = order < 0 ? -1 : order > 0 ? 1 : 0
    if (order < 0) before++
    else if (!(order > 0)) equal++
  }
  const sorted = new Int32Array(length)
  const next = [0, before, before + equal]
  for (let t = 0; t < length; t++) sorted[next[orders[t] + 1]++] = members[t]
  return {
    before: sorted.subarray(0, before),
    equal: sorted.subarray(before, before + equal),
    after: sorted.subarray(before + equal),
  }
}

/** The middle one of three: books often come sorted. */
function middle(members: Int32Array, ranking: Ranking): number {
  const a = members[0]
  const b = members[members.length >> 1]
  const c = members[members.length - 1]
  const ofA = ranking.against(a)
  const ofB = ranking.against(b)
  if (ofA(b) < 0 === ofA(c) > 0) return a
  return ofB(a) < 0 === ofB(c) > 0 ? b : c
}
