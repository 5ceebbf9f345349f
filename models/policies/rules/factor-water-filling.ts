import { SpillwayError } from '../../../src/errors.js'
import type { Decimal } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { factorProblem, fairReductions, resolveLoadings } from '../../objectives/index.js'
import type { Policy, PolicyContext } from '../policy.js'

/**
 * Everybody is brought towards a common level of signed leverage in one factor, as far as the demands of the markets allow:
 *
 *     z'_i/g_i fair (docs/objectives/factor-leverage.md),    z_i = Σ_k n_ik p_k β_k,
 *
 * g_i the equity re-marked at ADL prices; accounts with g_i ≤ 0 come first. At the mark it minimises the total
 * shortfall for every move of the factor at once (Campbell, Hey, Moallemi and Nutz, arXiv 2603.15963, Theorem 3.8;
 * Fujishige 1980).
 */
export function factorWaterFilling(): Policy {
  return {
    name: 'factor-water-filling',
    summary: 'everybody towards one level of leverage in one factor, hedges counted',
    formula: 'z′_i/g_i fair, z_i = Σ_k n_ik p_k β_k',
    source: 'arXiv 2603.15963, Theorem 3.8',
    ties: 'equals are treated alike, in proportion to equity',
    closing: 'shares',
    ranking: 'none',
    markets: 'jointly',
    equity: 'whole account, re-marked at ADL prices',
    needs: ['loadings'],
    allocate(space, context) {
      return fairReductions(factorProblem(space, loadingsOf(space, context)))
    },
  }
}

function loadingsOf(space: DecisionSpace, context: PolicyContext | undefined): readonly (Decimal | undefined)[] {
  const isBare = space.event.markets.every(({ factorLoading }) => factorLoading === undefined)
  if (context?.loadings !== undefined || !isBare)
    return resolveLoadings(space, { loadings: context?.loadings }).byMarket
  throw new SpillwayError({
    code: 'policy-input',
    path: 'markets.factorLoading',
    value: undefined,
    problem: 'policy "factor-water-filling" needs factor loadings, and neither the event nor the caller gives any',
    cure: 'Give factorLoading for the markets of the event, or --loadings; or, to compare, --moves to estimate them from.',
  })
}
