import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { type AdlEvent, drawPaths, jumpDiffusionPaths, parseEvent, parseVenue } from '../../models/index.js'
import { openCrisis } from '../../models/simulation/index.js'
import { type Benchmark, bytesHeld, insist, type Row, scale } from '../benchmark.js'

const ACCOUNTS = 10_000
const STEPS = 12
const PATHS = 40
const POLICIES = ['water-filling', 'pro-rata', 'queue-leverage', 'hyperliquid']
const MARKS = { BTC: 67000, ETH: 3500, SOL: 180, XRP: 0.62, DOGE: 0.16 }

/** What a sweep does on one thread; its workers share nothing but the folder. */
export const simulation: Benchmark = {
  name: 'simulation',
  claim:
    '10,000 accounts in 5 markets, 12 steps, 4 policies: 300 ms of processor time for a path and policy are 1,000 paths in ten minutes on two cores; what is held does not grow with paths (`held MB`: after a quarter of them, and at the end)',
  async run() {
    const event = book(Math.ceil(scale * ACCOUNTS))
    const markets = Object.keys(MARKS)
    const rows: Row[] = []
    for (const { crisis, jumpMean } of [
      { crisis: 'a fall', jumpMean: -0.002 },
      { crisis: 'falls in every step', jumpMean: -0.02 },
    ]) {
      const covariance = Float64Array.from({ length: 25 }, (_, e) => 0.03 ** 2 * (e % 6 === 0 ? 1 : 0.7))
      const model = jumpDiffusionPaths({ markets, covariance, jumps: 1, jumpMean, jumpDeviation: 0.02 }, STEPS)
      const { paths } = await drawPaths(model, event, { draws: PATHS, seed: 5 })
      const venue = parseVenue({ format: 'spillway/venue@1', insuranceFund: 20_000 })
      let asked = 0
      const opened = openCrisis(event, { markets, policies: POLICIES, venue, onAsked: () => void asked++ })
      const [first] = paths
      const stepped = await opened.run(first)
      const counted = await opened.totals(first)
      POLICIES.forEach((policy, p) => {
        const { uncovered } = stepped[policy].totals
        const sum = stepped[policy].steps.reduce((total, step) => total + step.uncovered, 0)
        insist(uncovered === counted[p].uncovered, `${policy} leaves another loss when steps are kept`)
        insist(Math.abs(sum - uncovered) <= 1e-9 * uncovered, `${policy}: the steps do not add up`)
      })
      asked = 0
      const held: number[] = []
      const before = process.cpuUsage()
      for (const [p, path] of paths.entries()) {
        // As the threads of a sweep do: what is held weakly is let go of between turns of the event loop only.
        await new Promise((resolve) => setImmediate(resolve))
        await opened.totals(path)
        if (p + 1 !== PATHS / 4 && p + 1 !== PATHS) continue
        await new Promise((resolve) => setImmediate(resolve))
        held.push(bytesHeld())
      }
      const { user, system } = process.cpuUsage(before)
      rows.push({
        accounts: event.accounts.count,
        paths: PATHS,
        crisis,
        'ADLs a path': (asked / PATHS / POLICIES.length).toFixed(1),
        'CPU ms a path and policy': ((user + system) / 1000 / PATHS / POLICIES.length).toFixed(0),
        'CPU ms an ADL': ((user + system) / 1000 / asked).toFixed(1),
        'held MB': held.map((bytes) => Math.round(bytes / 2 ** 20)).join(', '),
      })
    }
    return rows
  },
}

/** Lognormal equities and leverages, one to five positions on either side, with entry prices. */
function book(accounts: number): AdlEvent {
  const generator = xoroshiro128plus(7)
  const unit = (): number => uniformFloat64(generator)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const marks = Object.entries(MARKS)
  return parseEvent({
    format: 'spillway/event@1',
    markets: marks.map(([market, markPrice]) => ({ market, markPrice })),
    accounts: Array.from({ length: accounts }, (_, i) => {
      const equity = Math.exp(7 + 2 * normal())
      const leverage = Math.min(40, Math.exp(0.9 + 0.9 * normal()))
      const first = Math.floor(5 * unit())
      const held = 1 + Math.floor(5 * unit() ** 2)
      const positions = Array.from({ length: held }, (_, h) => {
        const [market, mark] = marks[(first + h) % marks.length]
        const side = unit() < 0.55 ? 1 : -1
        return {
          market,
          quantity: Number(((side * equity * leverage) / held / mark).toPrecision(6)),
          entryPrice: Number((mark * Math.exp(0.1 * normal())).toPrecision(6)),
        }
      })
      return { account: `t${i}`, equity: equity.toFixed(2), positions }
    }),
    demand: [{ market: 'BTC', side: 'short', quantity: 0 }],
  })
}
