import type { LinearProof } from '../../src/certificates/index.js'
import { SpillwayError } from '../../src/errors.js'
import type { AdlEvent, Certificate } from '../book/index.js'
import { objectiveOf } from './check-certificate.js'
import type { Claim, Claimant } from './claim.js'
import { claimOf } from './claim-of.js'

/**
 * The bound of a certificate as a linear program in exact numbers and its duals, made anew from the evidence: for checkers that
 * nobody here wrote. `custom` are objectives of the caller's own. Throws `not-expressible` for a bound that no linear
 * program has, and `too-large`.
 */
export function linearProofOf(
  event: AdlEvent,
  certificate: Certificate,
  custom: readonly Claimant[] = [],
): LinearProof {
  const { objective } = objectiveOf(certificate, custom)
  const claim = claimOf(objective, event, {
    lots: certificate.lots,
    keepSolvent: certificate.keepSolvent === true,
    exact: certificate.exact === true,
  })
  const { value, bound, allocation } = certificate
  const facts = [`allocation ${allocation}: value ${value ?? 'infinite'}, certified bound ${bound ?? 'infinite'}`]
  return linearProofFrom(objective.name, claim, certificate.evidence, facts)
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
