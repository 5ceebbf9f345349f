/** Why a program has no optimum, and what makes it hard for solvers. */

export type { Conflict } from './conflict.js'
export { type DiagnoseOptions, type Diagnosis, diagnose } from './diagnose.js'
export type { Finding, FindingCode } from './examined.js'
export { type HealthReport, healthReport } from './health-report.js'
export type { LeastChange } from './least-change.js'
export type { Ray } from './ray.js'
export type { NamedSide, Subject } from './subject.js'
