/** The audit: which axioms a policy keeps, with the smallest book that breaks the others. */
export {
  type Audit,
  type AuditOptions,
  type AuditProgress,
  audit,
  defaultOptimalTrials,
  defaultTrials,
} from './audit.js'
export type { Axiom, Run, Trial } from './axiom.js'
export { axioms } from './axioms/index.js'
export type { AxiomReport, Counterexample } from './campaign.js'
