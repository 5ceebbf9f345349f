import { absolute, add, type Decimal, multiply, signOf, toNumber, zero } from '../../../src/numeric/index.js'
import type { FactorExposure, Reductions } from '../claim.js'
import { profileOf } from '../leverage/profile.js'
import type { FactorLoadings } from './loadings.js'
import { exposuresAfter, type FactorProblem } from './problem.js'

/** What is reported of a factor. Its leverage is z'_i/e'_i, on equity after the ADL as gross leverage is. */
export function factorExposure(factor: FactorProblem, { byMarket, source, explained }: FactorLoadings): FactorExposure {
  return {
    loadings: source,
    ...(explained !== undefined && { explained }),
    leverage: (reductions) => leverageRange(factor, reductions),
    size: (reductions) => exposuresAfter(factor, reductions).map(absolute),
    unhedged: () => unhedged(factor, byMarket),
  }
}

function leverageRange(factor: FactorProblem, reductions?: Reductions): ReturnType<FactorExposure['leverage']> {
  const exposures = reductions === undefined ? factor.start : exposuresAfter(factor, reductions)
  if (exposures.length === 0) return { min: 0, max: 0 }
  const { equity } = profileOf(factor.problem.space, reductions)
  let min = Infinity
  let max = -Infinity
  exposures.forEach((exposure, owner) => {
    const own = equity(owner)
    const sign = signOf(exposure)
    const leverage = sign === 0 ? 0 : signOf(own) > 0 ? toNumber(exposure) / toNumber(own) : sign * Infinity
    min = Math.min(min, leverage)
    max = Math.max(max, leverage)
  })
  return { min: Number.isFinite(min) ? min : null, max: Number.isFinite(max) ? max : null }
}

function unhedged({ problem }: FactorProblem, byMarket: FactorLoadings['byMarket']): Decimal[] {
  const { event, owners } = problem.space
  const { positions, markets } = event
  const perContract = markets.map(({ markPrice }, k) => absolute(multiply(markPrice, byMarket[k] ?? zero)))
  return Array.from(owners, (account) => {
    let sum = zero
    for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
      sum = add(sum, multiply(absolute(positions.quantity.exact(p)), perContract[positions.market[p]]))
    }
    return sum
  })
}
