/** The book: events and allocations, read, checked, digested and written. */

export { parseAllocation, readAllocation } from './allocation.js'
export {
  type Certificate,
  certificateKeys,
  isSealed,
  parseCertificate,
  readCertificate,
  seal,
  writeCertificate,
} from './certificate.js'
export { csvPieces } from './csv-write.js'
export { DecimalColumn, decimalJson } from './decimal-column.js'
export { contentDigest } from './digest.js'
export { type AccountKinds, accountKinds, mergedEvent } from './equal-accounts.js'
export type * from './event.js'
export { formOf, type ReadOptions, type ReadProgress, writeWhole } from './file.js'
export { jsonTextAs, readJson } from './json-file.js'
export type * from './json-forms.js'
export { refuseOthers } from './looks-like.js'
export { parseEvent } from './parse-event.js'
export { readEvent } from './read-event.js'
export { readWaves, type Wave } from './read-waves.js'
export { jsonSchemaText } from './schema-texts.js'
export type { DecisionSpace, DemandedMarket } from './space.js'
export { allocationCsv, allocationJson, allocationPieces, writeAllocation } from './write-allocation.js'
export { eventJson, writeEventFolder } from './write-event.js'
