/** A crisis, step by step: prices move, accounts are liquidated, policies allocate, and the book goes on. */
export { type Behaviour, type BehaviourKind, behaviours } from './behaviours/index.js'
export { decisionRows } from './decision-rows.js'
export type { PathsJson, VenueJson } from './json-forms.js'
export type { LeverageRecord } from './leverage.js'
export { type CrisisOptions, type OpenCrisis, openCrisis } from './open-crisis.js'
export type { Path, Paths } from './path.js'
export * from './path-models/index.js'
export type {
  AdlRecord,
  ClosedAccount,
  PathResult,
  PathTotals,
  StepRecord,
} from './path-result.js'
export { parsePaths, readPaths } from './read-paths.js'
export type { Asked } from './run-path.js'
export { pathsSchemaText, venueSchemaText } from './schema-texts.js'
export { type SimulateOptions, type Simulation, simulate } from './simulate.js'
export * from './sweep/index.js'
export { parseVenue, readVenue, type Venue } from './venue.js'
