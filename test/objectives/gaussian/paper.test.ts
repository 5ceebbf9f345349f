import { describe, expect, it } from 'vitest'
import { expectedLoss } from './oracle.js'
import { factorMoves, paperEvent } from './paper.js'
import { solved } from './support.js'

/** arXiv 2603.15963, section 4, one factor: values of an independent solver and of the authors' code. */
const table = [
  { demand: 5, closed: [0.2324, 0, 4.7676, 0], value: 1539.7, price: 305.961 },
  { demand: 10, closed: [3.0158, 0.1391, 6.8451, 0], value: 500.46, price: 125.1 },
  { demand: 15, closed: [5.4331, 1.5669, 8, 0], value: 114.28, price: 33.471 },
  { demand: 20, closed: [8, 4, 8, 0], value: 57.97, price: 0.135 },
]

describe("the paper's example under one factor", () => {
  it.each(table)('$demand BTC', async ({ demand, closed, value, price }) => {
    const event = paperEvent(demand)
    const solution = await solved(event, factorMoves)
    expect(solution.status).toBe('optimal')
    expect(solution.relativeGap!).toBeLessThan(1e-9)
    expect(solution.solver.name).toBe('highs')
    closed.forEach((quantity, i) => {
      const mine = solution.reductions!.find(({ account }) => account === String(i + 1))?.quantity ?? '0'
      expect(Math.abs(Number(mine) - quantity)).toBeLessThan(1e-4)
    })
    // The published values have two decimals.
    expect(Math.abs(solution.objective.value! - value)).toBeLessThan(5.1e-3)
    expect(Math.abs(solution.prices!.BTC! - price)).toBeLessThan(1e-3)
    expect(solution.objective.value!).toBeCloseTo(expectedLoss(event, factorMoves, solution.reductions!), 6)
  })

  it('nothing demanded: the whole book counts', async () => {
    const { status, objective, prices } = await solved(paperEvent(0), factorMoves)
    expect(status).toBe('optimal')
    expect(Math.abs(objective.value! - 4315.996)).toBeLessThan(1e-3)
    expect(prices).toEqual({})
  })

  it('every contract demanded: the allocation is forced, and a forced market has no price', async () => {
    const { status, relativeGap, prices } = await solved(paperEvent(33), factorMoves)
    expect(status).toBe('optimal')
    expect(relativeGap!).toBeLessThan(1e-9)
    expect(prices!.BTC).toBeNull()
  })

  it.each(['glpk', 'yalps', 'jslp'])('%s reaches the same', async (solver) => {
    const [one, other] = await Promise.all([
      solved(paperEvent(10), factorMoves),
      solved(paperEvent(10), factorMoves, { solver }),
    ])
    expect(other.status).toBe('optimal')
    expect(other.solver.name).toBe(solver)
    expect(Math.abs(other.objective.value! - one.objective.value!)).toBeLessThan(1e-6)
  })
})
