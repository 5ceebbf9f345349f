/** The sources of `spillway import`, by name; each has its importer in the index. Apart, so that messages can name them. */
export const importSources = ['hyperliquid', 'hyperliquid-fills'] as const

export type ImportSource = (typeof importSources)[number]
