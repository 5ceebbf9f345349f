/**
 * Columns that hold fixed totals in several markets trade between them: where column i has room in market k and flow in l,
 * it can take more of k and less of l. Such trades carry what market k has yet to send (its excess) to a market that has sent
 * too much: a maximum flow on few nodes, the markets, through many columns.
 *
 * Preflow pushing in phases (Goldberg and Tarjan 1988; exact distances at every phase): distances to the nearest market
 * that has sent too much come from one search; then markets push in the order of falling distance, each to
 * markets one step nearer. What gets stuck has exhausted every shortest way, so that its distance rises with the next
 * phase; distances are below the number of markets. A flow that fills or empties a pair sets it to u or 0
 * exactly, so that the search never follows rounding.
 */
export interface Trade {
  readonly markets: number
  /** Pairs of column i: starts[i] … starts[i + 1] − 1. */
  readonly starts: Int32Array
  readonly market: Int32Array
  readonly capacity: Float64Array
  /** Changed in place. */
  readonly flow: Float64Array
}

/** Pairs by market, and the column of every pair. */
export interface ByMarket {
  readonly starts: Int32Array
  readonly pairs: Int32Array
  readonly column: Int32Array
}

export function byMarket({ markets, starts, market }: Omit<Trade, 'flow' | 'capacity'>): ByMarket {
  const ends = new Int32Array(markets + 1)
  for (let p = 0; p < market.length; p++) ends[market[p] + 1]++
  for (let k = 0; k < markets; k++) ends[k + 1] += ends[k]
  const next = ends.slice()
  const pairs = new Int32Array(market.length)
  const column = new Int32Array(market.length)
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      pairs[next[market[p]]++] = p
      column[p] = i
    }
  }
  return { starts: ends, pairs, column }
}

/** Trades between distant markets: −1 where there is no way to a target. */
export function distances(trade: Trade, index: ByMarket, isTarget: (market: number) => boolean): Int32Array {
  const { markets, starts, market, capacity, flow } = trade
  const distance = new Int32Array(markets).fill(-1)
  const queue: number[] = []
  for (let k = 0; k < markets; k++) {
    if (!isTarget(k)) continue
    distance[k] = 0
    queue.push(k)
  }
  const isSeen = new Uint8Array(starts.length)
  for (const l of queue) {
    for (let t = index.starts[l]; t < index.starts[l + 1]; t++) {
      const pair = index.pairs[t]
      const i = index.column[pair]
      if (flow[pair] <= 0 || isSeen[i] === 1) continue
      isSeen[i] = 1
      for (let p = starts[i]; p < starts[i + 1]; p++) {
        const k = market[p]
        if (distance[k] >= 0 || flow[p] >= capacity[p]) continue
        distance[k] = distance[l] + 1
        queue.push(k)
      }
    }
  }
  return distance
}

/** Markets that trades lead to from some source, sources included. */
export function reached(trade: Trade, index: ByMarket, isSource: (market: number) => boolean): Uint8Array {
  const { markets, starts, market, capacity, flow } = trade
  const isReached = new Uint8Array(markets)
  const queue: number[] = []
  for (let k = 0; k < markets; k++) {
    if (!isSource(k)) continue
    isReached[k] = 1
    queue.push(k)
  }
  const isSeen = new Uint8Array(starts.length)
  for (const k of queue) {
    for (let t = index.starts[k]; t < index.starts[k + 1]; t++) {
      const pair = index.pairs[t]
      const i = index.column[pair]
      if (flow[pair] >= capacity[pair] || isSeen[i] === 1) continue
      isSeen[i] = 1
      for (let p = starts[i]; p < starts[i + 1]; p++) {
        const l = market[p]
        if (isReached[l] === 1 || flow[p] <= 0) continue
        isReached[l] = 1
        queue.push(l)
      }
    }
  }
  return isReached
}

/**
 * One phase: from markets whose excess is above `active` to those whose excess is below −`wanting`. Changes flow and
 * excess; false where no way leads from one to the other.
 */
export function push(
  trade: Trade,
  index: ByMarket,
  excess: Float64Array,
  active: Float64Array,
  wanting: Float64Array,
): boolean {
  const distance = distances(trade, index, (k) => excess[k] < -wanting[k])
  const order = Array.from(distance.keys()).filter((k) => distance[k] > 0)
  if (!order.some((k) => excess[k] > active[k])) return false
  order.sort((k, l) => distance[l] - distance[k] || k - l)
  for (const k of order) if (excess[k] > active[k]) discharge(trade, index, excess, distance, k)
  return true
}

function discharge(
  { starts, market, capacity, flow }: Trade,
  index: ByMarket,
  excess: Float64Array,
  distance: Int32Array,
  k: number,
): void {
  const nearer = distance[k] - 1
  let left = excess[k]
  for (let t = index.starts[k]; t < index.starts[k + 1] && left > 0; t++) {
    const pair = index.pairs[t]
    if (flow[pair] >= capacity[pair]) continue
    const i = index.column[pair]
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const l = market[p]
      if (distance[l] !== nearer || flow[p] <= 0) continue
      const room = capacity[pair] - flow[pair]
      const wanted = nearer === 0 ? Math.min(left, -excess[l]) : left
      const moved = Math.min(wanted, room, flow[p])
      if (moved <= 0) continue
      flow[pair] = moved === room ? capacity[pair] : Math.min(flow[pair] + moved, capacity[pair])
      flow[p] = moved === flow[p] ? 0 : flow[p] - moved
      left = moved === left ? 0 : left - moved
      excess[l] += moved
      if (left === 0 || flow[pair] >= capacity[pair]) break
    }
  }
  excess[k] = left
}
