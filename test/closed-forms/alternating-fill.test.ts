import { describe, expect, it } from 'vitest'
import { type AlternatingFillInput, alternatingFill } from '#src/closed-forms/alternating-fill.js'
import { waterFill } from '#src/closed-forms/water-fill.js'
import { randomFrom } from '../books.js'

const SEED = 20261122

function network(seed: number, columns: number, markets: number, wild: boolean): AlternatingFillInput {
  const random = randomFrom(seed)
  const size = () => 10 ** (wild ? random.between(-6, 12) : random.between(0, 4))
  const column: number[] = []
  const market: number[] = []
  const amount: number[] = []
  for (let i = 0; i < columns; i++) {
    for (let k = 0; k < markets; k++) {
      if (!random.chance(0.5)) continue
      column.push(i)
      market.push(k)
      amount.push(random.chance(0.1) ? 0 : size())
    }
  }
  const total = new Float64Array(markets)
  amount.forEach((u, p) => {
    total[market[p]!]! += u
  })
  return {
    column: Int32Array.from(column),
    market: Int32Array.from(market),
    amount: Float64Array.from(amount),
    weight: Float64Array.from({ length: columns }, () => (random.chance(0.3) ? 100 : size())),
    fixed: Float64Array.from({ length: columns }, () => (random.chance(0.5) ? 0 : size())),
    removed: total.map((sum) => sum * random.pick([0, 0.01, 0.3, 0.9, 1])),
    mostSweeps: 5000,
  }
}

/**
 * The certificate that needs no flow code: for every threshold, the columns that stay above it gave up all that a group can,
 * Σ_k min(s_k, Σ_A u_ik). Returns the largest slack, relative to what was removed in all.
 */
function unfairness(
  { column, market, amount, weight, fixed, removed }: AlternatingFillInput,
  kept: Float64Array,
): number {
  const exposure = fixed.slice()
  const gave = new Float64Array(fixed.length)
  kept.forEach((value, p) => {
    exposure[column[p]!]! += value
    gave[column[p]!]! += amount[p]! - value
  })
  const level = exposure.map((z, i) => z / weight[i]!)
  const order = Array.from(level.keys()).sort((i, j) => level[j]! - level[i]!)
  const held = new Float64Array(removed.length)
  const all = removed.reduce((a, b) => a + b, 0)
  let given = 0
  let worst = 0
  order.forEach((i, n) => {
    given += gave[i]!
    column.forEach((c, p) => {
      if (c === i) held[market[p]!]! += amount[p]!
    })
    const next = order[n + 1]
    // Equal levels belong to one group.
    if (next !== undefined && level[next]! >= level[i]! * (1 - 1e-9)) return
    const most = removed.reduce((sum, s, k) => sum + Math.min(s, held[k]!), 0)
    worst = Math.max(worst, all > 0 ? (most - given) / all : 0)
  })
  return worst
}

describe(`alternating water-filling (seed ${SEED})`, () => {
  it('removes each total within the bounds, and leaves every group above a threshold with all it can give up', () => {
    let settled = 0
    for (let n = 0; n < 300; n++) {
      const input = network(SEED + n, 1 + (n % 25), 1 + (n % 6), n % 3 === 0)
      const { kept, isSettled } = alternatingFill(input)
      settled += Number(isSettled)
      const left = Float64Array.from(input.removed, () => 0)
      kept.forEach((value, p) => {
        expect(value >= 0 && value <= input.amount[p]!, `network ${n}, pair ${p}`).toBe(true)
        left[input.market[p]!]! += input.amount[p]! - value
      })
      // A level times a weight is rounded before the rest of the column is taken off: the column's whole counts.
      const scale = [...input.amount, ...input.fixed].reduce((a, b) => a + b, 1e-300)
      left.forEach((sum, k) => {
        expect(Math.abs(sum - input.removed[k]!), `network ${n}, market ${k}`).toBeLessThan(1e-12 * scale)
      })
      expect(unfairness(input, kept), `network ${n}`).toBeLessThan(isSettled ? 1e-9 : 1e-5)
    }
    console.log(`${settled} of 300 networks settled`)
    expect(settled).toBeGreaterThan(200)
  })

  it('is water-filling in one market, in one round and one to see that it is', () => {
    const input = network(SEED, 40, 1, false)
    const columns = Array.from(input.column)
    const { kept, sweeps } = alternatingFill(input)
    const one = waterFill({
      amount: input.amount,
      weight: Float64Array.from(columns, (i) => input.weight[i]!),
      fixed: Float64Array.from(columns, (i) => input.fixed[i]!),
      removed: input.removed[0]!,
    })
    expect(sweeps).toBe(2)
    kept.forEach((value, p) => {
      expect(value).toBeCloseTo(one.kept[p]!, 9)
    })
  })

  it('notices an unfair profile: the certificate can fail', () => {
    const input = network(SEED + 4, 12, 3, false)
    const even = input.amount.map((u, p) => {
      const k = input.market[p]!
      const total = input.amount.reduce((sum, v, q) => sum + (input.market[q] === k ? v : 0), 0)
      return u * (1 - input.removed[k]! / total)
    })
    expect(unfairness(input, even)).toBeGreaterThan(1e-3)
  })

  it('refuses no rounds, and columns that water-filling refuses', () => {
    const input = network(SEED + 4, 5, 2, false)
    expect(() => alternatingFill({ ...input, mostSweeps: 0 })).toThrow(expect.objectContaining({ code: 'fill-sweeps' }))
    const weight = input.weight.map(() => -1)
    expect(() => alternatingFill({ ...input, weight })).toThrow(expect.objectContaining({ code: 'fill-column' }))
  })

  it('takes an empty network', () => {
    const none = new Int32Array(0)
    const zero = new Float64Array(0)
    const input = { column: none, market: none, amount: zero, weight: zero, fixed: zero, removed: zero, mostSweeps: 3 }
    expect(alternatingFill(input)).toMatchObject({ sweeps: 1, isSettled: true })
  })
})
