import { fairBound } from '../../src/certificates/index.js'
import { type GivenSupply, type NetworkFill, networkFill } from '../../src/closed-forms/index.js'
import type { Decimal } from '../../src/index.js'
import { add, decimalOf, multiply, roundedQuotient, subtract, toNumber, zero } from '../../src/numeric/index.js'
import { type Benchmark, insist, type Row, timed } from '../benchmark.js'
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
    'columns that link markets, levels of both signs, to the fair flow and an exact bound: 100,000 × 50 in at most 3 s, 437,723 × 162 in at most 15 s and 1.5 GB (`sum ms`: one pass over the pairs; `exponent`: growth of fill + certify with the columns, least squares over the rows so far; fastest of three runs)',
  run: () => {
    const rows: Row[] = []
    let points: (readonly [columns: number, ms: number])[] = []
    let lastMarkets = 0
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
      const least = (pick: (repeat: (typeof repeats)[number]) => number): number => Math.min(...repeats.map(pick))
      if (markets !== lastMarkets) points = []
      lastMarkets = markets
      points.push([Math.log(columns), Math.log(least((r) => r.fill + r.certify))])
      rows.push({
        columns,
        markets,
        pairs: input.column.length,
        'sum ms': least((r) => r.sum).toFixed(2),
        'fill ms': least((r) => r.fill).toFixed(0),
        'certify ms': least((r) => r.certify).toFixed(0),
        'fill / sum': (least((r) => r.fill) / least((r) => r.sum)).toFixed(0),
        exponent: points.length > 1 ? slope(points).toFixed(2) : '',
        levels: new Set(fill.marketLevel).size,
        rounds: fill.rounds,
        'exact gap': Math.abs(gap).toExponential(0),
        'peak RSS MB': Math.round(process.resourceUsage().maxRSS / 1024),
      })
    }
    return rows
  },
}

/** The yardstick: what any method must at least read. */
function sum({ column, market, capacity, weight, start }: GivenSupply): number {
  let total = 0
  for (let p = 0; p < column.length; p++) total += capacity[p] + column[p] + market[p]
  for (let i = 0; i < weight.length; i++) total += weight[i] + start[i]
  return total
}

/** Of the least-squares line. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1): number => points.reduce((total, point) => total + point[at], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const [over, under] = points.reduce(([a, b], [u, v]) => [a + (u - x) * (v - y), b + (u - x) ** 2], [0, 0])
  return over / under
}

interface Exact {
  readonly columns: { start: Decimal; weight: Decimal; pairs: (readonly [number, Decimal])[] }[]
  readonly supply: readonly Decimal[]
}

function exactly({ column, market, capacity, weight, start, supply }: GivenSupply): Exact {
  const columns = Array.from(weight, (w, i) => ({
    start: decimalOf(start[i]),
    weight: decimalOf(w),
    pairs: [] as (readonly [number, Decimal])[],
  }))
  column.forEach((i, p) => {
    columns[i].pairs.push([market[p], decimalOf(capacity[p])])
  })
  return { columns, supply: Array.from(supply, decimalOf) }
}

function boundOf({ columns, supply }: Exact, { marketLevel }: NetworkFill): Decimal {
  return fairBound(
    columns,
    supply.map((s, k) => ({ least: s, most: s, level: decimalOf(marketLevel[k]) })),
  )
}

/** (Σ z²/w − bound)/bound; each pair's flow counts as the decimal it prints as. */
function relativeGap({ column }: GivenSupply, exact: Exact, fill: NetworkFill): number {
  const left = exact.columns.map(({ start }) => start)
  fill.flow.forEach((value, p) => {
    left[column[p]] = subtract(left[column[p]], decimalOf(value))
  })
  const value = left.reduce(
    (total, z, i) => add(total, roundedQuotient(multiply(z, z), exact.columns[i].weight, 30, 'up')),
    zero,
  )
  const bound = boundOf(exact, fill)
  return toNumber(subtract(value, bound)) / toNumber(bound)
}
