/** The book: events and allocations, read, checked, digested and written. */

export { parseAllocation, readAllocation } from './allocation.js'
export { DecimalColumn } from './decimal-column.js'
export type * from './event.js'
export { formOf, type ReadOptions, type ReadProgress, writeWhole } from './file.js'
export { parseEvent } from './parse-event.js'
export { readEvent } from './read-event.js'
export * from './schema.js'
