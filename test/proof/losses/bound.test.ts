import { describe, expect, it } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { parseMoves, type ScenarioMoves } from '#models/moves/index.js'
import { exactPrices, type LossDuals, lossBound } from '#models/proof/losses/bound.js'
import { movedBook } from '#models/proof/losses/moved-book.js'
import { screen } from '#models/proof/losses/screening.js'
import { totalLosses } from '#models/proof/losses/total-losses.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf, fracOfRatio } from '../../certificates/decimals.js'
import { type Fraction, frac, least, minus, num, order, plus, sign, times, total, ZERO } from '../../fraction.js'
import {
  above,
  closes,
  dualsOf,
  gainOf,
  kinkedOf,
  lossOf,
  magnitudeOf,
  movedOf,
  type PlainMoved,
  solventBook,
  UNIT,
  wideBook,
} from './book.js'

const SEED = 62_005

/** By demanded market, whether no more is held than is asked for. */
const closedWhole = ({ accounts, demanded }: Pick<PlainMoved, 'accounts' | 'demanded'>): readonly boolean[] =>
  demanded.map(({ k, quantity }) => {
    const pairs = accounts.flatMap(closes).filter((pair) => pair.k === k)
    return order(quantity, total(pairs.map(({ capacity }) => capacity))) === 0
  })

/**
 * −π·Q + Σ_is y_is h_is + Σ_ik min over [0, c_ik] of (Σ_s y_is g_sk + π_k) x_ik, term by term, with a move of nothing for each row that keeps an
 * account solvent; all of it is closed, at no price, where no more is held than is asked for.
 */
function slowBound(
  { accounts, demanded, counted, book }: PlainMoved,
  found: ReturnType<typeof screen>,
  { prices, scenarioWeights, shares, solvency }: LossDuals,
): Fraction {
  const isWhole = closedWhole({ accounts, demanded })
  const theta = counted.map((_, s) => total(scenarioWeights.map((part) => fracOf(part[s]))))
  const all = total(counted.map(({ weight }) => weight))
  const priceOf = new Map(demanded.map(({ k }, at) => [k, isWhole[at] ? ZERO : times(fracOf(prices[at]), all)]))
  const nothing = demanded.map(() => ZERO)
  let bound = minus(ZERO, total(demanded.map(({ k, quantity }) => times(priceOf.get(k)!, quantity))))
  let owner = 0
  for (const account of accounts) {
    const pairs = closes(account)
    if (pairs.length === 0) {
      counted.forEach(({ row }, s) => {
        bound = plus(bound, times(theta[s], above(lossOf(account, row))))
      })
      continue
    }
    const taken: { readonly row: readonly Fraction[]; readonly y: Fraction }[] = []
    for (let t = found.linearStarts[owner]; t < found.linearStarts[owner + 1]; t++)
      taken.push({ row: counted[found.linearMove[t]].row, y: theta[found.linearMove[t]] })
    for (let t = found.kinkStarts[owner]; t < found.kinkStarts[owner + 1]; t++) {
      const y = times(theta[found.kinkMove[t]], frac(String(shares[t])))
      taken.push({ row: counted[found.kinkMove[t]].row, y })
    }
    const place = Array.from(book.space.solvencyRows ?? []).indexOf(owner)
    const dual = place < 0 ? undefined : solvency?.[place]
    if (dual !== undefined) taken.push({ row: nothing, y: times(fracOf(dual), all) })
    for (const { row, y } of taken) bound = plus(bound, times(y, lossOf(account, row)))
    for (const pair of pairs) {
      const slope = taken.reduce((sum, { row, y }) => plus(sum, times(y, gainOf(pair, row))), priceOf.get(pair.k)!)
      const isForced = isWhole[demanded.findIndex(({ k }) => k === pair.k)]
      bound = plus(bound, isForced ? times(slope, pair.capacity) : least(ZERO, times(slope, pair.capacity)))
    }
    owner++
  }
  return bound
}

/** Holds exact and rounded bounds against the sum that they are said to be. */
function expectBound(moved: PlainMoved, duals: LossDuals, name: string): Fraction {
  const { book } = moved
  const found = screen(book)
  const exact = fracOfRatio(lossBound(book, found, duals))
  expect(order(times(exact, fracOf(book.total)), slowBound(moved, found, duals)), name).toBe(0)
  const rounded = fracOfRatio(lossBound({ ...book, isExact: false }, found, duals))
  expect(order(rounded, exact), name).toBeLessThanOrEqual(0)
  const scale = [...book.exposure, ...book.equity].reduce((sum, own) => sum + Math.abs(own), 0)
  expect(num(minus(exact, rounded)), name).toBeLessThanOrEqual(1e-13 * 8 * scale)
  return exact
}

describe(`bounds of losses (seed ${SEED})`, () => {
  it('are the sum that they are said to be, and in doubles hardly below it', () => {
    const random = randomFrom(SEED)
    let whole = 0
    for (let round = 0; round < 10; round++) {
      const { small, ...moved } = movedOf(random)
      const { accounts, demanded } = small
      const { book } = moved
      const found = screen(book)
      const duals = dualsOf(random, book, found)
      const name = `round ${round}`
      const exact = expectBound({ ...moved, accounts, demanded }, duals, name)
      whole += closedWhole(small).filter((isWhole) => isWhole).length
      // No price proves more than the exact ones, and no bound is above the losses of an allocation.
      const best = fracOfRatio(lossBound(book, found, { ...duals, prices: exactPrices(book, found, duals) }))
      expect(order(plus(best, frac('1e-30')), exact), name).toBe(1)
      const value = total(
        totalLosses(book, small.reductions).map((loss, s) => times(fracOf(loss), fracOf(duals.scenarioWeights[0][s]))),
      )
      expect(order(times(best, fracOf(book.total)), value), name).toBeLessThanOrEqual(0)
    }
    expect(whole).toBeGreaterThan(1)
  })

  it('count rows that keep accounts solvent as a move of nothing', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 6; round++) {
      const moved = solventBook(random)
      expect(Array.from(moved.book.space.solvencyRows!)).toEqual([1])
      const duals = {
        ...dualsOf(random, moved.book, screen(moved.book)),
        prices: [dec(random.pick(['0', '-0.2', '0.4', '-1'])), dec(random.pick(['0', '-0.02', '0.04', '-1']))],
        solvency: random.pick([[dec('0.7')], [dec('3')], [dec('0')], [], undefined]),
      }
      expectBound(moved, duals, `round ${round}`)
      const nothing = { ...duals, scenarioWeights: [duals.scenarioWeights[0].map(() => dec('0'))] }
      expectBound(moved, nothing, `round ${round}, of no move`)
    }
  })

  it('in doubles take no more than the losses of accounts that nothing is closed of', () => {
    const random = randomFrom(SEED + 2)
    for (let round = 0; round < 6; round++) {
      const { book } = movedOf(random)
      const found = screen(book)
      const own = Float64Array.from(found.fixedLower, () => random.pick([0.1, 0.7, 1e9, 0]))
      const mass = own.map(() => random.pick([0.1, 0.7, 1 / 3]))
      const duals = {
        prices: book.space.markets.map(() => dec('0')),
        scenarioWeights: [Array.from(mass, (each) => dec(String(each)))],
        shares: new Float64Array(found.kinkLoss.length),
      }
      const none = { ...found, linearStarts: found.linearStarts.map(() => 0), fixedLower: own }
      const bound = times(fracOfRatio(lossBound({ ...book, isExact: false }, none, duals)), fracOf(book.total))
      const wanted = own.reduce((sum, loss, s) => plus(sum, times(frac(String(loss)), frac(String(mass[s])))), ZERO)
      const under = minus(wanted, bound)
      expect([order(under, ZERO) >= 0, num(under) <= 1e-14 * num(wanted)], `round ${round}`).toEqual([true, true])
    }
  })

  it('are best at the price of the pair that just meets the demand', () => {
    const random = randomFrom(SEED + 3)
    const { book } = solventBook(random)
    const found = screen(book)
    const duals = { ...dualsOf(random, book, found), scenarioWeights: [book.weights.map(() => dec('0'))] }
    // Nothing is lost, and nothing is paid.
    expect(exactPrices(book, found, duals).map(toText)).toEqual(['0', '0'])
    // The slope of the row is 0.08 · 0.5 · 6 in both markets, that of the others nothing: they close 25 of 27, and all of 7.
    const solvency = [dec('0.5')]
    expect(exactPrices(book, found, { ...duals, solvency }).map(toText)).toEqual(['-0.04', '0'])
    // Of more than there is, that of the last.
    const { space } = book
    const more = { ...space, markets: space.markets.map((market) => ({ ...market, quantity: dec('100') })) }
    expect(exactPrices({ ...book, space: more }, found, { ...duals, solvency }).map(toText)).toEqual(['-0.04', '-0.04'])
  })
})

interface Steep {
  readonly markPrice: string
  readonly adlPrice: string
  /** Moves, and their largest return; half of it is the smallest. */
  readonly count: number
  readonly returns: number
  readonly isForced?: boolean
  /** By the mean weight of a move. */
  readonly price: (weight: number) => string
  readonly off: number
}

/** What the bound in doubles is below the exact one for an account behind another, which nothing is closed of. */
function steepBound(random: ReturnType<typeof randomFrom>, steep: Steep): Fraction {
  const { markPrice, adlPrice, count, returns, isForced = false, price } = steep
  const held = random.between(0.5, 1).toFixed(7)
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice, adlPrice }],
    accounts: [
      { account: 'away', equity: '1', positions: [{ market: 'A', quantity: '0.3' }] },
      { account: 'own', equity: '0', positions: [{ market: 'A', quantity: `-${held}` }] },
    ],
    demand: [{ market: 'A', side: 'short', quantity: isForced ? held : '0.4' }],
  } as never)
  const moves = parseMoves({
    format: 'spillway/moves@1',
    markets: ['A'],
    moves: Array.from({ length: count }, () => [Number((returns * random.between(0.5, 1)).toPrecision(7))]),
  })
  const book = movedBook(event, moves as ScenarioMoves, { exact: true })
  const found = screen(book)
  const mass = book.weights.map(() => random.between(0.3, 0.9).toFixed(7))
  const weight = mass.reduce((sum, own) => sum + Number(own), 0)
  const duals = {
    prices: [dec(price(weight / count))],
    scenarioWeights: [mass.map((own) => dec(own))],
    shares: new Float64Array(found.kinkLoss.length).fill(1),
  }
  const [exact, rounded] = [true, false].map((isExact) => fracOfRatio(lossBound({ ...book, isExact }, found, duals)))
  return minus(exact, rounded)
}

describe(`bounds of losses in doubles (seed ${SEED + 4})`, () => {
  it.each<Steep>([
    // What is left of a price and a concession that cancel.
    {
      ...{ markPrice: '1', adlPrice: '1001', count: 12, returns: 1, off: 1e-8 },
      price: (weight) => (-1000 * weight * (1 + 1e-9)).toFixed(20),
    },
    // A price alone, and what must be closed, at a cost or a gain.
    { markPrice: '1', adlPrice: '1', count: 1, returns: 1, off: 1e-5, price: () => '-1000000000.7' },
    { markPrice: '1', adlPrice: '1000000.7', count: 1, returns: 1, isForced: true, off: 1e-8, price: () => '0' },
    { markPrice: '1000000.7', adlPrice: '0.7', count: 1, returns: 1e-7, isForced: true, off: 1e-8, price: () => '0' },
    // Losses alone, of many moves and in a market too dear to close anything.
    { markPrice: '1', adlPrice: '1', count: 60, returns: 1, off: 1e-12, price: () => '1000' },
    { markPrice: '1', adlPrice: '1', count: 2, returns: 1, off: 1e-12, price: () => '1000' },
  ])('are not above the exact ones (%#)', (steep) => {
    const random = randomFrom(SEED + 4)
    for (let round = 0; round < 20; round++) {
      const under = steepBound(random, steep)
      expect([sign(under) >= 0, num(under) <= steep.off], `round ${round}: ${num(under)}`).toEqual([true, true])
    }
  })

  it('are off by units in the last place of an account, whatever stands before it', () => {
    const random = randomFrom(SEED + 5)
    const moved = wideBook(random)
    const found = screen(moved.book)
    const duals = dualsOf(random, moved.book, found)
    const [exact, rounded] = [true, false].map((isExact) =>
      fracOfRatio(lossBound({ ...moved.book, isExact }, found, duals)),
    )
    const scale = moved.counted.reduce(
      (sum, { row }) => sum + moved.accounts.reduce((own, account) => own + magnitudeOf(account, row), 0),
      0,
    )
    const off = num(minus(exact, rounded)) / (UNIT * scale)
    expect(off).toBeGreaterThanOrEqual(0)
    expect(off).toBeLessThan(8)
  })

  it('are the sum that they are said to be of many moves that an account must lose', () => {
    const random = randomFrom(SEED + 6)
    for (let round = 0; round < 10; round++) {
      const { unit, ...moved } = kinkedOf(random)
      const demanded = [
        { k: 0, quantity: frac('1') },
        { k: 1, quantity: frac('2') },
      ]
      expectBound({ ...moved, demanded }, dualsOf(random, moved.book, screen(moved.book)), `round ${round}`)
    }
  })
})
