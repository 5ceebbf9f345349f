import {
  conditionalValueAtRisk,
  expectedLoss,
  minMaxLeverage,
  objectives,
  parseAllocation,
  readEvent,
  readMoves,
  type Solution,
  solve,
  verify,
  worstCaseLoss,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { eventOf } from '../leverage/support.js'
import { movesOf, parsed } from './support.js'

const closed = ({ reductions }: Solution, account: string): number =>
  Number(reductions!.find((r) => r.account === account)?.quantity ?? 0)

describe('a hedge', () => {
  const event = parsed(
    eventOf(
      [
        ['BTC', '50000'],
        ['ETH', '2500'],
      ],
      {
        hedged: ['20000', ['BTC', '-4'], ['ETH', '80']],
        naked: ['60000', ['BTC', '-4']],
      },
      [['BTC', 'short', '1']],
    ),
  )
  const rows = [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4].map((move) => [move, move])
  const moves = movesOf(['BTC', 'ETH'], rows)

  it('is cut by gross leverage and spared by the risk programs', async () => {
    const byLeverage = await solve(event, minMaxLeverage())
    expect(closed(byLeverage, 'hedged')).toBe(1)
    for (const objective of [expectedLoss({ moves }), worstCaseLoss({ moves })]) {
      const solution = await solve(event, objective)
      expect(solution.status).toBe('optimal')
      expect(closed(solution, 'hedged')).toBeLessThan(1e-9)
    }
    const reductions = byLeverage.reductions!
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
    const verdict = await verify(event, allocation, expectedLoss({ moves }))
    // Closing 1 of naked saves it at +40 %, where it would lose 20,000; the hedge needs no help.
    expect(verdict.verdict).toBe('suboptimal')
    expect(verdict.objective.value).toBeCloseTo(2500, 9)
    expect(verdict.optimum).toBe(0)
  })
})

/** The numbers of docs/objectives/expected-loss.md, cvar.md and worst-case-loss.md. */
describe('the worked example', () => {
  const event = parsed(
    eventOf(
      [
        ['BTC', '50000'],
        ['ETH', '2500'],
      ],
      {
        hedged: ['20000', ['BTC', '-4'], ['ETH', '80']],
        naked: ['60000', ['BTC', '-4']],
        large: ['100000', ['BTC', '-10']],
      },
      [['BTC', 'short', '4']],
    ),
  )
  const moves = movesOf(
    ['BTC', 'ETH'],
    [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4].map((move) => [move, move]),
  )

  it('has the values and prices of the documents', async () => {
    const rows = [
      [expectedLoss({ moves }), 5000, 2500, 28750],
      [conditionalValueAtRisk({ moves, confidence: 0.75 }), 20000, 10000, 85000],
      [worstCaseLoss({ moves }), 40000, 20000, 120000],
    ] as const
    const { reductions } = await solve(event, minMaxLeverage())
    const byLeverage = parseAllocation({ format: 'spillway/allocation@1', reductions: reductions! })
    for (const [objective, optimum, price, cut] of rows) {
      const solution = await solve(event, objective)
      expect(solution.objective.value).toBeCloseTo(optimum, 8)
      expect(solution.prices!.BTC).toBeCloseTo(price, 6)
      expect(closed(solution, 'hedged')).toBeLessThan(1e-9)
      expect(solution.screening).toEqual({ dropped: 16, linear: 0, kinked: 8 })
      expect((await verify(event, byLeverage, objective)).objective.value).toBeCloseTo(cut, 8)
    }
  })
})

describe('an insolvent account', () => {
  const event = parsed(
    eventOf([['BTC', '100']], { debtor: ['-1', ['BTC', '-1']], other: ['5', ['BTC', '-1']] }, [['BTC', 'short', '1']]),
  )
  const allocation = (account: string) =>
    parseAllocation({ format: 'spillway/allocation@1', reductions: [{ account, market: 'BTC', quantity: '1' }] })

  it('is closed first where only adverse moves count', async () => {
    const solution = await solve(event, expectedLoss({ moves: movesOf(['BTC'], [[0.02], [0.1]]) }))
    expect(closed(solution, 'debtor')).toBe(1)
  })

  it('may repay its debt where prices can turn: closing it first is not best', async () => {
    for (const { weights, best, closedFirst } of [
      { weights: [1, 1], best: 1, closedFirst: 1.5 },
      { weights: [1, 9], best: 0.2, closedFirst: 1.1 },
    ]) {
      const objective = expectedLoss({ moves: movesOf(['BTC'], [[0.06], [-0.06]], weights) })
      // Closed whole, the debtor loses 1 for good, and the other 1 when the price rises. With a sixth of it open the debtor
      // owes 2 when the price rises and nothing when it falls, and the other, five sixths open, loses nothing at all.
      const solution = await solve(event, objective)
      expect(solution.status).toBe('optimal')
      expect(solution.objective.value).toBeCloseTo(best, 12)
      expect(closed(solution, 'debtor')).toBeCloseTo(5 / 6, 12)
      const first = await verify(event, allocation('debtor'), objective)
      expect(first.verdict).toBe('suboptimal')
      expect(first.objective.value).toBeCloseTo(closedFirst, 12)
    }
  })
})

describe('the books of the documentation', () => {
  const place = (file: string): string => new URL(`../../../examples/books/${file}`, import.meta.url).pathname

  it.each([
    ['hedged', 'expected-loss', 5000],
    ['hedged', 'cvar', 20000],
    ['hedged', 'worst-case-loss', 40000],
    ['debtor', 'expected-loss', 1],
  ] as const)('%s: %s is %d', async (book, name, value) => {
    const moves = await readMoves(place(`${book}-moves.csv`))
    const objective = objectives.get(name)!.make({ moves, confidence: 0.75 })
    const { objective: found, status } = await solve(await readEvent(place(`${book}.json`)), objective)
    expect(status).toBe('optimal')
    expect(found.value).toBeCloseTo(value, 9)
  })
})
