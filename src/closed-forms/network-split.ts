import type { Pair } from './common-level.js'
import { type LevelledPart, type Part, Sums } from './network-part.js'
import { RunningPair } from './running-pair.js'

/**
 * Cuts a part in two by the side of its markets. A column with room in a low market ends at or below the level of the cut and takes
 * nothing from a high one; every other column gets all that the low markets can send it. So each belongs to one side, and the sides
 * share nothing. Writes what low markets send to columns of the high side into `flow`.
 */
export function splitPart(
  part: Part,
  { flow: partFlow, common }: LevelledPart,
  isLow: Uint8Array,
  flow: Float64Array,
): [high: Part, low: Part] {
  const { starts, market, capacity } = part
  const sides = [new Side(part), new Side(part)] as const
  const left = new Sums(part.supply)
  const local = new Int32Array(isLow.length)
  isLow.forEach((side, k) => {
    local[k] = sides[side as 0 | 1].markets.push(part.markets[k]) - 1
  })
  const start = new RunningPair()
  for (let i = 0; i + 1 < starts.length; i++) {
    let side: 0 | 1 = 0
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      if (isLow[market[p]] === 1 && partFlow[p] < capacity[p]) side = 1
    }
    start.start(part.startHigh[i], part.startLow[i])
    const target = sides[side]
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const k = market[p]
      if (isLow[k] === side) target.pair(part.pairs[p], local[k], capacity[p])
      else if (side === 0) {
        flow[part.pairs[p]] = capacity[p]
        left.subtract(k, capacity[p])
        start.add(-capacity[p])
      }
    }
    target.close(i, start.high, start.low)
  }
  const supply = left.values()
  const level = common.level.high
  return [
    sides[0].part(
      supply.filter((_, k) => isLow[k] === 0),
      Math.max(level, part.low),
      part.high,
    ),
    sides[1].part(
      supply.filter((_, k) => isLow[k] === 1),
      part.low,
      Math.min(level, part.high),
    ),
  ]
}

/**
 * The part without markets that send nothing or all they can: there is no choice in them, and their pairs are exactly 0
 * or u_ik. Writes these into `flow`.
 */
export function withoutForced(part: Part, flow: Float64Array): Part {
  const { starts, market, capacity, supply } = part
  const left = new Sums(supply)
  for (let p = 0; p < capacity.length; p++) left.subtract(market[p], capacity[p])
  const isAll = left.values().map(({ high }) => high >= 0)
  const isNone = supply.map(({ high }) => high <= 0)
  if (!isAll.includes(true) && !isNone.includes(true)) return part
  const open = new Side(part)
  const isOpen = supply.map((_, k) => !isAll[k] && !isNone[k])
  const local = supply.map((_, k) => (isOpen[k] ? open.markets.push(part.markets[k]) - 1 : -1))
  const start = new RunningPair()
  for (let i = 0; i + 1 < starts.length; i++) {
    start.start(part.startHigh[i], part.startLow[i])
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const k = market[p]
      if (isOpen[k]) open.pair(part.pairs[p], local[k], capacity[p])
      else if (isAll[k]) {
        flow[part.pairs[p]] = capacity[p]
        start.add(-capacity[p])
      }
    }
    open.close(i, start.high, start.low)
  }
  return open.part(
    supply.filter((_, k) => isOpen[k]),
    part.low,
    part.high,
  )
}

/** A side with more than this share of the pairs has most of them. */
const LOPSIDED = 0.75

/** A part in the making: arrays as long as those of the whole, filled from their beginning. */
class Side {
  readonly markets: number[] = []
  readonly #columns: Int32Array
  readonly #pairs: Int32Array
  readonly #starts: Int32Array
  readonly #market: Int32Array
  readonly #capacity: Float64Array
  readonly #high: Float64Array
  readonly #low: Float64Array
  readonly #weight: Float64Array
  readonly #size: Float64Array
  #columnCount = 0
  #pairCount = 0

  constructor(readonly whole: Part) {
    const columns = whole.columns.length
    const pairs = whole.pairs.length
    this.#columns = new Int32Array(columns)
    this.#pairs = new Int32Array(pairs)
    this.#starts = new Int32Array(columns + 1)
    this.#market = new Int32Array(pairs)
    this.#capacity = new Float64Array(pairs)
    this.#high = new Float64Array(columns)
    this.#low = new Float64Array(columns)
    this.#weight = new Float64Array(columns)
    this.#size = new Float64Array(columns)
  }

  pair(pair: number, market: number, capacity: number): void {
    if (capacity <= 0) return
    this.#pairs[this.#pairCount] = pair
    this.#market[this.#pairCount] = market
    this.#capacity[this.#pairCount++] = capacity
    this.#size[this.#columnCount] += capacity
  }

  /** Ends column i of the whole; one without pairs is left out. */
  close(i: number, startHigh: number, startLow: number): void {
    const t = this.#columnCount
    if (this.#pairCount === this.#starts[t]) return
    this.#starts[t + 1] = this.#pairCount
    this.#columns[t] = this.whole.columns[i]
    this.#high[t] = startHigh
    this.#low[t] = startLow
    this.#weight[t] = this.whole.weight[i]
    this.#columnCount++
  }

  part(supply: readonly Pair[], low: number, high: number): Part {
    const columns = this.#columnCount
    const pairs = this.#pairCount
    return {
      columns: fitted(this.#columns, columns),
      markets: new Int32Array(this.markets),
      pairs: fitted(this.#pairs, pairs),
      starts: fitted(this.#starts, columns + 1),
      market: fitted(this.#market, pairs),
      capacity: fitted(this.#capacity, pairs),
      startHigh: fitted(this.#high, columns),
      startLow: fitted(this.#low, columns),
      weight: fitted(this.#weight, columns),
      size: fitted(this.#size, columns),
      supply,
      low,
      high,
      isLopsided: pairs > LOPSIDED * this.whole.pairs.length,
    }
  }
}

/**
 * The first entries of an array. Parts wait for their turn by the hundred, so one that has little of the whole does not
 * hold the room of it.
 */
function fitted<List extends Int32Array | Float64Array>(list: List, count: number): List {
  return (2 * count >= list.length ? list.subarray(0, count) : list.slice(0, count)) as List
}
