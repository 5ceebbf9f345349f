/** What judges a plan of an event and knows no solver: all that `spillway check` needs. */

export { type Pins, type Terms, termsUnder } from './certificate-terms.js'
export { type Check, type CheckOptions, checkCertificate } from './check-certificate.js'
export type { Claim, Claimant } from './claim.js'
export { defaultOptions } from './claim-of.js'
export { claimants } from './claims/index.js'
export type { ObjectiveInputs } from './inputs.js'
export { linearProofOf } from './linear-proof-of.js'
export type { Violation, ViolationCode } from './match-allocation.js'
export * from './receipts/index.js'
