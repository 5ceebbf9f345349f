import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { exactHolding } from '#models/book/exact-amounts.js'
import { parseEvent } from '#models/book/index.js'
import { largestLevel, notCounted, readGroup, recheckGroup } from '#models/proof/leverage/levels.js'
import { squaresWithin } from '#models/proof/leverage/near-squares.js'
import { insolventBreak, leverageProblem } from '#models/proof/leverage/problem.js'
import { boundOfGroup, everybody, largestLeverage, profileOf, topGroup } from '#models/proof/leverage/profile.js'
import { readSquares, recheckSquares, squaresBound, sumOfSquares } from '#models/proof/leverage/squares.js'
import { ratioOf, toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf, fracOfRatio, text } from '../../certificates/decimals.js'
import { frac, minus, num, order, over, sign, times, ZERO } from '../../fraction.js'
import { smallBook, squares } from './book.js'

const SEED = 61_001

const bookOf = (
  accounts: readonly (readonly [equity: string, ...positions: (readonly [market: string, quantity: string])[]])[],
  demand: Readonly<Record<string, string>>,
  adlPrice = '10',
) =>
  leverageProblem(
    decisionSpace(
      parseEvent({
        format: 'spillway/event@1',
        markets: [
          { market: 'A', markPrice: '10', adlPrice },
          { market: 'B', markPrice: '2' },
        ],
        accounts: accounts.map(([equity, ...positions], i) => ({
          account: `a${i}`,
          equity,
          positions: positions.map(([market, quantity]) => ({ market, quantity })),
        })),
        demand: Object.entries(demand).map(([market, quantity]) => ({ market, side: 'short', quantity })),
      } as never),
    ),
  )

describe(`what accounts hold after the ADL (seed ${SEED})`, () => {
  it('is what the plain book says, exactly, and the nearest doubles of that', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 15; round++) {
      const { space, reductions, gross, equity } = smallBook(random, { beyond: true })
      const profile = profileOf(space, reductions)
      expect(profileOf(space, reductions)).toBe(profile)
      const none = profileOf(
        space,
        Array.from(reductions, () => dec('0')),
      )
      const before = profileOf(space)
      gross.forEach((own, owner) => {
        const at = `round ${round}, ${owner}`
        expect(order(fracOf(profile.exposure(owner)), own), at).toBe(0)
        expect(order(fracOf(profile.equity(owner)), equity[owner]), at).toBe(0)
        expect(profile.notional[owner], at).toBe(toNumber(profile.exposure(owner)))
        expect(profile.leverage[owner], at).toBe(
          sign(own) === 0
            ? 0
            : sign(equity[owner]) <= 0
              ? Infinity
              : toNumber(profile.exposure(owner)) / toNumber(profile.equity(owner)),
        )
        expect([none.notional[owner], none.leverage[owner]], at).toEqual([
          before.notional[owner],
          before.leverage[owner],
        ])
        expect(none.exposure(owner), at).toEqual(before.exposure(owner))
      })
      // The largest of any group, ∞ without equity.
      const group = gross.map(() => random.chance(0.7))
      const counted = gross.flatMap((own, owner) =>
        group[owner] && sign(own) > 0 ? [[own, equity[owner]] as const] : [],
      )
      const largest = largestLeverage(profile, (owner) => group[owner])
      if (counted.some(([, e]) => sign(e) <= 0)) expect(largest, `round ${round}`).toBeUndefined()
      else {
        const wanted = counted.map(([n, e]) => over(n, e)).reduce((a, b) => (order(a, b) >= 0 ? a : b), ZERO)
        expect(order(fracOfRatio(largest!), wanted), `round ${round}`).toBe(0)
      }
      expect(text(largestLeverage(profile, everybody)), 'remembered').toBe(text(largestLeverage(profile, () => true)))
    }
  })

  it('differs by less than a double can tell, and the larger is found', () => {
    const problem = bookOf(
      [
        ['3', ['A', '-1']],
        ['2.9999999999999999999', ['A', '-1']],
        ['3', ['A', '-1']],
      ],
      { A: '1' },
    )
    const profile = profileOf(problem.space)
    expect(text(largestLeverage(profile, everybody))).toBe(
      ratioOf(dec('10'), dec('2.9999999999999999999')).toFraction(false),
    )
    expect(text(largestLeverage(profile, everybody))).toBe(
      ratioOf(dec('10'), dec('2.9999999999999999999')).toFraction(false),
    )
    expect(text(largestLeverage(profile, (owner) => owner !== 1))).toBe('10/3')
    expect(text(largestLeverage(profile, () => false))).toBe('0')
    expect(topGroup(problem, profile)).toEqual([0, 1, 2])
  })

  it('is nothing where all of it is closed, as it is held', () => {
    const { space } = bookOf(
      [
        ['3', ['A', '-3']],
        ['5', ['A', '-3'], ['B', '-2']],
      ],
      { A: '6' },
    )
    const whole = [exactHolding(space, 0), exactHolding(space, 1)]
    const { notional, leverage, exposure } = profileOf(space, whole)
    expect([[...notional], [...leverage]]).toEqual([
      [0, 4],
      [0, 0.8],
    ])
    expect([0, 1].map((owner) => toText(exposure(owner)))).toEqual(['0', '4'])
    // What was before is still that.
    expect([...profileOf(space).notional]).toEqual([30, 34])
    const one = profileOf(space, [dec('0'), exactHolding(space, 1)])
    expect([[...one.notional], [...one.leverage]]).toEqual([
      [30, 4],
      [10, 0.8],
    ])
  })

  it('has the solvent at the top as a group', () => {
    const problem = bookOf(
      [
        ['-1', ['A', '-9']],
        ['10', ['A', '-2']],
        ['20', ['A', '-4']],
        ['10', ['A', '-1.99']],
      ],
      { A: '10' },
    )
    expect(topGroup(problem, profileOf(problem.space))).toEqual([1, 2])
  })
})

describe(`sums of squares (seed ${SEED + 1})`, () => {
  it('are rounded up by nothing that matters, and enclosed in doubles', () => {
    const random = randomFrom(SEED + 1)
    let enclosed = 0
    for (let round = 0; round < 15; round++) {
      const { space, reductions, gross, remarked } = smallBook(random, { beyond: random.chance(0.2) })
      const problem = leverageProblem(space)
      const wanted = squares(gross, remarked, over)
      const value = fracOfRatio(sumOfSquares(problem, reductions))
      expect(order(value, wanted), `round ${round}`).toBeGreaterThanOrEqual(0)
      expect(order(minus(value, wanted), times(wanted, frac('1e-36'))), `round ${round}`).toBeLessThanOrEqual(0)
      // Once more, from what is remembered.
      expect(order(fracOfRatio(sumOfSquares(problem, [...reductions])), value), `round ${round}`).toBe(0)
      const range = squaresWithin(problem, reductions)
      if (range === undefined) continue
      enclosed++
      const [low, high] = [fracOfRatio(range.low), fracOfRatio(range.high)]
      expect(order(low, wanted), `round ${round}`).toBeLessThanOrEqual(0)
      expect(order(high, wanted), `round ${round}`).toBeGreaterThanOrEqual(0)
      expect(num(over(minus(high, low), wanted)), `round ${round}`).toBeLessThan(2 ** -60)
    }
    expect(enclosed).toBeGreaterThan(5)
  })

  it('of one book add up anew for every allocation', () => {
    const problem = bookOf(
      [
        ['10', ['A', '-3']],
        ['20', ['A', '-3']],
        ['-1', ['A', '-1']],
      ],
      { A: '2' },
    )
    const sum = (...closed: string[]) => text(sumOfSquares(problem, closed.map(dec)))
    expect([sum('1', '0', '1'), sum('0', '1', '1'), sum('0', '0', '2'), sum('1', '0', '1')]).toEqual([
      '85',
      '110',
      '135',
      '85',
    ])
  })

  it('are not enclosed where something is closed beyond zero, or nothing is left', () => {
    const problem = bookOf([['7', ['A', '-3']]], { A: '2' })
    expect(squaresWithin(problem, [dec('1')])).toBeDefined()
    expect(squaresWithin(problem, [dec('3')])).toBeUndefined()
    expect(squaresWithin(problem, [dec('3.00000000000000000001')])).toBeUndefined()
    expect(squaresWithin(problem, [dec('4')])).toBeUndefined()
    expect(text(sumOfSquares(problem, [dec('3')]))).toBe('0')
  })
})

describe(`who is insolvent (seed ${SEED + 2})`, () => {
  it('comes first, and the others face what is left', () => {
    const random = randomFrom(SEED + 2)
    for (let round = 0; round < 15; round++) {
      const { space, reductions, gross, remarked } = smallBook(random)
      const problem = leverageProblem(space)
      expect(leverageProblem(space)).toBe(problem)
      expect(Array.from(problem.isInsolvent)).toEqual(remarked.map((own) => Number(sign(own) <= 0)))
      expect(insolventBreak(problem, reductions, dec('0'))).toBeUndefined()
      expect(notCounted(problem, reductions)).toBe(
        gross.filter((own, i) => sign(own) > 0 && sign(remarked[i]) <= 0).length,
      )
      space.markets.forEach(({ quantity }, k) => {
        const held = (isInsolvent: number): number =>
          space.capacity.reduce(
            (sum, own, pair) =>
              space.pairMarket[pair] === k && problem.isInsolvent[space.pairOwner[pair]] === isInsolvent
                ? sum + own
                : sum,
            0,
          )
        expect(toNumber(problem.insolventCapacity[k])).toBeCloseTo(held(1), 9)
        expect(toNumber(problem.solventCapacity[k])).toBeCloseTo(held(0), 9)
        expect(toNumber(problem.duty[k])).toBeCloseTo(Math.min(toNumber(quantity), held(1)), 9)
        expect(toNumber(problem.remaining[k])).toBeCloseTo(
          toNumber(quantity) - Math.min(toNumber(quantity), held(1)),
          9,
        )
      })
      const free = Array.from(space.pairOwner.keys()).filter(
        (pair) => sign(remarked[space.pairOwner[pair]]) > 0 && toNumber(problem.remaining[space.pairMarket[pair]]) > 0,
      )
      expect(Array.from(problem.freePairs)).toEqual(free)
      gross.forEach((_, owner) => {
        const open = free.filter((pair) => space.pairOwner[pair] === owner)
        const closable = open.reduce(
          (sum, pair) => sum + toNumber(space.markets[space.pairMarket[pair]].price) * space.capacity[pair],
          0,
        )
        // What is fixed counts what is closed by the rule as if it were kept.
        expect(problem.gross[owner] - problem.fixed[owner]).toBeCloseTo(closable, 9)
      })
    }
  })

  it('may keep what a tolerance forgives, and no more', () => {
    const problem = bookOf(
      [
        ['-1', ['A', '-3']],
        ['50', ['A', '-3']],
      ],
      { A: '4' },
    )
    const breaks = (tolerance: string, ...closed: string[]) => insolventBreak(problem, closed.map(dec), dec(tolerance))
    expect(breaks('0', '3', '1')).toBeUndefined()
    expect(breaks('0', '2.9', '1.1')).toBe(
      'insolvent accounts keep 0.1 contracts of A that demand would have closed first',
    )
    expect(breaks('0.025', '2.9', '1.1')).toBeUndefined()
    expect(breaks('0.0249', '2.9', '1.1')).toBeDefined()
    expect(notCounted(problem, [dec('3'), dec('1')])).toBe(0)
    expect(notCounted(problem, [dec('2'), dec('2')])).toBe(1)
    expect(text(largestLevel(problem, [dec('2'), dec('2')]))).toBe('1/5')
  })
})

describe(`bounds (seed ${SEED + 3})`, () => {
  it('of any group and of any allocation lie below every allocation', () => {
    const random = randomFrom(SEED + 3)
    for (let round = 0; round < 15; round++) {
      const { space, reductions, gross, equity, remarked } = smallBook(random)
      const problem = leverageProblem(space)
      const solvent = gross.flatMap((_, owner) => (problem.isInsolvent[owner] ? [] : [owner]))
      const group = solvent.filter(() => random.chance(0.6))
      const largest = largestLevel(problem, reductions)
      const { bound, prices } = boundOfGroup(problem, group)
      const isUnbacked = solvent.some((owner) => sign(gross[owner]) > 0 && sign(equity[owner]) <= 0)
      if (isUnbacked) expect(largest, `round ${round}`).toBeUndefined()
      else expect(bound!.compare(largest!), `round ${round}`).toBeLessThanOrEqual(0)
      expect(prices).toHaveLength(space.markets.length)
      const value = squares(gross, remarked, over)
      for (const at of [reductions, reductions.map(() => dec('0'))]) {
        const own = squaresBound(problem, at)
        expect(order(fracOfRatio(own.bound!), value), `round ${round}`).toBeLessThanOrEqual(0)
        // Evidence says the same again.
        const again = recheckSquares(problem, own.evidence!())
        expect(text(again.bound), `round ${round}`).toBe(text(own.bound))
        expect(again.prices).toEqual(own.prices)
      }
    }
  })

  it('are met by the best allocation', () => {
    const problem = bookOf(
      [
        ['10', ['A', '-4']],
        ['20', ['A', '-4']],
        ['5', ['B', '-5']],
      ],
      { A: '3' },
    )
    // 40 − 10 x over 10 and 40 − 10 (3 − x) over 20 are level at 5/3.
    const group = boundOfGroup(problem, [0, 1])
    expect(text(group.bound)).toBe('5/3')
    expect(group.prices).toEqual([10 / 30])
    expect(group.evidence!()).toEqual({ group: ['a0', 'a1'] })
    const one = boundOfGroup(problem, [0])
    expect([text(one.bound), one.prices]).toEqual(['1', [1]])
    const none = boundOfGroup(problem, [])
    expect([text(none.bound), none.prices]).toEqual(['0', [0]])
    const best = [dec('2.33333333333333333333333333'), dec('0.66666666666666666666666667')]
    const sum = squaresBound(problem, best)
    expect(num(fracOfRatio(sum.bound!))).toBeCloseTo(50 ** 2 / 30, 12)
    expect(sum.prices[0]).toBeCloseTo((2 * 10 * 5) / 3, 9)
  })

  it('have the price of the contract that just meets the demand', () => {
    const of = (demand: string) =>
      bookOf(
        [
          ['40', ['A', '-4']],
          ['10', ['A', '-4']],
          ['20', ['A', '-4'], ['B', '-0']],
        ],
        { A: demand },
      )
    const none = ['0', '0', '0'].map(dec)
    const priceOf = (demand: string) => squaresBound(of(demand), none).prices
    // Levels of 1, 4 and 2, four contracts of each.
    expect(['3', '4', '4.1', '8', '8.1', '12'].map(priceOf)).toEqual([[80], [80], [40], [40], [20], [0]])
    const elsewhere = squaresBound(of('3'), none, new Set([0]))
    expect([elsewhere.prices, elsewhere.evidence!(), text(elsewhere.bound)]).toEqual([
      [0],
      { multipliers: {}, prices: { A: '0' } },
      '0',
    ])
  })

  it('off the mark, of those who have nothing at stake, and of all that is closed', () => {
    const off = bookOf([['10', ['A', '-4']]], { A: '4' }, '12')
    expect([text(boundOfGroup(off, [0]).bound), boundOfGroup(off, [0]).prices]).toEqual(['0', [5]])
    expect(squaresBound(off, [dec('4')]).prices).toEqual([0])
    // (40 − 20)/(10 − 4), and (10 − 10/3 · 2)/6 for one contract more.
    const part = boundOfGroup(bookOf([['10', ['A', '-4']]], { A: '2' }, '12'), [0])
    expect([text(part.bound), part.prices]).toEqual(['10/3', [expect.closeTo(5 / 9, 12)]])
    const away = bookOf(
      [
        ['10', ['A', '-4']],
        ['8', ['A', '-1']],
        ['5', ['A', '-7']],
      ],
      { A: '2' },
    )
    // The others can take all of it.
    expect([text(boundOfGroup(away, [1]).bound), boundOfGroup(away, [1]).prices]).toEqual(['0', [0]])
    expect([text(boundOfGroup(away, [2]).bound), boundOfGroup(away, [2]).prices]).toEqual(['10', [2]])
  })

  it('of evidence that names what is not counted, or twice, are refused', () => {
    const problem = bookOf(
      [
        ['-1', ['A', '-3']],
        ['50', ['A', '-3']],
      ],
      { A: '4' },
    )
    const code = (run: () => unknown): unknown => {
      try {
        run()
      } catch (error) {
        const { code, path } = error as { code: string; path: string }
        return [code, path]
      }
      return 'nothing was thrown'
    }
    expect(readGroup(problem, { group: ['a1'] })).toEqual([1])
    expect(readGroup(problem, { group: [] })).toEqual([])
    expect(readGroup(problem, { group: ['a1'], levels: {} }, ['levels'])).toEqual([1])
    expect(text(recheckGroup(problem, { group: ['a1'] }).bound)).toBe('2/5')
    expect(code(() => readGroup(problem, { group: ['a1'], levels: {} }))).toEqual([
      'unknown-key',
      'certificate.evidence.levels',
    ])
    expect(code(() => readGroup(problem, { group: ['a1', 'a1'] }))).toEqual([
      'bad-evidence',
      'certificate.evidence.group',
    ])
    expect(code(() => readGroup(problem, { group: ['a1', 'a0'] }))).toEqual([
      'bad-evidence',
      'certificate.evidence.group[1]',
    ])
    expect(code(() => readGroup(problem, { group: ['a0', 'a1'] }))).toEqual([
      'bad-evidence',
      'certificate.evidence.group[0]',
    ])
    expect(code(() => readGroup(problem, { group: ['a9'] }))).toEqual(['unknown-key', 'certificate.evidence.group[0]'])
    expect(code(() => readGroup(problem, {}))).toEqual(['bad-evidence', 'certificate.evidence.group'])
    const read = readSquares(problem, { multipliers: { a1: '2' }, prices: {} })
    expect([[...read.multipliers.keys()], read.prices.map(toText)]).toEqual([[1], ['0']])
    expect(code(() => readSquares(problem, { multipliers: { a0: '2' }, prices: {} }))).toEqual([
      'bad-evidence',
      'certificate.evidence.multipliers',
    ])
    expect(code(() => readSquares(problem, { multipliers: { a1: '2' }, prices: {} }, new Set([0])))).toEqual([
      'bad-evidence',
      'certificate.evidence.multipliers',
    ])
    expect(code(() => readSquares(problem, { multipliers: {}, prices: { B: '1' } }))).toEqual([
      'unknown-key',
      'certificate.evidence.prices.B',
    ])
    expect(code(() => readSquares(problem, { multipliers: {}, prices: {}, lotPrices: {} }))).toEqual([
      'unknown-key',
      'certificate.evidence.lotPrices',
    ])
    // A price below zero is one of zero.
    const priced = (price: string) =>
      text(recheckSquares(problem, { multipliers: { a1: '0.4' }, prices: { A: price } }).bound)
    expect(['-5', '0', '8'].map(priced)).toEqual(['-8', '-8', '8'])
  })
})
