import { describe, expect, it } from 'vitest'
import { type GivenSupply, networkFill } from '#src/closed-forms/index.js'
import { type Fraction, minus, num, order, size, ZERO } from '../../fraction.js'
import { exactly, fairLevels, groupMost, inFractions, leastShortfall, profileOf } from './exact-profile.js'
import { networkNumber } from './networks.js'

const SEED = 20261123
const TRIALS = Number(process.env.NETWORK_TRIALS ?? 1000)

/** 1e-12 of the level itself, and what rounding one column's numbers, or the sums of its markets, can do to it. */
function tolerance(input: GivenSupply, i: number, level: number): number {
  let numbers = Math.abs(input.start[i])
  input.capacity.forEach((u, p) => {
    if (input.column[p] === i) numbers += u + input.supply[input.market[p]]
  })
  return 1e-12 * Math.abs(level) + (8 * Number.EPSILON * numbers) / input.weight[i]
}

const gap = (a: Fraction, b: Fraction): number => num(size(minus(a, b)))

describe(`the fair flow (seed ${SEED})`, () => {
  it('has the levels of the definition, in exact fractions over all groups', () => {
    let distinct = 0
    for (let n = 0; n < TRIALS / 4; n++) {
      const input = networkNumber(n, SEED, { columns: 6, markets: 5 })
      const { level, flow } = networkFill(input)
      const network = inFractions(input)
      const fair = fairLevels(network)
      const profile = profileOf(input, network, flow)
      fair.forEach((exact, i) => {
        const limit = tolerance(input, i, num(exact))
        expect(Math.abs(level[i] - num(exact)), `network ${n}, level ${i}`).toBeLessThanOrEqual(limit)
        expect(gap(profile.level[i], exact), `network ${n}, column ${i}`).toBeLessThanOrEqual(limit)
      })
      distinct += new Set(fair.map(num)).size
    }
    expect(distinct).toBeGreaterThan(TRIALS / 2)
  })

  it('keeps its bounds, sends every supply and gives every group above a threshold all that can be sent there', () => {
    let thresholds = 0
    for (let n = 0; n < TRIALS; n++) {
      const input = networkNumber(n, SEED + 5000)
      const { flow, sent, isExact } = networkFill(input)
      const network = inFractions(input)
      const profile = profileOf(input, network, flow)
      expect(isExact, `network ${n}`).toBe(true)
      flow.forEach((value, p) => {
        expect(value >= 0 && value <= input.capacity[p], `network ${n}, pair ${p}`).toBe(true)
      })
      profile.sent.forEach((value, k) => {
        const supply = network.s[k]
        expect(gap(value, supply), `network ${n}, market ${k}`).toBeLessThanOrEqual(1e-12 * num(supply))
        expect(gap(value, exactly(sent[k]))).toBeLessThanOrEqual(1e-15 * num(supply))
      })
      const ranked = [...profile.level.keys()].sort((i, j) => order(profile.level[j], profile.level[i]))
      ranked.forEach((i, t) => {
        const next = ranked[t + 1]
        const slack =
          next === undefined
            ? 0
            : tolerance(input, i, num(profile.level[i])) + tolerance(input, next, num(profile.level[next]))
        if (next !== undefined && gap(profile.level[i], profile.level[next]) <= slack) return
        const group = ranked.slice(0, t + 1)
        const given = group.reduce((sum, j) => sum + num(minus(network.a[j], profile.left[j])), 0)
        const most = groupMost(network, group)
        const rounding = group.reduce((sum, j) => sum + tolerance(input, j, 0) * input.weight[j], 0)
        expect(Math.abs(num(most) - given), `network ${n}, group of ${t + 1}`).toBeLessThanOrEqual(
          1e-12 * num(most) + rounding,
        )
        thresholds++
      })
    }
    expect(thresholds).toBeGreaterThan(2 * TRIALS)
  })

  it('has the least shortfall for moves of both signs, all at once', () => {
    let positive = 0
    for (let n = 0; n < TRIALS / 20; n++) {
      const input = networkNumber(n, SEED + 9000, { columns: 6, markets: 4 })
      const { flow } = networkFill(input)
      const network = inFractions(input)
      const { left } = profileOf(input, network, flow)
      for (let t = 0; t < 20; t++) {
        const move = (t % 2 === 0 ? 1 : -1) * 2 ** (t / 2 - 6)
        const shortfall = left.reduce((sum, z, i) => {
          const lacks = minus(ZERO, { n: z.n, d: z.d })
          return sum + Math.max(0, num(lacks) * move - input.weight[i])
        }, 0)
        const best = num(leastShortfall(network, exactly(move)))
        const scale = left.reduce((sum, z) => sum + Math.abs(num(z) * move), 0)
        expect(shortfall, `network ${n}, move ${move}`).toBeLessThanOrEqual(best + 1e-12 * scale)
        expect(shortfall).toBeGreaterThanOrEqual(best - 1e-12 * scale)
        positive += Number(best > 0)
      }
    }
    expect(positive).toBeGreaterThan(TRIALS / 10)
  })
})
