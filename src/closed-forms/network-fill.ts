import { evenFlow } from './even-flow.js'
import type { NetworkFill, NetworkFillInput } from './network.js'
import { checkNetwork } from './network-check.js'
import { type LevelledPart, levelPart, type Part, Sums } from './network-part.js'
import { splitPart, withoutForced } from './network-split.js'
import { RunningPair } from './running-pair.js'

/** What a market may have sent too much or too little, relative to its supply. */
const ROUNDING = 2 ** -44

/** Throws `SpillwayError` on arrays that do not fit together, on negative or infinite entries and on supplies beyond capacity. */
export function networkFill(input: NetworkFillInput): NetworkFill {
  const whole = checkNetwork(input)
  const flow = new Float64Array(whole.pairs.length)
  const level = new Float64Array(whole.columns.length).fill(Number.NaN)
  const marketLevel = new Float64Array(whole.markets.length).fill(Number.NaN)
  let parts = 0
  let rounds = 0
  let isExact = true
  const todo = [withoutForced(whole, flow)]
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    const levelled = levelPart(part)
    parts++
    rounds += levelled.rounds
    if (levelled.isLow !== undefined) {
      todo.push(...splitPart(part, levelled, levelled.isLow, flow))
      continue
    }
    const reached = Math.min(Math.max(levelled.common.level.high, part.low), part.high)
    part.markets.forEach((k, t) => {
      marketLevel[k] = reached
      isExact &&= Math.abs(levelled.missed[t]) <= ROUNDING * whole.supply[k].high
    })
    writeFlow(part, levelled, flow, level)
  }
  fillLevels(whole, flow, level)
  levelForced(whole, level, marketLevel)
  evenFlow(whole, flow, level, marketLevel)
  const pairs = input.column.length
  const sent = sentBy(whole, flow.subarray(0, pairs))
  return {
    flow: flow.slice(0, pairs),
    level: level.slice(0, input.weight.length),
    marketLevel,
    sent,
    parts,
    rounds,
    isExact,
  }
}

/** What a part at its level sends by each pair, and the level of columns that take some. */
function writeFlow({ pairs, columns, size }: Part, found: LevelledPart, flow: Float64Array, level: Float64Array): void {
  for (let t = 0; t < pairs.length; t++) flow[pairs[t]] = found.flow[t]
  const { taken, level: common } = found.common
  for (let i = 0; i < taken.length; i++) if (taken[i] > 0 && taken[i] < size[i]) level[columns[i]] = common.high
}

/** Columns that end away from the level of any part: what their pairs leave of their start. */
function fillLevels({ starts, startHigh, weight }: Part, flow: Float64Array, level: Float64Array): void {
  const left = new RunningPair()
  for (let i = 0; i < weight.length; i++) {
    if (!Number.isNaN(level[i])) continue
    left.start(startHigh[i], 0)
    for (let p = starts[i]; p < starts[i + 1]; p++) left.add(-flow[p])
    level[i] = left.high / weight[i]
  }
}

/** A market that sends nothing stands with its highest column, one that sends all it can with its lowest. */
function levelForced({ starts, market, supply }: Part, level: Float64Array, marketLevel: Float64Array): void {
  const isForced = Uint8Array.from(marketLevel, (value) => Number(Number.isNaN(value)))
  for (let i = 0; i < level.length; i++) {
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const k = market[p]
      if (isForced[k] === 0) continue
      const before = Number.isNaN(marketLevel[k]) ? level[i] : marketLevel[k]
      marketLevel[k] = supply[k].high > 0 ? Math.min(before, level[i]) : Math.max(before, level[i])
    }
  }
  for (let k = 0; k < marketLevel.length; k++) if (Number.isNaN(marketLevel[k])) marketLevel[k] = 0
}

function sentBy({ markets, market }: Part, flow: Float64Array): Float64Array {
  const sums = new Sums(Array.from(markets, () => ({ high: 0, low: 0 })))
  for (let p = 0; p < flow.length; p++) sums.subtract(market[p], -flow[p])
  return Float64Array.from(sums.values(), ({ high }) => high)
}
