import { minMaxLeverage, parseEvent, solve } from 'spillway'
import { describe, expect, test } from 'vitest'
import { randomFrom } from '../../books.js'
import { type Fraction, frac, least, minus, order, over, sign, ZERO } from '../../fraction.js'

/** Whoever keeps a market from its demand is named with what it gives of what it holds; the sums are made here in exact fractions. */
const SEED = 7
const [MARK, ADL] = [20, 15]

interface Own {
  readonly equity: number
  readonly quantity: number
  readonly exempt: boolean
}

const gives = ({ equity, quantity, exempt }: Own): Fraction =>
  exempt || equity < 0 ? ZERO : least(frac(quantity), over(frac(equity), frac(MARK - ADL)))

describe('an infeasible event names the accounts that keep it so', () => {
  test(`those that closing would push below zero, and debtors, seed ${SEED}`, async () => {
    const random = randomFrom(SEED)
    let infeasible = 0
    for (let book = 0; book < 40; book++) {
      const owns: Own[] = Array.from({ length: random.whole(1, 6) }, () => {
        const equity = random.whole(-20, 60)
        return { equity, quantity: random.whole(1, 9), exempt: equity >= 0 && random.chance(0.1) }
      })
      const eligible = owns.filter(({ exempt }) => !exempt)
      const demand = random.whole(
        1,
        Math.max(
          1,
          eligible.reduce((sum, { quantity }) => sum + quantity, 0),
        ),
      )
      if (eligible.length === 0) continue
      const event = parseEvent({
        format: 'spillway/event@1',
        markets: [{ market: 'BTC', markPrice: MARK, adlPrice: ADL }],
        accounts: owns.map(({ equity, quantity, exempt }, i) => ({
          account: `a${i}`,
          equity,
          ...(exempt && { exempt }),
          positions: [{ market: 'BTC', quantity }],
        })),
        demand: [{ market: 'BTC', side: 'long', quantity: demand }],
      })
      const all = eligible.reduce((sum, own) => minus(sum, minus(ZERO, gives(own))), ZERO)
      const { status, reason } = await solve(event, minMaxLeverage(), { keepSolvent: true })
      if (sign(minus(frac(demand), all)) <= 0) {
        expect(status).not.toBe('infeasible')
        continue
      }
      infeasible++
      expect(status).toBe('infeasible')
      const named = new Map(
        [...reason!.matchAll(/(a\d+) gives (\S+) of (\d+)/g)].map(([, name, given, held]) => [name!, [given!, held!]]),
      )
      owns.forEach((own, i) => {
        const isBack = !own.exempt && order(gives(own), frac(own.quantity)) < 0
        if (named.size < 5) expect(named.has(`a${i}`), `${reason}, ${JSON.stringify(own)}`).toBe(isBack)
        const said = named.get(`a${i}`)
        if (said === undefined) return
        expect(Number(said[0])).toBeCloseTo(Number(gives(own).n) / Number(gives(own).d), 9)
        expect(said[1]).toBe(String(own.quantity))
      })
    }
    expect(infeasible).toBeGreaterThan(5)
  })
})
