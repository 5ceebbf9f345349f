import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { grossSizes, refuseUnclearOrder } from '#models/proof/leverage/keep-solvent.js'
import { aboveLeastLevel, isLevel, lastOf } from '#models/proof/leverage/last-level.js'
import { insolventBreak, leverageProblem } from '#models/proof/leverage/problem.js'
import { separateMarkets } from '#models/proof/leverage/separate-markets.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, order, over, plus, sign, size, times, ZERO } from '../../fraction.js'

type Account = readonly [equity: string, ...positions: (readonly [market: string, quantity: string])[]]

/** Longs of A are closed at 8 where the mark is 10, so that each contract takes 2; longs of B at the mark of 2. */
const problemOf = (
  accounts: readonly Account[],
  demand: Readonly<Record<string, string>>,
  { keepSolvent = true, lots = false, adlPrice = '8', further = '0.5' } = {},
) =>
  leverageProblem(
    decisionSpace(
      parseEvent({
        format: 'spillway/event@1',
        markets: [
          { market: 'A', markPrice: '10', adlPrice, ...(lots && { lotSize: '0.5' }) },
          { market: 'B', markPrice: '2' },
          { market: 'C', markPrice: '1', adlPrice: further },
        ],
        accounts: accounts.map(([equity, ...positions], i) => ({
          account: `a${i}`,
          equity,
          positions: positions.map(([market, quantity]) => ({ market, quantity })),
        })),
        demand: Object.entries(demand).map(([market, quantity]) => ({ market, side: 'long', quantity })),
      } as never),
      { keepSolvent, lots, hasSolvencyRows: true },
    ),
  )

const said = (problem: ReturnType<typeof problemOf>, isRatio = true): string => {
  try {
    refuseUnclearOrder(problem, grossSizes(problem, isRatio))
  } catch (error) {
    const { code, path, message } = error as { code: string; path: string; message: string }
    expect(code).toBe('not-expressible')
    return `${path} ${/(lowers its|can raise its|by a part of|both fall on it)/.exec(message)?.[0]}`
  }
  return 'clear'
}

describe('who comes last where nobody may end below zero', () => {
  it('is whoever has nothing at the ADL price, where closing does not lower its leverage', () => {
    // 4 contracts lose 8: equity of 8 is nothing at the ADL price, of 9 something.
    expect(
      said(
        problemOf(
          [
            ['8', ['A', '4']],
            ['200', ['A', '4']],
          ],
          { A: '2' },
        ),
      ),
    ).toBe('clear')
    expect(
      said(
        problemOf(
          [
            ['9', ['A', '4']],
            ['200', ['A', '4']],
          ],
          { A: '2' },
        ),
      ),
    ).toBe('clear')
    // Of an account with other losses at the ADL price, g = 0 and yet closing lowers (N − 10 x)/(e − 2 x): 2 · 20 < 10 · 7.
    expect(
      said(
        problemOf(
          [
            ['7', ['A', '1'], ['C', '10']],
            ['200', ['A', '4']],
          ],
          { A: '2', C: '0.5' },
        ),
      ),
    ).toMatch(/^accounts\.a0 lowers its$/)
    // Without caps, without enough, or without anybody who comes last nothing is asked.
    expect(
      said(
        problemOf(
          [
            ['7', ['A', '1'], ['C', '10']],
            ['200', ['A', '4']],
          ],
          { A: '2', C: '0.5' },
          { keepSolvent: false },
        ),
      ),
    ).toBe('clear')
    expect(
      said(
        problemOf(
          [
            ['100', ['A', '4'], ['C', '30']],
            ['200', ['A', '4']],
          ],
          { A: '2', C: '0.5' },
        ),
      ),
    ).toBe('clear')
  })

  it('and whose leverage closing can raise though it stays solvent, is no order', () => {
    // 2 · 102 > 10 · 20: the second has much of another market.
    const other = (quantity: string): Account => ['20', ['A', '4'], ['B', quantity]]
    expect(said(problemOf([['8', ['A', '4']], other('31'), ['900', ['A', '4']]], { A: '2' }))).toBe(
      'accounts.a1 can raise its',
    )
    expect(said(problemOf([['8', ['A', '4']], other('30'), ['900', ['A', '4']]], { A: '2' }))).toBe('clear')
    // Squares divide by what no reduction changes, and closing takes away from them.
    expect(said(problemOf([['8', ['A', '4']], other('31'), ['900', ['A', '4']]], { A: '2' }), false)).toBe('clear')
    // Nobody comes last: nothing is asked of it.
    expect(said(problemOf([other('31'), ['900', ['A', '4']]], { A: '2' }))).toBe('clear')
  })

  it('and whose square closing can raise, is none either', () => {
    const problem = problemOf(
      [
        ['8', ['A', '4']],
        ['900', ['A', '4']],
      ],
      { A: '2' },
    )
    const by = (size: string, effect = '2') => {
      const start = (owner: number) => dec(owner === 0 ? '100' : size)
      try {
        refuseUnclearOrder(problem, { start, effect: () => dec(effect), isRatio: false })
      } catch (error) {
        return (error as { path: string }).path
      }
      return 'clear'
    }
    // Four contracts of two each take eight away.
    expect([by('8'), by('8.1'), by('7.9'), by('-8'), by('0'), by('0', '0')]).toEqual([
      'clear',
      'clear',
      'accounts.a1',
      'accounts.a1',
      'accounts.a1',
      'clear',
    ])
  })

  it('is asked by the change that closing a little makes, of sizes and effects of any sign', () => {
    const problem = problemOf(
      [
        ['8', ['A', '4']],
        ['20', ['A', '4']],
      ],
      { A: '2' },
    )
    const step = frac('1e-9')
    const pathOf = (starts: readonly string[], effect: string): string => {
      try {
        refuseUnclearOrder(problem, { start: (owner) => dec(starts[owner]), effect: () => dec(effect), isRatio: true })
      } catch (error) {
        return (error as { path: string }).path
      }
      return 'clear'
    }
    const levels = (start: string, effect: string, equity: string): [before: Fraction, after: Fraction] => [
      over(frac(start), frac(equity)),
      over(minus(frac(start), times(frac(effect), step)), minus(frac(equity), times(frac('2'), step))),
    ]
    for (const effect of ['10', '-10', '2', '0']) {
      for (const start of ['0', '5', '-5', '40', '-40', '0.1', '8', '-8', '100', '-100', '20', '-20']) {
        const [last, lastAfter] = levels(start, effect, '8').map(size)
        const [other, otherAfter] = levels(start, effect, '20')
        const at = `${start} and ${effect}`
        expect(pathOf([start, '-100000'], effect), at).toBe(order(lastAfter, last) < 0 ? 'accounts.a0' : 'clear')
        expect(pathOf(['100000', start], effect), at).toBe(order(otherAfter, other) > 0 ? 'accounts.a1' : 'clear')
      }
    }
  })

  it('is not asked of what cannot be closed, nor where the demand cannot be met', () => {
    const lowers: Account = ['7', ['A', '1'], ['C', '10']]
    const others: Account = ['200', ['A', '4']]
    // The third has nothing that could be closed.
    const three: readonly Account[] = [lowers, others, ['0', ['A', '4']], ['50', ['C', '2']]]
    expect(said(problemOf(three, { A: '5', C: '0.5' }))).toBe('accounts.a0 lowers its')
    expect(said(problemOf(three, { A: '5.5', C: '0.5' }))).toBe('clear')
    // 0.9 pays for less than one lot of A. Of C, 0.5 · 2.5 is more than 1 · 0.9.
    const lots: readonly Account[] = [['0.9', ['A', '0.1'], ['C', '1.5']], others, ['50', ['C', '2']]]
    expect(said(problemOf(lots, { A: '2', C: '1' }, { lots: true }))).toBe('clear')
    expect(said(problemOf(lots, { A: '2', C: '1' }))).toBe('accounts.a0 lowers its')
    // Without equity, and at the mark, leverage is infinite before and after.
    expect(
      said(
        problemOf(
          [
            ['0', ['B', '4']],
            ['200', ['B', '4']],
          ],
          { B: '2' },
        ),
      ),
    ).toBe('clear')
  })

  it('gives in one scarce market, as far as it can give at all', () => {
    const half: Account = ['100', ['A', '0.5'], ['C', '0.5']]
    const apart: readonly Account[] = [['1', ['A', '2']], ['0.4', ['C', '2']], half]
    expect(said(problemOf(apart, { A: '1', C: '1' }))).toBe('clear')
    // Nothing can be closed of whoever has nothing.
    expect(said(problemOf([['0', ['A', '2'], ['C', '2']], ...apart], { A: '1', C: '1' }))).toBe('clear')
    const both = problemOf([['1', ['A', '2'], ['C', '2']], half], { A: '1', C: '1' })
    expect(() => refuseUnclearOrder(both, grossSizes(both, true))).toThrow(/of A and of C would both fall on it/)
  })

  it('gives in one scarce market', () => {
    const both: Account = ['1', ['A', '2'], ['C', '2']]
    const half: Account = ['100', ['A', '0.5'], ['C', '0.5']]
    expect(said(problemOf([both, half], { A: '1', C: '1' }))).toBe('accounts.a0 both fall on it')
    expect(said(problemOf([both, half], { A: '1', C: '0.5' }))).toBe('clear')
    expect(said(problemOf([both, half], { A: '0.5', C: '1' }))).toBe('clear')
    // What another market would give back does not come first.
    const paid = { further: '1.5' }
    expect(said(problemOf([['1', ['A', '2'], ['C', '10']], half], { A: '1', C: '1' }, paid))).toBe(
      'accounts.a0 by a part of',
    )
  })
})

describe('those who come last', () => {
  // Accounts of 4 contracts and 8, 6 and 4 of equity: closing keeps the first level and raises the others.
  const accounts: readonly Account[] = [
    ['8', ['A', '4']],
    ['6', ['A', '4']],
    ['4', ['A', '4']],
    ['100', ['A', '1']],
  ]
  const problem = problemOf(accounts, { A: '3' })

  it('are listed where the others are not enough', () => {
    expect(problem.duty.map(toText)).toEqual(['2'])
    expect(
      lastOf(problem, 0).map(({ owner, pair, gross, equity, cap }) => [
        owner,
        pair,
        toText(gross),
        toText(equity),
        toText(cap),
      ]),
    ).toEqual([
      [0, 0, '40', '8', '4'],
      [1, 1, '40', '6', '3'],
      [2, 2, '40', '4', '2'],
    ])
    expect(lastOf(problemOf(accounts, { A: '1' }), 0)).toEqual([])
    expect(lastOf(problemOf(accounts, { A: '3' }, { keepSolvent: false }), 0)).toEqual([])
    expect(lastOf(problem, 0).map((own) => isLevel({ price: dec('10'), concession: dec('2') }, own))).toEqual([
      true,
      false,
      false,
    ])
  })

  it('end at the least level, or above it', () => {
    const above = (closed: readonly string[], tolerance = '0', own = problem) =>
      aboveLeastLevel(own, closed.map(dec), dec(tolerance))
    // The first gives without a change: 5 it stays.
    expect(above(['2', '0', '0', '1'])).toBeUndefined()
    expect(above(['0', '2', '0', '1'])).toMatch(/^account "a1" is insolvent/)
    expect(above(['0', '0', '1.5', '1'])).toMatch(/^account "a2" is insolvent/)
    expect(above(['1', '0', '1', '1'])).toMatch(/^account "a2" is insolvent/)
    expect(above(['0', '0', '0', '1'])).toBeUndefined()
    // As far as a tolerance goes, which counts in the demand: all that three can give below the level of the second is 4 + 2.
    expect(above(['0', '2', '0', '1'], '1.3')).toMatch(/a1/)
    expect(above(['0', '2', '0', '1'], '1.4')).toBeUndefined()
    // Of two alike, halves are the least.
    const alike = problemOf(
      [
        ['6', ['A', '4']],
        ['6', ['A', '4']],
      ],
      { A: '2' },
    )
    expect([above(['1', '1'], '0', alike), above(['1.2', '0.8'], '0', alike)]).toEqual([
      undefined,
      expect.stringMatching(/a0/),
    ])
    const lots = problemOf(
      [
        ['6', ['A', '4']],
        ['6', ['A', '4']],
      ],
      { A: '2' },
      { lots: true },
    )
    expect([above(['1', '1'], '0', lots), above(['1.5', '0.5'], '0', lots), above(['0.5', '1.5'], '0', lots)]).toEqual([
      undefined,
      expect.stringMatching(/a0/),
      expect.stringMatching(/a1/),
    ])
    const odd = problemOf(
      [
        ['6', ['A', '4']],
        ['6', ['A', '4']],
      ],
      { A: '1.5' },
      { lots: true },
    )
    expect([above(['1', '0.5'], '0', odd), above(['1.5', '0'], '0', odd)]).toEqual([
      undefined,
      expect.stringMatching(/a0/),
    ])
  })

  it('are those of the market, and what is closed whole says nothing of the others', () => {
    const two = problemOf(
      [
        ['6', ['A', '4']],
        ['0.5', ['C', '4']],
      ],
      { A: '1', C: '0.5' },
    )
    expect([0, 1].map((k) => lastOf(two, k).map(({ owner }) => owner))).toEqual([[0], [1]])
    const whole = problemOf(
      [
        ['8', ['A', '4']],
        ['6', ['A', '4']],
        ['6', ['A', '4']],
      ],
      { A: '6' },
    )
    const above = (...closed: string[]) => aboveLeastLevel(whole, closed.map(dec), dec('0'))
    expect([above('4', '1', '1'), above('4', '2', '0')]).toEqual([undefined, expect.stringMatching(/"a1"/)])
    // Of several as high the first is named.
    expect([above('2', '2', '2'), above('2', '1.5', '2.5')].map((own) => own?.slice(0, 12))).toEqual([
      'account "a1"',
      'account "a2"',
    ])
    // Of what is short of its cap there may be no more: 13 over 2.5 could give a contract below 15 if it held one.
    const short = problemOf(
      [
        ['6', ['A', '4']],
        ['2.5', ['A', '0.5'], ['C', '8']],
        ['100', ['C', '2']],
      ],
      { A: '3', C: '0.5' },
      { lots: true },
    )
    const closed = (...amounts: string[]) => aboveLeastLevel(short, amounts.map(dec), dec('0'))?.slice(0, 12)
    expect([closed('2.5', '0.5', '0', '0.5'), closed('3', '0', '0', '0.5')]).toEqual([undefined, 'account "a0"'])
    // Of lots that a tolerance left a little short or long the nearest count.
    const lots = problemOf(
      [
        ['6', ['A', '4']],
        ['6', ['A', '4']],
      ],
      { A: '2' },
      { lots: true },
    )
    expect(aboveLeastLevel(lots, ['1.0000001', '0.9999999'].map(dec), dec('0'))).toBeUndefined()
  })

  it('end above the least level of whole lots exactly where another choice is lower', () => {
    const seed = 69_001
    const random = randomFrom(seed)
    const found = { above: 0, least: 0 }
    const [price, concession, lot] = ['10', '2', '0.5'].map(frac)
    for (let round = 0; round < 30; round++) {
      const accounts = Array.from({ length: random.whole(2, 3) }, () => {
        const quantity = random.whole(1, 3)
        const equity = random.pick([0, 1, 2, 2.5, 3, 4, 6].filter((own) => own <= 2 * quantity))
        const other = random.pick(['0', '0', '5'])
        return { quantity, equity, other, lots: Math.floor(Math.min(quantity, equity / 2) / 0.5) }
      })
      const room = accounts.reduce((sum, own) => sum + own.lots, 0)
      if (room < 2) continue
      const wanted = random.whole(1, room)
      const choices = accounts
        .reduce<readonly (readonly number[])[]>(
          (list, { lots: most }) =>
            list.flatMap((before) => Array.from({ length: most + 1 }, (_, j) => [...before, j])),
          [[]],
        )
        .filter((choice) => choice.reduce((a, b) => a + b, 0) === wanted)
      /** The highest level of those of whom something is closed and something left; undefined for ∞, zero for nobody. */
      const topOf = (choice: readonly number[]): Fraction | undefined => {
        let top: Fraction | undefined = ZERO
        choice.forEach((j, i) => {
          const { quantity, equity, other } = accounts[i]
          const closed = times(lot, frac(j))
          const left = minus(plus(times(price, frac(quantity)), times(frac('2'), frac(other))), times(price, closed))
          const after = minus(frac(equity), times(concession, closed))
          if (j === 0 || sign(left) <= 0 || top === undefined) return
          const level = sign(after) > 0 ? over(left, after) : undefined
          if (level === undefined || order(level, top) > 0) top = level
        })
        return top
      }
      const isBelow = (a: Fraction | undefined, b: Fraction | undefined) =>
        a !== undefined && (b === undefined || order(a, b) < 0)
      const problem = problemOf(
        accounts.map(
          ({ quantity, equity, other }): Account => [
            String(equity),
            ['A', String(quantity)],
            ...(other === '0' ? [] : [['B', other] as const]),
          ],
        ),
        { A: String(wanted / 2) },
        { lots: true },
      )
      const tops = choices.map(topOf)
      choices.forEach((choice, c) => {
        // Leverage of 10/2 stays as it is: nothing is proved of it.
        const isProved = tops[c] === undefined || order(tops[c], frac('5')) > 0
        const isAbove = isProved && tops.some((other) => isBelow(other, tops[c]))
        found[isAbove ? 'above' : 'least']++
        const message = aboveLeastLevel(
          problem,
          choice.map((j) => dec(String(j / 2))),
          dec('0'),
        )
        expect(message !== undefined, `seed ${seed}, round ${round}: ${choice}`).toBe(isAbove)
      })
    }
    expect([found.above > 15, found.least > 15]).toEqual([true, true])
  })

  it('are closed too early where others can give', () => {
    const others = problemOf(
      [
        ['6', ['A', '4']],
        ['100', ['A', '4']],
      ],
      { A: '4' },
    )
    const early = (tolerance: string, ...closed: string[]) => insolventBreak(others, closed.map(dec), dec(tolerance))
    expect(early('0', '0', '4')).toBeUndefined()
    expect(early('0', '0.1', '3.9')).toMatch(/^account "a0" is insolvent at the ADL price/)
    expect(early('0.025', '0.1', '3.9')).toBeUndefined()
    expect(early('0.0249', '0.1', '3.9')).toMatch(/a0/)
    expect(insolventBreak(problem, ['1', '1', '0', '1'].map(dec), dec('0'))).toBeUndefined()
    expect(insolventBreak(problem, ['1', '1', '0.1', '0.9'].map(dec), dec('0'))).toMatch(/a2/)
  })
})

describe('markets that separate', () => {
  it('are columns of amounts, of what stays and of weights', () => {
    const problem = problemOf(
      [
        ['90', ['A', '4'], ['C', '3']],
        ['50', ['B', '5']],
        ['70', ['A', '2']],
        ['-5', ['A', '1']],
      ],
      { A: '3', B: '2' },
      { keepSolvent: false },
    )
    const columns = separateMarkets(problem, (owner, market) => 10 * owner + market)
    expect(columns?.map(({ amount, fixed, weight, ...rest }) => [rest, [...amount], [...fixed], [...weight]])).toEqual([
      [{ market: 0, indices: [0, 2], removed: 20, kept: 40 }, [40, 20], [3, 0], [0, 20]],
      [{ market: 1, indices: [1], removed: 4, kept: 6 }, [10], [0], [11]],
    ])
    expect(
      separateMarkets(problemOf([['90', ['A', '4'], ['B', '3']]], { A: '1', B: '1' }, { keepSolvent: false }), () => 1),
    ).toBeUndefined()
    expect(separateMarkets(problemOf([['-90', ['A', '4']]], { A: '1' }, { keepSolvent: false }), () => 1)).toEqual([])
  })
})
