import { SpillwayError } from '../../../src/errors.js'
import { add, type Decimal, decimalOf, type Ratio, ratioOf, zero } from '../../../src/numeric/index.js'
import { decisionSpace } from '../../book/decision-space.js'
import type { AdlEvent } from '../../book/index.js'
import type { GaussianMoves, Moves } from '../../moves/index.js'
import type { Claimant, FiniteClaim, PrepareOptions, Reductions } from '../claim.js'
import { type EllipsoidProblem, ellipsoidBound, readEvidence } from '../ellipsoid/bound.js'
import { worstAbove } from '../ellipsoid/worst-loss.js'
import { gaussianAccounts, grossNotional, stateAfter } from '../gaussian/book.js'
import { gaussianDistribution } from '../gaussian/covariance.js'
import { inputsOf } from '../given-inputs.js'
import { missingInput, type ObjectiveInputs } from '../inputs.js'
import { checkConfidence } from '../losses/risk-measure.js'
import { DEFAULT_CONFIDENCE, type TailInputs } from './tails.js'

const NAME = 'ellipsoid-loss'
/** Relative gaps are measured against at least this share of the gross notional of the book. */
const FLOOR = 1e-12

/** The worst losses of accounts over an ellipsoid of moves: the value rounded up, the bound that of one move for each account, exact. */
export function ellipsoidClaim(
  event: AdlEvent,
  moves: GaussianMoves,
  confidence: Decimal,
  options: PrepareOptions = {},
): { readonly claim: FiniteClaim; readonly problem: EllipsoidProblem } {
  const space = decisionSpace(event, options)
  const law = gaussianDistribution(event, moves)
  const accounts = gaussianAccounts(space, law)
  const problem: EllipsoidProblem = {
    space,
    law,
    accounts,
    deciding: accounts.filter(({ pairs }) => pairs.length > 0),
    ineligible: accounts.filter(({ pairs }) => pairs.length === 0),
    confidence,
  }
  const fixed = problem.ineligible.reduce(
    (sum, account) => add(sum, worstAbove(law, account, account, confidence)),
    zero,
  )
  const value = (reductions: Reductions): Ratio =>
    ratioOf(
      problem.deciding.reduce((sum, account) => {
        const state = stateAfter(account, (pair) => reductions[pair])
        return add(sum, worstAbove(law, account, state, confidence))
      }, fixed),
    )
  return {
    claim: {
      space,
      gapFloor: Math.max(FLOOR * grossNotional(space), Number.MIN_VALUE),
      value,
      before: () => value(Array.from(space.capacity, () => zero)),
      breaks: () => undefined,
      recheck(evidence) {
        const { moves: worst, prices } = readEvidence(problem, evidence)
        return ellipsoidBound(problem, worst, prices)
      },
      linearProof: () => {
        throw new SpillwayError({
          code: 'not-expressible',
          path: 'objective',
          value: NAME,
          problem: 'worst losses over an ellipsoid are no linear program',
          cure: 'Use the certificate (--certificate).',
        })
      },
    },
    problem,
  }
}

export interface EllipsoidInputs {
  readonly moves: GaussianMoves
  readonly confidence: number
}

/** The inputs with their defaults. Throws `missing-input`, `confidence`, and `moves-kind` for moves without mean and covariance. */
export function ellipsoidInputs(given: TailInputs = {}): EllipsoidInputs {
  const { moves, confidence = DEFAULT_CONFIDENCE } = inputsOf(given)
  if (moves === undefined) throw missingInput(NAME, 'moves')
  return { moves: gaussianOf(moves), confidence: checkConfidence(confidence, 'inputs.confidence') }
}

export function ellipsoidLossClaims(given: TailInputs = {}): Claimant & { readonly inputs: ObjectiveInputs } {
  const inputs = ellipsoidInputs(given)
  const { moves, confidence } = inputs
  return {
    name: NAME,
    inputs: { ...inputs },
    prepare: (event, options) => ellipsoidClaim(event, moves, decimalOf(confidence), options).claim,
  }
}

function gaussianOf(moves: Moves): GaussianMoves {
  if (moves.kind === 'gaussian') return moves
  throw new SpillwayError({
    code: 'moves-kind',
    path: 'inputs.moves',
    value: moves.kind,
    problem: `${NAME} needs a mean and a covariance of the moves, and these are scenarios`,
    cure: 'Give moves with `gaussian`, or take worst-case-loss, which looks at scenarios.',
  })
}
