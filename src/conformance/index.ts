/** `spillway/conformance`: what every solver passes, for the authors of others. */
export type { ConformanceCase } from './cases/case.js'
export { cases } from './cases/index.js'
export { type ConformanceOptions, type ConformanceRow, runConformance } from './run-conformance.js'
