import { type WaterFillInput, waterFill } from '../../src/closed-forms/index.js'
import { type Benchmark, insist, median, type Row, timed } from '../benchmark.js'

/**
 * A water-fill against one plain summing pass over the same two arrays: what any method must at least read.
 * Every answer is checked before it is timed; the two are timed in turn, in one warmed-up process, and medians compared.
 */
export const waterFillColumns: Benchmark = {
  name: 'water-fill',
  claim:
    '1,000,000 columns, output allocated, in at most 10 times one summing pass over the two arrays (medians; `quiet` compares the fastest runs)',
  run: () => benchmarkWaterFill(),
}

const COLUMNS = 1_000_000
const REPEATS = 25
const SEED = 7
const SHARES = [0.001, 0.3, 0.9] as const

type Draw = () => number
interface Columns {
  readonly amount: Float64Array
  readonly weight: Float64Array
}

/** Mulberry32: small, seeded, good enough to draw columns from. */
function generator(seed: number): Draw {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const normal = (draw: Draw): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
const logUniform = (draw: Draw): number => 10 ** (18 * draw() - 6)

/** One column of each family: [amount, weight]. */
const families: Record<string, (draw: Draw) => [number, number]> = {
  'lognormal 1': (draw) => lognormal(draw, 1),
  'lognormal 2': (draw) => lognormal(draw, 2),
  uniform: (draw) => [draw(), draw() + 2 ** -30],
  ties: (draw) => {
    const weight = 1 + Math.floor(8 * draw())
    return [weight * (1 + Math.floor(5 * draw())), weight]
  },
  wild: (draw) => [logUniform(draw), logUniform(draw)],
}

function lognormal(draw: Draw, sigma: number): [number, number] {
  const weight = Math.exp(8 + sigma * normal(draw))
  return [weight * Math.exp(normal(draw)), weight]
}

function columnsOf(family: string, count: number, seed: number): Columns {
  const draw = generator(seed)
  const columns = { amount: new Float64Array(count), weight: new Float64Array(count) }
  for (let i = 0; i < count; i++) {
    const [amount, weight] = families[family](draw)
    columns.amount[i] = amount
    columns.weight[i] = weight
  }
  return columns
}

/** The yardstick. */
function sumBoth(amount: Float64Array, weight: Float64Array): number {
  let a = 0
  let b = 0
  for (let i = 0; i < amount.length; i++) {
    a += amount[i]
    b += weight[i]
  }
  return a + b
}

/** Every column at min(its own level, λ), and Σ kept = Σ u − s: these two have one solution. */
function validate(name: string, input: WaterFillInput): void {
  const { level, kept } = waterFill(input)
  let left = -input.removed
  let error = 0
  let total = 0
  for (let i = 0; i < kept.length; i++) {
    insist(kept[i] === Math.min(input.amount[i], level * input.weight[i]), `${name}: column ${i} is off`)
    const term = input.amount[i] - kept[i]
    const sum = left + term
    error += Math.abs(left) >= Math.abs(term) ? left - sum + term : term - sum + left
    left = sum
    total += input.amount[i]
  }
  // Each term is rounded once and so is each kept amount: their sum can be off by a few units in the last place of Σ u.
  insist(Math.abs(left + error) <= 4 * Number.EPSILON * total, `${name}: ${left + error} of ${total} missed`)
}

function benchmarkWaterFill(): Row[] {
  const names = Object.keys(families)
  // Many small fills first, so that the loops are compiled by the time they are measured.
  for (let k = 0; k < 3000; k++) {
    const { amount, weight } = columnsOf(names[k % names.length], 2000, SEED + k)
    waterFill({ amount, weight, removed: SHARES[k % SHARES.length] * amount.reduce((a, b) => a + b) })
    sumBoth(amount, weight)
  }
  const rows: Row[] = []
  for (const family of names) {
    const { amount, weight } = columnsOf(family, COLUMNS, SEED)
    const total = amount.reduce((a, b) => a + b)
    for (const share of SHARES) {
      const input = { amount, weight, removed: share * total }
      const name = `${family}, ${share} removed`
      validate(name, input)
      const sums: number[] = []
      const fills: number[] = []
      for (let k = 0; k < REPEATS; k++) {
        sums.push(timed(() => sumBoth(amount, weight)))
        fills.push(timed(() => waterFill(input)))
      }
      const sumMs = median(sums)
      const fillMs = median(fills)
      rows.push({
        case: name,
        'sum ms': sumMs.toFixed(2),
        'fill ms': fillMs.toFixed(2),
        ratio: (fillMs / sumMs).toFixed(1),
        quiet: (Math.min(...fills) / Math.min(...sums)).toFixed(1),
      })
    }
  }
  return rows
}
