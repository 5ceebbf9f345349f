import type { Reduction, Solution } from 'spillway'
import { describe, expect, it } from 'vitest'
import { type BookOptions, type PlainEvent, randomBook, randomFrom } from '../../books.js'
import { instances } from '../../campaign.js'
import { frac, minus, num, plus, times, total, ZERO } from '../../fraction.js'
import { note } from '../../notes.js'
import { largestLeverage, type Problem, problemOf, type ReductionText, standings, sumOfSquares } from './oracle.js'
import { closedOf, faultOf, names, type ObjectiveName, randomAllocation, rescaled, solved, text } from './support.js'

/** Laws of an answer, on seeded books, by every objective and by a closed form and a solver. */
const SEED = 31970
const BOOKS = instances(3, 10)
/** Of the levels: a permutation or a change of units may round otherwise. */
const SAME = 1e-9

const shared = { markets: 3, holdings: 3, twoSided: true, longsDemanded: true, insolvents: true }
const kinds: Record<string, Omit<BookOptions, 'accounts'>> = {
  'one market': { insolvents: true, ties: true },
  'one market off the mark': { insolvents: true, offMark: true },
  'one wild market': { wild: true },
  'markets apart, blanks': { markets: 3, insolvents: true, offMark: true, blanks: true },
  'markets shared': shared,
  'markets shared off the mark': { ...shared, offMark: true },
}

const laws = names.flatMap((name) => Object.keys(kinds).map((kind) => [name, kind] as const))

function booksOf(
  kind: string,
  largest = 25,
): { seed: number; book: PlainEvent; random: ReturnType<typeof randomFrom> }[] {
  const base = SEED + 100 * Object.keys(kinds).indexOf(kind)
  return Array.from({ length: BOOKS }, (_, b) => {
    const random = randomFrom(base + b + 50)
    return {
      seed: base + b,
      random,
      book: randomBook(base + b, { ...kinds[kind], accounts: random.whole(1, largest) }),
    }
  })
}

/** Solved or, where the quadratic solver gives up, skipped and counted. */
const given = { answered: 0, refused: 0 }
async function answer(event: unknown, name: ObjectiveName): Promise<Solution | undefined> {
  try {
    const solution = await solved(event, name, { timeLimitSeconds: 20, tolerance: 1e-7 })
    if (solution.status === 'optimal') {
      given.answered++
      return solution
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'engine-failed') throw error
  }
  given.refused++
  expect(name).toBe('squared-leverage')
  return undefined
}

const optimumOf = ({ objective }: Solution): number => objective.value ?? Number.POSITIVE_INFINITY
function expectSame(a: number, b: number, place: string, tolerance = SAME): void {
  if (a === b) return
  expect(Math.abs(a - b), `${place}: ${a} and ${b}`).toBeLessThanOrEqual(
    tolerance * Math.max(Math.abs(a), Math.abs(b), 1e-12),
  )
}

/** Whether allocations are unique, so that they can be compared themselves: water-filling does it market by market. */
const isUnique = (kind: string): boolean => !kind.includes('shared')

describe(`laws of solve (seed ${SEED})`, () => {
  it.each(laws)('%s, %s: every demand is met exactly, within bounds', async (name, kind) => {
    for (const { seed, book } of booksOf(kind)) {
      const solution = await answer(book, name)
      if (solution === undefined) continue
      expect(faultOf(book, solution.reductions!), `seed ${seed}`).toBeUndefined()
      expect(solution.bound === null ? Number.POSITIVE_INFINITY : solution.bound!).toBeLessThanOrEqual(
        optimumOf(solution) * (1 + 1e-15),
      )
      expect(solution.relativeGap).toBeGreaterThanOrEqual(0)
    }
  })

  it.each(laws)('%s, %s: the order of accounts, positions and markets does not matter', async (name, kind) => {
    for (const { seed, book, random } of booksOf(kind)) {
      const shuffle = <T>(list: readonly T[]): T[] =>
        list
          .map((item) => ({ item, key: random.unit() }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item)
      const other: PlainEvent = {
        ...book,
        markets: shuffle(book.markets),
        accounts: shuffle(book.accounts).map((a) => ({ ...a, positions: shuffle(a.positions) })),
        demand: shuffle(book.demand),
      }
      const [a, b] = [await answer(book, name), await answer(other, name)]
      if (a === undefined || b === undefined) continue
      expectSame(optimumOf(a), optimumOf(b), `seed ${seed}`)
      if (isUnique(kind)) expectSameLevels(book, a, b.reductions!, `seed ${seed}`)
    }
  })

  it.each(laws)('%s, %s: units of money and of contracts do not matter', async (name, kind) => {
    for (const { seed, book } of booksOf(kind)) {
      const a = await answer(book, name)
      if (a === undefined) continue
      for (const [money, contracts] of [
        ['1000', '1'],
        ['1', '0.001'],
        ['0.25', '8'],
      ] as const) {
        const b = await answer(rescaled(book, money, contracts), name)
        if (b === undefined) continue
        const scale = name === 'squared-leverage' ? Number(money) : 1
        expectSame(optimumOf(a) * scale, optimumOf(b), `seed ${seed} × ${money}, ${contracts}`)
        if (!isUnique(kind)) continue
        const back = b.reductions!.map((r) => ({
          ...r,
          quantity: text(times(frac(r.quantity), { n: frac(contracts).d, d: frac(contracts).n })),
        }))
        expectSameLevels(book, a, back, `seed ${seed} × ${money}, ${contracts}`)
        for (const market of Object.keys(a.prices!)) {
          const price = (a.prices![market]! * scale) / Number(contracts)
          // At a kink any price between two is right; both methods may choose. Compared where both agree on the level.
          if (name === 'squared-leverage')
            expectSame(price, b.prices![market]!, `price of ${market}, seed ${seed}`, 1e-6)
        }
      }
    }
  })

  it.each(laws)('%s, %s: an account split in proportion loses the same in all', async (name, kind) => {
    for (const { seed, book, random } of booksOf(kind)) {
      const whole = random.pick(book.accounts)
      const share = random.pick(['0.5', '0.25', '0.125'])
      const part = (s: string, suffix: string) => ({
        account: `${whole.account}${suffix}`,
        equity: text(times(frac(whole.equity), frac(s))),
        positions: whole.positions.map((p) => ({ ...p, quantity: text(times(frac(p.quantity), frac(s))) })),
      })
      const rest = text(minus(frac(1), frac(share)))
      const parts = [part(share, '/1'), part(rest, '/2')]
      const split = { ...book, accounts: book.accounts.flatMap((a) => (a === whole ? parts : [a])) }
      const [a, b] = [await answer(book, name), await answer(split, name)]
      if (a === undefined || b === undefined) continue
      expectSame(optimumOf(a), optimumOf(b), `seed ${seed}`)
      if (!isUnique(kind)) continue
      const merged = b.reductions!.map((r) => ({ ...r, account: r.account.replace(/\/[12]$/, '') }))
      const summed: ReductionText[] = []
      for (const r of merged) {
        const at = summed.findIndex((s) => s.account === r.account && s.market === r.market)
        if (at < 0) summed.push(r)
        else summed[at] = { ...r, quantity: text(plus(frac(summed[at].quantity), frac(r.quantity))) }
      }
      expectSameLevels(book, a, summed, `seed ${seed}, ${whole.account} split`)
    }
  })

  it.each(laws)('%s, %s: nobody does better, and more demand never leaves more', async (name, kind) => {
    for (const { seed, book, random } of booksOf(kind)) {
      const problem = problemOf(book)
      const best = await answer(book, name)
      if (best === undefined) continue
      for (let trial = 0; trial < 10; trial++) {
        const all = standings(problem, randomAllocation(problem, random))
        const value = name === 'min-max-leverage' ? largestLeverage(all) : sumOfSquares(all)
        expect(value ? num(value) : Number.POSITIVE_INFINITY, `seed ${seed}`).toBeGreaterThanOrEqual(
          best.bound === null ? Number.POSITIVE_INFINITY : best.bound!,
        )
      }
      const shares = ['0.25', '0.5', '0.9', '1']
      let before = Number.POSITIVE_INFINITY
      for (const share of shares) {
        const less = {
          ...book,
          demand: book.demand.map((d) => ({ ...d, quantity: text(times(frac(d.quantity), frac(share))) })),
        }
        const solution = await answer(less, name)
        if (solution === undefined) continue
        // Where d > 0 closing costs equity, and whoever holds something else as well may stand higher for it.
        if (name === 'min-max-leverage' && kind === 'markets shared off the mark') continue
        expect(solution.bound ?? Number.POSITIVE_INFINITY, `seed ${seed}, ${share}`).toBeLessThanOrEqual(before)
        before = optimumOf(solution)
      }
    }
  })

  it('says how many answers these laws rest on', () => {
    note(`laws: ${given.answered} answers, ${given.refused} refused by the quadratic solver`)
    expect(given.answered).toBeGreaterThan(150 * BOOKS)
    expect(given.refused).toBeLessThan(0.1 * given.answered)
  })
})

/** Same levels, account by account, of a solution and of reductions of the same book. */
function expectSameLevels(book: PlainEvent, a: Solution, b: readonly ReductionText[], place: string): void {
  const problem = problemOf(book)
  const [one, two] = [standings(problem, a.reductions!), standings(problem, b)]
  const top = one.reduce((t, s) => Math.max(t, s.isSolvent ? num(s.exposureAfter) / num(s.remarked) : 0), 0)
  one.forEach((s, i) => {
    const gap = num(minus(s.exposureAfter, two[i].exposureAfter))
    const scale = s.isSolvent ? top * num(s.remarked) : num(s.gross)
    expect(Math.abs(gap), `${place}, ${s.account}`).toBeLessThanOrEqual(1e-7 * Math.max(scale, 1e-7 * num(s.gross)))
  })
}

describe(`one market: least total shortfall at every move (seed ${SEED})`, () => {
  const trials = [
    { title: 'at the mark', options: { ties: true }, isSigned: true },
    { title: 'off the mark, every g > 0', options: { offMark: true }, isSigned: true },
    { title: 'at the mark, insolvents', options: { insolvents: true }, isSigned: false },
    { title: 'off the mark, insolvents', options: { insolvents: true, offMark: true }, isSigned: false },
  ]
  it.each(trials)('$title', async ({ options, isSigned }) => {
    let moves = 0
    let strict = 0
    for (let b = 0; b < 15; b++) {
      const seed = SEED + 5000 + b
      const random = randomFrom(seed)
      const book = randomBook(seed, { ...options, accounts: random.whole(2, 12) })
      const problem = problemOf(book)
      if (isSigned && problem.owners.some((o) => !o.isSolvent)) continue
      const [market] = problem.markets
      const threshold = num(market!.concession) / num(market!.price)
      for (const name of names) {
        const best = (await answer(book, name))!
        for (let trial = 0; trial < 6; trial++) {
          const other = randomAllocation(problem, random, !isSigned)
          for (const size of [0.01, 0.03, 0.1, 0.2, 0.5, 1, 2, 10, 100]) {
            for (const r of isSigned ? [size, -size] : [threshold + size, threshold]) {
              const [mine, theirs] = [best.reductions!, other].map((x) => shortfall(problem, x, r))
              expect(mine, `seed ${seed}, ${name}, adverse move ${r}`).toBeLessThanOrEqual(theirs! * (1 + 1e-9) + 1e-9)
              moves++
              if (mine! < theirs! * (1 - 1e-6)) strict++
            }
          }
        }
      }
    }
    note(`${moves} moves compared, ${strict} strictly better`)
    expect(moves).toBeGreaterThan(1500)
    expect(strict).toBeGreaterThan(moves / 20)
  })
})

/** Σ_i (−e'_i + n'_i p r)^+ over the eligible, r the adverse size of a move; everybody else loses the same whoever is closed. */
function shortfall(problem: Problem, reductions: readonly (Reduction | ReductionText)[], r: number): number {
  return num(
    total(
      standings(problem, reductions).map((s) => {
        const loss = minus(times(s.exposureAfter, frac(r)), s.equityAfter)
        return loss.n > 0n ? loss : ZERO
      }),
    ),
  )
}

describe('the law of the closed-whole', () => {
  it.each(names)('%s: a position closed whole is given exactly, digit by digit', async (name) => {
    const long = '123456789.123456789012345678901234'
    const event = {
      format: 'spillway/event@1' as const,
      markets: [
        { market: 'A', markPrice: '1.000000000000001' },
        { market: 'B', markPrice: '3' },
      ],
      accounts: [
        {
          account: 'high',
          equity: '0.001',
          positions: [
            { market: 'A', quantity: `-${long}` },
            { market: 'B', quantity: '100' },
          ],
        },
        { account: 'low', equity: '1e12', positions: [{ market: 'A', quantity: '-7e9' }] },
      ],
      demand: [{ market: 'A', side: 'short' as const, quantity: '2e8' }],
    }
    const { reductions } = (await answer(event, name))!
    expect(reductions!.find((r) => r.account === 'high')!.quantity).toBe(long)
    expect(closedOf(reductions!, 'low', 'A')).toEqual(minus(frac('2e8'), frac(long)))
  })
})
