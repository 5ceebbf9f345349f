import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { factorColumns, levelsBound, levelsOf, readLevels } from '#models/proof/factor/bound.js'
import { factorExposure } from '#models/proof/factor/exposure.js'
import { exposuresAfter, factorProblem, grossProblem, whollyClosed } from '#models/proof/factor/problem.js'
import { type Decimal, toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf, fracOfRatio, text } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, num, order, over, sign, size, times, total, ZERO } from '../../fraction.js'
import { type SmallBook, smallBook, squares } from '../leverage/book.js'

const SEED = 64_001

const problemOf = (
  accounts: readonly (readonly [equity: string, ...quantities: string[]])[],
  demand: Readonly<Record<string, string>>,
  loadings: readonly (string | undefined)[],
) =>
  factorProblem(
    decisionSpace(
      parseEvent({
        format: 'spillway/event@1',
        markets: [
          { market: 'A', markPrice: '10' },
          { market: 'B', markPrice: '2' },
        ],
        accounts: accounts.map(([equity, ...quantities], i) => ({
          account: `a${i}`,
          equity,
          positions: quantities.map((quantity, k) => ({ market: 'AB'[k], quantity })),
        })),
        demand: Object.entries(demand).map(([market, quantity]) => ({ market, side: 'short', quantity })),
      } as never),
    ),
    loadings.map((loading) => (loading === undefined ? undefined : dec(loading))),
  )

/** A small book with loadings, and Σ_k n_ik p_k β_k by owner, as it is and after a share of what is closed. */
function factorOf(random: ReturnType<typeof randomFrom>) {
  const book = smallBook(random)
  const { space } = book
  const loadings = space.event.markets.map(() => random.pick(['1', '-0.5', '0', '2.25']))
  const factor = factorProblem(space, loadings.map(dec))
  const exposures = (closed: (held: SmallBook['accounts'][number]['held'][number]) => Fraction): Fraction[] =>
    Array.from(space.owners, (account) =>
      total(
        book.accounts[account].held.map((held) =>
          times(times(minus(held.quantity, times(held.side, closed(held))), held.price), frac(loadings[held.k])),
        ),
      ),
    )
  return { book, factor, loadings, exposures }
}

const same = (found: readonly Decimal[], wanted: readonly Fraction[], at: string): void => {
  expect(
    found.map((own, i) => order(fracOf(own), wanted[i])),
    at,
  ).toEqual(wanted.map(() => 0))
}

describe(`exposures to one factor (seed ${SEED})`, () => {
  it('are sums over all that is held, before and after', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 8; round++) {
      const { book, factor, exposures } = factorOf(random)
      const at = `round ${round}`
      const before = exposures(() => ZERO)
      const after = exposures(({ closed }) => closed)
      same(factor.start, before, at)
      same(exposuresAfter(factor, book.reductions), after, at)
      // Remembered for this factor, and for no other.
      expect(exposuresAfter(factor, book.reductions)).toBe(exposuresAfter(factor, book.reductions))
      const gross = grossProblem(book.space)
      same(exposuresAfter(gross, book.reductions), book.gross, at)
      same(exposuresAfter(factor, book.reductions), after, at)
      same(factor.start, before, at)
      same(
        whollyClosed(factor, book.space.capacity.keys()),
        exposures(({ isEligible, capacity }) => (isEligible ? capacity : ZERO)),
        at,
      )
      same(factor.start, before, at)
      same(whollyClosed(factor, []), before, at)
      expect([...factor.effects]).toEqual(factor.effect.map(toNumber))
      expect([...gross.effects]).toEqual(book.space.markets.map(({ price }) => toNumber(price)))
    }
  })

  it('are reported as ranges of leverage, as sizes, and as they were without hedges', () => {
    const random = randomFrom(SEED + 1)
    const ends = new Set<string>()
    for (let round = 0; round < 10; round++) {
      const { book, factor, loadings, exposures } = factorOf(random)
      const at = `round ${round}`
      const known = factorExposure(factor, { byMarket: loadings.map(dec), source: 'given' })
      expect([known.loadings, 'explained' in known]).toEqual(['given', false])
      const before = exposures(() => ZERO)
      const after = exposures(({ closed }) => closed)
      const range = (own: readonly Fraction[], equities: readonly Fraction[]) => {
        const levels = own.map((exposure, i) =>
          sign(exposure) === 0
            ? 0
            : sign(equities[i]) > 0
              ? num(over(exposure, equities[i]))
              : sign(exposure) * Number.POSITIVE_INFINITY,
        )
        const [min, max] = [Math.min(...levels), Math.max(...levels)]
        ends.add(`${Math.sign(min)} ${Math.sign(max)} ${Number.isFinite(min)} ${Number.isFinite(max)}`)
        const about = (value: number) => (Number.isFinite(value) ? expect.closeTo(value, 9) : null)
        return { min: about(min), max: about(max) }
      }
      const equities = Array.from(book.space.owners, (account) => book.accounts[account].equity)
      expect(known.leverage(), at).toEqual(range(before, equities))
      expect(known.leverage(book.reductions), at).toEqual(range(after, book.equity))
      same(known.size(book.reductions), after.map(size), at)
      same(
        known.unhedged(),
        Array.from(book.space.owners, (account) =>
          total(
            book.accounts[account].held.map(({ k, quantity, price }) =>
              size(times(times(quantity, price), frac(loadings[k]))),
            ),
          ),
        ),
        at,
      )
    }
    expect(ends.size).toBeGreaterThan(5)
    const estimated = factorExposure(problemOf([['5', '-1']], { A: '1' }, ['1', undefined]), {
      byMarket: [dec('1'), undefined],
      source: 'moves',
      explained: 0.75,
    })
    expect([estimated.explained, estimated.loadings, estimated.unhedged().map(toText)]).toEqual([0.75, 'moves', ['10']])
    // An exposure that meets no equity at all.
    const without = problemOf([['0', '-1']], { A: '1' }, ['1', '0'])
    expect(factorExposure(without, { byMarket: [], source: 'event' }).leverage()).toEqual({ min: null, max: null })
    const nobody = problemOf([], {}, ['1', '1'])
    expect(factorExposure(nobody, { byMarket: [], source: 'event' }).leverage()).toEqual({ min: 0, max: 0 })
  })
})

describe(`bounds by levels (seed ${SEED + 2})`, () => {
  it('lie below every allocation, whatever the levels', () => {
    const random = randomFrom(SEED + 2)
    for (let round = 0; round < 10; round++) {
      const { book, factor, exposures } = factorOf(random)
      const after = exposures(({ closed }) => closed)
      const value = squares(after, book.remarked, over)
      for (const own of [random.between(-3, 3), random.between(0, 0.1), 0]) {
        const levels = factor.effect.map(() => own + random.pick([0, 0.5, -0.01]))
        const { bound, prices, evidence } = levelsBound(factor, levels)
        const at = `round ${round}, ${levels}`
        expect(order(fracOfRatio(bound!), value), at).toBeLessThanOrEqual(0)
        expect(sign(fracOfRatio(bound!)), at).toBeGreaterThanOrEqual(0)
        const again = readLevels(factor, evidence!())
        expect([text(again.bound), again.prices], at).toEqual([text(bound), prices])
      }
    }
  })

  it('are met where levels are level', () => {
    // Shorts of 4 at 10 with equities of 10 and 20; three are closed: exposures of −80 + 30 over 30 stand at −5/3.
    const accounts = [
      ['10', '-4'],
      ['20', '-4'],
      ['-1', '-0', '-3'],
    ] as const
    const met = (loading: string, level: number) => {
      const { bound, prices } = levelsBound(problemOf(accounts, { A: '3' }, [loading, undefined]), [level])
      return [num(fracOfRatio(bound!)), prices[0]]
    }
    const sharp = expect.closeTo(250 / 3, 9)
    expect(met('1', -5 / 3)).toEqual([sharp, expect.closeTo(100 / 3, 9)])
    expect(met('-1', 5 / 3)).toEqual([sharp, expect.closeTo(100 / 3, 9)])
    expect(met('0.5', -5 / 6)).toEqual([expect.closeTo(250 / 12, 9), expect.closeTo(25 / 3, 9)])
    expect(met('1', 4)).toEqual([0, -80])
    // A level that proves little says little: here 2 m (−50) − 30 m² at −1.
    expect(met('1', -1)).toEqual([70, 20])
  })

  it('take no account of markets that move nothing, or in which nothing is left to decide', () => {
    const accounts = [
      ['10', '-4', '-1'],
      ['20', '-4', '-6'],
      ['-1', '-0', '-3'],
      ['-2', '-1'],
    ] as const
    // All of what is demanded of A falls on the insolvent.
    const taken = problemOf(accounts, { A: '1', B: '5' }, ['1', '1'])
    const open = (factor: typeof taken) =>
      Array.from(factorColumns(factor), ({ owner, start, weight, pairs }) => [
        owner,
        toText(start),
        toText(weight),
        pairs.map(([k, capacity]) => `${k}: ${toText(capacity)}`),
      ])
    // Shorts that are closed send exposure the other way: what could be sent counts as sent.
    expect(open(taken)).toEqual([
      [0, '-40', '10', ['1: 2']],
      [1, '-40', '20', ['1: 12']],
    ])
    expect(levelsBound(taken, [7, -2]).prices).toEqual([0, 8])
    const still = problemOf(accounts, { A: '2', B: '5' }, ['1', '0'])
    expect(open(still)).toEqual([
      [0, '0', '10', ['0: 40']],
      [1, '0', '20', ['0: 40']],
    ])
    expect(levelsBound(still, [-2, 7]).prices).toEqual([40, 0])
    const turned = problemOf(accounts, { A: '2', B: '5' }, ['-1', '0'])
    expect(open(turned)).toEqual([
      [0, '40', '10', ['0: 40']],
      [1, '40', '20', ['0: 40']],
    ])
  })

  it('follow from evidence that names every demanded market, and no other', () => {
    const factor = problemOf([['10', '-4', '-1']], { A: '3', B: '1' }, ['1', '1'])
    const said = (evidence: object): string => {
      try {
        levelsOf(factor, evidence)
      } catch (error) {
        const { code, path } = error as { code: string; path: string }
        return `${code} ${path}`
      }
      return 'read'
    }
    expect(levelsOf(factor, { levels: { B: '2', A: '-1.5' } })).toEqual([-1.5, 2])
    expect(said({ levels: { A: '1' } })).toBe('bad-evidence certificate.evidence.levels.B')
    expect(said({ levels: { A: '1', B: 1 } })).toBe('bad-evidence certificate.evidence.levels.B')
    expect(said({ levels: { A: '1', B: '1', C: '1' } })).toBe('unknown-key certificate.evidence.levels.C')
    expect(said({ levels: { A: '1', B: '1' }, prices: {} })).toBe('unknown-key certificate.evidence.prices')
    expect(said({})).toBe('bad-evidence certificate.evidence.levels')
    expect(levelsBound(factor, [0.1, -3]).evidence!()).toEqual({ levels: { A: '0.1', B: '-3' } })
  })
})
