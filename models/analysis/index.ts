/** What is asked of an event and of an allocation: solve, verify, compare, audit, infer, replay, and the book after. */
export type { AccountTable } from './account-rows.js'
export { type LargestReductions, largestReductions, type ReductionRow } from './account-table.js'
export { type AfterOptions, type BookAfter, bookAfter } from './after/book-after.js'
export * from './audit/index.js'
export type { ComparedBook } from './compare/book.js'
export { type BookCharts, LORENZ_STEPS, type RowCharts } from './compare/charts.js'
export { type Comparison, compare } from './compare/compare.js'
export type { Optimum } from './compare/optimum.js'
export type { CompareOptions } from './compare/options.js'
export type { ComparedRow, FailedRow, Figures } from './compare/row.js'
export type { Payer } from './compare/who-pays.js'
export type { AccountCounts } from './counts.js'
export { type Inference, type InferOptions, type InferredRow, infer } from './infer/infer.js'
export { defaultOptions, type JudgeOptions, type Phase, type Progress } from './methods.js'
export type { ObjectiveReport } from './objective-report.js'
export {
  OPTIMAL,
  type OptimalPolicy,
  optimalPolicy,
  resolveObjective,
  resolvePolicy,
} from './optimal-policy.js'
export type { AccountAnswer } from './per-account.js'
export { proveBound } from './prove-bound.js'
export { HIGHEST_VOLATILITY, type Remark, type RemarkCode } from './remarks/index.js'
export type { Drift } from './replay/join-books.js'
export {
  type Closed,
  type Replay,
  type ReplayOptions,
  replay,
  type WaveFacts,
  type WaveVerdict,
} from './replay/replay.js'
export {
  type FoundSolution,
  type MissingSolution,
  type OptimalSolution,
  type Reduction,
  type Solution,
  solve,
} from './solve.js'
export type { Difference, VerdictDetails } from './verify/details.js'
export type { ProfileVerdict } from './verify/profile-verdict.js'
export {
  type FeasibleVerdict,
  type InfeasibleVerdict,
  type MethodResult,
  type OptimalVerdict,
  type ProvedVerdict,
  type Verdict,
  type VerifyOptions,
  verify,
  verifyWithProof,
} from './verify/verify.js'
