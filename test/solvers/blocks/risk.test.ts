import { fromTriplets, solveForm } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { blockBound } from '#src/canonical/block-program.js'
import { groupSums, type RiskProgram, riskAt, totalWeights, weighted } from '#src/canonical/risk-program.js'
import { blockConflict } from '#src/solvers/blocks/solve-blocks.js'
import { solveRisk } from '#src/solvers/blocks/solve-risk.js'
import { randomFrom, randomProgram } from './support.js'

/** Risk measures of random programs against the whole linear program by HiGHS. `RISK_SEEDS=500 npx vitest run test/solvers/blocks/risk.test.ts` for more. */
const seeds = Array.from({ length: Number(process.env.RISK_SEEDS ?? 24) }, (_, i) => 4000 + i)

function randomRisk(seed: number): RiskProgram {
  const random = randomFrom(seed)
  const program = randomProgram(seed)
  const blocks = { ...program, linear: new Float64Array(program.linear.length), constant: 0 }
  const groups = random.integer(1, 8)
  const size = Math.max(1, ...program.height.map(Math.abs))
  const weight = Float64Array.from({ length: groups }, () => random.integer(1, 3))
  const sum = weight.reduce((a, b) => a + b)
  return {
    blocks,
    group: Int32Array.from(program.height, () => random.integer(0, groups - 1)),
    base: Float64Array.from(weight, () => (random.chance(0.5) ? 0 : random.integer(0, 3) * size)),
    parts: Array.from({ length: random.pick([1, 1, 2, 3]) }, () => {
      const mass = random.pick([1, 0.5, 2])
      const alpha = random.pick([0, 0.5, 0.5, 0.8, 0.99, 1])
      return { mass, cap: weight.map((own) => (alpha < 1 ? (mass * own) / (sum * (1 - alpha)) : mass)) }
    }),
  }
}

/** u_j ≥ height_j + slope_j·x, t_p + z_ps ≥ base_s + Σ u_j: nothing decomposed. */
async function optimumOf({ blocks, group, base, parts }: RiskProgram): Promise<number> {
  const { variableStarts, hingeStarts, row, upper, height, slope, total } = blocks
  const triplets: [number, number, number][] = []
  const linear: number[] = Array.from(row, () => 0)
  const lower = linear.map(() => 0)
  const top = Array.from(upper)
  const column = (cost: number): number => {
    lower.push(0)
    top.push(Infinity)
    return linear.push(cost) - 1
  }
  const rowLower = Array.from(total)
  const rowUpper = Array.from(total)
  row.forEach((k, v) => {
    if (k >= 0) triplets.push([k, v, 1])
  })
  const atLeast = (value: number): number => {
    rowUpper.push(Infinity)
    return rowLower.push(value) - 1
  }
  const hinges = Array.from(height, () => column(0))
  let next = 0
  for (let i = 0; i + 1 < variableStarts.length; i++) {
    for (let j = hingeStarts[i]; j < hingeStarts[i + 1]; j++) {
      const at = atLeast(height[j])
      triplets.push([at, hinges[j], 1])
      for (let v = variableStarts[i]; v < variableStarts[i + 1]; v++) triplets.push([at, v, -slope[next++]])
    }
  }
  for (const { cap, mass } of parts) {
    const quantile = column(mass)
    cap.forEach((most, s) => {
      const at = atLeast(base[s])
      triplets.push([at, quantile, 1], [at, column(most), 1])
      group.forEach((own, j) => {
        if (own === s) triplets.push([at, hinges[j], -1])
      })
    })
  }
  const outcome = await solveForm({
    linear,
    matrix: fromTriplets(rowLower.length, linear.length, triplets),
    rowLower,
    rowUpper,
    lower,
    upper: top,
  })
  expect(outcome.status).toBe('optimal')
  return outcome.objective as number
}

describe('risk measures of sums', () => {
  it.each(seeds)('seed %i: the optimum of the whole program, and weights that prove it', async (seed) => {
    const risk = randomRisk(seed)
    if (blockConflict(risk.blocks) !== undefined) return
    const { x, value, bound, theta, prices, shares } = await solveRisk(risk, { tolerance: 1e-10, floor: 1e-9 })
    const optimum = await optimumOf(risk)
    const size = Math.max(Math.abs(optimum), 1e-8 * Math.max(1, ...risk.blocks.height.map(Math.abs)))
    expect(Math.abs(value - optimum) / size).toBeLessThan(1e-8)
    expect((optimum - bound) / size).toBeLessThan(1e-8)
    // What is handed over proves itself: weights within caps and totals, the bound by one pass, the value from the point.
    risk.parts.forEach(({ cap, mass }, p) => {
      expect(theta[p].reduce((a, b) => a + b)).toBeLessThan(mass * (1 + 1e-12))
      theta[p].forEach((own, s) => {
        expect(own).toBeGreaterThanOrEqual(0)
        expect(own).toBeLessThanOrEqual(cap[s] * (1 + 1e-12))
      })
    })
    expect(blockBound(weighted(risk, totalWeights(theta)), prices, shares)).toBe(bound)
    expect(riskAt(risk.parts, groupSums(risk, x))).toBe(value)
  })
})
