import type { GaussianMoves } from 'spillway'
import { canonicalize, Program, positivePart, solveForm } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { randomBook, randomFrom } from '../../books.js'
import { type Closed, lossUnder, type PlainBook } from './oracle.js'
import { factorMoves, HOLDINGS, PRICES, paperEvent } from './paper.js'
import { gaussian, solved } from './support.js'

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)

/** Losses live in tails that equally likely draws hardly reach: points are spread evenly instead, and weighted by the density. */
const REACH = 7

/** Evenly spaced normals with weights: the trapezium rule. */
function slices(count: number): { z: number; weight: number }[] {
  const width = (2 * REACH) / count
  return Array.from({ length: count }, (_, s) => {
    const z = -REACH + (s + 0.5) * width
    return { z, weight: width * density(z) }
  })
}

/** A Kronecker sequence in the square, as pairs of independent normals with weights. */
function pairs(count: number): { x: number; y: number; weight: number }[] {
  const golden = 1.324717957244746
  return Array.from({ length: count }, (_, s) => {
    const x = REACH * (2 * ((0.5 + (s + 1) / golden) % 1) - 1)
    const y = REACH * (2 * ((0.5 + (s + 1) / golden ** 2) % 1) - 1)
    return { x, y, weight: ((2 * REACH) ** 2 / count) * density(x) * density(y) }
  })
}

type Weighted = readonly { readonly move: readonly number[]; readonly weight: number }[]

/** The expected loss on given moves as a linear program of its own making: closed BTC of the four accounts. */
async function byScenarios(demand: number, moves: Weighted): Promise<{ value: number; closed: Closed }> {
  const program = new Program()
  const names = Object.keys(HOLDINGS)
  const closed = program.variables('closed', names.length, {
    lower: 0,
    upper: names.map((name) => -HOLDINGS[name][1]),
  })
  const owner = moves.flatMap(() => names.map((_, i) => i))
  // Loss −e − Σ n p r − x p_BTC r_BTC: closing a short gives up what a fall would have brought.
  const loss = closed
    .gather(owner)
    .times(moves.flatMap(({ move: [btc] }) => names.map(() => -PRICES[0] * btc!)))
    .plus(
      moves.flatMap(({ move: [btc, eth] }) =>
        names.map((name) => {
          const [equity, a, b] = HOLDINGS[name]
          return -equity - a * PRICES[0] * btc! - b * PRICES[1] * eth!
        }),
      ),
    )
  program.subjectTo('demand', closed.sum().equals(demand))
  program.minimize(positivePart(loss).dot(moves.flatMap(({ weight }) => names.map(() => weight))))
  const { form, recover } = canonicalize(program)
  const outcome = await solveForm(form)
  const { objective, values } = recover(outcome.x!)
  const quantities = values.get('closed')!
  return { value: objective, closed: names.map((account, i) => ({ account, market: 'BTC', quantity: quantities[i] })) }
}

const meanLoss = (book: PlainBook, law: GaussianMoves, closed: Closed, moves: Weighted): number =>
  moves.reduce((sum, { move, weight }) => sum + weight * lossUnder(book, law, closed, move), 0)

describe('by sampling', () => {
  it('one factor: the scenario program on slices of the factor comes to the same, closer with more', async () => {
    const book = paperEvent(10)
    const exact = (await solved(book, factorMoves)).objective.value!
    const beta = [0, 1].map((k) => Math.sqrt(factorMoves.covariance[3 * k]))
    const errors = []
    for (const count of [40, 250]) {
      const moves = slices(count).map(({ z, weight }) => ({ move: beta.map((b) => b * z), weight }))
      errors.push(Math.abs((await byScenarios(10, moves)).value - exact) / exact)
    }
    expect(errors[1]).toBeLessThan(1e-3)
    expect(errors[1]).toBeLessThan(errors[0] / 10)
  })

  it('two factors: nobody does better than the exact allocation on many draws, by more than sampling explains', async () => {
    const [a, b, rho] = [0.1, 0.13, 0.7]
    const law = gaussian(
      ['BTC', 'ETH'],
      [
        [a * a, a * b * rho],
        [a * b * rho, b * b],
      ],
    )
    const book = paperEvent(12)
    const { reductions, objective } = await solved(book, law)
    const moves = pairs(900).map(({ x, y, weight }) => ({
      move: [a * x, b * (rho * x + Math.sqrt(1 - rho * rho) * y)],
      weight,
    }))
    const sampled = await byScenarios(12, moves)
    const mine = meanLoss(book, law, reductions!, moves)
    expect(sampled.value).toBeLessThanOrEqual(mine * (1 + 1e-9))
    expect(mine / sampled.value - 1).toBeLessThan(0.01)
    expect(Math.abs(sampled.value / objective.value! - 1)).toBeLessThan(0.03)
    expect(meanLoss(book, law, sampled.closed, moves)).toBeCloseTo(sampled.value, 6)
  })

  it('random books: the value is the mean of losses under random draws, within four standard errors', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = randomFrom(seed)
      const book = randomBook(seed, {
        accounts: 8,
        markets: 2,
        holdings: 2,
        twoSided: true,
        offMark: true,
        insolvents: true,
      })
      const law = gaussian(
        ['M0', 'M1'],
        [
          [0.09, 0.03],
          [0.03, 0.04],
        ],
        [0.02, -0.01],
      )
      const { objective, reductions } = await solved(book, law)
      let [sum, squares] = [0, 0]
      const draws = 2000
      for (let s = 0; s < draws; s++) {
        const radius = Math.sqrt(-2 * Math.log(1 - random.unit()))
        const angle = 2 * Math.PI * random.unit()
        const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)]
        const loss = lossUnder(book, law, reductions!, [0.02 + 0.3 * x, -0.01 + 0.1 * x + Math.sqrt(0.03) * y])
        sum += loss
        squares += loss * loss
      }
      const mean = sum / draws
      const error = Math.sqrt((squares / draws - mean * mean) / draws)
      expect(Math.abs(objective.value! - mean), `seed ${seed}`).toBeLessThan(4 * error + 1e-9 * mean + 1e-12)
    }
  })
})
