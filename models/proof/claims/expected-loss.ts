import type { Moves } from '../../moves/index.js'
import type { Claimant } from '../claim.js'
import { inputsOf } from '../given-inputs.js'
import { missingInput } from '../inputs.js'
import { type Measure, tailPart } from '../losses/risk-measure.js'
import { gaussianClaim } from './gaussian-loss.js'
import { lossClaim } from './scenario-losses.js'

/** The mean. */
export const MEAN: Measure = [tailPart(1, 0)]

/** The expected total shortfall, under scenario moves or exact normal ones. */
export function expectedLossClaims(
  given: { readonly moves?: Moves | undefined } = {},
): Claimant & { readonly inputs: { readonly moves: Moves } } {
  const name = 'expected-loss'
  const { moves } = inputsOf(given)
  if (moves === undefined) throw missingInput(name, 'moves')
  return {
    name,
    inputs: { moves },
    prepare: (event, options) =>
      moves.kind === 'gaussian'
        ? gaussianClaim(event, moves, options).claim
        : lossClaim(event, moves, MEAN, options).claim,
  }
}
