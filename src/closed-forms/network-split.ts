import { type Pair, plus } from './common-level.js'
import { type LevelledPart, type Part, Sums } from './network-part.js'

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
  for (let i = 0; i + 1 < starts.length; i++) {
    let side: 0 | 1 = 0
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      if (isLow[market[p]] === 1 && partFlow[p] < capacity[p]) side = 1
    }
    let start: Pair = { high: part.startHigh[i], low: part.startLow[i] }
    const target = sides[side]
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const k = market[p]
      if (isLow[k] === side) target.pair(part.pairs[p], local[k], capacity[p])
      else if (side === 0) {
        flow[part.pairs[p]] = capacity[p]
        left.subtract(k, capacity[p])
        start = plus(start, -capacity[p])
      }
    }
    target.close(i, start)
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
 * The part without markets that send nothing or all they can: there is no choice in them, and their pairs are exactly 0 or u_ik. Writes
 * these into `flow`.
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
  for (let i = 0; i + 1 < starts.length; i++) {
    let start: Pair = { high: part.startHigh[i], low: part.startLow[i] }
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const k = market[p]
      if (isOpen[k]) open.pair(part.pairs[p], local[k], capacity[p])
      else if (isAll[k]) {
        flow[part.pairs[p]] = capacity[p]
        start = plus(start, -capacity[p])
      }
    }
    open.close(i, start)
  }
  return open.part(
    supply.filter((_, k) => isOpen[k]),
    part.low,
    part.high,
  )
}

/** A side with more than this share of the pairs has most of them. */
const LOPSIDED = 0.75

/** A part in the making. */
class Side {
  readonly markets: number[] = []
  readonly #columns: number[] = []
  readonly #pairs: number[] = []
  readonly #starts: number[] = [0]
  readonly #market: number[] = []
  readonly #capacity: number[] = []
  readonly #high: number[] = []
  readonly #low: number[] = []
  readonly #weight: number[] = []
  readonly #size: number[] = []
  #sum = 0
  constructor(readonly whole: Part) {}
  pair(pair: number, market: number, capacity: number): void {
    if (capacity <= 0) return
    this.#pairs.push(pair)
    this.#market.push(market)
    this.#capacity.push(capacity)
    this.#sum += capacity
  }
  close(i: number, start: Pair): void {
    if (this.#pairs.length === this.#starts.at(-1)) return
    this.#starts.push(this.#pairs.length)
    this.#columns.push(this.whole.columns[i])
    this.#high.push(start.high)
    this.#low.push(start.low)
    this.#weight.push(this.whole.weight[i])
    this.#size.push(this.#sum)
    this.#sum = 0
  }
  part(supply: readonly Pair[], low: number, high: number): Part {
    return {
      columns: new Int32Array(this.#columns),
      markets: new Int32Array(this.markets),
      pairs: new Int32Array(this.#pairs),
      starts: new Int32Array(this.#starts),
      market: new Int32Array(this.#market),
      capacity: new Float64Array(this.#capacity),
      startHigh: new Float64Array(this.#high),
      startLow: new Float64Array(this.#low),
      weight: new Float64Array(this.#weight),
      size: new Float64Array(this.#size),
      supply,
      low,
      high,
      isLopsided: this.#pairs.length > LOPSIDED * this.whole.pairs.length,
    }
  }
}
