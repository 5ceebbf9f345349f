import { parseEvent, solve } from 'spillway'
import { describe, expect, it } from 'vitest'
import { ratioNumber } from '#src/numeric/index.js'
import { type PlainEvent, randomBook, randomFrom } from '../../books.js'
import { eventOf } from '../leverage/support.js'
import { expectedLoss } from './oracle.js'
import { factorMoves, paperEvent } from './paper.js'
import { gaussian, gaussianLoss, randomMoves, solved } from './support.js'

const quantityOf = (
  reductions: readonly { account: string; market: string; quantity: string }[],
  account: string,
  market = 'M0',
) => Number(reductions.find((r) => r.account === account && r.market === market)?.quantity ?? 0)

const grossOf = (book: PlainEvent): number => {
  const price = new Map(book.markets.map((m) => [m.market, Number(m.markPrice)]))
  return book.accounts
    .flatMap(({ positions }) => positions)
    .reduce((sum, p) => sum + Math.abs(Number(p.quantity)) * price.get(p.market)!, 0)
}

describe('one market of solvent accounts', () => {
  it('water-filling is the optimum that the solver finds, whatever the law', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = randomFrom(seed)
      const book = randomBook(seed, { accounts: random.whole(2, 20), offMark: random.chance(0.5) ? 0.01 : false })
      if (book.demand.length === 0) continue
      const moves = gaussian(['M0'], [[random.between(0.01, 0.3) ** 2]], [random.pick([0, 0.03, -0.03])])
      const closed = await solved(book, moves, { solver: 'closed-form' })
      const solver = await solved(book, moves, { solver: 'highs' })
      expect(closed.status, `seed ${seed}`).toBe('optimal')
      expect(solver.status, `seed ${seed}`).toBe('optimal')
      expect(closed.relativeGap!, `seed ${seed}`).toBeLessThan(1e-9)
      const scale = Math.max(solver.objective.value!, 1e-12 * grossOf(book))
      expect(Math.abs(closed.objective.value! - solver.objective.value!), `seed ${seed}`).toBeLessThan(1e-9 * scale)
    }
  })

  it('insolvent accounts, other holdings and second markets have none', async () => {
    const moves = gaussian(
      ['M0', 'M1'],
      [
        [0.01, 0],
        [0, 0.01],
      ],
    )
    const one = eventOf(
      [
        ['M0', '1'],
        ['M1', '1'],
      ],
      { a: ['1', ['M0', '-5']], b: ['-1', ['M0', '-5']] },
      [['M0', 'short', '3']],
    )
    const two = eventOf(
      [
        ['M0', '1'],
        ['M1', '1'],
      ],
      { a: ['1', ['M0', '-5'], ['M1', '2']], b: ['1', ['M0', '-5']] },
      [['M0', 'short', '3']],
    )
    for (const event of [one, two]) {
      await expect(solved(event, moves, { solver: 'closed-form' })).rejects.toMatchObject({ code: 'no-closed-form' })
      expect((await solved(event, moves)).relativeGap!).toBeLessThan(1e-9)
    }
  })
})

describe('prices', () => {
  it('are the fall of the optimum per extra contract, by finite differences', async () => {
    let tried = 0
    for (let seed = 1; seed <= 14; seed++) {
      const random = randomFrom(100 + seed)
      const book = randomBook(seed, {
        accounts: 8,
        markets: 3,
        holdings: 3,
        twoSided: true,
        offMark: random.chance(0.3),
      })
      const names = book.markets.map(({ market }) => market)
      const loadings = names.map(() => random.between(0.05, 0.2))
      const moves = gaussian(
        names,
        loadings.map((a, i) => loadings.map((b, j) => a * b + (i === j ? 0.002 : 0))),
      )
      if (book.demand.length === 0) continue
      const { prices, objective } = await solved(book, moves)
      const k = random.whole(0, book.demand.length - 1)
      const { market, quantity } = book.demand[k]
      const moved = async (factor: number) => {
        const demand = book.demand.map((d, i) =>
          i === k ? { ...d, quantity: String(Number(d.quantity) * factor) } : d,
        )
        return (await solved({ ...book, demand }, moves)).objective.value!
      }
      const step = 1e-4
      const [less, more] = [await moved(1 - step), await moved(1 - step / 2)]
      const left = (less - more) / ((step / 2) * Number(quantity))
      const right = (objective.value! - (await moved(1 + step / 2))) / ((step / 2) * Number(quantity))
      const size = Math.max(Math.abs(left), Math.abs(right))
      // Falls lessen as demand grows: the price lies between them, up to what the steps bend and what gaps of 1e-11 leave.
      const slack =
        2e-3 * size + (1e-11 * Math.max(objective.value!, 1e-12 * grossOf(book))) / ((step / 2) * Number(quantity))
      expect(prices![market], `seed ${seed}`).toBeLessThan(left + slack)
      expect(prices![market], `seed ${seed}`).toBeGreaterThan(right - slack)
      if (slack < 0.01 * Math.abs(prices![market]!)) tried++
    }
    expect(tried).toBeGreaterThan(5)
  })
})

describe('degenerate books', () => {
  const still = gaussian(['M0'], [[0]])
  const lively = gaussian(['M0'], [[0.01]])

  it('nothing moves: only debts count, exactly', async () => {
    const event = eventOf(
      [['M0', '10', '11']],
      { a: ['5', ['M0', '-3']], b: ['-2', ['M0', '-3']], c: ['100', ['M0', '-3']] },
      [['M0', 'short', '4']],
    )
    const { status, objective, bound, relativeGap } = await solved(event, still)
    expect(status).toBe('optimal')
    // Closing costs 1 a contract; 5 and 100 can pay four contracts without debt.
    expect(objective.value).toBeCloseTo(2, 9)
    expect(bound).toBeCloseTo(2, 9)
    expect(relativeGap!).toBeLessThan(1e-9)
  })

  it('no equity at all: the kink where an account is closed to nothing', async () => {
    const event = eventOf([['M0', '10']], { a: ['0', ['M0', '-3']], b: ['0', ['M0', '-5']], c: ['2', ['M0', '-5']] }, [
      ['M0', 'short', '8.5'],
    ])
    const solution = await solved(event, lively)
    expect(solution.relativeGap!).toBeLessThan(1e-8)
    expect(quantityOf(solution.reductions!, 'a')).toBeCloseTo(3, 6)
    expect(quantityOf(solution.reductions!, 'b')).toBeCloseTo(5, 6)
  })

  it('a hedge under perfect correlation leaves exactly nothing', async () => {
    const law = gaussian(
      ['M0', 'M1'],
      [
        [0.04, 0.04],
        [0.04, 0.04],
      ],
    )
    const event = eventOf(
      [
        ['M0', '10'],
        ['M1', '20'],
      ],
      { a: ['0', ['M0', '-4'], ['M1', '2']], b: ['10', ['M0', '-4']] },
      [['M0', 'short', '3']],
    )
    const solution = await solved(event, law)
    expect(solution.relativeGap!).toBeLessThan(1e-8)
    // a is hedged and has no equity: touching it costs at once, so b gives everything.
    expect(quantityOf(solution.reductions!, 'b')).toBeCloseTo(3, 6)
  })

  it('drained markets, one account, far from loss, empty books', async () => {
    const two = gaussian(
      ['M0', 'M1'],
      [
        [0.01, 0.002],
        [0.002, 0.02],
      ],
    )
    const drained = eventOf(
      [
        ['M0', '1'],
        ['M1', '2'],
      ],
      { a: ['1', ['M0', '-5'], ['M1', '-2']], b: ['1', ['M0', '-5'], ['M1', '-3']] },
      [
        ['M0', 'short', '10'],
        ['M1', 'short', '2'],
      ],
    )
    const alone = eventOf(
      [
        ['M0', '1'],
        ['M1', '2'],
      ],
      { a: ['1', ['M0', '-5'], ['M1', '-2']] },
      [
        ['M0', 'short', '3'],
        ['M1', 'short', '1'],
      ],
    )
    const safe = eventOf(
      [
        ['M0', '1'],
        ['M1', '2'],
      ],
      { a: ['1e6', ['M0', '-5'], ['M1', '3']], b: ['1e6', ['M0', '-5']] },
      [['M0', 'short', '3']],
    )
    const empty = eventOf(
      [
        ['M0', '1'],
        ['M1', '2'],
      ],
      { a: ['1'] },
      [],
    )
    for (const event of [drained, alone, safe, empty]) {
      const { status, relativeGap, objective, reductions } = await solved(event, two)
      expect(status).toBe('optimal')
      expect(relativeGap!).toBeLessThan(1e-9)
      expect(objective.value!).toBeCloseTo(expectedLoss(event, two, reductions!), 9)
    }
  })

  it('value is convex along segments, and the mean counts', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomFrom(seed)
      const book = randomBook(seed, { accounts: 6, markets: 2, holdings: 2, twoSided: true, offMark: true })
      const prepared = gaussianLoss(randomMoves(['M0', 'M1'], random)).prepare(parseEvent(book))
      const any = () => Array.from(prepared.space.capacity, (c) => Math.round(c * random.unit() * 1e6))
      const valueAt = (x: readonly number[]) =>
        ratioNumber(prepared.value(x.map((micro) => ({ digits: BigInt(Math.round(micro)), scale: 6 })))!)
      const [a, b] = [any(), any()]
      const middle = valueAt(a.map((x, i) => (x + b[i]) / 2))
      const ends = (valueAt(a) + valueAt(b)) / 2
      expect(middle, `seed ${seed}`).toBeLessThanOrEqual(ends + 1e-6 + 1e-9 * ends)
    }
    const event = eventOf([['M0', '1']], { a: ['1', ['M0', '-5']], b: ['2', ['M0', '-5']] }, [['M0', 'short', '3']])
    const [calm, adverse] = [gaussian(['M0'], [[0.04]]), gaussian(['M0'], [[0.04]], [0.1])]
    expect((await solved(event, adverse)).objective.value!).toBeGreaterThan(
      (await solved(event, calm)).objective.value! * 1.2,
    )
  })
})

describe('validation', () => {
  const event = parseEvent(paperEvent(5))
  const refusal = (moves: Parameters<typeof gaussianLoss>[0]) => () => gaussianLoss(moves).prepare(event)

  it('moves must name every market, and be a law', () => {
    expect(refusal(gaussian(['BTC'], [[0.01]]))).toThrow(expect.objectContaining({ code: 'missing-market' }))
    expect(
      refusal(
        gaussian(
          ['BTC', 'ETH'],
          [
            [0.01, 0.02],
            [0.02, 0.01],
          ],
        ),
      ),
    ).toThrow(expect.objectContaining({ code: 'covariance' }))
    expect(
      refusal(
        gaussian(
          ['BTC', 'ETH'],
          [
            [0.01, 0.001],
            [0.002, 0.01],
          ],
        ),
      ),
    ).toThrow(expect.objectContaining({ code: 'covariance' }))
    expect(
      refusal(
        gaussian(
          ['BTC', 'ETH'],
          [
            [-0.01, 0],
            [0, 0.01],
          ],
        ),
      ),
    ).toThrow(expect.objectContaining({ code: 'covariance' }))
    expect(
      refusal(
        gaussian(
          ['BTC', 'ETH'],
          [
            [0, 0.001],
            [0.001, 0.01],
          ],
        ),
      ),
    ).toThrow(expect.objectContaining({ code: 'covariance' }))
    expect(
      refusal(
        gaussian(
          ['BTC', 'ETH'],
          [
            [Number.NaN, 0],
            [0, 0.01],
          ],
        ),
      ),
    ).toThrow(expect.objectContaining({ code: 'covariance' }))
  })

  it('markets may stand in any order, and others are ignored', async () => {
    const [b, e] = [0.1, 0.12]
    const more = gaussian(
      ['DOGE', 'ETH', 'BTC'],
      [
        [1, 0, 0],
        [0, e * e, b * e],
        [0, b * e, b * b],
      ],
    )
    const same = gaussian(
      ['BTC', 'ETH'],
      [
        [b * b, b * e],
        [b * e, e * e],
      ],
    )
    const one = await solve(event, gaussianLoss(more))
    const other = await solve(event, gaussianLoss(same))
    expect(one.objective.value).toBeCloseTo(other.objective.value!, 9)
  })

  it('is no program for export, and evidence must have its shape', () => {
    const prepared = gaussianLoss(factorMoves).prepare(event)
    expect(() => prepared.program()).toThrow(expect.objectContaining({ code: 'not-expressible' }))
    for (const evidence of [
      null,
      [],
      {},
      { prices: {}, cuts: [] },
      { prices: { BTC: '1' }, cuts: [] },
      { prices: { BTC: 1 }, cuts: [] },
    ]) {
      expect(() => prepared.recheck!(evidence)).toThrow(expect.objectContaining({ code: 'bad-evidence' }))
    }
  })
})
