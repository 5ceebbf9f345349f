import { expectedLoss, parseAllocation, solve, verify } from 'spillway'
import { describe, expect, it } from 'vitest'
import { movesOf, parsed } from './support.js'

/**
 * The four accounts of Campbell, Hey, Moallemi and Nutz (section 4; `examples/numerical_example.ipynb` of their MIT-licensed
 * companion code) under lognormal moves of BTC and ETH over ten days, volatilities 0.60 and 0.75, correlation 0.85. The
 * reference values are of exact conditional integration.
 */
const book = (demand: string) =>
  parsed({
    format: 'spillway/event@1',
    markets: [
      { market: 'BTC', markPrice: '67000' },
      { market: 'ETH', markPrice: '1900' },
    ],
    accounts: [
      ['1', '242100', '8', '323'],
      ['2', '143000', '10', '-38.7'],
      ['3', '180704.8', '8', '326.2'],
      ['4', '116901', '7', '-190'],
    ].map(([account, equity, btc, eth]) => ({
      account,
      equity,
      positions: [
        { market: 'BTC', quantity: String(-Number(btc)) },
        { market: 'ETH', quantity: String(-Number(eth)) },
      ],
    })),
    demand: [{ market: 'BTC', side: 'short', quantity: demand }],
  })

/** [Q, optimum, reductions of accounts 1 to 4]. */
const references = [
  ['5', 4301.063, [0, 0, 5, 0]],
  ['10', 2194.89, [2.7598, 0, 7.2402, 0]],
  ['15', 1067.596, [5.9267, 1.0733, 8, 0]],
  ['20', 731.972, [8, 4, 8, 0]],
] as const

/** Points of the additive recurrence with Roberts's constants in the unit square, as normal deviates (Box and Muller). */
function lognormalMoves(count: number) {
  const plastic = 1.324717957244746
  const years = 10 / 365
  const rows = Array.from({ length: count }, (_, s) => {
    const u = (0.5 + (s + 1) / plastic) % 1
    const v = (0.5 + (s + 1) / plastic ** 2) % 1
    const radius = Math.sqrt(-2 * Math.log(u))
    const [a, b] = [radius * Math.cos(2 * Math.PI * v), radius * Math.sin(2 * Math.PI * v)]
    const move = (sigma: number, z: number): number =>
      Math.exp(sigma * Math.sqrt(years) * z - (sigma * sigma * years) / 2) - 1
    return [move(0.6, a), move(0.75, 0.85 * a + Math.sqrt(1 - 0.85 ** 2) * b)]
  })
  return movesOf(['BTC', 'ETH'], rows)
}

/** Total shortfall by move where the accounts give up these BTC, in doubles. */
function lossesAt(closed: readonly number[], moves: ReturnType<typeof movesOf>): number[] {
  const held = [
    [242100, 8, 323],
    [143000, 10, -38.7],
    [180704.8, 8, 326.2],
    [116901, 7, -190],
  ] as const
  return Array.from({ length: moves.count }, (_, s) =>
    held.reduce((sum, [equity, btc, eth], i) => {
      const [up, other] = [moves.returns.values[2 * s], moves.returns.values[2 * s + 1]]
      return sum + Math.max(0, (btc - closed[i]) * 67000 * up + eth * 1900 * other - equity)
    }, 0),
  )
}

describe('the example of the paper, two-asset lognormal', () => {
  it.each(references)('Q = %s BTC: %d', async (demand, optimum, reference) => {
    const event = book(demand)
    for (const count of [100, 1600]) {
      const moves = lognormalMoves(count)
      const objective = expectedLoss({ moves })
      const solution = await solve(event, objective)
      expect(solution.status).toBe('optimal')
      // Within twice the standard error of independent draws, which falls as 1/√S; these points do better.
      const losses = lossesAt(reference, moves)
      const mean = losses.reduce((a, b) => a + b, 0) / count
      const deviation = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / count)
      expect(Math.abs(solution.objective.value! - optimum)).toBeLessThan((2 * deviation) / Math.sqrt(count))
      if (count < 1600) continue
      // Held against the reference allocation on the same moves: no better, and close to ours.
      const reductions = reference.flatMap((quantity, i) =>
        quantity === 0 ? [] : [{ account: String(i + 1), market: 'BTC', quantity: String(quantity) }],
      )
      const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
      const verdict = await verify(event, allocation, objective, { tolerance: 0.05 })
      expect(verdict.verdict).toBe('optimal')
      expect(verdict.objective.value! / solution.objective.value!).toBeGreaterThanOrEqual(1 - 1e-12)
    }
  })
})
