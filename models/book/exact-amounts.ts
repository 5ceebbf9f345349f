import {
  absolute,
  add,
  compare,
  type Decimal,
  DecimalTotal,
  doublesOf,
  gathered,
  largerOf,
  multiply,
  signOf,
  smallerOf,
  subtract,
  toNumber,
  wholeQuotient,
  zero,
} from '../../src/numeric/index.js'
import type { DecimalColumn } from './decimal-column.js'
import type { AdlEvent } from './event.js'
import type { DecisionSpace } from './space.js'

/** Decimals of a space that were asked for: every verdict asks again, and reading them is most of its work on a wide book. */
function remembered(
  count: (space: DecisionSpace) => number,
  find: (space: DecisionSpace, index: number) => Decimal,
): (space: DecisionSpace, index: number) => Decimal {
  const known = new WeakMap<DecisionSpace, (Decimal | undefined)[]>()
  return (space, index) => {
    let found = known.get(space)
    if (found === undefined) {
      found = new Array<Decimal | undefined>(count(space))
      known.set(space, found)
    }
    const value = found[index] ?? find(space, index)
    found[index] = value
    return value
  }
}

const byPair = (space: DecisionSpace): number => space.capacity.length
const byOwner = (space: DecisionSpace): number => space.owners.length

/** |n_ik| as written. */
export const exactHolding = remembered(byPair, (space, pair) =>
  absolute(space.event.positions.quantity.exact(space.pairPosition[pair])),
)

/** The holding, or the cap below it. */
function closable(space: DecisionSpace, pair: number): Decimal {
  const held = exactHolding(space, pair)
  const cap = space.caps?.[pair]
  return cap === undefined ? held : smallerOf(held, cap)
}

const exactLots = remembered(byPair, (space, pair) => {
  const held = closable(space, pair)
  const lot = space.lots?.[space.pairMarket[pair]]
  return lot === undefined ? held : multiply(wholeLots(held, lot), lot)
})

/** c_ik: what may be closed of a holding, all of it, what solvency allows, or whole lots of that. */
export function exactCapacity(space: DecisionSpace, pair: number): Decimal {
  return space.lots === undefined ? closable(space, pair) : exactLots(space, pair)
}

/** ⌊quantity / lot⌋, as a decimal. */
export const wholeLots = (quantity: Decimal, lot: Decimal): Decimal => ({
  digits: wholeQuotient(quantity, lot),
  scale: 0,
})

const forced = new WeakMap<DecisionSpace, readonly boolean[]>()

/** By demanded market, whether Q_k = Σ_i c_ik: everything is closed, whatever it costs, and the market has no price. */
export function forcedMarkets(space: DecisionSpace): readonly boolean[] {
  let known = forced.get(space)
  if (known === undefined) {
    const held = space.markets.map(() => new DecimalTotal())
    for (let pair = 0; pair < space.capacity.length; pair++)
      held[space.pairMarket[pair]].add(exactCapacity(space, pair))
    known = space.markets.map(({ quantity }, k) => compare(held[k].value, quantity) === 0)
    forced.set(space, known)
  }
  return known
}

/** The one allocation there is, where every demanded market is closed whole; undefined where there are others. */
export function wholeReductions(space: DecisionSpace): Decimal[] | undefined {
  if (!forcedMarkets(space).every((isForced) => isForced)) return undefined
  return Array.from(space.capacity, (_, pair) => exactCapacity(space, pair))
}

/** e_i as written. */
export const exactEquity = remembered(byOwner, (space, owner) => space.event.accounts.equity.exact(space.owners[owner]))

/** a_k − p_k by market of the event, of demanded markets that close away from their mark; empty where none does. */
const changes = new WeakMap<DecisionSpace, ReadonlyMap<number, Decimal>>()

function changesOf(space: DecisionSpace): ReadonlyMap<number, Decimal> {
  let known = changes.get(space)
  if (known === undefined) {
    const off = space.markets.filter((market) => signOf(market.concession) !== 0)
    known = new Map(off.map(({ index, market }) => [index, subtract(market.adlPrice, market.markPrice)]))
    changes.set(space, known)
  }
  return known
}

/** Whether any demanded market closes away from its mark. */
export function isOffTheMark(space: DecisionSpace): boolean {
  return changesOf(space).size > 0
}

/** Equities re-marked at ADL prices, by account, of events whose maker has a shorter way to them. */
const givenRemarks = new WeakMap<AdlEvent, () => DecimalColumn>()

/** Whoever makes an event may know its equities at the ADL prices without adding them up; asked for once at most. */
export function giveRemarkedEquities(event: AdlEvent, make: () => DecimalColumn): void {
  let made: DecimalColumn | undefined
  givenRemarks.set(event, () => {
    made ??= make()
    return made
  })
}

const exactRemark = remembered(byOwner, (space, owner) => {
  const known = givenRemarks.get(space.event)
  if (known !== undefined) return known().exact(space.owners[owner])
  const byMarket = changesOf(space)
  const { positions } = space.event
  const account = space.owners[owner]
  let sum = exactEquity(space, owner)
  for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
    const change = byMarket.get(positions.market[p])
    if (change !== undefined) sum = add(sum, multiply(positions.quantity.exact(p), change))
  }
  return sum
})

/** g_i = e_i + Σ_k n_ik (a_k − p_k) over the demanded markets: equity re-marked at ADL prices. */
export function exactRemarkedEquity(space: DecisionSpace, owner: number): Decimal {
  return isOffTheMark(space) ? exactRemark(space, owner) : exactEquity(space, owner)
}

/** The doubles nearest to g_i, by owner; zero only where g_i is nothing, or too small for a double. */
export function remarkedEquities(space: DecisionSpace): Float64Array {
  const { owners, event } = space
  const column = isOffTheMark(space) ? givenRemarks.get(event)?.() : event.accounts.equity
  return column === undefined
    ? doublesOf(owners.length, (owner) => toNumber(exactRemark(space, owner)))
    : gathered(column.values, owners)
}

/** a_i = Σ_k |n_ik| p_k over all markets: gross notional before the ADL. */
export const exactGross = remembered(byOwner, (space, owner) => {
  const { positions, markets } = space.event
  const account = space.owners[owner]
  let sum = zero
  for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
    sum = add(sum, multiply(absolute(positions.quantity.exact(p)), markets[positions.market[p]].markPrice))
  }
  return sum
})

/** By owner, in doubles: a_i, and the part of it that no reduction touches. Sums of positive terms, so nearly exact. */
export function notionals({ event, owners, pairPosition, starts, capacity, lots, caps }: DecisionSpace): {
  gross: Float64Array
  fixed: Float64Array
} {
  const { positions, markets } = event
  const prices = Float64Array.from(markets, (market) => toNumber(market.markPrice))
  const gross = new Float64Array(owners.length)
  const fixed = new Float64Array(owners.length)
  for (let owner = 0; owner < owners.length; owner++) {
    let pair = starts[owner]
    for (let p = positions.starts[owners[owner]]; p < positions.starts[owners[owner] + 1]; p++) {
      const notional = Math.abs(positions.quantity.values[p]) * prices[positions.market[p]]
      gross[owner] += notional
      if (pairPosition[pair] === p && pair < starts[owner + 1]) {
        // What is left of a holding beyond its whole lots, or its cap, stays.
        if (lots !== undefined || caps !== undefined)
          fixed[owner] += notional - capacity[pair] * prices[positions.market[p]]
        pair++
      } else fixed[owner] += notional
    }
  }
  return { gross, fixed }
}

/** (x − |n_ik|)⁺, what a reduction closes beyond zero: a position on the other side. */
export function flipped(space: DecisionSpace, pair: number, closed: Decimal): Decimal {
  const held = exactHolding(space, pair)
  return closed === held ? zero : excess(closed, held)
}

/** max(0, a − b). */
export function excess(a: Decimal, b: Decimal): Decimal {
  return largerOf(zero, subtract(a, b))
}
