import { describe, expect, it } from 'vitest'
import { type DecisionSpace, decisionSpace } from '#models/book/decision-space.js'
import { exactHolding } from '#models/book/exact-amounts.js'
import { parseEvent } from '#models/book/index.js'
import { squaresWithin } from '#models/proof/leverage/near-squares.js'
import { leverageProblem } from '#models/proof/leverage/problem.js'
import { boundOfGroup, everybody, largestLeverage, profileOf, topGroup } from '#models/proof/leverage/profile.js'
import { recheckSquares, squaresBound, squaresOver, sumOfSquares } from '#models/proof/leverage/squares.js'
import { type Decimal, toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf, fracOfRatio, text } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, num, order, over, plus, size, times, ZERO } from '../../fraction.js'

const SEED = 68_001

interface Facts {
  readonly prices?: readonly string[]
  readonly adlPrices?: readonly string[]
  readonly keepSolvent?: boolean
}
type Account = readonly [equity: string, ...quantities: string[]]

/** Accounts that hold quantities of A, B and C, of which shorts are closed. */
function spaceOf(
  accounts: readonly Account[],
  demand: readonly string[],
  { prices = ['10', '2', '1'], adlPrices = prices, keepSolvent = false }: Facts = {},
): DecisionSpace {
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: prices.map((markPrice, k) => ({ market: 'ABC'[k], markPrice, adlPrice: adlPrices[k] })),
    accounts: accounts.map(([equity, ...quantities], i) => ({
      account: `a${i}`,
      equity,
      positions: quantities.flatMap((quantity, k) => (Number(quantity) === 0 ? [] : [{ market: 'ABC'[k], quantity }])),
    })),
    demand: demand.flatMap((quantity, k) =>
      Number(quantity) === 0 ? [] : [{ market: 'ABC'[k], side: 'short', quantity }],
    ),
  } as never)
  return decisionSpace(event, { keepSolvent, hasSolvencyRows: true })
}
const problemOf = (...facts: Parameters<typeof spaceOf>) => leverageProblem(spaceOf(...facts))

describe('profiles to the last digit', () => {
  it('count as a position what is closed beyond zero by less than a double tells', () => {
    const space = spaceOf(
      [
        ['5', '-3', '-2'],
        ['5', '-3'],
      ],
      ['4'],
    )
    const beyond = (closed: string) => profileOf(space, [dec(closed), dec('0')])
    expect(toText(beyond('3.00000000000000000001').exposure(0))).toBe('4.0000000000000000001')
    expect(toText(beyond('3.5').exposure(0))).toBe('9')
    expect(beyond('3.5').notional[0]).toBe(9)
    const alone = profileOf(space, [dec('0'), dec('3.00000000000000000001')])
    expect([toText(alone.exposure(1)), alone.notional[1], alone.leverage[1]]).toEqual([
      '0.0000000000000000001',
      1e-19,
      1e-19 / 5,
    ])
    // Closed whole, and nothing is left but of other markets.
    const whole = profileOf(space, [exactHolding(space, 0), exactHolding(space, 1)])
    expect([...whole.notional]).toEqual([4, 0])
    // What has the value of the holding, and is another number in memory, leaves nothing either.
    expect([...profileOf(space, [dec('3.0'), dec('3.00')]).notional]).toEqual([4, 0])
  })

  it('have equities after what closing takes, market by market', () => {
    const space = spaceOf(
      [
        ['50', '-3', '-2'],
        ['50', '-3', '-2'],
      ],
      ['3', '2'],
      { adlPrices: ['12', '2', '1'] },
    )
    const { equity, leverage } = profileOf(space, ['1', '1', '0', '1'].map(dec))
    expect([0, 1].map((owner) => toText(equity(owner)))).toEqual(['48', '50'])
    expect([...leverage]).toEqual([22 / 48, 32 / 50])
  })

  it('find the largest, whoever is asked for first', () => {
    const accounts: readonly Account[] = [
      ['2.9999999999999999999', '-1'],
      ['3', '-1'],
      ['2.99999999999999999999', '-1'],
    ]
    const largest = '10/2.9999999999999999999'
    const exact = (equity: string) => over(frac('10'), frac(equity))
    const of = (counts: (owner: number) => boolean, profile = profileOf(spaceOf(accounts, ['1']))) =>
      fracOfRatio(largestLeverage(profile, counts)!)
    expect(largest).toContain('/')
    expect(order(of(everybody), exact('2.9999999999999999999'))).toBe(0)
    const profile = profileOf(spaceOf(accounts, ['1']))
    // The highest of some is not remembered as that of all.
    expect(
      order(
        of((owner) => owner === 1, profile),
        exact('3'),
      ),
    ).toBe(0)
    expect(order(of(everybody, profile), exact('2.9999999999999999999'))).toBe(0)
    expect(
      order(
        of((owner) => owner !== 0, profile),
        exact('2.99999999999999999999'),
      ),
    ).toBe(0)
    expect(
      order(
        of((owner) => owner === 1, profile),
        exact('3'),
      ),
    ).toBe(0)
    // Nothing over nothing is nothing.
    const bare = spaceOf(
      [
        ['0', '-1'],
        ['-2', '-1'],
      ],
      ['2'],
    )
    const flat = profileOf(bare, [exactHolding(bare, 0), exactHolding(bare, 1)])
    expect(text(largestLeverage(flat, everybody))).toBe('0')
    expect([...flat.leverage]).toEqual([0, 0])
    expect([...profileOf(bare).leverage]).toEqual([Infinity, Infinity])
    const none = problemOf(
      [
        ['5', '-1'],
        ['-1', '-1'],
        ['7', '-2'],
      ],
      ['4'],
    )
    expect(topGroup(none, profileOf(none.space, ['1', '1', '2'].map(dec)))).toEqual([0, 2])
  })
})

/** (bound at Q − bound at Q − δ)/δ: what the last contract costs. */
function cost(boundAt: (demand: readonly string[]) => Fraction | undefined, demand: readonly string[], k: number) {
  const step = '0.00000001'
  const less = demand.map((own, m) => (m === k ? String((Number(own) - Number(step)).toFixed(8)) : own))
  const [at, before] = [boundAt(demand), boundAt(less)]
  return at === undefined || before === undefined ? undefined : num(over(minus(at, before), frac(step)))
}

describe(`prices of groups (seed ${SEED})`, () => {
  it('are what the last contract of a market costs', () => {
    const random = randomFrom(SEED)
    const kinds = { given: 0, none: 0, infinite: 0 }
    for (let round = 0; round < 14; round++) {
      const facts: Facts = {
        adlPrices: [random.pick(['10', '12', '19', '8']), random.pick(['2', '3.5', '1']), '1'],
        prices: ['10', '2', '1'],
        keepSolvent: random.chance(0.5),
      }
      const accounts = Array.from(
        { length: random.whole(2, 4) },
        (): Account => [
          random.pick(['4', '9', '30', '100']),
          random.pick(['-4', '-1', '0', '-2.5']),
          random.pick(['-8', '-3', '0', '5']),
          random.pick(['0', '0', '60', '500']),
        ],
      )
      accounts.push(['80', '-1.5', '-2'])
      const demand = [0, 1].map((k) => {
        const held = accounts.reduce((sum, own) => sum + Math.max(0, -Number(own[k + 1])), 0)
        return random.pick([held, held / 2, 1])
      })
      const texts = demand.map(String)
      const problem = problemOf(accounts, texts, facts)
      const solvent = Array.from(problem.isInsolvent.keys()).filter((owner) => problem.isInsolvent[owner] === 0)
      const group = solvent.filter(() => random.chance(0.6))
      if (group.length === 0) continue
      const boundAt = (at: readonly string[]): Fraction | undefined => {
        const { bound } = boundOfGroup(problemOf(accounts, at, facts), group)
        return bound && fracOfRatio(bound)
      }
      const { bound, prices } = boundOfGroup(problem, group)
      if (bound === undefined) {
        kinds.infinite++
        expect(prices, `round ${round}`).toEqual([Number.NaN, Number.NaN])
        continue
      }
      prices.forEach((price, k) => {
        const wanted = cost(boundAt, texts, k)!
        // The bound falls as more is closed, and a price is what it falls by.
        expect(Math.abs(price + wanted), `round ${round}, market ${k}`).toBeLessThan(1e-5 * (1 + Math.abs(wanted)))
        kinds[price === 0 ? 'none' : 'given']++
      })
    }
    expect([kinds.given > 3, kinds.none > 3]).toEqual([true, true])
  })

  it('are below zero where closing raises the level, as soon as the others are not enough', () => {
    // 510 over 9, and each contract of 10 takes 2 of the 9; the other holds one and a half.
    const of = (demand: string) => {
      const accounts: readonly Account[] = [
        ['9', '-1', '0', '500'],
        ['80', '-1.5'],
      ]
      const { bound, prices } = boundOfGroup(problemOf(accounts, [demand], { adlPrices: ['12', '2', '1'] }), [0])
      return [text(bound), prices]
    }
    expect(of('2')).toEqual(['505/8', [expect.closeTo((10 - (505 / 8) * 2) / 8, 9)]])
    expect(of('1.5')).toEqual(['170/3', [0]])
    expect(of('1')).toEqual(['170/3', [0]])
  })

  it('are none where nothing is left to the group, or more would fall on those who come last', () => {
    // The first has nothing at the ADL price: it gives first, or where nobody may end below zero last.
    const accounts: readonly Account[] = [
      ['8', '-4'],
      ['80', '-4'],
    ]
    const of = (demand: string, keepSolvent: boolean) => {
      const { bound, prices } = boundOfGroup(
        problemOf(accounts, [demand], { adlPrices: ['12', '2', '1'], keepSolvent }),
        [1],
      )
      return [text(bound), prices]
    }
    const price = (level: number, left: number) => [expect.closeTo((10 - 2 * level) / left, 12)]
    expect([of('3', false), of('4', false)]).toEqual([
      ['1/2', [0]],
      ['1/2', [0]],
    ])
    expect(of('5', false)).toEqual(['5/13', price(5 / 13, 78)])
    expect([of('3', true), of('4', true)]).toEqual([
      ['5/37', price(5 / 37, 74)],
      ['0', price(0, 72)],
    ])
    expect(of('5', true)).toEqual(['0', [0]])
  })

  it('are none where the bound is infinite', () => {
    // 4 contracts of A lose 40 and one of B gains 8: nothing is left of 31 and some, and yet there is notional.
    const problem = problemOf([['31', '-4', '-4']], ['4', '1'], { prices: ['10', '10'], adlPrices: ['20', '2'] })
    expect([...problem.isInsolvent]).toEqual([0])
    const { bound, prices } = boundOfGroup(problem, [0])
    expect([bound, prices]).toEqual([undefined, [Number.NaN, Number.NaN]])
  })
})

/** Σ N²/g of accounts that lose what is closed of A, each above zero. */
function exactSquares(space: DecisionSpace, reductions: readonly Decimal[]): Fraction {
  const { positions, markets, accounts } = space.event
  let sum = ZERO
  space.owners.forEach((account, owner) => {
    let gross = ZERO
    let equity = fracOf(accounts.equity.exact(account))
    for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
      const market = markets[positions.market[p]]
      const quantity = fracOf(positions.quantity.exact(p))
      let closed = ZERO
      for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++)
        if (space.pairPosition[pair] === p) closed = fracOf(reductions[pair])
      gross = plus(gross, times(minus(size(quantity), closed), fracOf(market.markPrice)))
      equity = plus(equity, times(quantity, minus(fracOf(market.adlPrice), fracOf(market.markPrice))))
    }
    if (equity.n > 0n) sum = plus(sum, over(times(gross, gross), equity))
  })
  return sum
}

describe(`sums of squares in doubles (seed ${SEED + 1})`, () => {
  const check = (space: DecisionSpace, reductions: readonly Decimal[], at: string): number => {
    const range = squaresWithin(leverageProblem(space), reductions)
    expect(range, at).toBeDefined()
    const wanted = exactSquares(space, reductions)
    const [low, high] = [fracOfRatio(range!.low), fracOfRatio(range!.high)]
    expect(order(low, wanted), at).toBeLessThanOrEqual(0)
    expect(order(high, wanted), at).toBeGreaterThanOrEqual(0)
    return num(over(minus(high, low), wanted))
  }
  const digits = (random: ReturnType<typeof randomFrom>, count: number): string =>
    Array.from({ length: count }, () => random.whole(0, 9)).join('')

  it('hold the value where almost all of it is closed', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 12; round++) {
      const whole = `${random.whole(1, 9)}${digits(random, 9)}`
      const quantity = `${whole}.${digits(random, 24)}`
      // What is left is a few of the last places of a double, or more.
      const zeros = random.whole(0, 4)
      const closed = toText(minusText(quantity, `0.${'0'.repeat(zeros)}${random.whole(1, 9)}${digits(random, 8)}`))
      const price = `${random.whole(1, 9)}${digits(random, 6)}.${digits(random, 17)}`
      const space = spaceOf([[`1.${digits(random, 20)}`, `-${quantity}`]], [closed], { prices: [price] })
      check(space, [dec(closed)], `round ${round}`)
    }
  })

  it('hold the value of two hundred accounts', () => {
    const random = randomFrom(SEED + 2)
    // Few denominators, so that the exact sum stays short.
    const equities = Array.from({ length: 3 }, () => `${random.whole(1, 99)}.${digits(random, 19)}`)
    const accounts = Array.from(
      { length: 200 },
      (): Account => [
        random.pick(equities),
        `-${random.whole(1, 9)}.${digits(random, 21)}`,
        random.pick(['1', '-2', '0']),
      ],
    )
    const space = spaceOf(accounts, ['100'])
    const reductions = accounts.map(() => dec('0.5'))
    expect(check(space, reductions, 'all')).toBeLessThan(2 ** -60)
    expect(
      check(
        space,
        accounts.map(() => dec('0')),
        'none',
      ),
    ).toBeLessThan(2 ** -60)
    // Of them those who are closed whole count for nothing but what they hold beside.
    const some = accounts.map((_, pair) => (pair % 3 === 0 ? exactHolding(space, pair) : dec('0')))
    expect(check(space, some, 'some')).toBeLessThan(2 ** -60)
  })

  it('are given in the range of doubles alone, and never beyond zero', () => {
    const of = (quantity: string, equity: string, closed = '0', price = '10') => {
      const space = spaceOf([[equity, `-${quantity}`]], [quantity], { prices: [price] })
      const within = squaresWithin(leverageProblem(space), [dec(closed)])
      return within && num(fracOfRatio(within.low))
    }
    expect(of('3', '7')).toBeCloseTo(900 / 7, 9)
    // (1e-70)²/1e70 and (1e70)²/1e-70 are out of it; (1e-70)²/1e-3 is in it.
    expect([of('1e-71', '1e70'), of('1e69', '1e-70')]).toEqual([undefined, undefined])
    expect(of('1e-71', '1e-3')).toBeCloseTo(1e-137, 150)
    expect(of('1e-71', '1e-3')).toBeGreaterThan(0)
    const two = spaceOf(
      [
        ['7', '-3'],
        ['5', '-1'],
      ],
      ['4'],
    )
    const within = (first: Decimal) => squaresWithin(leverageProblem(two), [first, dec('0')])
    expect(num(fracOfRatio(within(exactHolding(two, 0))!.low))).toBeCloseTo(20, 12)
    expect([within(dec('3.0000000000000000001')), within(dec('4'))]).toEqual([undefined, undefined])
  })
})

/** a − b as a decimal. */
function minusText(a: string, b: string): Decimal {
  const { n, d } = minus(frac(a), frac(b))
  let places = 0
  while (10n ** BigInt(places) % d !== 0n) places++
  return { digits: n * (10n ** BigInt(places) / d), scale: places }
}

describe('sums and bounds of squares', () => {
  it('are of those who are solvent, and of what is closed now', () => {
    const problem = problemOf(
      [
        ['10', '-3'],
        ['20', '-3'],
        // Nothing at the ADL price, and other holdings that stay.
        ['0', '-1', '5'],
        ['-4', '-1', '5'],
      ],
      ['3'],
    )
    const sum = (...closed: string[]) => text(sumOfSquares(problem, closed.map(dec)))
    expect([sum('1', '0.5', '1', '1'), sum('0.5', '1', '1', '1'), sum('1', '0.5', '1', '1')]).toEqual([
      '285/4',
      '165/2',
      '285/4',
    ])
    expect([sum('0', '0', '1', '1'), sum('3', '3', '1', '1'), sum('0', '0', '1', '1')]).toEqual(['135', '0', '135'])
    expect(text(sumOfSquares(problemOf([['-1', '-3']], ['1']), [dec('1')]))).toBe('0')
  })

  it('of any exposures are those asked for, one set after another', () => {
    const problem = problemOf(
      [
        ['10', '-3'],
        ['20', '-3'],
      ],
      ['3'],
    )
    const of = (...exposures: string[]) =>
      text(squaresOver(problem, (owner) => dec(exposures[owner]), Float64Array.from(exposures, Number)))
    expect([of('10', '-20'), of('5', '-20'), of('0', '0'), of('0', '1e-30')]).toEqual([
      '30',
      '45/2',
      '0',
      `1/2${'0'.repeat(61)}`,
    ])
  })

  it('count what may still be closed, and price what is left to the solvent', () => {
    // A falls on the insolvent; of B two are closed.
    const problem = problemOf(
      [
        ['-10', '-3'],
        ['20', '-3', '-4'],
        ['10', '0', '-4'],
      ],
      ['1', '2'],
    )
    const evidence = { multipliers: { a1: '1.5', a2: '0.5' }, prices: { A: '0', B: '2' } }
    // 2 · 1.5 · 38 − 2.25 · 20 + 2 · 0.5 · 8 − 0.25 · 10 − 2 · 2 − (3 · 2 − 2) · 4: A is not closed of a1.
    expect(text(recheckSquares(problem, evidence).bound)).toBe('109/2')
    const own = squaresBound(problem, ['1', '0', '2', '0'].map(dec))
    expect(own.prices[0]).toBe(0)
    expect(toNumber(dec((own.evidence!() as { prices: { B: string } }).prices.B))).toBeCloseTo(2 * 2 * 1.7, 12)
    // In doubles what all hold may be a little less than what is demanded: the last of them still has the price.
    const short = problemOf(
      [
        ['10', '-0.1'],
        ['20', '-0.2'],
        ['10', '-0.4', '3'],
      ],
      ['0.70000000000000000001'.slice(0, 3)],
    )
    expect(squaresBound(short, ['0', '0', '0'].map(dec)).prices).toEqual([0])
  })
})
