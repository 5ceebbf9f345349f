import { importFills } from './import-fills.js'
import type { Imported, ImportOptions } from './importer.js'
import { readReplayTables } from './replay-table.js'

/**
 * Reads replay tables of Hyperliquid's auto-deleveraging: CSV files with a row per fill and the columns user, coin, time,
 * adl_price, adl_size, position_size, entry_price and total_equity; others are ignored. Several files are one table.
 *
 * - markPrice_k = adlPrice_k = adl_price; the side is that of the positions; Q_k = Σ adl_size, exactly.
 * - n_ik = position_size before the first fill of account i in coin k; x_ik = Σ adl_size over its rows there.
 * - e_i = total_equity of the account's first row. Every other row that says something else is a disagreement.
 * - With `remark`, e_i = total_equity + Σ_k n_ik (adl_price_k − P_k) over the coins given, P_k the price given.
 * - An entry price that is empty or not above zero is left out.
 *
 * @throws SpillwayError `several-times`, `several-prices` or `both-sides` where a coin has more than one wave, and the
 * mistakes of the table, each with its `FILE:LINE column`. Demand beyond what the rows hold is `demand-exceeds-holdings`.
 * @example const { event } = await importHyperliquid(['replay.csv'], { market: ['AVAX'], remark: { AVAX: 15.122 } })
 */
export async function importHyperliquid(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  return importFills('hyperliquid', files, options, readReplayTables)
}
