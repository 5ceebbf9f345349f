import { SpillwayError } from '../../../src/errors.js'
import type { AdlEvent } from '../../book/index.js'
import type { GaussianMoves } from '../../moves/index.js'
import { gaussianClaim } from '../../proof/claims/gaussian-loss.js'
import type { PreparedObjective, PrepareOptions } from '../objective.js'
import { planBySolver, planWithoutSolver } from './plan.js'

export interface GaussianOptions {
  /**
   * How near the interior point comes to the optimum before the solver is asked, relative to the value; default 1e-11, far below
   * what is promised. What a larger number leaves is closed by more rounds of the solver.
   */
  readonly precision?: number
}

const PRECISION = 1e-11

/**
 * The expected total shortfall of the whole book under jointly normal moves r ~ N(μ, C), exact, without sampling:
 *
 *     minimise Σ_i f_i(x_i),   f_i = s_i φ(m_i/s_i) − m_i Φ(−m_i/s_i),   m_i = e'_i + y_i·μ,   s_i² = y_i'C y_i,   y_ik = n'_ik p_k
 *
 * A smooth convex program (docs/objectives/expected-loss-gaussian.md). The value is rounded up, the bound is that of one cut per
 * account, in exact decimals but for φ and Φ, which are enclosed and rounded against us.
 * Throws `missing-market`, `covariance` and `magnitude`.
 */
export function prepareGaussianLoss(
  event: AdlEvent,
  moves: GaussianMoves,
  { precision = PRECISION, ...options }: GaussianOptions & PrepareOptions = {},
): PreparedObjective {
  const { claim, problem } = gaussianClaim(event, moves, options)
  const { value, gapFloor } = claim
  return {
    ...claim,
    closedForm: () => planWithoutSolver(problem, value, gapFloor),
    bySolver: (run, pause) => planBySolver(problem, value, gapFloor, run, precision, pause),
    program() {
      throw new SpillwayError({
        code: 'not-expressible',
        path: 'objective',
        value: 'expected-loss under Gaussian moves',
        problem: 'is smooth and convex, and no linear or quadratic program',
        cure: 'Draw scenario moves from the same distribution and export the expected loss under those.',
      })
    },
  }
}
