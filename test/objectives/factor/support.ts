import {
  factorLeverage,
  type ObjectiveInputs,
  parseAllocation,
  parseEvent,
  type Solution,
  solve,
  type Verdict,
  verify,
} from 'spillway'
import { fromTriplets, solveForm, type Triplet } from 'spillway/modeling'
import { num, sign } from '../../fraction.js'
import type { ReductionText } from '../leverage/oracle.js'
import type { FactorBook } from './oracle.js'

export const solved = async (event: unknown, options = {}, inputs: ObjectiveInputs = {}): Promise<Solution> =>
  solve(parseEvent(event), factorLeverage(inputs), options)

export const judged = async (
  event: unknown,
  reductions: readonly ReductionText[],
  options = {},
  inputs: ObjectiveInputs = {},
): Promise<Verdict> =>
  verify(
    parseEvent(event),
    parseAllocation({ format: 'spillway/allocation@1', reductions }),
    factorLeverage(inputs),
    options,
  )

/**
 * The least total shortfall for each of several moves F of the factor, every e > 0 and everything at the mark, as one linear program
 * that falls apart into one per move; undefined where the solver gives no answer that can be proved:  u_i ≥ −e_i − F z_i + F Σ_k v_k x_ik,  u ≥ 0,  0 ≤ x ≤ c,  Σ_i x_ik = Q_k.
 */
export async function leastShortfalls(
  { markets, holders }: FactorBook,
  moves: readonly number[],
): Promise<number[] | undefined> {
  const pairs = holders.flatMap((h, i) =>
    markets.flatMap(({ market, effect, quantity }, k) => {
      const c = h.capacity.get(market)
      return c === undefined
        ? []
        : [{ i, k, v: num(effect), c: num(c), unit: Math.max(num(c), 1e-300), q: num(quantity) }]
    }),
  )
  const perMove = pairs.length + holders.length
  const triplets: Triplet[] = []
  const [rowLower, rowUpper]: [number[], number[]] = [[], []]
  const [linear, upper]: [number[], number[]] = [[], []]
  const scales = holders.map((h) => Math.abs(num(h.equity)) + Math.abs(num(h.before)) || 1)
  const largest = Math.max(...scales)
  moves.forEach((move, s) => {
    const first = s * perMove
    pairs.forEach(() => {
      linear.push(0)
      upper.push(1)
    })
    scales.forEach((scale) => {
      linear.push(scale / largest / Math.abs(move))
      upper.push(Number.POSITIVE_INFINITY)
    })
    markets.forEach(({ quantity }, k) => {
      const row = rowLower.push(1) - 1
      rowUpper.push(1)
      pairs.forEach((p, t) => {
        if (p.k === k) triplets.push([row, first + t, p.unit / num(quantity)])
      })
    })
    holders.forEach((h, i) => {
      const row = rowLower.push((-num(h.equity) - move * num(h.before)) / scales[i]) - 1
      rowUpper.push(Number.POSITIVE_INFINITY)
      triplets.push([row, first + pairs.length + i, 1])
      pairs.forEach((p, t) => {
        if (p.i === i && p.v !== 0) triplets.push([row, first + t, (-move * p.v * p.unit) / scales[i]])
      })
    })
  })
  const matrix = fromTriplets(rowLower.length, linear.length, triplets)
  const outcome = await solveForm(
    { linear, matrix, rowLower, rowUpper, lower: linear.map(() => 0), upper },
    { solver: 'highs', tolerance: 1e-9 },
  )
  if (outcome.status !== 'optimal') return undefined
  return moves.map((_, s) =>
    scales.reduce((sum, scale, i) => sum + scale * outcome.x![s * perMove + pairs.length + i], 0),
  )
}

export const isDemanded = (book: FactorBook): boolean => book.markets.some(({ effect }) => sign(effect) !== 0)
