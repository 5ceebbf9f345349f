import { describe, expect, it } from 'vitest'
import { leastNormalLosses, type NormalLoss, type NormalLosses } from '#src/solvers/index.js'
import { randomFrom } from '../books.js'

/** The least sum of expected losses of normal variables, against a search over a line with losses integrated numerically. */
const SEED = 7301
const PROBLEMS = 12

/** E (−m − sZ)⁺ by Simpson's rule over z from the kink −m/s down to −12. */
function loss(m: number, s: number): number {
  if (s === 0) return Math.max(0, -m)
  const [from, to] = [-12, Math.min(12, -m / s)]
  if (to <= from) return 0
  const steps = 400
  const width = (to - from) / steps
  let sum = 0
  for (let t = 0; t <= steps; t++) {
    const z = from + t * width
    const weight = t === 0 || t === steps ? 1 : t % 2 === 1 ? 4 : 2
    sum += (weight * (-m - s * z) * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)
  }
  return (sum * width) / 3
}

/** Two blocks of one column each and one row: what the second keeps follows from the first. */
function randomProblem(seed: number): NormalLosses {
  const random = randomFrom(seed)
  const blocks = [0, 1].map((first): NormalLoss => {
    const slope = Float64Array.of(random.between(-3, 1))
    const spread = Float64Array.of(random.between(-1, 1), random.between(-1, 1))
    return { first, gain: random.between(-1, 4), slope, spread, weights: spread.map(() => random.between(-4, 4)) }
  })
  const amount = Float64Array.of(random.between(1, 5), random.between(1, 5))
  return {
    blocks,
    rows: 1,
    rowOf: Int32Array.of(0, 0),
    amount,
    total: Float64Array.of(random.between(0.1, 0.9) * (amount[0]! + amount[1]!)),
  }
}

function valueAt({ blocks }: NormalLosses, point: readonly number[]): number {
  return blocks.reduce((sum, { gain, slope, spread, weights }, b) => {
    const s = Math.hypot(...spread.map((own, f) => own + weights[f]! * point[b]!))
    return sum + loss(gain + slope[0]! * point[b]!, s)
  }, 0)
}

describe(`normal losses (seed ${SEED})`, () => {
  it('are least at the point, meet the row', async () => {
    for (let k = 0; k < PROBLEMS; k++) {
      const problem = randomProblem(SEED + k)
      const { amount, total } = problem
      const along = (eta: number): number => valueAt(problem, [eta, (total[0]! - amount[0]! * eta) / amount[1]!])
      let low = Math.max(0, (total[0]! - amount[1]!) / amount[0]!)
      let high = Math.min(1, total[0]! / amount[0]!)
      for (let turn = 0; turn < 200; turn++) {
        const [a, b] = [low + 0.382 * (high - low), low + 0.618 * (high - low)]
        if (along(a) < along(b)) high = b
        else low = a
      }
      const least = along((low + high) / 2)
      const { point } = await leastNormalLosses(problem, 1e-11, 1e-12)
      expect(amount[0]! * point[0]! + amount[1]! * point[1]!, `seed ${SEED + k}`).toBeCloseTo(total[0]!, 10)
      const found = valueAt(problem, [...point])
      expect(found, `seed ${SEED + k}`).toBeLessThanOrEqual(least + 1e-9 * (1 + least))
      expect(found, `seed ${SEED + k}`).toBeGreaterThanOrEqual(least - 1e-9 * (1 + least))
    }
  })

  it('give the point so far when they are asked to stop', async () => {
    const problem = randomProblem(SEED)
    const { point } = await leastNormalLosses(problem, 1e-11, 1e-12, async () => false)
    expect([...point].every((eta) => eta > 0 && eta < 1)).toBe(true)
  })
})
