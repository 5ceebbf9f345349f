import { add, type Decimal, multiply, negate, signOf, toNumber, zero } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity, exactGross } from '../../book/exact-amounts.js'
import type { Reductions } from '../claim.js'
import { type LeverageProblem, leverageProblem } from '../leverage/problem.js'

/**
 * Exposures to one number, and what a reduction does to them:
 *
 *     z'_i = z_i − Σ_k v_k x_ik,    v_k = σ_k b_k,
 *
 * b_k the exposure per contract. With one factor, b_k = p_k β_k and z_i = Σ_k n_ik b_k over everything that i holds, signed. Gross notional
 * is the case v_k = p_k, z_i = Σ_k |n_ik| p_k. Who is insolvent and what is left for the others is the leverage problem's rule.
 */
export interface FactorProblem {
  readonly problem: LeverageProblem
  /** z_i by owner, exact. */
  readonly start: readonly Decimal[]
  /** v_k by demanded market, exact, and in doubles. */
  readonly effect: readonly Decimal[]
  readonly effects: Float64Array
}

/** The exposures to one factor. `loadings`: β_k by market of the event; undefined only where nobody eligible holds the market. */
export function factorProblem(space: DecisionSpace, loadings: readonly (Decimal | undefined)[]): FactorProblem {
  const perContract = space.event.markets.map(({ markPrice }, k) => multiply(markPrice, loadings[k] ?? zero))
  const { positions } = space.event
  const start = Array.from(space.owners, (account) => {
    let sum = zero
    for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
      sum = add(sum, multiply(positions.quantity.exact(p), perContract[positions.market[p]]))
    }
    return sum
  })
  const effect = space.markets.map(({ index, side }) => (side > 0 ? perContract[index] : negate(perContract[index])))
  return { problem: leverageProblem(space), start, effect, effects: Float64Array.from(effect, toNumber) }
}

/** Gross notional as the exposure: the canonical answer to the largest gross leverage at the mark. */
export function grossProblem(space: DecisionSpace): FactorProblem {
  const effect = space.markets.map(({ price }) => price)
  return {
    problem: leverageProblem(space),
    start: Array.from(space.owners, (_, owner) => exactGross(space, owner)),
    effect,
    effects: Float64Array.from(effect, toNumber),
  }
}

const known = new WeakMap<Reductions, { readonly factor: FactorProblem; readonly exposures: readonly Decimal[] }>()

/** z'_i by owner, exact; remembered, because a verdict asks for the same few again and again. */
export function exposuresAfter(factor: FactorProblem, reductions: Reductions): readonly Decimal[] {
  const found = known.get(reductions)
  if (found?.factor === factor) return found.exposures
  const { space } = factor.problem
  const exposures = factor.start.slice()
  for (let pair = 0; pair < reductions.length; pair++) {
    const effect = factor.effect[space.pairMarket[pair]]
    if (signOf(reductions[pair]) === 0) continue
    const owner = space.pairOwner[pair]
    exposures[owner] = add(exposures[owner], negate(multiply(effect, reductions[pair])))
  }
  known.set(reductions, { factor, exposures })
  return exposures
}

/** z_i and what some pairs of the owner would take away at most; the exposure that stays whatever they do is their difference. */
export function whollyClosed(factor: FactorProblem, pairs: Iterable<number>): Decimal[] {
  const { space } = factor.problem
  const left = factor.start.slice()
  for (const pair of pairs) {
    const effect = factor.effect[space.pairMarket[pair]]
    const owner = space.pairOwner[pair]
    left[owner] = add(left[owner], negate(multiply(effect, exactCapacity(space, pair))))
  }
  return left
}
