import { describe, expect, it } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { parseMoves, type ScenarioMoves } from '#models/moves/index.js'
import { movedBook } from '#models/proof/losses/moved-book.js'
import { gainsOf, screen } from '#models/proof/losses/screening.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { fracOf } from '../../certificates/decimals.js'
import { frac, least, minus, num, order, plus, sign, times, ZERO } from '../../fraction.js'
import {
  above,
  closes,
  gainOf,
  kinkedOf,
  lossOf,
  magnitudeOf,
  movedOf,
  type PlainMoved,
  textOf,
  UNIT,
  wideBook,
} from './book.js'

const SEED = 62_004

/** Holds what was screened against the plain book. */
function expectScreened(
  { accounts, book, counted }: Pick<PlainMoved, 'accounts' | 'book' | 'counted'>,
  unit: number | undefined,
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
      const isEdge = Math.min(Math.abs(num(high)), Math.abs(num(low))) < 1e-12 * (unit ?? 1)
      const kind = linear.has(s) ? 'linear' : kinked.has(s) ? 'kinked' : 'dropped'
      const truth = sign(high) <= 0 ? 'dropped' : sign(low) >= 0 ? 'linear' : 'kinked'
      expect(isEdge ? [truth, 'kinked'] : [truth], at).toContain(kind)
      kinds[kind]++
      const kept = linear.get(s) ?? kinked.get(s)
      if (kept !== undefined) expect(kept.loss, at).toBeCloseTo(num(own), unit === 1e6 ? 4 : 9)
      if (kind === 'kinked') {
        expect(order(frac(String(kept!.most)), high), at).toBeGreaterThanOrEqual(0)
        expect(kept!.most, at).toBeCloseTo(num(high), unit === 1e6 ? 4 : 9)
      }
    })
    if (pairs.length > 0) owner++
  }
  // Of an account that nothing is closed of, only doubles on the edge may count otherwise.
  if (unit === undefined) expect(found.counts, name).toEqual(kinds)
  found.before.totals().forEach((sum, s) => {
    const over = minus(fracOf(sum), before[s])
    expect(sign(over), name).toBeGreaterThanOrEqual(0)
    expect(num(over), name).toBeLessThanOrEqual(1e-12 * ((unit ?? 1) + num(before[s])))
    const [low, high] = [found.fixedLower[s], found.fixedUpper[s]].map((own) => frac(String(own)))
    expect([order(low, fixed[s]) <= 0, order(high, fixed[s]) >= 0], name).toEqual([true, true])
    expect(num(minus(high, low)), name).toBeLessThanOrEqual(1e-9 * (unit ?? 1))
  })
}

describe(`pairs of an account and a move (seed ${SEED})`, () => {
  it('are dropped where they cannot lose, linear where they must, and kinked else', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 8; round++) {
      const { small, ...moved } = movedOf(random)
      expectScreened({ ...moved, accounts: small.accounts }, undefined, `round ${round}`)
    }
  })

  it('are kinked where doubles cannot tell', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 10; round++) {
      const kinked = kinkedOf(random)
      expectScreened(kinked, kinked.unit, `round ${round}`)
    }
  })

  it('cost what closing costs, in moves that take nothing', () => {
    // Ten contracts at 10.08 in place of 10 cost 0.8, of an equity of 0.5.
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'A', markPrice: '10', adlPrice: '10.08' }],
      accounts: [
        { account: 'some', equity: '0.9', positions: [{ market: 'A', quantity: '-10' }] },
        { account: 'less', equity: '0.5', positions: [{ market: 'A', quantity: '-10' }] },
      ],
      demand: [{ market: 'A', side: 'short', quantity: '12' }],
    } as never)
    const moves = parseMoves({ format: 'spillway/moves@1', markets: ['A'], moves: [[0]] }) as ScenarioMoves
    const { counts, kinkMove, kinkStarts, kinkLoss, kinkMost } = screen(movedBook(event, moves))
    expect([counts, [...kinkStarts], [...kinkMove]]).toEqual([{ dropped: 1, linear: 0, kinked: 1 }, [0, 0, 1], [0]])
    expect([...kinkLoss, ...kinkMost]).toEqual([-0.5, expect.closeTo(0.3, 12)])
  })

  it.each(['held by an owner', 'that nothing is closed of', 'after closing'] as const)(
    'count a loss %s that is less than what doubles leave of it',
    (kind) => {
      const random = randomFrom(SEED + 3)
      let found = 0
      for (let round = 0; round < 40; round++) {
        const [a, b] = [0, 1].map(() => random.between(5e5, 1e6).toFixed(3))
        const [r, q] = [0, 1].map(() => random.between(0.1, 0.9).toFixed(3))
        // Shorts lose r and q of a and b; or b loses q, and closing a costs r.
        const lost = plus(times(frac(a), frac(r)), times(frac(b), frac(q)))
        const equity = textOf(minus(lost, frac('1e-12')))
        const inDoubles =
          kind === 'after closing'
            ? -Number(equity) + Number(b) * Number(q) + Number(r) * Number(a)
            : -Number(equity) + Number(a) * Number(r) + Number(b) * Number(q)
        if (inDoubles >= 0) continue
        found++
        const side = kind === 'that nothing is closed of' ? '' : '-'
        const sign = side === '' ? -1 : 1
        const event = parseEvent({
          format: 'spillway/event@1',
          markets: [
            {
              market: 'A',
              markPrice: '1',
              ...(kind === 'after closing' && { adlPrice: textOf(plus(frac('1'), frac(r))) }),
            },
            { market: 'B', markPrice: '1' },
          ],
          accounts: [
            {
              account: 'own',
              equity,
              positions: [
                { market: 'A', quantity: `${side}${a}` },
                { market: 'B', quantity: `${side}${b}` },
              ],
            },
            { account: 'rich', equity: '1e12', positions: [{ market: 'A', quantity: '-1' }] },
          ],
          demand: [{ market: 'A', side: 'short', quantity: '1' }],
        } as never)
        const moves = [[kind === 'after closing' ? 0 : sign * Number(r), sign * Number(q)]]
        const book = movedBook(
          event,
          parseMoves({ format: 'spillway/moves@1', markets: ['A', 'B'], moves }) as ScenarioMoves,
        )
        const { before, fixedUpper, kinkMost } = screen(book)
        const least =
          kind === 'after closing'
            ? kinkMost[0]
            : kind === 'held by an owner'
              ? Number(toText(before.totals()[0]))
              : fixedUpper[0]
        expect(least, `round ${round}`).toBeGreaterThanOrEqual(1e-12)
      }
      expect(found).toBeGreaterThan(3)
    },
  )

  it('are as many as there are, by units in the last place of an account, whatever stands before it', () => {
    const random = randomFrom(SEED + 2)
    const { accounts, book, counted } = wideBook(random)
    const found = screen(book)
    const owners = accounts.filter((own) => closes(own).length > 0)
    const off = owners.flatMap((own, owner) =>
      Array.from(found.kinkMove.subarray(found.kinkStarts[owner], found.kinkStarts[owner + 1]), (s, t) => {
        const { row } = counted[s]
        const high = closes(own).reduce(
          (sum, pair) => plus(sum, above(times(gainOf(pair, row), pair.capacity))),
          lossOf(own, row),
        )
        const at = found.kinkStarts[owner] + t
        return num(minus(frac(String(found.kinkMost[at])), high)) / (UNIT * magnitudeOf(own, row))
      }),
    )
    expect(off.length).toBeGreaterThan(10)
    expect(Math.min(...off)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...off)).toBeLessThan(180)
    const totals = found.before.totals().map((loss, s) => {
      const { row } = counted[s]
      const scale = accounts.reduce((sum, own) => sum + magnitudeOf(own, row), 0)
      const exact = accounts.reduce((sum, own) => plus(sum, above(lossOf(own, row))), ZERO)
      return num(minus(fracOf(loss), exact)) / (UNIT * scale)
    })
    expect(Math.min(...totals)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...totals)).toBeLessThan(75)
    const [others] = accounts.filter((own) => closes(own).length === 0)
    const fixed = counted.map(({ row }, s) => {
      const [low, high] = [found.fixedLower[s], found.fixedUpper[s]].map((own) => frac(String(own)))
      const exact = above(lossOf(others, row))
      const scale = UNIT * magnitudeOf(others, row)
      return [num(minus(exact, low)) / scale, num(minus(high, exact)) / scale]
    })
    expect(Math.min(...fixed.flat())).toBeGreaterThanOrEqual(0)
    expect(Math.max(...fixed.flat())).toBeLessThan(80)
  })

  it('are kept by the thousand', () => {
    const accounts = Array.from({ length: 110 }, (_, i) => ({
      account: `a${i}`,
      equity: String(i + 1),
      positions: [{ market: 'A', quantity: '-1000' }],
    }))
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'A', markPrice: '1' }],
      accounts,
      demand: [{ market: 'A', side: 'short', quantity: '1' }],
    } as never)
    const returns = Array.from({ length: 20 }, (_, s) => 0.125 + s / 8)
    const moves = parseMoves({ format: 'spillway/moves@1', markets: ['A'], moves: returns.map((r) => [r]) })
    const { kinkMove, kinkLoss, kinkMost, counts } = screen(movedBook(event, moves as ScenarioMoves))
    expect(counts.kinked).toBe(2200)
    expect([...kinkMove]).toEqual(accounts.flatMap(() => returns.map((_, s) => s)))
    expect([...kinkLoss]).toEqual(accounts.flatMap((_, i) => returns.map((r) => 1000 * r - i - 1)))
    expect([...kinkMost].every((most, t) => Math.abs(most - kinkLoss[t]) < 1e-9)).toBe(true)
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
