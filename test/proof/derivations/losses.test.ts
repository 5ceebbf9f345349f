import { describe, expect, it } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { parseMoves, type ScenarioMoves } from '#models/moves/index.js'
import { lossProof, MOST_KINKED } from '#models/proof/derivations/losses.js'
import { type LossDuals, lossBound } from '#models/proof/losses/bound.js'
import { type MovedBook, movedBook } from '#models/proof/losses/moved-book.js'
import { entropicPart, type Measure, tailPart } from '#models/proof/losses/risk-measure.js'
import { type Screening, screen } from '#models/proof/losses/screening.js'
import { combineDuals } from '#src/certificates/index.js'
import { type Decimal, ratioOf, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf, fracOfRatio } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, most, order, over, plus, sign, times, total, ZERO } from '../../fraction.js'
import { fault, value } from '../derivation-fault.js'
import { type SmallBook, smallBook } from '../leverage/book.js'
import { isEqual, type Program, pointOf, programOf, slack } from './programs.js'

const SEED = 66_001
type Account = SmallBook['accounts'][number]

const ONE = frac('1')
const above = (a: Fraction): Fraction => most(ZERO, a)
const closes = (account: Account) => account.held.filter(({ isEligible }) => isEligible)

/** −e'_i − Σ_k n'_ik p_k r_sk from the plain book. */
const lossAfter = ({ equity, held }: Account, row: readonly Fraction[]): Fraction =>
  held.reduce(
    (sum, { k, quantity, price, gap, side, closed }) =>
      plus(
        minus(sum, times(times(minus(quantity, times(side, closed)), price), row[k])),
        times(times(side, gap), closed),
      ),
    minus(ZERO, equity),
  )

interface Move {
  readonly index: number
  readonly row: readonly Fraction[]
  readonly weight: Fraction
}

/** The mean of the worst 1 − α of losses, and a threshold at which it is attained. */
function tailOf(losses: readonly Fraction[], moves: readonly Move[], confidence: Fraction): [Fraction, Fraction] {
  const width = times(total(moves.map(({ weight }) => weight)), minus(ONE, confidence))
  let left = width
  let threshold = ZERO
  for (const s of [...losses.keys()].sort((a, b) => order(losses[b], losses[a]))) {
    threshold = losses[s]
    left = minus(left, moves[s].weight)
    if (sign(left) <= 0) break
  }
  const beyond = total(losses.map((own, s) => times(moves[s].weight, above(minus(own, threshold)))))
  return [plus(threshold, over(beyond, width)), threshold]
}

/** Weights of the moves that a measure allows: at most w_s λ/(1 − α) each, and at most W λ together. */
function weightsOf(random: ReturnType<typeof randomFrom>, measure: Measure, { weights, total: all }: MovedBook) {
  return measure.map(({ weight, confidence }): Decimal[] => {
    const [lambda, alpha] = [fracOf(weight), fracOf(confidence)]
    let left = times(lambda, fracOf(all))
    return weights.map((own) => {
      const cap = isEqual(alpha, ONE) ? left : over(times(lambda, fracOf(own)), minus(ONE, alpha))
      // Decimals of a few places, never above what is allowed.
      const share = times(random.pick([ZERO, frac('0.5'), frac('0.9'), ONE]), order(cap, left) > 0 ? left : cap)
      const down = (share.n * 1000n) / share.d
      left = minus(left, { n: down, d: 1000n })
      return { digits: down, scale: 3 }
    })
  })
}

/** Every row at an allocation, from what the accounts lose. */
function expectTruth(
  program: Program,
  {
    accounts,
    moves,
    measure,
    book,
    at,
  }: { accounts: readonly Account[]; moves: readonly Move[]; measure: Measure; book: MovedBook; at: string },
  reductions: readonly Decimal[],
  kinks: number,
): void {
  const own = accounts.map((account) => moves.map(({ row }) => lossAfter(account, row)))
  const losses = moves.map((_, s) => total(own.map((list) => above(list[s]))))
  const point = new Map(pointOf(book.space, reductions))
  const wanted = new Map<string, Fraction>()
  let objective = ZERO
  moves.forEach(({ index }, s) => {
    point.set(`L${index}`, losses[s])
    wanted.set(`loss_${index}`, ZERO)
  })
  measure.forEach(({ weight, confidence }, j) => {
    const alpha = fracOf(confidence)
    const isWorst = isEqual(alpha, ONE)
    const [mean, threshold] = isWorst ? [losses.reduce(most), ZERO] : tailOf(losses, moves, alpha)
    point.set(`T${j}`, mean)
    objective = plus(objective, times(fracOf(weight), mean))
    if (!isWorst) wanted.set(sign(alpha) === 0 ? `mean${j}` : `tail${j}`, ZERO)
    if (sign(alpha) !== 0 && !isWorst) point.set(`t${j}`, threshold)
    moves.forEach(({ index }, s) => {
      if (isWorst) wanted.set(`worst${j}_${index}`, minus(mean, losses[s]))
      else if (sign(alpha) !== 0) {
        point.set(`v${j}_${index}`, above(minus(losses[s], threshold)))
        wanted.set(`beyond${j}_${index}`, above(minus(threshold, losses[s])))
      }
    })
  })
  let found = 0
  for (const name of program.columns.keys()) {
    const [, account, index] = /^u(\d+)_(\d+)$/.exec(name) ?? []
    if (account === undefined) continue
    found++
    const loss = own[Number(account)][moves.findIndex((move) => move.index === Number(index))]
    point.set(name, above(loss))
    wanted.set(`kink${account}_${index}`, above(minus(ZERO, loss)))
  }
  expect(found, at).toBe(kinks)
  for (const owner of book.space.solvencyRows ?? []) {
    const account = accounts[book.space.owners[owner]]
    const equity = closes(account).reduce(
      (sum, { gap, side, closed }) => minus(sum, times(times(side, gap), closed)),
      account.equity,
    )
    expect(sign(equity)).toBeGreaterThanOrEqual(0)
    wanted.set(`solvent${book.space.owners[owner]}`, equity)
  }
  for (const { index } of book.space.markets) wanted.set(`demand_${index}`, ZERO)
  expect([...program.rows.keys()].toSorted(), at).toEqual([...wanted.keys()].toSorted())
  for (const [row, by] of wanted) expect(isEqual(slack(program, row, point), by), `${at}, ${row}`).toBe(true)
  const cost = total([...program.columns].map(([name, { cost: each }]) => times(value(each), point.get(name)!)))
  expect(isEqual(cost, objective), at).toBe(true)
  for (const { name, lower, upper } of program.columns.values()) {
    if (name.startsWith('x')) continue
    expect([lower && toText(lower), upper], `${at}, ${name}`).toEqual(['0', undefined])
  }
}

/** Contracts may be closed up to what may be closed; all of it where all of it is demanded. */
function expectContracts({ columns }: Program, { space }: MovedBook, accounts: readonly Account[]): void {
  space.pairMarket.forEach((market, pair) => {
    const account = space.owners[space.pairOwner[pair]]
    const { index: k, quantity } = space.markets[market]
    const capacity = total(
      accounts
        .flatMap(closes)
        .filter((own) => own.k === k)
        .map((own) => own.capacity),
    )
    const { lower, upper, cost } = columns.get(`x${account}_${k}`)!
    const held = closes(accounts[account]).find((own) => own.k === k)!.capacity
    expect(isEqual(value(upper!), held)).toBe(true)
    expect(toText(lower!)).toBe(isEqual(capacity, fracOf(quantity)) ? toText(upper!) : '0')
    expect(toText(cost)).toBe('0')
  })
}

const MEASURES: readonly Measure[] = [
  [tailPart(1, 0)],
  [tailPart(1, 1)],
  [tailPart(1, 0.5)],
  [tailPart(0.7, 0), tailPart(0.3, 0.5)],
  [tailPart(0.25, 0.2), tailPart(0.5, 1), tailPart(0.25, 0.75)],
  [tailPart(2, 0.5), tailPart(1, 0), tailPart(1, 0.9)],
]

describe(`losses as linear programs (seed ${SEED})`, () => {
  it('prove the bound, and say of an allocation what the book and the moves say', () => {
    const random = randomFrom(SEED)
    let kinks = 0
    let linear = 0
    for (let round = 0; round < 8; round++) {
      const small = smallBook(random, { equities: ['-3', '0', '1', '4', '20.5', '60'] })
      const { event } = small.space
      const markets = event.markets.map(({ market }) => market)
      const rows = Array.from({ length: random.whole(2, 4) }, () =>
        markets.map(() => random.pick([-0.9, -0.2, -0.05, 0, 0.1, 0.2, 0.7, 1.5])),
      )
      const weights = [1, ...rows.slice(1).map(() => random.pick([0, 0.5, 2]))]
      const stated = parseMoves({ format: 'spillway/moves@1', markets, moves: rows, weights } as never) as ScenarioMoves
      const moves = rows.flatMap((row, index): Move[] =>
        weights[index] === 0
          ? []
          : [{ index, row: row.map((r) => frac(String(r))), weight: frac(String(weights[index])) }],
      )
      const book = movedBook(event, stated, { exact: true })
      const screening = screen(book)
      kinks += screening.counts.kinked
      linear += screening.linearMove.length
      const measure = MEASURES[round % MEASURES.length]
      const duals: LossDuals = {
        prices: book.space.markets.map(() => dec(random.pick(['0', '-0.3', '1.5', '-4', '0.01']))),
        scenarioWeights: weightsOf(random, measure, book),
        shares: Float64Array.from(screening.kinkMove, () => random.pick([0, 1, 0.25])),
      }
      const bound = lossBound(book, screening, duals)
      const at = `round ${round}`
      // Accounts of which nothing is closed count exactly, whatever the book asks for.
      for (const isExact of [true, false]) {
        const proof = lossProof({ ...book, isExact }, screening, measure, duals, bound)
        const program = programOf(proof)
        expect(proof.bound).toBe(bound)
        expectTruth(
          program,
          { accounts: small.accounts, moves, measure, book, at },
          small.reductions,
          screening.kinkMove.length,
        )
        expectContracts(program, book, small.accounts)
        if (!isExact) continue
        expect(fault(proof), at).toBeUndefined()
        // The combination is the bound itself.
        expect(isEqual(fracOfRatio(combineDuals(proof)!.value), fracOfRatio(bound)), at).toBe(true)
      }
    }
    expect([kinks > 10, linear > 5]).toEqual([true, true])
  })

  it('have a row for whom several markets could push below zero', () => {
    // A loses 2 a contract and B gives a half: of 1 all may close, A alone may not.
    const facts = [
      { equity: '1', held: ['2', '10', '1'], closed: ['1', '6', '0.5'] },
      { equity: '100', held: ['3', '3', '4'], closed: ['2', '2', '1'] },
    ]
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [
        { market: 'A', markPrice: '10', adlPrice: '8' },
        { market: 'B', markPrice: '1', adlPrice: '1.5' },
        { market: 'C', markPrice: '2' },
      ],
      accounts: facts.map(({ equity, held }, i) => ({
        account: `a${i}`,
        equity,
        positions: held.map((quantity, k) => ({ market: 'ABC'[k], quantity })),
      })),
      demand: [
        { market: 'A', side: 'long', quantity: '3' },
        { market: 'B', side: 'long', quantity: '8' },
        { market: 'C', side: 'long', quantity: '1.5' },
      ],
    } as never)
    const [prices, gaps] = [
      ['10', '1', '2'],
      ['2', '-0.5', '0'],
    ]
    const accounts = facts.map(
      ({ equity, held, closed }): Account => ({
        equity: frac(equity),
        held: held.map((quantity, k) => ({
          k,
          quantity: frac(quantity),
          price: frac(prices[k]),
          gap: frac(gaps[k]),
          side: ONE,
          isEligible: true,
          capacity: frac(quantity),
          closed: frac(closed[k]),
        })),
      }),
    )
    const returns = [
      ['-0.1', '0', '0.1'],
      ['0.05', '-0.3', '-0.2'],
    ]
    const moves = returns.map((row, index): Move => ({ index, row: row.map(frac), weight: ONE }))
    const stated = parseMoves({
      format: 'spillway/moves@1',
      markets: ['A', 'B', 'C'],
      moves: returns.map((row) => row.map(Number)),
    } as never) as ScenarioMoves
    const book = movedBook(event, stated, { exact: true, keepSolvent: true })
    expect([...book.space.solvencyRows!]).toEqual([0])
    const screening = screen(book)
    const measure = [tailPart(1, 0)]
    const reductions = facts.flatMap(({ closed }) => closed.map(dec))
    for (const solvency of [undefined, [dec('0.3')], [dec('2')]]) {
      const duals: LossDuals = {
        prices: [dec('-1.5'), dec('0.25'), dec('0.1')],
        scenarioWeights: [[dec('1'), dec('0.5')]],
        shares: new Float64Array(screening.kinkMove.length).fill(0.5),
        solvency,
      }
      const bound = lossBound(book, screening, duals)
      const proof = lossProof(book, screening, measure, duals, bound)
      expectTruth(
        programOf(proof),
        { accounts, moves, measure, book, at: `${solvency}` },
        reductions,
        screening.kinkMove.length,
      )
      expect(fault(proof)).toBeUndefined()
      expect(isEqual(fracOfRatio(combineDuals(proof)!.value), fracOfRatio(bound))).toBe(true)
    }
  })

  it('are refused where logarithms are needed, and above a million kinked pairs', () => {
    const { event } = smallBook(randomFrom(SEED + 1), { mostMarkets: 1 }).space
    const stated = parseMoves({ format: 'spillway/moves@1', markets: ['M0'], moves: [[0.1]] } as never) as ScenarioMoves
    const book = movedBook(event, stated, { exact: true })
    const screening = screen(book)
    const duals = {
      prices: [dec('0')],
      scenarioWeights: [[dec('0')]],
      shares: new Float64Array(screening.kinkMove.length),
    }
    const said = (own: Screening, measure: Measure): string => {
      try {
        lossProof(book, own, measure, duals, ratioOf(dec('0')))
      } catch (error) {
        const { code, path } = error as { code: string; path: string }
        return `${code} ${path}`
      }
      return 'written'
    }
    const many = (kinked: number): Screening => ({ ...screening, counts: { ...screening.counts, kinked } })
    expect(said(screening, [tailPart(1, 0.5)])).toBe('written')
    expect(said(screening, [tailPart(1, 0.5), entropicPart(1, 0.5)])).toBe('not-expressible objective')
    expect(said(many(MOST_KINKED), [tailPart(1, 0)])).toBe('written')
    expect(said(many(MOST_KINKED + 1), [tailPart(1, 0)])).toBe('too-large vipr')
  })
})
