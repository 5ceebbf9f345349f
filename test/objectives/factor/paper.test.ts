import { parseEvent } from 'spillway'
import { describe, expect, it } from 'vitest'
import { num } from '../../fraction.js'
import { faultOf } from '../leverage/support.js'
import type { FactorEvent } from './books.js'
import { expectedShortfall } from './gaussian.js'
import { read } from './oracle.js'
import { judged, solved } from './support.js'

/**
 * The numerical example of Campbell, Hey, Moallemi and Nutz (arXiv 2603.15963, section 4). Its factor moves prices by v dollars per
 * contract, v = (6653.95029, 200.55736), and it holds shorts positive: its factor leverage is minus ours.
 */
const V = { BTC: '6653.95029', ETH: '200.55736' }
const holdings: readonly (readonly [equity: string, btc: string, eth: string])[] = [
  ['242100', '-8', '-323'],
  ['143000', '-10', '38.7'],
  ['180704.8', '-8', '-326.2'],
  ['116901', '-7', '190'],
]

/** β = v/p; with the price 1 instead, a contract of v dollars has the loading v, and β needs no division. */
const paperEvent = (btc: string, eth = '0'): FactorEvent => ({
  format: 'spillway/event@1',
  markets: [
    { market: 'BTC', markPrice: '1', factorLoading: V.BTC },
    { market: 'ETH', markPrice: '1', factorLoading: V.ETH },
  ],
  accounts: holdings.map(([equity, b, e], i) => ({
    account: String(i + 1),
    equity,
    positions: [
      { market: 'BTC', quantity: b },
      { market: 'ETH', quantity: e },
    ],
  })),
  demand: [
    { market: 'BTC', side: 'short', quantity: btc },
    { market: 'ETH', side: 'short', quantity: eth },
  ],
})

const table: readonly (readonly [btc: string, level: number, closed: readonly number[], loss: number])[] = [
  ['5', 0.481062, [0.2324, 0, 4.7676, 0], 1539.7],
  ['10', 0.404563, [3.0158, 0.1391, 6.8451, 0], 500.46],
  ['15', 0.338125, [5.4331, 1.5669, 8, 0], 114.28],
  ['20', 0.22491, [8, 4, 8, 0], 57.97],
]

describe('the paper’s example', () => {
  it.each(table)('%s BTC', async (btc, level, closed, loss) => {
    const event = paperEvent(btc)
    for (const solver of ['closed-form', 'highs']) {
      const answer = await solved(event, { solver })
      expect(answer.status).toBe('optimal')
      expect(faultOf(event, answer.reductions!)).toBeUndefined()
      closed.forEach((x, i) => {
        const found = answer.reductions!.find(({ account }) => account === String(i + 1))
        expect(Math.abs(Number(found?.quantity ?? 0) - x), `${solver}, ${i + 1}`).toBeLessThan(1e-4)
      })
      const { holders } = read(event, answer.reductions)
      // Who is cut and keeps something stands at the level η*; whoever is untouched, or closed, at it or below.
      const inside = holders.filter((_, i) => closed[i] > 0 && closed[i] < Number(holdings[i][1].slice(1)))
      expect(inside.length).toBeGreaterThan(0)
      for (const h of inside) expect(Math.abs(num(h.after) / num(h.equity) + level)).toBeLessThan(1e-6)
      expect(expectedShortfall(holders)).toBeCloseTo(loss, 1)
      const { factorLeverage } = answer
      expect(factorLeverage!.minBefore).toBeCloseTo(-0.656615, 6)
      expect(factorLeverage!.maxBefore).toBeCloseTo(-0.072469, 6)
      expect(-factorLeverage!.minAfter!).toBeGreaterThan(0.22)
    }
  })

  it('10 BTC and 100 ETH: every contract is cleared, at the least expected loss under the factor', async () => {
    const event = paperEvent('10', '100')
    const answer = await solved(event)
    expect(answer.status).toBe('optimal')
    expect(faultOf(event, answer.reductions!)).toBeUndefined()
    expect(answer.reductions!.reduce((sum, { quantity }) => sum + Number(quantity), 0)).toBeCloseTo(110, 9)
    expect(expectedShortfall(read(event, answer.reductions).holders)).toBeCloseTo(214.85, 2)
    const verdict = await judged(event, answer.reductions!)
    expect(verdict.verdict).toBe('optimal')
    expect(verdict.methods.map(({ solver }) => solver)).toEqual(['closed-form', 'highs'])
    expect(verdict.methods[1].value).toBeCloseTo(verdict.methods[0].value!, 6)
  })

  it('at the prices of the paper, with loadings v/p', async () => {
    const event = paperEvent('10')
    const [btc, eth] = event.markets
    const priced = {
      ...event,
      markets: [
        { ...btc, markPrice: '67000', factorLoading: String(6653.95029 / 67000) },
        { ...eth, markPrice: '1900', factorLoading: String(200.55736 / 1900) },
      ],
    }
    expect(parseEvent(priced).markets).toHaveLength(2)
    const [plain, scaled] = [await solved(event), await solved(priced)]
    expect(scaled.objective.value! / plain.objective.value!).toBeCloseTo(1, 12)
    expect(scaled.leverage.maxBefore).toBeCloseTo(7.100025, 6)
    expect(scaled.factorLeverage!.minAfter).toBeCloseTo(-0.404563, 6)
  })
})
