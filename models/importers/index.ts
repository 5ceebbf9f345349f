/** Readers of other people's files: one file each, and one line here. */

import type { ImportSource } from '../book/import-sources.js'
import { mistake, suggest } from '../book/place.js'
import { importHyperliquid } from './hyperliquid.js'
import { importHyperliquidFills } from './hyperliquid-fills.js'
import type { Importer } from './importer.js'

export { importHyperliquid } from './hyperliquid.js'
export { importHyperliquidFills } from './hyperliquid-fills.js'
export type * from './importer.js'
export type { Counted, ImportedFile, ImportRecord } from './ledger.js'
export { type Reason, reasonSays, type Unknown } from './reasons.js'
export { type WriteImportedOptions, writeImported } from './write-imported.js'

/** By the name of the source. */
export const importers: Readonly<Record<ImportSource, Importer>> = {
  hyperliquid: { reads: "replay tables of Hyperliquid's ADL, a row per fill", read: importHyperliquid },
  'hyperliquid-fills': { reads: "fills of Hyperliquid's API or node, those by ADL", read: importHyperliquidFills },
}

/** The reader of a source; an unknown name is an error that lists those there are. */
export function importerOf(source: string): Importer {
  if (Object.hasOwn(importers, source)) return importers[source as ImportSource]
  throw mistake('unknown-source', 'SOURCE', 'no such source', source, suggest(source, Object.keys(importers)))
}
