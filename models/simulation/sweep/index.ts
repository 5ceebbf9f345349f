/** Sweeps: many crises, numbered, in any number of parts, and what the sample tells. */
export {
  type Cell,
  type Job,
  type JobContent,
  jobDigest,
  numberJobs,
  type PathSource,
  priceLines,
  type SweepBook,
  type SweepInputs,
  venueContent,
} from './jobs.js'
export { type Least, leastOf, leastWords } from './least.js'
export {
  type CellValues,
  cellsWithRows,
  type DifferenceRow,
  type Finding,
  type Merged,
  type MergedCell,
  mergeResults,
  type SummaryRow,
} from './merge.js'
export {
  type ModelParameters,
  type PlannedPaths,
  type PlannedVenue,
  parsePlan,
  planSchemaText,
  readPlan,
  type SweepPlan,
} from './plan.js'
export { type JobResult, type MeasureName, measures, readResultLine, resultLine, resultOf } from './result.js'
export { isInShard, parseShard, type Shard, shardOfArray } from './shard.js'
export type { PairedDifference, Summary } from './statistics.js'
export { differenceWords } from './words.js'
