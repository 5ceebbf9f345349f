import { SpillwayError } from '../../../src/errors.js'
import {
  absolute,
  add,
  cutDecimal,
  type Decimal,
  DecimalTotal,
  multiply,
  type Ratio,
  ratioOf,
  signOf,
  zero,
} from '../../../src/numeric/index.js'
import { decisionSpace } from '../../book/decision-space.js'
import type { AdlEvent } from '../../book/index.js'
import type { GaussianMoves } from '../../moves/index.js'
import type { FiniteClaim, PrepareOptions, Reductions } from '../claim.js'
import { gaussianAccounts, grossNotional, stateAfter } from '../gaussian/book.js'
import { type GaussianProblem, gaussianBound, readEvidence } from '../gaussian/bound.js'
import { gaussianDistribution } from '../gaussian/covariance.js'
import { shortfallAbove } from '../gaussian/value.js'

/**
 * The expected total shortfall under jointly normal moves. The value is rounded up, the bound is that of one cut per account, in
 * exact decimals; φ and Φ are enclosed (`src/numeric/normal-enclosure.ts`) and count from the side that weakens the proof.
 * Throws `missing-market`, `covariance` and `magnitude`.
 */
export function gaussianClaim(
  event: AdlEvent,
  moves: GaussianMoves,
  options: PrepareOptions = {},
): { claim: FiniteClaim; problem: GaussianProblem } {
  const space = decisionSpace(event, options)
  const law = gaussianDistribution(event, moves)
  const accounts = gaussianAccounts(space, law)
  const gross = grossNotional(space)
  if (!(gross < LARGEST)) throw tooLarge(gross)
  const gapFloor = Math.max(1e-12 * gross, Number.MIN_VALUE)
  const problem: GaussianProblem = {
    space,
    law,
    accounts,
    deciding: accounts.filter(({ pairs }) => pairs.length > 0),
    ineligible: accounts.filter(({ pairs }) => pairs.length === 0),
  }
  const scale = scaleOf(event)
  let ineligibleLoss: Decimal | undefined
  const value = (reductions: Reductions): Ratio => {
    ineligibleLoss ??= problem.ineligible.reduce(
      (sum, account) => add(sum, shortfallAbove(law, account, account)),
      zero,
    )
    const sum = problem.deciding.reduce(
      (total, account) =>
        add(
          total,
          cutDecimal(
            shortfallAbove(
              law,
              account,
              stateAfter(account, (pair) => reductions[pair]),
            ),
            scale,
            'up',
          ),
        ),
      ineligibleLoss,
    )
    return ratioOf(cutDecimal(sum, scale, 'up'))
  }
  return {
    claim: {
      space,
      gapFloor,
      value,
      before: () => value(Array.from(space.capacity, () => zero)),
      breaks: () => undefined,
      recheck(evidence) {
        const { seeds, prices } = readEvidence(problem, evidence)
        return gaussianBound(problem, seeds, prices)
      },
      linearProof: () => {
        throw new SpillwayError({
          code: 'not-expressible',
          path: 'inputs.moves',
          value: 'gaussian',
          problem: 'an expected loss under normal moves is no linear program',
          cure: 'Use the certificate (--certificate), or draw moves: spillway moves EVENT --model gaussian --draws N --out FILE.',
        })
      },
    },
    problem,
  }
}

/** Digits behind the leading one of the gross notional: rounding far below what gaps are measured against. */
const DIGITS = 52

/** Decimal places to which losses are rounded up; all of them where nobody holds anything. */
function scaleOf({ positions, markets }: AdlEvent): number {
  const gross = new DecimalTotal()
  for (let p = 0; p < positions.count; p++) {
    gross.add(multiply(absolute(positions.quantity.exact(p)), markets[positions.market[p]].markPrice))
  }
  const { value } = gross
  if (signOf(value) === 0) return Number.POSITIVE_INFINITY
  return Math.max(0, DIGITS + value.scale + 1 - String(value.digits).length)
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
