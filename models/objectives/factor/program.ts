import { toNumber } from '../../../src/numeric/index.js'
import { wholeReductions } from '../../book/exact-amounts.js'
import { type FactorProblem, whollyClosed } from '../../proof/factor/problem.js'
import { type KeptProgram, keptProgram } from '../leverage/kept-program.js'
import { minimizeSquares } from '../leverage/minimize-squares.js'
import { reductionsFrom } from '../leverage/plan.js'
import { isStopped, type Plan, type RunProgram, type Stopped } from '../objective.js'
import { evenly, type UnitOf } from '../units.js'
import { marketLevels } from './levels.js'
import { factorPlan, fairPlan, insolventShares } from './plan.js'

/**
 * The quadratic program
 *
 *     minimise Σ_i (o_i + Σ_k v_k y_ik)²/g_i   subject to   0 ≤ y_ik ≤ c_ik,   Σ_i y_ik = Σ_i c_ik − R_k,
 *
 * y what is kept and o_i the exposure with everything closed, in the units of an owner: contracts of √g_i exposure each, so that an
 * owner with one pair has the coefficient 1; for people as `unitOf` says.
 */
export function factorSquares(
  factor: FactorProblem,
  unitOf: UnitOf = evenly,
): { readonly linear: KeptProgram; readonly indices: Int32Array } {
  const { problem, effects } = factor
  const { space, remarked, isInsolvent, freePairs } = problem
  const indices = Int32Array.from(freePairs.keys()).filter((t) => effects[space.pairMarket[freePairs[t]]] !== 0)
  const moving = { ...problem, freePairs: indices.map((t) => freePairs[t]) }
  const closed = whollyClosed(factor, moving.freePairs).map(toNumber)
  let total = 0
  let weight = 0
  closed.forEach((exposure, owner) => {
    if (isInsolvent[owner]) return
    total += Math.abs(exposure)
    weight += remarked[owner]
  })
  for (const pair of moving.freePairs) total += Math.abs(effects[space.pairMarket[pair]]) * space.capacity[pair]
  const level = total > 0 ? total / weight : 1
  const root = remarked.map((own) => level * Math.sqrt(Math.abs(own) * weight))
  const linear = keptProgram(
    moving,
    unitOf,
    (t, k) => root[space.pairOwner[moving.freePairs[t]]] / Math.abs(effects[k]),
  )
  const { program, kept, marketOf, rowOwner, rowOf } = linear
  const exposure = kept
    .times(Float64Array.from(marketOf, (k) => effects[k]))
    .sumBy(rowOf, rowOwner.length)
    .plus(Float64Array.from(rowOwner, (owner) => closed[owner]))
  minimizeSquares(program, exposure, rowOwner, { root, level, weight, unitOf })
  return { linear, indices }
}

/** A point of a solver this close to a bound is taken to mean it, when levels are read off it; both are tried. */
const MARGINS = [1e-9, 1e-6]

/** The answer by a solver. What has no effect on exposures is closed pro rata. */
export async function factorBySolver(factor: FactorProblem, run: RunProgram): Promise<Plan | Stopped> {
  const { problem, effects } = factor
  const { space, freePairs, remaining, solventCapacity } = problem
  if (wholeReductions(space) !== undefined) return fairPlan(factor)
  const kept = Float64Array.from(freePairs, (pair) => {
    const k = space.pairMarket[pair]
    return space.capacity[pair] * (1 - toNumber(remaining[k]) / toNumber(solventCapacity[k]))
  })
  if (freePairs.every((pair) => effects[space.pairMarket[pair]] === 0)) {
    const reductions = reductionsFrom(problem, kept, insolventShares(factor))
    return factorPlan(factor, reductions, [marketLevels(factor, reductions, 0)])
  }
  const { linear, indices } = factorSquares(factor)
  const answer = await run(linear.program)
  if (isStopped(answer)) return answer
  linear.keptOf(answer.values).forEach((amount, f) => {
    kept[indices[f]] = amount
  })
  const reductions = reductionsFrom(problem, kept, insolventShares(factor))
  const duals = answer.prices?.get('demand')
  const candidates = MARGINS.map((margin) => marketLevels(factor, reductions, margin))
  if (duals !== undefined) {
    // The price of a demand row is 2 μ_k v_k for each contract that the market keeps.
    const priced = candidates[0].slice()
    linear.open.forEach((k, r) => {
      priced[k] = duals[r] / (2 * effects[k] * linear.left[k])
    })
    candidates.push(priced)
  }
  return factorPlan(factor, reductions, candidates)
}
