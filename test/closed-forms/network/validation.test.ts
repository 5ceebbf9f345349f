import { describe, expect, it } from 'vitest'
import { type GivenSupply, networkFill } from '#src/closed-forms/index.js'
import { checkNetwork } from '#src/closed-forms/network-check.js'
import { withoutForced } from '#src/closed-forms/network-split.js'
import { randomFrom } from '../../books.js'
import { networkNumber, randomNetwork } from './networks.js'

const SEED = 20261126

const good: GivenSupply = {
  column: Int32Array.of(0, 0, 1),
  market: Int32Array.of(0, 1, 1),
  capacity: Float64Array.of(1, 2, 3),
  weight: Float64Array.of(1, 2),
  start: Float64Array.of(3, -1),
  supply: Float64Array.of(0.5, 4),
}

describe('validation of the network fill', () => {
  it.each([
    ['network-lengths', { market: Int32Array.of(0, 1) }],
    ['network-lengths', { start: Float64Array.of(1) }],
    ['network-pair', { column: Int32Array.of(0, 1, 0) }],
    ['network-pair', { column: Int32Array.of(0, 0, 2) }],
    ['network-pair', { market: Int32Array.of(0, 2, 1) }],
    ['network-pair', { market: Int32Array.of(0, 0, 1) }],
    ['network-pair', { capacity: Float64Array.of(1, -1, 3) }],
    ['network-pair', { capacity: Float64Array.of(1, Number.NaN, 3) }],
    ['fill-column', { weight: Float64Array.of(0, 1) }],
    ['fill-column', { start: Float64Array.of(Number.NaN, 1) }],
    ['fill-column', { weight: Float64Array.of(Number.POSITIVE_INFINITY, 1) }],
    ['fill-total', { supply: Float64Array.of(1.1, 4) }],
    ['fill-total', { supply: Float64Array.of(-0.1, 4) }],
    ['fill-total', { supply: Float64Array.of(Number.NaN, 4) }],
  ])('%s: %o', (code, broken) => {
    expect(networkFill(good).isExact).toBe(true)
    expect(() => networkFill({ ...good, ...broken })).toThrow(expect.objectContaining({ code }))
  })

  it('least above most, or below zero', () => {
    const { supply, ...network } = good
    for (const least of [Float64Array.of(0.6, 0), Float64Array.of(-1, 0)]) {
      expect(() => networkFill({ ...network, least, most: supply })).toThrow(
        expect.objectContaining({ code: 'fill-total' }),
      )
    }
  })

  it('takes a network of nothing, and markets and columns without pairs', () => {
    const none = { column: new Int32Array(0), market: new Int32Array(0), capacity: new Float64Array(0) }
    const zero = new Float64Array(0)
    expect(networkFill({ ...none, weight: zero, start: zero, supply: zero })).toMatchObject({ isExact: true })
    const lonely = networkFill({
      ...none,
      weight: Float64Array.of(2),
      start: Float64Array.of(-3),
      supply: Float64Array.of(0),
    })
    expect(lonely).toMatchObject({ level: Float64Array.of(-1.5), sent: Float64Array.of(0) })
  })
})

describe(`the even flow (seed ${SEED})`, () => {
  it('depends on the order of columns and markets to the last bits only', () => {
    for (let n = 0; n < 300; n++) {
      const input = networkNumber(n, SEED)
      const random = randomFrom(SEED + n)
      const shuffled = (size: number): number[] =>
        Array.from({ length: size }, (_, i) => [random.unit(), i] as const)
          .sort(([a], [b]) => a - b)
          .map(([, i]) => i)
      const columns = shuffled(input.weight.length)
      const markets = shuffled(input.supply.length)
      const order = [...input.column.keys()].sort(
        (p, q) =>
          columns[input.column[p]] - columns[input.column[q]] || markets[input.market[p]] - markets[input.market[q]],
      )
      const indexOf = (to: readonly number[], values: Float64Array): Float64Array => {
        const moved = new Float64Array(values.length)
        values.forEach((value, i) => {
          moved[to[i]] = value
        })
        return moved
      }
      const other = networkFill({
        column: Int32Array.from(order, (p) => columns[input.column[p]]),
        market: Int32Array.from(order, (p) => markets[input.market[p]]),
        capacity: Float64Array.from(order, (p) => input.capacity[p]),
        weight: indexOf(columns, input.weight),
        start: indexOf(columns, input.start),
        supply: indexOf(markets, input.supply),
      })
      const one = networkFill(input)
      order.forEach((p, t) => {
        const scale = input.capacity[p] + Math.abs(input.start[input.column[p]]) + input.supply[input.market[p]]
        expect(Math.abs(other.flow[t] - one.flow[p]), `network ${n}, pair ${p}`).toBeLessThanOrEqual(1e-9 * scale)
      })
    }
  })

  it('treats twins alike, and no exchange between two columns makes Σ f²/u smaller', () => {
    let exchanges = 0
    for (let n = 0; n < 300; n++) {
      const input = randomNetwork(SEED + n, { columns: 2 + (n % 10), markets: 2 + (n % 4), ties: n % 2 === 0 })
      const { flow } = networkFill(input)
      const indexOf = new Map(Array.from(input.column, (i, p) => [`${i} ${input.market[p]}`, p]))
      const room = (p: number): number => input.capacity[p] - flow[p]
      const steep = (p: number): number => flow[p] / input.capacity[p]
      for (const [key, p] of indexOf) {
        const [i, k] = key.split(' ').map(Number) as [number, number]
        for (let j = 0; j < input.weight.length; j++) {
          for (let l = 0; l < input.supply.length; l++) {
            // Column i takes a little more of k and less of l, column j the other way round.
            const [q, r, s] = [indexOf.get(`${i} ${l}`), indexOf.get(`${j} ${k}`), indexOf.get(`${j} ${l}`)]
            if (q === undefined || r === undefined || s === undefined || q === p || r === p) continue
            const most = Math.min(room(p), flow[q], flow[r], room(s))
            if (!(most > 1e-6)) continue
            exchanges++
            expect(steep(p) - steep(q) - steep(r) + steep(s), `network ${n}`).toBeGreaterThanOrEqual(-1e-9)
          }
        }
      }
    }
    expect(exchanges).toBeGreaterThan(100)
  })
})

describe('parts of a network', () => {
  it('hold no more than twice the room of what they have, however little is cut off the whole', () => {
    // Every column has a pair in a market that sends all it can, and one in a hundred another in a market that is open.
    const columns = 400
    const open = Array.from({ length: columns / 100 }, (_, i) => 100 * i)
    const pairs = Array.from({ length: columns }, (_, i) =>
      (i % 100 === 0 ? [0, 1] : [0]).map((k) => [i, k] as const),
    ).flat()
    const whole = checkNetwork({
      column: Int32Array.from(pairs, ([i]) => i),
      market: Int32Array.from(pairs, ([, k]) => k),
      capacity: new Float64Array(pairs.length).fill(1),
      weight: new Float64Array(columns).fill(1),
      start: new Float64Array(columns).fill(3),
      supply: Float64Array.of(columns, 1),
    })
    const part = withoutForced(whole, new Float64Array(pairs.length))
    expect(Array.from(part.columns)).toEqual(open)
    for (const list of [part.columns, part.pairs, part.starts, part.market, part.capacity, part.startHigh, part.size]) {
      expect(list.buffer.byteLength).toBeLessThanOrEqual(2 * list.byteLength)
    }
  })
})
