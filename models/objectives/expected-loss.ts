import type { Moves } from '../moves/index.js'
import { expectedLossClaims, MEAN } from '../proof/claims/expected-loss.js'
import { equalAccountsAsOne } from './equal-accounts.js'
import { prepareGaussianLoss } from './gaussian/prepare.js'
import { prepareLosses } from './losses/prepare.js'
import type { Objective, ObjectiveFacts, ObjectiveKind } from './objective.js'

const facts: ObjectiveFacts = {
  name: 'expected-loss',
  summary: 'expected total shortfall of the book after price moves',
  formula: 'Σ_s w_s Σ_i (−e′_i − Σ_k n′_ik p_k r_sk)⁺',
  source: 'arXiv 2603.15963; docs/objectives/expected-loss.md',
  unit: 'quote currency',
  homogeneity: 1,
}

/**
 * The expected total shortfall under price moves r_s of weight w_s (normalised to add up to 1), quote currency:
 *
 *     minimise Σ_s w_s Σ_i (−e'_i − Σ_k n'_ik p_k r_sk)⁺,    n'_ik = n_ik − σ_k x_ik,   e'_i = e_i − Σ_k d_k x_ik,
 *
 * over the whole book, accounts that nothing is closed of included; under exact normal moves the expectation itself, without
 * sampling. Throws `missing-input` without moves, `missing-market` where
 * they lack a market of the event, `moves-weight` on weights that are negative or all zero.
 *
 * @example
 * const solution = await solve(event, expectedLoss({ moves: await readMoves('moves.csv') }))
 */
export function expectedLoss(given: { readonly moves?: Moves | undefined } = {}): Objective {
  const { inputs } = expectedLossClaims(given)
  const { moves } = inputs
  return {
    ...facts,
    inputs,
    prepare:
      moves.kind === 'gaussian'
        ? equalAccountsAsOne((event, options) => prepareGaussianLoss(event, moves, options), 'cuts')
        : equalAccountsAsOne((event, options) => prepareLosses(event, moves, MEAN, options), 'shares'),
  }
}

export const expectedLossKind: ObjectiveKind = { ...facts, needs: ['moves'], make: expectedLoss }
