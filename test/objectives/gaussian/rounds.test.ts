import { type AdlEvent, parseEvent, solve } from 'spillway'
import { describe, expect, it } from 'vitest'
import { ratioNumber } from '#src/numeric/index.js'
import { randomBook, randomFrom, written } from '../../books.js'
import { factorMoves, paperEvent } from './paper.js'
import { gaussian, gaussianLoss, solved } from './support.js'

describe('the interior point', () => {
  it('closes by outer approximation what a rough interior point leaves', async () => {
    const law = gaussian(
      ['M0', 'M1', 'M2'],
      [
        [0.04, 0.02, 0.01],
        [0.02, 0.03, 0],
        [0.01, 0, 0.05],
      ],
    )
    let most = 0
    for (let seed = 1; seed <= 5; seed++) {
      const event = parseEvent(randomBook(seed, { accounts: 10, markets: 3, holdings: 3, twoSided: true }))
      const rough = gaussianLoss(law, { precision: 1 })
      let rounds = 0
      const answer = await solve(event, {
        ...rough,
        prepare(given: AdlEvent) {
          const prepared = rough.prepare(given)
          return {
            ...prepared,
            bySolver: (run) =>
              prepared.bySolver((program) => {
                rounds++
                return run(program)
              }),
          }
        },
      })
      const fine = await solve(event, gaussianLoss(law))
      expect(answer.relativeGap!, `seed ${seed}`).toBeLessThan(1e-7)
      expect(Math.abs(answer.objective.value! / fine.objective.value! - 1), `seed ${seed}`).toBeLessThan(1e-7)
      most = Math.max(most, rounds)
    }
    expect(most).toBeGreaterThan(3)
  })

  it('is asked once where the interior point is fine, and its failure does not take the proof away', async () => {
    const event = parseEvent(paperEvent(10))
    const prepared = gaussianLoss(factorMoves).prepare(event)
    let asked = 0
    const plan = await prepared.bySolver(async () => {
      asked++
      return { status: 'limit', reason: 'a test' }
    })
    expect(asked).toBe(1)
    if (!('reductions' in plan)) throw new Error('no plan')
    const value = prepared.value(plan.reductions)!
    expect(ratioNumber(value.sub(plan.bound().bound!)) / ratioNumber(value)).toBeLessThan(1e-9)
  })

  it('reaches bound and price by its own method', async () => {
    const gaussianPaper = gaussianLoss(factorMoves)
    const found: { objective: number; price: number }[] = []
    const answer = await solve(parseEvent(paperEvent(10)), {
      ...gaussianPaper,
      prepare(event) {
        const prepared = gaussianPaper.prepare(event)
        return {
          ...prepared,
          bySolver: (run) =>
            prepared.bySolver(async (program) => {
              const result = await run(program)
              if ('prices' in result)
                found.push({ objective: result.objective, price: result.prices!.get('demand')![0] })
              return result
            }),
        }
      },
    })
    // The program counts losses in units of the value, and the demand in units of the 23 BTC that are kept.
    const value = answer.objective.value!
    expect(found).toHaveLength(1)
    expect(found[0].objective).toBeCloseTo(answer.bound! / value, 8)
    expect((found[0].price * value) / 23).toBeCloseTo(125.1, 2)
  })

  it('a solver that is not there is refused', async () => {
    await expect(solved(paperEvent(10), factorMoves, { solver: 'nonesuch' })).rejects.toMatchObject({ code: /solver/ })
  })
})

describe('scale', () => {
  /** SPILLWAY_GAUSSIAN=2000x10 runs the full size. */
  const [accounts, markets] = (process.env.SPILLWAY_GAUSSIAN ?? '250x8').split('x').map(Number) as [number, number]

  it(`${accounts} accounts that hold ${markets} markets each`, async () => {
    const random = randomFrom(5)
    const names = Array.from({ length: markets }, (_, k) => ({
      market: `M${k}`,
      markPrice: written(10 ** random.between(-1, 4)),
    }))
    const book = Array.from({ length: accounts }, (_, i) => {
      const equity = 10 ** random.between(2, 6)
      const leverage = 10 ** random.between(0, 1.4)
      return {
        account: `a${i}`,
        equity: written(equity),
        positions: names.map(({ market, markPrice }) => ({
          market,
          quantity: written(((random.chance(0.7) ? -1 : 1) * equity * leverage) / markets / Number(markPrice)),
        })),
      }
    })
    const demand = names.map(({ market }) => {
      const shorts = book.flatMap(({ positions }) =>
        positions.filter((p) => p.market === market && p.quantity.startsWith('-')),
      )
      return { market, side: 'short', quantity: written(-0.3 * shorts.reduce((sum, p) => sum + Number(p.quantity), 0)) }
    })
    const loadings = names.map(() => random.between(0.05, 0.12))
    const law = gaussian(
      names.map(({ market }) => market),
      loadings.map((a, i) => loadings.map((b, j) => a * b + (i === j ? 0.0009 : 0))),
    )
    const solution = await solved({ format: 'spillway/event@1', markets: names, accounts: book, demand }, law)
    expect(solution.status).toBe('optimal')
    expect(solution.relativeGap!).toBeLessThan(1e-8)
  }, 120_000)
})
