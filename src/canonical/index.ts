/** The standard form, the way of a program to it and back, and the words of outcomes. */
export type { BlockProgram } from './block-program.js'
export { type Canonical, type ConicCanonical, hasCones, type Recovered, withRelaxation } from './canonical.js'
export { canonicalize, canonicalizeWithCones } from './canonicalize.js'
export { type ConeKind, type Cones, type ConicForm, isConic, relaxationOf } from './conic-form.js'
export type { BoundProof, Claim, Outcome, SolverAnswer, SolverReport } from './outcome.js'
export type { RiskPart, RiskProgram } from './risk-program.js'
export { type FormInput, type StandardForm, standardForm } from './standard-form.js'
