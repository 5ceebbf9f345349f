import { describe, expect, it } from 'vitest'
import { parseMoves, type ScenarioMoves } from '#models/moves/index.js'
import { exactPrices, type LossDuals, lossBound } from '#models/proof/losses/bound.js'
import { readEvidence, temperatureIn, writeEvidence } from '#models/proof/losses/evidence.js'
import { byMean, moveRuns } from '#models/proof/losses/move-runs.js'
import { type MovedBook, movedBook } from '#models/proof/losses/moved-book.js'
import { entropicPart, tailPart } from '#models/proof/losses/risk-measure.js'
import { gainsOf, screen } from '#models/proof/losses/screening.js'
import { lossesAfter, totalLosses } from '#models/proof/losses/total-losses.js'
import { toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf, fracOfRatio } from '../../certificates/decimals.js'
import { type Fraction, frac, least, minus, most, num, order, plus, sign, times, total, ZERO } from '../../fraction.js'
import { type SmallBook, smallBook } from '../leverage/book.js'

const SEED = 62_003

/** A book, moves of it in another order of markets, some of weight zero, and the same in fractions. */
function movedOf(random: ReturnType<typeof randomFrom>) {
  const small = smallBook(random)
  const { event } = small.space
  const names = event.markets.map(({ market }) => market).reverse()
  const count = random.whole(1, 11)
  const rows = Array.from({ length: count }, () =>
    names.map(() => random.pick([-0.9, -0.2, -0.05, 0, 0.1, 0.2, 0.7, 1.5])),
  )
  const weights = random.chance(0.3) ? undefined : [1, ...rows.slice(1).map(() => random.pick([0, 0.5, 2]))]
  const moves = parseMoves({
    format: 'spillway/moves@1',
    markets: names,
    moves: rows,
    ...(weights && { weights }),
  } as never)
  const book = movedBook(event, moves as ScenarioMoves, { exact: true })
  const counted = rows.flatMap((row, s) =>
    weights?.[s] === 0
      ? []
      : [{ index: s, row: row.toReversed().map((r) => frac(String(r))), weight: frac(String(weights?.[s] ?? 1)) }],
  )
  return { small, book, counted }
}

/** −e_i − Σ_k n_ik p_k r_sk, and by pair of the account d_k + σ_k p_k r_sk, from the plain book. */
const lossOf = ({ equity, held }: SmallBook['accounts'][number], row: readonly Fraction[]): Fraction =>
  held.reduce((sum, { k, quantity, price }) => minus(sum, times(times(quantity, price), row[k])), minus(ZERO, equity))
const gainOf = (
  { k, gap, price, side }: SmallBook['accounts'][number]['held'][number],
  row: readonly Fraction[],
): Fraction => times(side, plus(gap, times(price, row[k])))
const above = (a: Fraction): Fraction => most(ZERO, a)
const closes = (account: SmallBook['accounts'][number]) => account.held.filter(({ isEligible }) => isEligible)

describe(`losses over moves (seed ${SEED})`, () => {
  it('are what the plain book says, exactly, and in doubles not below it', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 12; round++) {
      const { small, book, counted } = movedOf(random)
      expect(Array.from(book.moveIndices)).toEqual(counted.map(({ index }) => index))
      expect(order(fracOf(book.total), total(counted.map(({ weight }) => weight)))).toBe(0)
      const wanted = counted.map(({ row }) =>
        total(
          small.accounts.map((own) =>
            above(
              closes(own).reduce((sum, pair) => plus(sum, times(gainOf(pair, row), pair.closed)), lossOf(own, row)),
            ),
          ),
        ),
      )
      const exact = totalLosses(book, small.reductions)
      expect(
        exact.map((loss, s) => order(fracOf(loss), wanted[s])),
        `round ${round}`,
      ).toEqual(wanted.map(() => 0))
      totalLosses({ ...book, isExact: false }, small.reductions).forEach((loss, s) => {
        const over = minus(fracOf(loss), wanted[s])
        expect(sign(over), `round ${round}, move ${s}`).toBeGreaterThanOrEqual(0)
        expect(order(over, times(wanted[s], frac('1e-12'))), `round ${round}, move ${s}`).toBeLessThanOrEqual(0)
      })
      // Of those who own something demanded, and of the others.
      const part = (isCounted: boolean) => totalLosses(book, small.reductions, (isOwner) => isOwner === isCounted)
      const others = counted.map(({ row }) =>
        total(small.accounts.filter((own) => closes(own).length === 0).map((own) => above(lossOf(own, row)))),
      )
      expect(part(false).map((loss, s) => order(fracOf(loss), others[s]))).toEqual(others.map(() => 0))
      expect(part(true).map((loss, s) => order(plus(fracOf(loss), others[s]), wanted[s]))).toEqual(others.map(() => 0))
      const after = lossesAfter(book, small.reductions)
      small.accounts.forEach((own, account) => {
        counted.forEach(({ row }, s) => {
          const loss = closes(own).reduce(
            (sum, pair) => plus(sum, times(gainOf(pair, row), pair.closed)),
            lossOf(own, row),
          )
          expect(order(fracOf(after(account)(s)), loss)).toBe(0)
        })
      })
    }
  })

  it('are screened: what cannot be is dropped, what must be is linear', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 12; round++) {
      const { small, book, counted } = movedOf(random)
      const found = screen(book)
      const kinds = { dropped: 0, linear: 0, kinked: 0, edges: 0 }
      let owner = 0
      const before = counted.map(() => ZERO)
      const fixed = counted.map(() => ZERO)
      for (const account of small.accounts) {
        const pairs = closes(account)
        const [linear, kinked] = ['linear', 'kink'].map((kind) => {
          const [starts, moves, losses] =
            kind === 'linear'
              ? [found.linearStarts, found.linearMove, found.linearLoss]
              : [found.kinkStarts, found.kinkMove, found.kinkLoss]
          const [from, to] = pairs.length === 0 ? [0, 0] : [starts[owner], starts[owner + 1]]
          return new Map(
            Array.from({ length: to - from }, (_, i) => [
              moves[from + i],
              { loss: losses[from + i], most: found.kinkMost[from + i] },
            ]),
          )
        })
        counted.forEach(({ row }, s) => {
          const own = lossOf(account, row)
          before[s] = plus(before[s], above(own))
          const swings = pairs.map((pair) => times(gainOf(pair, row), pair.capacity))
          const low = swings.reduce((sum, swing) => plus(sum, least(ZERO, swing)), own)
          const high = swings.reduce((sum, swing) => plus(sum, above(swing)), own)
          if (pairs.length === 0) {
            fixed[s] = plus(fixed[s], above(own))
            kinds[sign(own) > 0 ? 'linear' : 'dropped']++
            return
          }
          const at = `round ${round}, ${owner}, move ${s}`
          const isEdge = sign(high) === 0 || sign(low) === 0
          const kind = linear.has(s) ? 'linear' : kinked.has(s) ? 'kinked' : 'dropped'
          const truth = sign(high) <= 0 ? 'dropped' : sign(low) >= 0 ? 'linear' : 'kinked'
          expect(isEdge ? [truth, 'kinked'] : [truth], at).toContain(kind)
          kinds[kind]++
          const kept = linear.get(s) ?? kinked.get(s)
          if (kept !== undefined) expect(kept.loss, at).toBeCloseTo(num(own), 9)
          if (kind === 'kinked') {
            expect(order(frac(String(kept!.most)), high), at).toBeGreaterThanOrEqual(0)
            expect(kept!.most, at).toBeCloseTo(num(high), 9)
          }
        })
        if (pairs.length > 0) owner++
      }
      expect(found.counts, `round ${round}`).toEqual({
        dropped: kinds.dropped,
        linear: kinds.linear,
        kinked: kinds.kinked,
      })
      found.before.totals().forEach((sum, s) => {
        const over = minus(fracOf(sum), before[s])
        expect(sign(over), `round ${round}`).toBeGreaterThanOrEqual(0)
        expect(order(over, times(before[s], frac('1e-12'))), `round ${round}`).toBeLessThanOrEqual(0)
        const [low, high] = [found.fixedLower[s], found.fixedUpper[s]].map((own) => frac(String(own)))
        expect([order(low, fixed[s]) <= 0, order(high, fixed[s]) >= 0], `round ${round}`).toEqual([true, true])
        expect(num(minus(high, low)), `round ${round}`).toBeLessThanOrEqual(1e-9)
      })
    }
  })
})

/** −π·Q + Σ_is y_is h_is + Σ_ik min over [0, c_ik] of (Σ_s y_is g_sk + π_k) x_ik, term by term. */
function slowBound(
  { accounts, demanded }: SmallBook,
  counted: ReturnType<typeof movedOf>['counted'],
  found: ReturnType<typeof screen>,
  { prices, scenarioWeights, shares }: LossDuals,
): Fraction {
  const theta = counted.map((_, s) => total(scenarioWeights.map((part) => fracOf(part[s]))))
  const all = total(counted.map(({ weight }) => weight))
  const priceOf = new Map(demanded.map(({ k }, at) => [k, times(fracOf(prices[at]), all)]))
  let bound = minus(ZERO, total(demanded.map(({ k, quantity }) => times(priceOf.get(k)!, quantity))))
  let owner = 0
  for (const account of accounts) {
    const pairs = closes(account)
    const y = counted.map(() => ZERO)
    if (pairs.length === 0) {
      counted.forEach(({ row }, s) => {
        bound = plus(bound, times(theta[s], above(lossOf(account, row))))
      })
      continue
    }
    for (let t = found.linearStarts[owner]; t < found.linearStarts[owner + 1]; t++)
      y[found.linearMove[t]] = theta[found.linearMove[t]]
    for (let t = found.kinkStarts[owner]; t < found.kinkStarts[owner + 1]; t++)
      y[found.kinkMove[t]] = times(theta[found.kinkMove[t]], frac(String(shares[t])))
    counted.forEach(({ row }, s) => {
      bound = plus(bound, times(y[s], lossOf(account, row)))
    })
    for (const pair of pairs) {
      const slope = counted.reduce((sum, { row }, s) => plus(sum, times(y[s], gainOf(pair, row))), priceOf.get(pair.k)!)
      bound = plus(bound, least(ZERO, times(slope, pair.capacity)))
    }
    owner++
  }
  return bound
}

function dualsOf(random: ReturnType<typeof randomFrom>, book: MovedBook, found: ReturnType<typeof screen>): LossDuals {
  return {
    prices: book.space.markets.map(() => dec(random.pick(['0', '-0.3', '1.5', '-4', '0.01']))),
    scenarioWeights: [book.weights.map((weight) => (random.chance(0.3) ? dec('0') : weight))],
    shares: Float64Array.from(found.kinkLoss, () => random.pick([0, 1, 0.25])),
  }
}

describe(`bounds of losses (seed ${SEED + 2})`, () => {
  it('are the sum that they are said to be, and in doubles hardly below it', () => {
    const random = randomFrom(SEED + 2)
    for (let round = 0; round < 15; round++) {
      const { small, book, counted } = movedOf(random)
      const found = screen(book)
      const duals = dualsOf(random, book, found)
      const all = fracOf(book.total)
      const exact = fracOfRatio(lossBound(book, found, duals))
      const isForced = small.demanded.map(
        ({ k, quantity }) =>
          order(
            quantity,
            total(
              small.accounts
                .flatMap(closes)
                .filter((pair) => pair.k === k)
                .map(({ capacity }) => capacity),
            ),
          ) === 0,
      )
      const wanted = slowBound(small, counted, found, duals)
      // A market that is closed whole has no price, and everything is closed: no less than by any price.
      const compared = order(times(exact, all), wanted)
      if (isForced.includes(true)) expect(compared, `round ${round}`).toBeGreaterThanOrEqual(0)
      else expect(compared, `round ${round}`).toBe(0)
      const rounded = fracOfRatio(lossBound({ ...book, isExact: false }, found, duals))
      expect(order(rounded, exact), `round ${round}`).toBeLessThanOrEqual(0)
      const scale =
        book.exposure.reduce((sum, own) => sum + Math.abs(own), 0) +
        book.equity.reduce((sum, own) => sum + Math.abs(own), 0)
      expect(num(minus(exact, rounded)), `round ${round}`).toBeLessThanOrEqual(1e-13 * 8 * scale)
      // No price proves more than the exact ones, and no bound is above the losses of an allocation.
      const best = fracOfRatio(lossBound(book, found, { ...duals, prices: exactPrices(book, found, duals) }))
      expect(order(plus(best, frac('1e-30')), exact), `round ${round}`).toBe(1)
      const value = total(
        totalLosses(book, small.reductions).map((loss, s) => times(fracOf(loss), fracOf(duals.scenarioWeights[0][s]))),
      )
      expect(order(times(best, all), value), `round ${round}`).toBeLessThanOrEqual(0)
    }
  })

  it('follow from evidence as it was written', () => {
    const random = randomFrom(SEED + 3)
    const measure = [tailPart(1, 0.5)]
    for (let round = 0; round < 6; round++) {
      const { book } = movedOf(random)
      const found = screen(book)
      const own = dualsOf(random, book, found)
      const duals = {
        ...own,
        scenarioWeights: own.scenarioWeights.map((part) => part.map((_, s) => (s === 0 ? dec('0.25') : dec('0')))),
      }
      const read = readEvidence(book, found, measure, writeEvidence(book, found, measure, duals))
      expect(read.prices.map(toText)).toEqual(duals.prices.map(toText))
      expect(read.scenarioWeights.map((part) => part.map(toNumber))).toEqual(
        duals.scenarioWeights.map((part) => part.map(toNumber)),
      )
      expect(read.shares).toEqual(duals.shares)
      expect(read.solvency).toBeUndefined()
    }
  })

  it('of evidence that means nothing here are refused, each with its place', () => {
    const random = randomFrom(SEED + 4)
    let { book } = movedOf(random)
    while (screen(book).counts.kinked < 2 || book.count < 2) ({ book } = movedOf(random))
    const found = screen(book)
    const [measure, entropic] = [[tailPart(1, 0.5)], [entropicPart(1, 0.5)]]
    const duals = {
      prices: book.space.markets.map(() => dec('1')),
      scenarioWeights: [book.weights.map(() => dec('0'))],
      shares: new Float64Array(found.kinkLoss.length).fill(1),
    }
    const good = JSON.parse(JSON.stringify(writeEvidence(book, found, measure, duals))) as Record<
      string,
      Record<string, unknown>
    >
    const [name] = Object.keys(good.shares)
    const first = String(book.moveIndices[0])
    const tail = { weight: '1', confidence: '0.5', masses: {} }
    const said = (change: object, parts = measure): unknown => {
      try {
        readEvidence(book, found, parts, { ...good, ...change })
      } catch (error) {
        const { code, path } = error as { code: string; path: string }
        return `${code} ${path.replace('certificate.evidence.', '')}`
      }
      return 'read'
    }
    expect(said({})).toBe('read')
    expect(said({ temperature: '1' })).toBe('unknown-key temperature')
    expect(said({ temperature: '1', tails: [tail] }, entropic)).toBe('read')
    expect(said({ solvency: {} })).toBe('unknown-key solvency')
    expect(said({ prices: { ...good.prices, Z: '1' } })).toBe('unknown-key prices.Z')
    expect(said({ prices: {} })).toMatch(/^bad-evidence prices\.M/)
    expect(said({ tails: {} })).toBe('bad-evidence tails')
    expect(said({ tails: [] })).toBe('bad-evidence tails')
    expect(said({ tails: [tail, tail] })).toBe('bad-evidence tails')
    expect(said({ tails: [{ ...tail, weight: '2' }] })).toBe('bad-evidence tails[0].weight')
    expect(said({ tails: [{ ...tail, confidence: '0.6' }] })).toBe('bad-evidence tails[0].confidence')
    expect(said({ tails: [{ ...tail, other: '2' }] })).toBe('unknown-key tails[0].other')
    expect(said({ tails: [{ ...tail, masses: { 99: '0' } }] })).toBe('unknown-key tails[0].masses.99')
    expect(said({ tails: [{ ...tail, masses: { [first]: '-1' } }] })).toBe('evidence-range tails[0].masses')
    expect(said({ tails: [{ ...tail, masses: { [first]: '99' } }] })).toBe('evidence-range tails[0].masses')
    expect(said({ shares: [] })).toBe('bad-evidence shares')
    expect(said({ shares: { nobody: {} } })).toBe('unknown-key shares.nobody')
    expect(said({ shares: { [name]: { 99: '1' } } })).toBe(`unknown-key shares.${name}.99`)
    expect(said({ shares: { [name]: { [first]: '1.00001' } } })).toBe(`evidence-range shares.${name}.${first}`)
    expect(said({ shares: { [name]: { [first]: '-0.1' } } })).toBe(`evidence-range shares.${name}.${first}`)
    expect(said({ shares: { [name]: { [first]: '0' } } })).toBe('read')
    expect(said({ shares: { [name]: { [first]: '1' } } })).toBe('read')
    expect(temperatureIn({})).toBeUndefined()
    expect(toText(temperatureIn({ temperature: '0.5' })!)).toBe('0.5')
    for (const wrong of ['0', '-1'])
      expect(() => temperatureIn({ temperature: wrong })).toThrow(expect.objectContaining({ code: 'evidence-range' }))
  })
})

describe('moves', () => {
  it('in runs of eight have a least and a largest return, and a largest size', () => {
    const runs = moveRuns(
      [Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, -9, 0.5), Float64Array.of(0, 0, 0, 0, 0, 0, 0, -1, 0, 0)],
      10,
    )
    expect([runs.count, moveRuns([], 8).count, moveRuns([], 9).count]).toEqual([2, 1, 2])
    expect(runs.lowest.map((own) => [...own])).toEqual([
      [1, -9],
      [-1, 0],
    ])
    expect(runs.highest.map((own) => [...own])).toEqual([
      [8, 0.5],
      [0, 0],
    ])
    expect([...runs.largest]).toEqual([9, 1])
  })

  it('stand by their means, equals as they came', () => {
    const values = Float64Array.of(3, 9, 1, 9, 2, -9, 1, 0)
    expect([...byMean(Int32Array.of(0, 1, 2, 3), values, 2, [0])]).toEqual([1, 3, 2, 0])
    expect([...byMean(Int32Array.of(0, 1, 2, 3), values, 2, [0, 1])]).toEqual([2, 3, 1, 0])
    expect([...byMean(Int32Array.of(3, 1), values, 2, [0])]).toEqual([1, 3])
  })

  it('to the ADL price itself gain nothing, whatever doubles leave of it', () => {
    const book = {
      space: { markets: [{ index: 0 }] },
      concession: [-0.3],
      signedPrice: [3],
      returns: [Float64Array.of(0.1, 0.1 + 1e-12, 0)],
    }
    const [[none, some, all]] = gainsOf(book as never).map((own) => [...own])
    expect([none, some > 0, all]).toEqual([0, true, -0.3])
  })

  it('of weights below zero, or of none, are refused', () => {
    const { event } = smallBook(randomFrom(SEED + 5)).space
    const markets = event.markets.map(({ market }) => market)
    const moves = [0, 1].map(() => markets.map(() => 0.1))
    const moved = (weights: readonly number[]) => () =>
      movedBook(event, {
        ...(parseMoves({ format: 'spillway/moves@1', markets, moves } as never) as ScenarioMoves),
        weights: { exact: (s: number) => dec(weights[s]) },
      } as never)
    expect(moved([1, -1])).toThrow(expect.objectContaining({ code: 'moves-weight', path: 'moves.weights[1]' }))
    expect(moved([0, 0])).toThrow(expect.objectContaining({ code: 'moves-weight', path: 'moves.weights' }))
    expect(moved([0, 2])().count).toBe(1)
  })
})
