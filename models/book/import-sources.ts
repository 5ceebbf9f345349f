/** The sources of `spillway import`, by name; each has its importer in the index. Apart, so that messages can name them. */
export const importSources = [
  'hyperliquid',
  'hyperliquid-state',
  'hyperliquid-fills',
  'reservoir',
  'ccxt',
  'binance',
  'bybit',
  'okx',
  'table',
] as const

/** The name of an importer. */
export type ImportSource = (typeof importSources)[number]
