/** Readers of other people's files: one file each, and one line here. */

import type { ImportSource } from '../book/import-sources.js'
import { mistake, suggest } from '../book/place.js'
import { importBinance } from './binance.js'
import { importBybit } from './bybit.js'
import { importCcxt } from './ccxt.js'
import { importHyperliquid } from './hyperliquid.js'
import { importHyperliquidFills } from './hyperliquid-fills.js'
import { importHyperliquidState } from './hyperliquid-state.js'
import type { Importer } from './importer.js'
import { importOkx } from './okx.js'
import { importReservoir } from './reservoir.js'
import { importTable } from './table.js'

export { importBinance } from './binance.js'
export { importBybit } from './bybit.js'
export { importCcxt } from './ccxt.js'
export { importHyperliquid } from './hyperliquid.js'
export { importHyperliquidFills } from './hyperliquid-fills.js'
export { importHyperliquidState } from './hyperliquid-state.js'
export type * from './importer.js'
export type { Counted, ImportedFile, ImportRecord } from './ledger.js'
export { importOkx } from './okx.js'
export { type Reason, reasonSays, type Unknown } from './reasons.js'
export { importReservoir } from './reservoir.js'
export { importTable } from './table.js'
export { type WriteImportedOptions, writeImported } from './write-imported.js'

/** Every importer by the name of its source. */
export const importers: Readonly<Record<ImportSource, Importer>> = {
  hyperliquid: { reads: "replay tables of Hyperliquid's ADL, a row per fill", read: importHyperliquid },
  'hyperliquid-state': {
    reads: 'states of accounts of Hyperliquid (clearinghouseState)',
    read: importHyperliquidState,
  },
  'hyperliquid-fills': { reads: "fills of Hyperliquid's API or node, those by ADL", read: importHyperliquidFills },
  reservoir: {
    reads: 'daily positions, account values and ADL fills of the Reservoir (Parquet)',
    read: importReservoir,
  },
  ccxt: { reads: 'positions and balances of ccxt, of any venue', read: importCcxt },
  binance: { reads: 'positionRisk and account of Binance futures', read: importBinance },
  bybit: { reads: 'position/list and wallet-balance of Bybit', read: importBybit },
  okx: { reads: 'account/positions, account/balance and instruments of OKX', read: importOkx },
  table: { reads: 'tables of any columns, by a map (CSV, JSON, Parquet)', read: importTable },
}

/** The reader of a source; an unknown name is an error that lists those there are. */
export function importerOf(source: string): Importer {
  if (Object.hasOwn(importers, source)) return importers[source as ImportSource]
  throw mistake('unknown-source', 'SOURCE', 'no such source', source, suggest(source, Object.keys(importers)))
}
