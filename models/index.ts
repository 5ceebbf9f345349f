/** `spillway`: auto-deleveraging events in, proven allocations out. */
export { SpillwayError } from '../src/index.js'
export type { AccountTable } from './analysis/account-rows.js'
export { type LargestReductions, largestReductions, type ReductionRow } from './analysis/account-table.js'
export { type AfterOptions, type BookAfter, bookAfter } from './analysis/after/book-after.js'
export * from './analysis/audit/index.js'
export type { ComparedBook } from './analysis/compare/book.js'
export { type BookCharts, LORENZ_STEPS, type RowCharts } from './analysis/compare/charts.js'
export { type CompareOptions, type Comparison, compare } from './analysis/compare/compare.js'
export type { Optimum } from './analysis/compare/optimum.js'
export type { ComparedRow, FailedRow, Measures } from './analysis/compare/row.js'
export type { Payer } from './analysis/compare/who-pays.js'
export type { AccountCounts } from './analysis/counts.js'
export { type Inference, type InferOptions, type InferredRow, infer } from './analysis/infer/infer.js'
export { defaultOptions, type JudgeOptions, type Phase, type Progress } from './analysis/methods.js'
export type { ObjectiveReport } from './analysis/objective-report.js'
export {
  OPTIMAL,
  type OptimalPolicy,
  optimalPolicy,
  resolveObjective,
  resolvePolicy,
} from './analysis/optimal-policy.js'
export type { AccountAnswer } from './analysis/per-account.js'
export { proveBound } from './analysis/prove-bound.js'
export { HIGHEST_VOLATILITY, type Remark, type RemarkCode } from './analysis/remarks/index.js'
export type { Drift } from './analysis/replay/join-books.js'
export { type Closed, type Replay, type ReplayOptions, replay, type WaveVerdict } from './analysis/replay/replay.js'
export {
  type FoundSolution,
  type MissingSolution,
  type OptimalSolution,
  type Reduction,
  type Solution,
  solve,
} from './analysis/solve.js'
export type { Difference, VerdictDetails } from './analysis/verify/details.js'
export {
  type MethodResult,
  type ProvedVerdict,
  type Verdict,
  type VerifyOptions,
  verify,
  verifyWithProof,
} from './analysis/verify/verify.js'
export * from './book/index.js'
export { suggest } from './book/place.js'
export type { ErrorCode } from './error-codes.js'
export * from './importers/index.js'
export * from './moves/index.js'
export {
  allocationOf,
  type CutoffSet,
  conditionalValueAtRisk,
  cutoffSet,
  defineObjective,
  expectedLoss,
  factorLeverage,
  type ModelMap,
  meanAndTail,
  minMaxLeverage,
  modelMap,
  type ObjectiveBook,
  type ObjectiveDefinition,
  objectives,
  parseModelMap,
  readModelMap,
  readSolutionFile,
  spectralLoss,
  squaredLeverage,
  worstCaseLoss,
} from './objectives/index.js'
export type * from './objectives/objective.js'
export * from './policies/index.js'
export { type Pins, type Terms, termsUnder } from './proof/certificate-terms.js'
export { type Check, type CheckOptions, checkCertificate } from './proof/check-certificate.js'
export { linearProofOf } from './proof/linear-proof-of.js'
export type { Violation, ViolationCode } from './proof/match-allocation.js'
export * from './simulation/index.js'
export { version } from './version.js'
