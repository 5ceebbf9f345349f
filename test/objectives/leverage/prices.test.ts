import { describe, expect, it } from 'vitest'
import { type BookOptions, type PlainEvent, randomBook, randomFrom } from '../../books.js'
import { frac, minus, num, plus, times } from '../../fraction.js'
import { note } from '../../notes.js'
import { leastLeverage, problemOf } from './oracle.js'
import { eventOf, names, type ObjectiveName, solved, text } from './support.js'

/**
 * Prices against finite differences. The optimum is convex in a demand for squares, and for leverage at the mark: the
 * price must lie between what one step less costs and what one step more gains.
 */
const SEED = 58210
const STEP = '1e-5'

const kinds: Record<string, Omit<BookOptions, 'accounts'>> = {
  'one market': {},
  'one market, ties, insolvents': { ties: true, insolvents: true },
  'one market off the mark': { offMark: true },
  'markets apart': { markets: 3, insolvents: true, offMark: true },
  'markets shared': { markets: 3, holdings: 3, twoSided: true, longsDemanded: true },
  'markets shared off the mark': { markets: 3, holdings: 3, twoSided: true, longsDemanded: true, offMark: true },
}

async function optimumOf(book: PlainEvent, name: ObjectiveName): Promise<number | undefined> {
  const options = { tolerance: 1e-10, timeLimitSeconds: 20 }
  const solution = await solved(book, name, options).catch((error: { code?: string }) => {
    if (error.code !== 'engine-failed') throw error
    return undefined
  })
  return solution?.status === 'optimal' ? (solution.objective.value ?? undefined) : undefined
}

const withDemand = (book: PlainEvent, market: string, quantity: string): PlainEvent => ({
  ...book,
  demand: book.demand.map((d) => (d.market === market ? { ...d, quantity } : d)),
})

describe(`prices between left and right differences (seed ${SEED})`, () => {
  const cases = names.flatMap((name) => Object.keys(kinds).map((kind) => [name, kind] as const))
  it.each(cases)('%s, %s', async (name, kind) => {
    let compared = 0
    let positive = 0
    let kinks = 0
    let skipped = 0
    for (let b = 0; b < 14; b++) {
      const seed = SEED + b
      const book = randomBook(seed, { ...kinds[kind], accounts: randomFrom(seed).whole(1, 12) })
      const solution = await solved(book, name, { tolerance: 1e-10, timeLimitSeconds: 20 }).catch(() => undefined)
      if (solution?.status !== 'optimal' || solution.objective.value == null) {
        skipped++
        continue
      }
      const demanded = book.demand.filter((d) => num(frac(d.quantity)) > 0)
      expect(Object.keys(solution.prices!).sort()).toEqual(demanded.map((d) => d.market).sort())
      for (const { market, quantity } of demanded) {
        const step = times(frac(quantity), frac(STEP))
        const below = await optimumOf(withDemand(book, market, text(minus(frac(quantity), step))), name)
        const above = await optimumOf(withDemand(book, market, text(plus(frac(quantity), step))), name).catch(
          () => undefined,
        )
        const price = solution.prices![market]!
        const value = solution.objective.value
        // The closed forms and proofs are right to about 1e-13 of the value, the solvers' answers to 1e-10.
        const noise = (4e-10 * value) / num(step)
        if (below === undefined) {
          skipped++
          continue
        }
        const left = (below - value) / num(step)
        const right = above === undefined ? Number.NEGATIVE_INFINITY : (value - above) / num(step)
        const curve = name === 'squared-leverage' ? 1e-4 : 1e-3
        const place = `seed ${seed}, ${market}: ${right} ≤ ${price} ≤ ${left}`
        const [low, high] = [Math.min(left, right), Math.max(left, right)]
        expect(price, place).toBeLessThanOrEqual(high + noise + curve * Math.abs(high))
        expect(price, place).toBeGreaterThanOrEqual(low - noise - curve * Math.abs(low))
        compared++
        if (price > 10 * noise) positive++
        if (left - right > 0.01 * Math.abs(left)) kinks++
      }
    }
    note(`${name}, ${kind}: ${compared} prices, ${positive} clearly above zero, ${kinks} at kinks, ${skipped} skipped`)
    expect(compared).toBeGreaterThanOrEqual(10)
    expect(positive).toBeGreaterThanOrEqual(4)
  })
})

describe('prices by hand', () => {
  it('one market: p/Σe above the level, for leverage, and 2 λ p for squares', async () => {
    const event = eventOf([['M', '2']], { A: ['1', ['M', '-10']], B: ['3', ['M', '-15']], C: ['100', ['M', '-1']] }, [
      ['M', 'short', '5'],
    ])
    // A stands at 20, B at 10, C at 0.02. Five contracts off A: 10 = B. Level 10 exactly, a kink: 2/1 from the left, 2/4 on.
    const kink = await solved(event)
    expect(kink.objective.value).toBe(10)
    expect(kink.prices!.M).toBeGreaterThanOrEqual(0.5)
    expect(kink.prices!.M).toBeLessThanOrEqual(2)
    const beyond = { ...event, demand: [{ market: 'M', side: 'short' as const, quantity: '9' }] }
    expect((await solved(beyond)).prices!.M).toBeCloseTo(0.5, 12)
    expect((await solved(beyond)).objective.value).toBeCloseTo(8, 12)
    expect((await solved(beyond, 'squared-leverage')).prices!.M).toBeCloseTo(2 * 8 * 2, 10)
  })

  it('off the mark: (p − λ d)/(Σ e − d Q)', async () => {
    const event = eventOf([['M', '10', '9']], { A: ['20', ['M', '10']] }, [['M', 'long', '4']])
    // d = +1: closing 4 leaves 60 over 16; one more leaves 50 over 15.
    const { objective, prices } = await solved(event)
    expect(objective.value).toBeCloseTo(3.75, 12)
    expect(prices!.M).toBeCloseTo((10 - 3.75) / 16, 12)
  })

  it('where the insolvent meet the demand the others pay nothing', async () => {
    const event = eventOf([['M', '10']], { A: ['20', ['M', '-10']], B: ['-1', ['M', '-10']] }, [['M', 'short', '4']])
    for (const name of names) {
      const { objective, prices, reductions } = await solved(event, name)
      expect(objective.value).toBe(name === 'min-max-leverage' ? 5 : 500)
      expect(prices).toEqual({ M: 0 })
      expect(reductions).toEqual([{ account: 'B', market: 'M', quantity: '4' }])
    }
  })

  it('agree with the groups oracle in shared markets', async () => {
    const event = eventOf(
      [
        ['M', '2'],
        ['N', '5'],
      ],
      {
        A: ['10', ['M', '-20'], ['N', '-9']],
        B: ['7', ['M', '-9'], ['N', '4']],
        C: ['5', ['N', '-8']],
      },
      [
        ['M', 'short', '6'],
        ['N', 'short', '5'],
      ],
    )
    const { prices } = await solved(event, 'min-max-leverage', { solver: 'highs' })
    for (const [k, market] of ['M', 'N'].entries()) {
      const moved = (by: string) =>
        leastLeverage(
          problemOf({
            ...event,
            demand: event.demand.map((d, i) =>
              i === k ? { ...d, quantity: text(plus(frac(d.quantity), frac(by))) } : d,
            ),
          }),
        )
      expect(prices![market], market).toBeCloseTo((moved('-0.0001') - moved('0.0001')) / 0.0002, 7)
    }
  })
})
