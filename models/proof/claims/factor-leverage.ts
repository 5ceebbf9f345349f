import { doublesOf, type Ratio, toNumber } from '../../../src/numeric/index.js'
import { decisionSpace } from '../../book/decision-space.js'
import type { AdlEvent } from '../../book/index.js'
import type { Claim, Claimant, PrepareOptions, Reductions } from '../claim.js'
import { factorProof } from '../derivations/tangents.js'
import { readLevels } from '../factor/bound.js'
import { factorExposure } from '../factor/exposure.js'
import { resolveLoadings } from '../factor/loadings.js'
import { exposuresAfter, type FactorProblem, factorProblem } from '../factor/problem.js'
import { GAP_FLOOR } from '../gap.js'
import { inputsOf } from '../given-inputs.js'
import type { ObjectiveInputs } from '../inputs.js'
import { refuseUnclearOrder } from '../leverage/keep-solvent.js'
import { insolventBreak } from '../leverage/problem.js'
import { squaresOver } from '../leverage/squares.js'

/** Squared factor leverage Σ_i z'_i² / g_i; bounded by one level per demanded market, in exact decimals. */
export function factorClaim(
  event: AdlEvent,
  inputs: ObjectiveInputs,
  options?: PrepareOptions,
): { claim: Claim; factor: FactorProblem } {
  const space = decisionSpace(event, { ...options, hasSolvencyRows: true })
  const loadings = resolveLoadings(space, inputs)
  const factor = factorProblem(space, loadings.byMarket)
  const { problem } = factor
  refuseUnclearOrder(problem, {
    start: (owner) => factor.start[owner],
    effect: (market) => factor.effect[market],
    isRatio: false,
  })
  const claim: Claim = {
    space,
    gapFloor: GAP_FLOOR,
    value: (reductions) => squaresValue(factor, reductions),
    breaks: (reductions, tolerance) => insolventBreak(problem, reductions, tolerance),
    goesFirst: (pair) => problem.isInsolvent[space.pairOwner[pair]] === 1,
    recheck: (evidence) => readLevels(factor, evidence),
    linearProof: (evidence) => factorProof(factor, evidence),
    factor: factorExposure(factor, loadings),
  }
  return { claim, factor }
}

function squaresValue(factor: FactorProblem, reductions: Reductions): Ratio {
  const exposures = exposuresAfter(factor, reductions)
  const sizes = doublesOf(exposures.length, (owner) => toNumber(exposures[owner]))
  return squaresOver(factor.problem, (owner) => exposures[owner], sizes)
}

export function factorLeverageClaims(given: ObjectiveInputs = {}): Claimant & { readonly inputs: ObjectiveInputs } {
  const { loadings, moves } = inputsOf(given)
  const inputs = { ...(loadings && { loadings }), ...(moves && { moves }) }
  return { name: 'factor-leverage', inputs, prepare: (event, options) => factorClaim(event, inputs, options).claim }
}
