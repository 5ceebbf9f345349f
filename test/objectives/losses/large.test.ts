import Fraction from 'fraction.js'
import { conditionalValueAtRisk, worstCaseLoss } from 'spillway'
import { describe, expect, it } from 'vitest'
import { leastLoss } from '#models/objectives/losses/least-loss.js'
import { movedBook } from '#models/proof/losses/moved-book.js'
import { tailPart } from '#models/proof/losses/risk-measure.js'
import { screen } from '#models/proof/losses/screening.js'
import { canonicalize } from '#src/canonical/canonicalize.js'
import { ratioNumber, toText } from '#src/numeric/index.js'
import { solveForm } from '#src/solve/solve-form.js'
import { randomBook, randomFrom } from '../../books.js'
import { num } from '../../fraction.js'
import { gross, measures, parsed, planOf, randomMoves, rechecked, riskOf, shortfalls, unscreened } from './support.js'

describe('books too large for exact decimals', () => {
  it('have values rounded up and bounds rounded down, by no more than rounding', async () => {
    const event = randomBook(77, { accounts: 400, markets: 4, holdings: 4, twoSided: true, insolvents: true })
    const read = parsed(event)
    const moves = randomMoves(randomFrom(77), ['M0', 'M1', 'M2', 'M3'], 160)
    expect(movedBook(read, moves).isExact).toBe(false)
    const { parts, make } = measures['mean and tail']
    const prepared = make(moves).prepare(read)
    const plan = await planOf(prepared)
    const { space, value } = prepared
    const reductions = plan.reductions.map((quantity, pair) => ({
      account: read.accounts.names[space.owners[space.pairOwner[pair]]],
      market: space.markets[space.pairMarket[pair]].market.market,
      quantity: toText(quantity),
    }))
    const exact = riskOf(shortfalls(event, reductions, moves), moves, parts)
    const found = value(plan.reductions)!
    expect(found.compare(new Fraction(exact.n, exact.d))).toBeGreaterThanOrEqual(0)
    expect(ratioNumber(found) / num(exact) - 1).toBeLessThan(1e-11)
    const { bound, evidence } = plan.bound()
    expect(bound!.compare(new Fraction(exact.n, exact.d))).toBeLessThanOrEqual(0)
    expect(ratioNumber(bound!) / num(exact)).toBeGreaterThan(1 - 1e-9)
    expect(rechecked(prepared, evidence!())).toBe(ratioNumber(bound!))
  })
})

describe('narrow tails by rounds', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'seed %i: reach the optimum of all moves at once, with duals that prove it',
    async (seed) => {
      const event = randomBook(500 + seed, { accounts: 12, markets: 3, holdings: 3, twoSided: true, insolvents: true })
      const read = parsed(event)
      const moves = randomMoves(randomFrom(500 + seed), ['M0', 'M1', 'M2'], 40)
      const book = movedBook(read, moves)
      for (const { confidence, objective } of [
        { confidence: 0.9, objective: conditionalValueAtRisk({ moves, confidence: 0.9 }) },
        { confidence: 1, objective: worstCaseLoss({ moves }) },
      ]) {
        const prepared = objective.prepare(read)
        let rounds = 0
        const found = await leastLoss(
          book,
          screen(book),
          [tailPart(1, confidence)],
          async (program) => {
            const { form, recover } = canonicalize(program)
            const outcome = await solveForm(form)
            rounds++
            return recover(outcome.x!, outcome.rowPrices)
          },
          0,
          0,
        )
        if ('reason' in found) throw new Error(found.reason)
        const optimum = await unscreened(read, moves, [{ weight: 1, confidence }])
        const own = ratioNumber(prepared.value(found.reductions)!)
        expect(Math.abs(own - optimum)).toBeLessThanOrEqual(1e-7 * Math.max(optimum, 1e-7 * gross(event)))
        expect(found.duals).toBeDefined()
        expect(rounds).toBeLessThanOrEqual(10)
      }
    },
  )
})
