/** `spillway`: auto-deleveraging events in, proven allocations out. */
export { SpillwayError } from '../src/index.js'
export * from './book/index.js'
export { suggest } from './book/place.js'
export { type LargestReductions, largestReductions, type ReductionRow } from './judgement/account-table.js'
export * from './judgement/audit/index.js'
export type { Pins, Terms } from './judgement/certificate-terms.js'
export { type Check, type CheckOptions, checkCertificate } from './judgement/check-certificate.js'
export { type CompareOptions, type Comparison, compare } from './judgement/compare.js'
export type { ComparedBook } from './judgement/compare-book.js'
export { type BookCharts, LORENZ_STEPS, type RowCharts } from './judgement/compare-charts.js'
export type { Optimum } from './judgement/compare-optimum.js'
export type { ComparedRow, FailedRow, Measures } from './judgement/compare-row.js'
export type { AccountCounts } from './judgement/measure.js'
export type { ObjectiveReport } from './judgement/objective-report.js'
export {
  OPTIMAL,
  type OptimalPolicy,
  optimalPolicy,
  resolveObjective,
  resolvePolicy,
} from './judgement/optimal-policy.js'
export type { AccountAnswer } from './judgement/per-account.js'
export type { Violation, ViolationCode } from './judgement/place.js'
export type { Remark, RemarkCode } from './judgement/remarks/index.js'
export { defaultOptions, type JudgeOptions, type Phase } from './judgement/roads.js'
export { type Reduction, type Solution, solve } from './judgement/solve.js'
export {
  type ProvedVerdict,
  type Road,
  type Verdict,
  type VerifyOptions,
  verify,
  verifyWithProof,
} from './judgement/verify.js'
export type { Difference, VerdictDetails } from './judgement/verify-details.js'
export type { Payer } from './judgement/who-pays.js'
export * from './moves/index.js'
export {
  type CutoffSet,
  conditionalValueAtRisk,
  cutoffSet,
  defineObjective,
  expectedLoss,
  factorLeverage,
  meanAndTail,
  minMaxLeverage,
  type ObjectiveBook,
  type ObjectiveDefinition,
  objectives,
  spectralLoss,
  squaredLeverage,
  worstCaseLoss,
} from './objectives/index.js'
export type * from './objectives/objective.js'
export * from './policies/index.js'
export { version } from './version.js'
