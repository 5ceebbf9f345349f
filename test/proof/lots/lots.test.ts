import { describe, expect, it } from 'vitest'
import { boundOfGroup } from '#models/proof/leverage/profile.js'
import { lotColumns, readLotLevels, recheckLotLevels, withLevels } from '#models/proof/lots/levels.js'
import { holdsNothingElse, levelWeight, lotMarkets } from '#models/proof/lots/markets.js'
import { recheckLotSquares, scaleOf, withLotPrices } from '#models/proof/lots/squares.js'
import { ratioOf, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOfRatio, text } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, most, order, over, plus, sign, times, ZERO } from '../../fraction.js'
import {
  type Account,
  bestOf,
  decimalText,
  leverageOf,
  PRICE,
  type Problem,
  problemOf,
  type Seller,
  sellersOf,
} from './book.js'

const SEED = 63_001

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    const { code, path } = error as { code: string; path: string }
    return `${code} ${path.replace('certificate.evidence.', '')}`
  }
  return 'nothing was thrown'
}

describe(`levels of whole lots (seed ${SEED})`, () => {
  // The shorts of A lose per contract what the ADL price is above the mark.
  it.each(['10', '12', '8'])('prove the best allocation, and nothing beyond it: ADL price %s', (adlPrice) => {
    const gap = minus(frac(adlPrice), PRICE)
    const random = randomFrom(SEED + Number(adlPrice))
    let proved = 0
    for (let round = 0; round < 20; round++) {
      const { sellers, wanted, room } = sellersOf(random, gap)
      if (room === 0) continue
      const problem = problemOf(
        sellers.map(({ quantity, own }) => [decimalText(own.equity), ['A', `-${quantity}`]]),
        { A: String(wanted) },
        { adlPrice },
      )
      const own = sellers.map((each) => each.own)
      const best = bestOf(own, wanted, (closed) => {
        const levels = closed.map((j, i) => leverageOf(own[i], j, gap))
        return levels.includes(undefined) ? undefined : (levels as Fraction[]).reduce(most, ZERO)
      })
      const at = `round ${round}`
      // The level N/w of a leverage λ is λ at the mark, where w = e; else w = g, and λ = p μ/(p + d μ).
      const levelOf = (leverage: Fraction): Fraction =>
        sign(gap) === 0 ? leverage : over(times(PRICE, leverage), minus(PRICE, times(gap, leverage)))
      const recheck = (level: Fraction) =>
        recheckLotLevels(problem, { group: [], levels: { A: `${level.n}/${level.d}` } })
      if (best === undefined) continue
      const level = levelOf(best)
      if (sign(level) === 0) continue
      proved++
      const bound = recheck(level)
      expect(order(fracOfRatio(bound.bound!), best), at).toBe(0)
      expect(bound.evidence!(), at).toEqual({
        group: [],
        levels: { A: text(ratioOf(dec(String(level.n)), dec(String(level.d)))) },
      })
      const above = recheck(plus(level, frac('1e-20')))
      expect([text(above.bound), above.evidence!()], at).toEqual(['0', { group: [], levels: {} }])
    }
    expect(proved).toBeGreaterThan(4)
  })

  it('raise the bound of a group, and do not lower it', () => {
    const problem = problemOf(
      [
        ['10', ['A', '-3']],
        ['10', ['A', '-3']],
        ['1', ['B', '-4']],
      ],
      { A: '1', B: '1' },
    )
    const bound = (evidence: object) => {
      const { bound: own, prices } = recheckLotLevels(problem, evidence)
      return [text(own), prices]
    }
    // Of 60 over 20 one contract goes: 5/2. In whole lots the other stays at 3.
    const group = { group: ['a0', 'a1'] }
    expect(bound(group)).toEqual(['5/2', [0.5, 0]])
    expect(bound({ ...group, levels: { A: '3' } })).toEqual(['3', [0.5, 0]])
    expect(bound({ ...group, levels: { A: '2' } })).toEqual(['5/2', [0.5, 0]])
    expect(bound({ ...group, levels: { A: '3', B: '6' } })).toEqual(['6', [0.5, 0]])
    expect(bound({ ...group, levels: { B: '6', A: '3' } })).toEqual(['6', [0.5, 0]])
    expect(bound({ ...group, levels: {} })).toEqual(['5/2', [0.5, 0]])
    expect(recheckLotLevels(problem, { ...group, levels: { A: '2', B: '6' } }).evidence!()).toEqual({
      ...group,
      levels: { A: '2', B: '6' },
    })
    expect(codeOf(() => recheckLotLevels(problem, { group: [], levels: { C: '1' } }))).toBe('unknown-key levels.C')
    expect(codeOf(() => recheckLotLevels(problem, { group: [], levels: { A: '1/0' } }))).toBe('bad-evidence levels.A')
    expect(codeOf(() => recheckLotLevels(problem, { group: [], lotPrices: {} }))).toBe('unknown-key lotPrices')
  })

  it('are no leverage where weights at the ADL price turn them: infinite, or nothing', () => {
    // The ADL price of 8 gives each contract 2: level μ is the leverage 10 μ/(10 − 2 μ), infinite from 5 on.
    const problem = problemOf([['-7', ['A', '-4']]], { A: '1' }, { adlPrice: '8' })
    const bound = (level: string) => {
      const own = recheckLotLevels(problem, { group: [], levels: { A: level } })
      return [text(own.bound), own.prices, (own.evidence!() as { levels: object }).levels]
    }
    expect(bound('5')).toEqual([undefined, [Number.NaN], { A: '5' }])
    expect(bound('30')).toEqual([undefined, [Number.NaN], { A: '30' }])
    expect(bound('31')).toEqual(['0', [0], {}])
    expect(bound('4')).toEqual(['20', [0], { A: '4' }])
    expect(bound('0')).toEqual(['0', [0], {}])
    // A level below zero says nothing, where it would turn the weight as well.
    const loses = problemOf([['17', ['A', '-4']]], { A: '1' }, { adlPrice: '12' })
    expect(text(recheckLotLevels(loses, { group: [], levels: { A: '-5' } }).bound)).toBe('0')
    expect(text(recheckLotLevels(loses, { group: [], levels: { A: '-50' } }).bound)).toBe('0')
    // What is infinite stays so, whatever follows.
    const two = problemOf(
      [
        ['-7', ['A', '-4']],
        ['1', ['B', '-4']],
      ],
      { A: '1', B: '0.5' },
      { adlPrice: '8' },
    )
    const known = { ...boundOfGroup(two, []), evidence: () => ({ group: [] }) }
    const markets = lotMarkets(two, levelWeight(two))
    const levels = (a: string, b: string) =>
      withLevels(two, known, markets, ({ market }) => [dec(market === 0 ? a : b), dec('1')])
    expect([text(levels('5', '1').bound), levels('5', '1').prices]).toEqual([undefined, [Number.NaN, Number.NaN]])
    expect([text(levels('1', '6').bound), levels('1', '6').prices]).toEqual(['6', [0, 0]])
    const { evidence: _, ...bare } = known
    expect(withLevels(two, bare, markets, () => undefined).evidence!()).toEqual({ levels: {} })
  })

  it('count nowhere that owners link markets, or hold more off the mark', () => {
    const claims = (problem: Problem) => {
      const { markets } = readLotLevels(problem, { levels: { A: '1/10' } })
      return [text(recheckLotLevels(problem, { group: [], levels: { A: '1/10' } }).bound), markets.length]
    }
    const plain: Account = ['20', ['A', '-3']]
    expect(claims(problemOf([plain], { A: '1' }))).toEqual(['1/10', 1])
    expect(claims(problemOf([plain, ['20', ['A', '-3'], ['B', '-3']]], { A: '1', B: '1' }))).toEqual(['0', 0])
    expect(claims(problemOf([plain, ['20', ['A', '-3'], ['C', '5']]], { A: '1' }))).toEqual(['1/10', 1])
    const off = { adlPrice: '12' }
    expect(claims(problemOf([plain], { A: '1' }, off))).toEqual(['5/51', 1])
    expect(claims(problemOf([plain, ['20', ['A', '-3'], ['C', '5']]], { A: '1' }, off))).toEqual(['0', 0])
    expect(claims(problemOf([['20', ['A', '-3'], ['C', '5']], plain], { A: '1' }, off))).toEqual(['0', 0])
    // Others may hold more where their market closes at the mark.
    const apart = problemOf([plain, ['20', ['B', '-3'], ['C', '5']]], { A: '1', B: '0.5' }, off)
    expect(claims(apart)).toEqual(['5/51', 2])
    const mixed = problemOf(
      [['20', ['B', '-3'], ['C', '5']], plain, ['9', ['A', '-1'], ['C', '2']]],
      { B: '0.5', A: '1' },
      off,
    )
    expect(lotColumns(mixed)).toBeUndefined()
    expect(readLotLevels(mixed, { levels: {} }).markets).toEqual([])
    expect(Array.from(apart.freePairs, (pair) => holdsNothingElse(apart, pair))).toEqual([true, false])
  })

  it('weigh by equity at the mark, and at the ADL price off it or where that is all there is', () => {
    const weights = (problem: Problem) => [
      lotColumns(problem)?.map(({ weight }) => [...weight]),
      lotMarkets(problem, levelWeight(problem)).map(({ columns }) => columns.weight.map(toText)),
    ]
    const at = problemOf(
      [
        ['20', ['A', '-3']],
        ['7', ['A', '-1']],
      ],
      { A: '1' },
    )
    expect(weights(at)).toEqual([[[20, 7]], [['20', '7']]])
    const off = problemOf(
      [
        ['20', ['A', '-3']],
        ['7', ['A', '-1']],
      ],
      { A: '1' },
      { adlPrice: '12' },
    )
    expect(weights(off)).toEqual([[[14, 5]], [['14', '5']]])
    // Of B, at the mark, equities are as they are, but for those that the gain in A alone keeps above zero.
    const paid = problemOf(
      [
        ['-3', ['B', '-3'], ['A', '-2']],
        ['0', ['B', '-1'], ['A', '-1']],
        ['5', ['B', '-1'], ['A', '-1']],
        ['9', ['A', '-1']],
      ],
      { A: '1', B: '0.5' },
      { adlPrice: '8', lots: true },
    )
    expect(lotColumns(paid)).toBeUndefined()
    expect([0, 1, 2].map((owner) => toText(levelWeight(paid)(owner, 1)))).toEqual(['1', '2', '5'])
    expect([0, 1, 2].map((owner) => toText(levelWeight(paid)(owner, 0)))).toEqual(['1', '2', '7'])
  })
})

describe('markets of lots', () => {
  it('are those that have a lot size and lots to give', () => {
    const problem = problemOf(
      [
        ['90', ['A', '-4.5'], ['B', '3']],
        ['50', ['B', '-5.2']],
        ['70', ['C', '-2'], ['A', '3']],
        ['-5', ['A', '-1']],
      ],
      { A: '3', B: '2', C: '1' },
    )
    const markets = lotMarkets(problem, levelWeight(problem))
    expect(
      markets.map(({ market, lot, pairs, columns: { start, weight, most: room, step, wanted } }) => ({
        market,
        lot: toText(lot),
        pairs,
        start: start.map(toText),
        weight: weight.map(toText),
        room,
        step: toText(step),
        wanted,
      })),
    ).toEqual([
      { market: 0, lot: '1', pairs: [0], start: ['51'], weight: ['90'], room: [4n], step: '10', wanted: 2n },
      { market: 1, lot: '0.5', pairs: [1], start: ['10.4'], weight: ['50'], room: [10n], step: '1', wanted: 4n },
    ])
    expect(lotMarkets(problemOf([['90', ['A', '-4']]], { A: '3' }, { lots: false }), () => dec('1'))).toEqual([])
    // Insolvent accounts meet all of it: nobody else gives.
    expect(
      lotMarkets(
        problemOf(
          [
            ['-90', ['A', '-4']],
            ['9', ['A', '-1']],
          ],
          { A: '3' },
        ),
        () => dec('1'),
      ),
    ).toEqual([])
  })
})

describe(`squares of whole lots (seed ${SEED + 1})`, () => {
  it('are bounded by any price, and met by that of the last lot', () => {
    const random = randomFrom(SEED + 1)
    let rounds = 0
    for (let round = 0; round < 20; round++) {
      const { sellers, wanted, room } = sellersOf(random, ZERO)
      if (room === 0) continue
      rounds++
      const problem = problemOf(
        [
          ...sellers.map(({ quantity, own }): Account => [decimalText(own.equity), ['A', `-${quantity}`]]),
          ['4', ['C', '-3']],
        ],
        { A: String(wanted), C: '1' },
      )
      const own = sellers.map((each) => each.own)
      const term = ({ gross, remarked }: Seller, j: number): Fraction => {
        const left = minus(gross, times(PRICE, frac(j)))
        return over(times(left, left), remarked)
      }
      const best = bestOf(own, wanted, (closed) => closed.reduce((sum, j, i) => plus(sum, term(own[i], j)), ZERO))!
      const falls = own
        .flatMap((each) => Array.from({ length: each.most }, (_, j) => minus(term(each, j), term(each, j + 1))))
        .sort((a, b) => order(b, a))
      // 2 of the others that remain weigh a tangent at zero: nothing.
      const boundAt = (price: string) =>
        recheckLotSquares(problem, { multipliers: {}, prices: {}, lotPrices: { A: price } })
      const last = falls[wanted - 1]
      const exact = over(times(last, frac('1e12')), frac('1'))
      const price = `${exact.n / exact.d}e-12`
      const at = `round ${round}`
      const met = fracOfRatio(boundAt(price).bound!)
      expect(order(met, best), at).toBeLessThanOrEqual(0)
      expect(order(minus(best, met), frac('1e-9')), at).toBeLessThanOrEqual(0)
      for (const any of ['0', '3', '100', '1234.5', '-7']) {
        const { bound, prices, evidence } = boundAt(any)
        expect(order(fracOfRatio(bound!), best), at).toBeLessThanOrEqual(0)
        expect(prices, at).toEqual([Number(any), 0])
        expect(evidence!(), at).toEqual({ multipliers: {}, prices: { A: '0', C: '0' }, lotPrices: { A: any } })
      }
      // With the multiplier of the other market its square counts beside: 2 · 0.5 · 3 − 0.25 · 4 − θ − (1 − θ) 3.
      const both = recheckLotSquares(problem, {
        multipliers: { [`a${own.length}`]: '0.5' },
        prices: { C: '1' },
        lotPrices: { A: price },
      })
      expect(order(minus(fracOfRatio(both.bound!), met), frac('1')), at).toBe(0)
    }
    expect(rounds).toBeGreaterThan(10)
  })

  it('have a price per contract, and none where owners link markets', () => {
    const problem = problemOf([['10', ['B', '-4']]], { B: '2' })
    expect(recheckLotSquares(problem, { multipliers: {}, prices: {}, lotPrices: { B: '3' } }).prices).toEqual([6])
    // Without lot prices it is the bound over fractions.
    const plain = { multipliers: { a0: '0.4' }, prices: { B: '1.6' } }
    expect(recheckLotSquares(problem, plain).evidence!()).toEqual(plain)
    expect(text(recheckLotSquares(problem, plain).bound)).toBe('8/5')
    const counted = codeOf(() => recheckLotSquares(problem, { ...plain, lotPrices: {} }))
    expect(counted).toBe('bad-evidence multipliers')
    // (8 − 4)²/10 is 8/5 again, and a price that is not given is nothing.
    const met = recheckLotSquares(problem, { multipliers: {}, prices: {}, lotPrices: { B: '0.9' } })
    expect(text(met.bound)).toBe('8/5')
    const none = recheckLotSquares(problem, { multipliers: {}, prices: {}, lotPrices: {} })
    expect([text(none.bound), none.prices]).toEqual(['0', [0]])
    const linked = problemOf([['10', ['A', '-4'], ['B', '-4']]], { A: '1', B: '1' })
    const evidence = { multipliers: { a0: '4' }, prices: { A: '80', B: '16' }, lotPrices: { A: '80' } }
    const bound = recheckLotSquares(linked, evidence)
    // 2 · 4 · 48 − 16 · 10 − 80 − 16: what is said of lots counts for nothing.
    expect([text(bound.bound), bound.prices, bound.evidence!()]).toEqual([
      '128',
      [80, 16],
      { ...evidence, lotPrices: {} },
    ])
    expect(codeOf(() => recheckLotSquares(linked, { ...evidence, lotPrices: { Z: '1' } }))).toBe(
      'unknown-key lotPrices.Z',
    )
  })

  it('leave what they were made of as it was', () => {
    const problem = problemOf([['10', ['A', '-4']]], { A: '2' })
    const known = { bound: ratioOf(dec('0')), prices: [7] }
    const markets = lotMarkets(problem, () => dec('10'))
    const own = withLotPrices(problem, known, markets, () => dec('12'))
    expect([known.prices, own.prices, own.evidence!()]).toEqual([[7], [12], { lotPrices: { A: '12' } }])
    expect(withLotPrices(problem, { ...known, bound: undefined }, markets, () => dec('12')).bound).toBeUndefined()
  })

  it('are rounded down by nothing that matters, however small they are', () => {
    // Terms of (4e-12)²/3e9, and of a large account beside.
    const small: Account = ['3e9', ['A', '-4e-12']]
    const scale = (...accounts: Account[]) => scaleOf(lotMarkets(problemOf(accounts, { A: '1' }), () => dec('3e9'))[0])
    expect(scale(['3e9', ['A', '-4']])).toBe(40 + 7)
    expect(scale(['3e9', ['A', '-4e8']])).toBe(40)
    expect(scale(['3e9', ['A', '-4']], small)).toBe(40 + 31)
    expect(scale(small, ['3e9', ['A', '-4']])).toBe(40 + 31)
    const third = problemOf([['3e30', ['A', '-4']]], { A: '1' })
    const { bound } = recheckLotSquares(third, { multipliers: {}, prices: {}, lotPrices: { A: '0' } })
    expect(order(fracOfRatio(bound!), ZERO)).toBe(0)
    const priced = recheckLotSquares(third, { multipliers: {}, prices: {}, lotPrices: { A: '2.1e-28' } })
    const wanted = over(frac('900'), frac('3e30'))
    expect(order(fracOfRatio(priced.bound!), wanted)).toBeLessThanOrEqual(0)
    expect(order(minus(wanted, fracOfRatio(priced.bound!)), times(wanted, frac('1e-36')))).toBeLessThanOrEqual(0)
  })
})
