import { describe, expect, it } from 'vitest'
import { fairBound } from '#src/certificates/index.js'
import { type NetworkFillInput, networkFill } from '#src/closed-forms/index.js'
import type { Decimal } from '#src/index.js'
import { decimalOf, subtract, toNumber } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { type Fraction, frac, minus, num, order, over, plus, times, total, ZERO } from '../../fraction.js'
import { chainOf, groupLevel, type Link, moveBound, thresholdsBetween } from './group-bound.js'
import { networkNumber } from './networks.js'

const SEED = 20261125
const TRIALS = Number(process.env.NETWORK_TRIALS ?? 1000)

function columnsOf({ column, market, capacity, weight, start }: NetworkFillInput) {
  const pairs = Array.from(weight, (): [number, Decimal][] => [])
  column.forEach((i, p) => {
    pairs[i].push([market[p], decimalOf(capacity[p])])
  })
  return pairs.map((list, i) => ({ start: decimalOf(start[i]), weight: decimalOf(weight[i]), pairs: list }))
}

function marketsOf(input: NetworkFillInput, levels: ArrayLike<number>) {
  const [low, high] = 'supply' in input ? [input.supply, input.supply] : [input.least, input.most]
  return Array.from(levels, (level, k) => ({
    least: decimalOf(low[k]),
    most: decimalOf(high[k]),
    level: decimalOf(level),
  }))
}

/** Σ z²/w of a flow whose market sums are pulled exactly onto what was sent, in fractions of the decimals. */
function squares(input: NetworkFillInput, flow: Float64Array): Fraction {
  const left = Array.from(input.start, (a) => frac(a))
  flow.forEach((value, p) => {
    left[input.column[p]] = minus(left[input.column[p]], frac(value))
  })
  return total(left.map((z, i) => over(times(z, z), frac(input.weight[i]))))
}

/** The same bound by the formula, in fractions, with m_i the best of all candidates: kinks and stationary points. */
function slowBound(input: NetworkFillInput, levels: ArrayLike<number>): Fraction {
  const mu = Array.from(levels, (level) => frac(level))
  const markets = marketsOf(input, levels)
  const columns = columnsOf(input)
  const two = frac(2)
  let bound = ZERO
  for (const { start, weight, pairs } of columns) {
    const [a, w] = [start, weight].map((d) => over(frac(String(d.digits)), frac(`1e${d.scale}`))) as [
      Fraction,
      Fraction,
    ]
    const list = pairs.map(([k, u]) => [mu[k], over(frac(String(u.digits)), frac(`1e${u.scale}`))] as const)
    const value = (m: Fraction): Fraction =>
      minus(
        minus(times(two, times(m, a)), times(times(m, m), w)),
        times(two, total(list.map(([level, u]) => (order(m, level) > 0 ? times(minus(m, level), u) : ZERO)))),
      )
    const candidates = list.map(([level]) => level)
    for (let mask = 0; mask < 2 ** list.length; mask++) {
      const taken = total(list.filter((_, t) => (mask >> t) & 1).map(([, u]) => u))
      candidates.push(over(minus(a, taken), w))
    }
    bound = plus(
      bound,
      candidates.map(value).reduce((x, y) => (order(x, y) >= 0 ? x : y)),
    )
  }
  markets.forEach((market, k) => {
    const ends = [market.least, market.most].map((d) =>
      times(mu[k], over(frac(String(d.digits)), frac(`1e${d.scale}`))),
    )
    bound = minus(bound, times(two, order(ends[0], ends[1]) > 0 ? ends[0] : ends[1]))
  })
  return bound
}

const plain = (d: Decimal): Fraction => over(frac(String(d.digits)), frac(`1e${d.scale}`))

describe(`certificates of a fair flow (seed ${SEED})`, () => {
  it('the bound from market levels alone is the optimum but for rounding, and never above it', () => {
    for (let n = 0; n < TRIALS; n++) {
      const input = networkNumber(n, SEED)
      const { flow, marketLevel } = networkFill(input)
      const value = squares(input, flow)
      const bound = plain(fairBound(columnsOf(input), marketsOf(input, marketLevel)))
      // Flows are rounded to doubles and so miss their totals by a little, which may make the value a little better than any
      // flow is: by 2 m times what is missing, and no more.
      const scale = input.start.reduce((sum, a, i) => sum + (a * a) / input.weight[i], num(value))
      const moved = input.capacity.reduce((sum, u, p) => sum + u * Math.abs(marketLevel[input.market[p]]), 0)
      const gap = num(minus(value, bound))
      expect(Math.abs(gap), `network ${n}`).toBeLessThanOrEqual(
        1e-12 * num(value) + 4 * Number.EPSILON * (scale + moved),
      )
    }
  })

  it('is the formula at its best, and a bound at any levels whatever', () => {
    const random = randomFrom(SEED)
    let strict = 0
    for (let n = 0; n < TRIALS / 5; n++) {
      const { supply, ...network } = networkNumber(n, SEED + 2000, { columns: 6, markets: 4 })
      const input = { ...network, least: supply.map((s) => s * random.pick([0, 0.5, 1])), most: supply }
      const fill = networkFill(input)
      const levels = Array.from(supply, (_, k) => fill.marketLevel[k] + random.pick([0, 0, 1, -1, -3.25]))
      const bound = plain(fairBound(columnsOf(input), marketsOf(input, levels)))
      const slow = slowBound(input, levels)
      const scale = input.start.reduce((sum, a, i) => sum + (a * a) / input.weight[i], Math.abs(num(slow)))
      expect(num(minus(bound, slow)), `network ${n}`).toBeLessThanOrEqual(0)
      expect(num(minus(slow, bound)), `network ${n}`).toBeLessThanOrEqual(1e-13 * scale)
      const value = squares(input, fill.flow)
      const moved = input.capacity.reduce((sum, u, p) => sum + u * Math.abs(levels[input.market[p]]), 0)
      expect(num(minus(bound, value))).toBeLessThanOrEqual(4 * Number.EPSILON * (scale + moved))
      strict += Number(num(bound) < num(value) * (1 - 1e-6))
    }
    expect(strict).toBeGreaterThan(TRIALS / 20)
  })

  const chain = (input: ReturnType<typeof networkNumber>, flow: Float64Array, levels: ArrayLike<number>): Link[] => {
    const left = columnsOf(input)
    const z = left.map(({ start }) => start)
    flow.forEach((value, p) => {
      z[input.column[p]] = subtract(z[input.column[p]], decimalOf(value))
    })
    const columns = left.map((column, i) => ({ ...column, left: z[i] }))
    return chainOf(columns, Array.from(input.supply, decimalOf), thresholdsBetween(Array.from(levels, decimalOf)))
  }

  it('the chain is tight for the fair flow and slack for another', () => {
    let links = 0
    let slack = 0
    for (let n = 0; n < TRIALS; n++) {
      const input = networkNumber(n, SEED + 4000)
      if (n % 7 === 2) continue
      const { flow, marketLevel } = networkFill(input)
      const numbers = input.start.reduce((sum, a) => sum + Math.abs(a), 0) + input.capacity.reduce((a, b) => a + b, 0)
      for (const link of chain(input, flow, marketLevel)) {
        expect(Math.abs(toNumber(link.slack)), `network ${n}`).toBeLessThanOrEqual(1e-13 * numbers)
        links++
      }
      const totals = input.supply.map((_, k) =>
        input.capacity.reduce((sum, u, p) => (input.market[p] === k ? sum + u : sum), 0),
      )
      const even = input.capacity.map((u, p) => {
        const k = input.market[p]
        return totals[k] > 0 ? (u * input.supply[k]) / totals[k] : 0
      })
      slack += Number(chain(input, even, marketLevel).some((link) => toNumber(link.slack) > 1e-6 * numbers))
    }
    expect(links).toBeGreaterThan(TRIALS / 2)
    expect(slack).toBeGreaterThan(TRIALS / 4)
  })

  it('every group bounds levels and shortfalls of every flow', () => {
    const random = randomFrom(SEED + 1)
    let tight = 0
    for (let n = 0; n < TRIALS / 2; n++) {
      const input = networkNumber(n, SEED + 6000)
      if (n % 7 === 2) continue
      const { level } = networkFill(input)
      const columns = columnsOf(input)
      const inGroup = columns.map(() => random.chance(0.5))
      const sum = (pick: (i: number) => number, all = false): Decimal =>
        decimalOf(columns.reduce((s, _, i) => (all || inGroup[i] ? s + pick(i) : s), 0))
      if (!inGroup.includes(true)) continue
      const capacity = (k: number) => (i: number) =>
        input.capacity.reduce((s, u, p) => (input.column[p] === i && input.market[p] === k ? s + u : s), 0)
      const group = {
        start: sum((i) => input.start[i]),
        weight: sum((i) => input.weight[i]),
        markets: Array.from(input.supply, (s, k) => ({
          supply: decimalOf(s),
          capacity: sum(capacity(k)),
          total: sum(capacity(k), true),
        })),
      }
      const numbers = input.start.reduce((s, a) => s + Math.abs(a), 0) + input.capacity.reduce((a, b) => a + b, 0)
      const highest = level.reduce((a, b) => Math.max(a, b))
      const bound = num({ n: groupLevel(group).s * groupLevel(group).n, d: groupLevel(group).d })
      expect(bound, `network ${n}`).toBeLessThanOrEqual(highest + (1e-12 * numbers) / toNumber(group.weight))
      for (const move of [-2, -0.5, 0.5, 2]) {
        const lacks = level.reduce((s, l, i) => s + Math.max(0, -input.weight[i] * (1 + move * l)), 0)
        expect(toNumber(moveBound(group, decimalOf(move)))).toBeLessThanOrEqual(
          lacks + 1e-12 * numbers * Math.abs(move),
        )
      }
      tight += Number(Math.abs(bound - highest) <= 1e-9 * Math.abs(highest))
    }
    expect(tight).toBeGreaterThan(10)
  })

  it('one market, by hand: two columns at 3 and one unit to send leave 5/2 in the middle', () => {
    const input = {
      column: Int32Array.of(0, 1),
      market: Int32Array.of(0, 0),
      capacity: Float64Array.of(3, 3),
      weight: Float64Array.of(1, 1),
      start: Float64Array.of(3, 3),
      supply: Float64Array.of(1),
    }
    const { level, marketLevel, flow } = networkFill(input)
    expect([...level, ...marketLevel, ...flow]).toEqual([2.5, 2.5, 2.5, 0.5, 0.5])
    expect(toNumber(fairBound(columnsOf(input), marketsOf(input, marketLevel)))).toBe(12.5)
    expect(toNumber(fairBound(columnsOf(input), marketsOf(input, [2])))).toBe(12)
    const share = { supply: decimalOf(1), capacity: decimalOf(6), total: decimalOf(6) }
    const both = { start: decimalOf(6), weight: decimalOf(2), markets: [share] }
    expect(groupLevel(both).toString()).toBe('2.5')
    expect(toNumber(moveBound(both, decimalOf(-1)))).toBe(3)
  })
})
