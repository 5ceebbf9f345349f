import {
  add,
  type Decimal,
  decimalOf,
  fairBound,
  type GivenSupply,
  multiply,
  type NetworkFill,
  networkFill,
  roundedQuotient,
  subtract,
  toNumber,
  zero,
} from '../../src/index.js'
import { type Benchmark, insist, median, type Row, timed } from '../benchmark.js'
import { factorNetwork } from '../network.js'

const SIZES: readonly (readonly [columns: number, markets: number])[] = [
  [1_000, 50],
  [10_000, 50],
  [100_000, 50],
  [400_000, 50],
  [1_000, 162],
  [10_000, 162],
  [100_000, 162],
  [437_723, 162],
]
const REPEATS = 3

/** The fair flow of a network and its exact certificate, from columns in memory. */
export const networkFillColumns: Benchmark = {
  name: 'network fill',
  claim:
    'columns that link markets, levels of both signs, to the fair flow and an exact bound: 100,000 × 50 in at most 3 s, 437,723 × 162 in at most 15 s and 1.5 GB (`sum ms`: one pass over the pairs; `exponent`: growth of fill + certify since the row above)',
  run: () => {
    const rows: Row[] = []
    let before: { columns: number; markets: number; ms: number } | undefined
    for (const [columns, markets] of SIZES) {
      const input = factorNetwork(columns, markets)
      const exact = exactly(input)
      let fill = networkFill(input)
      const gap = relativeGap(input, exact, fill)
      insist(fill.isExact && Math.abs(gap) <= 1e-12, `${columns} × ${markets} is off by ${gap}`)
      const repeats = Array.from({ length: REPEATS }, () => ({
        sum: timed(() => sum(input)),
        fill: timed(() => {
          fill = networkFill(input)
        }),
        certify: timed(() => boundOf(exact, fill)),
      }))
      const middle = (pick: (repeat: (typeof repeats)[number]) => number): number => median(repeats.map(pick))
      const ms = middle((r) => r.fill) + middle((r) => r.certify)
      const isSame = before?.markets === markets
      const exponent = isSame ? Math.log(ms / before!.ms) / Math.log(columns / before!.columns) : Number.NaN
      rows.push({
        columns,
        markets,
        pairs: input.column.length,
        'sum ms': middle((r) => r.sum).toFixed(2),
        'fill ms': middle((r) => r.fill).toFixed(0),
        'certify ms': middle((r) => r.certify).toFixed(0),
        'fill / sum': (middle((r) => r.fill) / middle((r) => r.sum)).toFixed(0),
        exponent: isSame ? exponent.toFixed(2) : '',
        levels: new Set(fill.marketLevel).size,
        rounds: fill.rounds,
        'exact gap': Math.abs(gap).toExponential(0),
        'peak RSS MB': Math.round(process.resourceUsage().maxRSS / 1024),
      })
      before = { columns, markets, ms }
    }
    return rows
  },
}

/** The yardstick: what any method must at least read. */
function sum({ column, market, capacity, weight, start }: GivenSupply): number {
  let total = 0
  for (let p = 0; p < column.length; p++) total += capacity[p]! + column[p]! + market[p]!
  for (let i = 0; i < weight.length; i++) total += weight[i]! + start[i]!
  return total
}

interface Exact {
  readonly columns: { start: Decimal; weight: Decimal; pairs: (readonly [number, Decimal])[] }[]
  readonly supply: readonly Decimal[]
}

function exactly({ column, market, capacity, weight, start, supply }: GivenSupply): Exact {
  const columns = Array.from(weight, (w, i) => ({
    start: decimalOf(start[i]!),
    weight: decimalOf(w),
    pairs: [] as (readonly [number, Decimal])[],
  }))
  column.forEach((i, p) => {
    columns[i]!.pairs.push([market[p]!, decimalOf(capacity[p]!)])
  })
  return { columns, supply: Array.from(supply, decimalOf) }
}

function boundOf({ columns, supply }: Exact, { marketLevel }: NetworkFill): Decimal {
  return fairBound(
    columns,
    supply.map((s, k) => ({ least: s, most: s, level: decimalOf(marketLevel[k]!) })),
  )
}

/** (Σ z²/w − bound)/bound; each pair's flow counts as the decimal it prints as. */
function relativeGap({ column }: GivenSupply, exact: Exact, fill: NetworkFill): number {
  const left = exact.columns.map(({ start }) => start)
  fill.flow.forEach((value, p) => {
    left[column[p]!] = subtract(left[column[p]!]!, decimalOf(value))
  })
  const value = left.reduce(
    (total, z, i) => add(total, roundedQuotient(multiply(z, z), exact.columns[i]!.weight, 30, 'up')),
    zero,
  )
  const bound = boundOf(exact, fill)
  return toNumber(subtract(value, bound)) / toNumber(bound)
}
