import type { LinearProof } from '../../src/certificates/index.js'
import { SpillwayError } from '../../src/errors.js'
import type { AdlEvent, Allocation, Certificate } from '../book/index.js'
import { objectiveOf } from './check-certificate.js'
import type { Claim, Claimant } from './claim.js'
import { claimOf } from './claim-of.js'
import { withFilledDemand } from './filled-demand.js'

/**
 * The bound of a certificate as a linear program in exact numbers and its duals, made anew from the evidence: for checkers that
 * nobody here wrote. `custom` are objectives of the caller's own; of a certificate whose demand is what was filled, `allocation` is what filled it.
 * Throws `not-expressible` for a bound that no linear program has, `too-large`, and `missing-input` where the allocation is missing.
 */
export function linearProofOf(
  event: AdlEvent,
  certificate: Certificate,
  custom: readonly Claimant[] = [],
  allocation?: Allocation,
): LinearProof {
  const { objective } = objectiveOf(certificate, custom)
  const isFilled = certificate.demand === 'filled'
  if (isFilled && allocation?.digest() !== certificate.allocation) throw otherAllocation(certificate.allocation)
  const asked = isFilled && allocation ? withFilledDemand(event, allocation, certificate.lots) : event
  const claim = claimOf(objective, asked, {
    lots: certificate.lots,
    keepSolvent: certificate.keepSolvent === true,
    exact: certificate.exact === true,
  })
  const { value, bound } = certificate
  const facts = [
    `allocation ${certificate.allocation}: value ${value ?? 'infinite'}, certified bound ${bound ?? 'infinite'}`,
    ...(isFilled ? ['the demand is what this allocation filled of that of the event'] : []),
    ...(certificate.keepSolvent ? ['nothing is closed of an account that would end below zero'] : []),
  ]
  return linearProofFrom(objective.name, claim, certificate.evidence, facts)
}

function otherAllocation(digest: string): SpillwayError {
  return new SpillwayError({
    code: 'missing-input',
    path: 'allocation',
    value: undefined,
    problem: 'the certificate is about the demand that its allocation filled, and this allocation is missing',
    cure: `Give the allocation with the digest ${digest}.`,
  })
}

/** The same of a claim's own evidence; `facts` are lines for people. */
export function linearProofFrom(
  name: string,
  claim: Claim,
  evidence: unknown,
  facts: readonly string[] = [],
): LinearProof {
  const proof = claim.linearProof?.(evidence)
  if (proof === undefined) {
    throw new SpillwayError({
      code: 'not-expressible',
      path: 'objective',
      value: name,
      problem: 'bounds of this objective are not written as linear programs',
      cure: 'Use the certificate (--certificate).',
    })
  }
  const notes = [`spillway: a lower bound on ${name}`, `event ${claim.space.event.digest()}`, ...facts, ...proof.notes]
  return { ...proof, notes }
}
