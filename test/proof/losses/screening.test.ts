import { describe, expect, it } from 'vitest'
import { gainsOf, screen } from '#models/proof/losses/screening.js'
import { randomFrom } from '../../books.js'
import { fracOf } from '../../certificates/decimals.js'
import { frac, least, minus, num, order, plus, sign, times, ZERO } from '../../fraction.js'
import { above, closes, gainOf, kinkedOf, lossOf, movedOf, type PlainMoved } from './book.js'

const SEED = 62_004

/** Holds what was screened against the plain book. */
function expectScreened(
  { accounts, book, counted }: Pick<PlainMoved, 'accounts' | 'book' | 'counted'>,
  isOnEdges: boolean,
  name: string,
): void {
  const found = screen(book)
  const kinds = { dropped: 0, linear: 0, kinked: 0 }
  let owner = 0
  const before = counted.map(() => ZERO)
  const fixed = counted.map(() => ZERO)
  for (const account of accounts) {
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
      const at = `${name}, ${owner}, move ${s}`
      const isEdge = Math.min(Math.abs(num(high)), Math.abs(num(low))) < 1e-12
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
  // Of an account that nothing is closed of, only doubles on the edge may count otherwise.
  if (!isOnEdges) expect(found.counts, name).toEqual(kinds)
  found.before.totals().forEach((sum, s) => {
    const over = minus(fracOf(sum), before[s])
    expect(sign(over), name).toBeGreaterThanOrEqual(0)
    expect(num(over), name).toBeLessThanOrEqual(1e-12 * (1 + num(before[s])))
    const [low, high] = [found.fixedLower[s], found.fixedUpper[s]].map((own) => frac(String(own)))
    expect([order(low, fixed[s]) <= 0, order(high, fixed[s]) >= 0], name).toEqual([true, true])
    expect(num(minus(high, low)), name).toBeLessThanOrEqual(1e-9)
  })
}

describe(`pairs of an account and a move (seed ${SEED})`, () => {
  it('are dropped where they cannot lose, linear where they must, and kinked else', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 8; round++) {
      const { small, ...moved } = movedOf(random)
      expectScreened({ ...moved, accounts: small.accounts }, false, `round ${round}`)
    }
  })

  it('are kinked where doubles cannot tell', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 12; round++) expectScreened(kinkedOf(random), true, `round ${round}`)
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
})
