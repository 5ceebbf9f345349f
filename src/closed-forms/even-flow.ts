import { doublesOf } from '../numeric/doubles.js'
import { leastSquaresFlow } from './least-squares-flow.js'
import type { Part } from './network-part.js'
import { byMarket, push, type Trade } from './trade.js'

/**
 * Of all flows that leave every column and every market what they have, the one with the least Σ f_ik²/u_ik. Only pairs
 * whose column stands at the level of their market are free, and only columns with two such pairs; the flow of every
 * other pair follows from the levels. Changes `flow` in place, by as much as rounding does to the sums.
 */
export function evenFlow(network: Part, flow: Float64Array, level: Float64Array, marketLevel: Float64Array): void {
  const { starts, market } = network
  const { groupOf, ends } = groupsOf(marketLevel)
  const indices: number[][] = ends.map(() => [])
  const columnStarts: number[][] = ends.map(() => [0])
  const isFree = freePairs(network, flow)
  for (let i = 0; i + 1 < starts.length; i++) {
    const group = find(ends, level[i])
    if (group < 0) continue
    const list = indices[group]
    const before = list.length
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      if (groupOf[market[p]] === group && isFree[p] === 1) list.push(p)
    }
    if (list.length - before >= 2) columnStarts[group].push(list.length)
    else list.length = before
  }
  indices.forEach((list, group) => {
    if (list.length > 0) evenGroup(network, flow, list, Int32Array.from(columnStarts[group]))
  })
}

/** Pairs of markets that have neither nothing nor all at the level to send: in others there is nothing to even out. */
function freePairs({ market, capacity, supply }: Part, flow: Float64Array): Uint8Array {
  const hasSome = new Uint8Array(supply.length)
  const hasRoom = new Uint8Array(supply.length)
  for (let p = 0; p < flow.length; p++) {
    if (flow[p] > 0) hasSome[market[p]] = 1
    if (flow[p] < capacity[p]) hasRoom[market[p]] = 1
  }
  const isFree = new Uint8Array(capacity.length)
  for (let p = 0; p < isFree.length; p++) {
    if (capacity[p] > 0 && hasSome[market[p]] + hasRoom[market[p]] === 2) isFree[p] = 1
  }
  return isFree
}

/** Levels closer than this, relative to their size, are one but for rounding. */
const SAME = 1e-13

interface Span {
  low: number
  high: number
}

/** Market levels that are the same but for rounding, ascending, and each market's index among them. */
function groupsOf(marketLevel: Float64Array): { groupOf: Int32Array; ends: Span[] } {
  const order = Array.from(marketLevel.keys()).sort((k, l) => marketLevel[k] - marketLevel[l])
  const groupOf = new Int32Array(marketLevel.length)
  const ends: Span[] = []
  for (const k of order) {
    const level = marketLevel[k]
    const last = ends.at(-1)
    if (last !== undefined && level - last.high <= SAME * Math.abs(level)) last.high = level
    else ends.push({ low: level, high: level })
    groupOf[k] = ends.length - 1
  }
  return { groupOf, ends }
}

/** The group that a column's level falls in, −1 where it falls between two. */
function find(ends: readonly Span[], level: number): number {
  const slack = SAME * Math.abs(level)
  let from = 0
  let to = ends.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (ends[middle].high < level - slack) from = middle + 1
    else to = middle
  }
  return from < ends.length && ends[from].low <= level + slack ? from : -1
}

/** Rounding that a repair leaves, relative to what a market sends within the group. */
const ROUNDING = 4 * Number.EPSILON

function evenGroup(network: Part, flow: Float64Array, list: readonly number[], starts: Int32Array): void {
  const indices = Int32Array.from(list)
  const ids = new Map<number, number>()
  const market = indices.map((p) => {
    const k = network.market[p]
    if (!ids.has(k)) ids.set(k, ids.size)
    return ids.get(k)!
  })
  const before: Trade = {
    markets: ids.size,
    starts,
    market,
    capacity: doublesOf(indices.length, (t) => network.capacity[indices[t]]),
    flow: doublesOf(indices.length, (t) => flow[indices[t]]),
  }
  const after: Trade = { ...before, flow: leastSquaresFlow(before) }
  const index = byMarket(after)
  const sent = sentBy(before)
  const rounding = sent.map((value) => ROUNDING * value)
  let missed = sentBy(after).map((value, k) => sent[k] - value)
  while (push(after, index, missed, rounding, rounding)) missed = sentBy(after).map((value, k) => sent[k] - value)
  if (missed.some((value, k) => Math.abs(value) > 16 * rounding[k])) return
  indices.forEach((p, t) => {
    flow[p] = after.flow[t]
  })
}

function sentBy({ markets, market, flow }: Trade): Float64Array {
  const sums = new Float64Array(markets)
  const errors = new Float64Array(markets)
  for (let p = 0; p < flow.length; p++) {
    const k = market[p]
    const sum = sums[k] + flow[p]
    const shadow = sum - sums[k]
    errors[k] += sums[k] - (sum - shadow) + (flow[p] - shadow)
    sums[k] = sum
  }
  return sums.map((sum, k) => sum + errors[k])
}
