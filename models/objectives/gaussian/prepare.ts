import { add, type Decimal, type Ratio, ratioOf, SpillwayError, zero } from '../../../src/index.js'
import { decisionSpace } from '../../book/decision-space.js'
import type { AdlEvent } from '../../book/index.js'
import type { GaussianMoves } from '../../moves/index.js'
import { gaussianAccounts, grossNotional, stateAfter } from '../../proof/gaussian/book.js'
import { type GaussianProblem, gaussianBound, readEvidence } from '../../proof/gaussian/bound.js'
import { gaussianLaw } from '../../proof/gaussian/covariance.js'
import { cut, shortfallAbove } from '../../proof/gaussian/value.js'
import type { PreparedObjective, PrepareOptions, Reductions } from '../objective.js'
import { planByEngine, planWithoutEngine } from './plan.js'

export interface GaussianOptions {
  /**
   * How near the interior point comes to the optimum before the engine is asked, relative to the value; default 1e-11, far below
   * what is promised. What a larger number leaves is closed by more rounds of the engine.
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
 * account, in exact decimals but for φ and Φ, whose library error is granted and charged to the bound (`gaussian-normal.ts`).
 * Throws `missing-market`, `covariance` and `magnitude`.
 */
export function prepareGaussianLoss(
  event: AdlEvent,
  moves: GaussianMoves,
  { precision = PRECISION, ...options }: GaussianOptions & PrepareOptions = {},
): PreparedObjective {
  const space = decisionSpace(event, options)
  const law = gaussianLaw(event, moves)
  const accounts = gaussianAccounts(space, law)
  const gross = grossNotional(space)
  if (!(gross < LARGEST)) throw tooLarge(gross)
  const gapFloor = Math.max(1e-12 * gross, Number.MIN_VALUE)
  const problem: GaussianProblem = {
    space,
    law,
    accounts,
    deciding: accounts.filter(({ pairs }) => pairs.length > 0),
    bystanders: accounts.filter(({ pairs }) => pairs.length === 0),
  }
  // Rounding far below what gaps are measured against.
  const scale = Math.max(0, 40 - Math.floor(Math.log10(gapFloor)))
  let bystanding: Decimal | undefined
  const value = (reductions: Reductions): Ratio => {
    bystanding ??= problem.bystanders.reduce((sum, account) => add(sum, shortfallAbove(law, account, account)), zero)
    const sum = problem.deciding.reduce(
      (total, account) =>
        add(
          total,
          cut(
            shortfallAbove(
              law,
              account,
              stateAfter(account, (pair) => reductions[pair]!),
            ),
            scale,
            'up',
          ),
        ),
      bystanding,
    )
    return ratioOf(cut(sum, scale, 'up'))
  }
  return {
    space,
    gapFloor,
    value,
    before: () => value(Array.from(space.capacity, () => zero)),
    breaks: () => undefined,
    closedForm: () => planWithoutEngine(problem, value, gapFloor),
    byEngine: (run, pause) => planByEngine(problem, value, gapFloor, run, precision, pause),
    recheck(evidence) {
      const { seeds, prices } = readEvidence(problem, evidence)
      return gaussianBound(problem, seeds, prices)
    },
    program() {
      throw new SpillwayError({
        code: 'not-expressible',
        path: 'objective',
        value: 'expected-loss under Gaussian moves',
        problem: 'is smooth and convex, and no linear or quadratic program',
        cure: 'Draw scenario moves from the same law and export the expected loss under those.',
      })
    },
  }
}

/** Where squares of squares still fit in a double. */
const LARGEST = 1e70

function tooLarge(gross: number): SpillwayError {
  return new SpillwayError({
    code: 'magnitude',
    path: 'positions',
    value: gross,
    problem: 'the gross notional of the book is beyond what doubles can square',
    cure: 'Count money in a larger unit.',
  })
}
