import { absolute, add, compare, type Decimal, signOf, toText, zero } from '../../src/numeric/index.js'
import type { AdlFill } from './fills.js'
import type { Ledger } from './ledger.js'

/** What one account lost in one market, in one event. */
export interface Closing {
  /** The fill before which the position was untouched. */
  readonly first: AdlFill
  /** Contracts held before all of these fills, signed. */
  readonly held: Decimal
  /** Contracts closed by all of them. */
  readonly closed: Decimal
}

/** The fills of one market that can stand in one event: one price, one side. */
export interface MarketFills {
  readonly first: AdlFill
  /** By account, in the order of the source. */
  readonly closings: ReadonlyMap<string, Closing>
  readonly total: Decimal
}

/** One event: at most one price and one side of each market. */
export interface WavePart {
  readonly fills: readonly AdlFill[]
  readonly markets: ReadonlyMap<string, MarketFills>
}

/** The fills between two pauses. */
export interface FillWave {
  readonly fills: readonly AdlFill[]
  /** The events it is, in the order of execution; more than one where a market has several prices or both sides. */
  readonly parts: readonly WavePart[]
}

/** Cuts fills into waves: a new one begins where more than `gapMs` pass without a fill. Without it all are one wave. */
export function wavesOf(fills: readonly AdlFill[], gapMs: number | undefined, ledger: Ledger): readonly FillWave[] {
  if (gapMs === undefined) return [waveOf(fills, ledger)]
  const waves: AdlFill[][] = []
  let last = -Infinity
  for (const fill of fills.toSorted((a, b) => a.time - b.time)) {
    if (fill.time - last > gapMs) waves.push([])
    waves.at(-1)?.push(fill)
    last = fill.time
  }
  return waves.map((wave) => waveOf(wave, ledger))
}

function waveOf(fills: readonly AdlFill[], ledger: Ledger): FillWave {
  const groups = new Map<string, Map<string, AdlFill[]>>()
  for (const fill of fills) {
    const key = `${signOf(fill.position)} ${toText(fill.price)}`
    const ofCoin = entry(groups, fill.coin, () => new Map<string, AdlFill[]>())
    entry(ofCoin, key, () => []).push(fill)
  }
  const ordered = new Map([...groups].map(([coin, ofCoin]) => [coin, inOrderOfExecution([...ofCoin.values()])]))
  const count = Math.max(...[...ordered.values()].map(({ length }) => length))
  if (count > 1) ledger.repair('several-events', fills[0].at)
  const parts = Array.from({ length: count }, (_, part): WavePart => {
    const markets = new Map<string, MarketFills>()
    for (const [coin, ofCoin] of ordered) {
      const group = ofCoin[part]
      if (group !== undefined) markets.set(coin, marketFills(group, ledger))
    }
    const ofPart = new Set([...ordered.values()].flatMap((ofCoin) => ofCoin[part] ?? []))
    return { fills: count === 1 ? fills : fills.filter((fill) => ofPart.has(fill)), markets }
  })
  return { fills, parts }
}

/**
 * The fills of one coin by price and side, in the order in which they were executed: by their times, those of one
 * millisecond by what their accounts held before them, since a position only shrinks. Where neither tells, the order of
 * the rows stands.
 */
function inOrderOfExecution(groups: readonly (readonly AdlFill[])[]): readonly (readonly AdlFill[])[] {
  if (groups.length < 2) return groups
  const facts = groups.map((fills) => {
    const start = fills.reduce((least, { time }) => Math.min(least, time), Infinity)
    const held = new Map<string, Decimal>()
    for (const { user, position } of fills) {
      const size = absolute(position)
      const before = held.get(user)
      if (before === undefined || compare(size, before) > 0) held.set(user, size)
    }
    return { fills, start, held, side: signOf(fills[0].position) }
  })
  const isBefore = (a: (typeof facts)[number], b: (typeof facts)[number]): boolean => {
    if (a.start !== b.start) return a.start < b.start
    if (a.side !== b.side) return false
    let votes = 0
    for (const [user, size] of a.held) votes += compare(size, b.held.get(user) ?? size)
    return votes > 0
  }
  const left = [...facts]
  return facts.map(() => {
    const next = left.findIndex((one) => !left.some((other) => isBefore(other, one)))
    return left.splice(Math.max(0, next), 1)[0].fills
  })
}

function marketFills(fills: readonly AdlFill[], ledger: Ledger): MarketFills {
  const byUser = new Map<string, AdlFill[]>()
  for (const fill of fills) entry(byUser, fill.user, () => []).push(fill)
  const closings = new Map([...byUser].map(([user, own]) => [user, closingOf(own, ledger)]))
  let total = zero
  for (const { closed } of closings.values()) total = add(total, closed)
  return { first: fills[0], closings, total }
}

/**
 * Fills of one position come in any order and are put in order by their time, those of one millisecond by what was left
 * before them. The position is what stood before the first. Where more was closed than that, and a later fill found
 * more than its predecessors left, the position grew in between: held is then what makes all fills possible.
 */
function closingOf(fills: readonly AdlFill[], ledger: Ledger): Closing {
  const chain =
    fills.length === 1
      ? fills
      : fills.toSorted((a, b) => a.time - b.time || compare(absolute(b.position), absolute(a.position)))
  const first = chain[0]
  let held = absolute(first.position)
  let closed = zero
  for (const { size } of chain) closed = add(closed, size)
  if (compare(closed, held) > 0) {
    let before = zero
    for (const fill of chain) {
      const needed = add(absolute(fill.position), before)
      if (compare(needed, held) > 0) {
        held = needed
        ledger.repair('position-moved', fill.at)
      }
      before = add(before, fill.size)
    }
  }
  return { first, held: signOf(first.position) < 0 ? { ...held, digits: -held.digits } : held, closed }
}

export function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
