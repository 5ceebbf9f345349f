import { AdlFillReader, fillKinds } from './adl-fill-records.js'
import { EquityRecords, equityKinds } from './equity-records.js'
import type { KnownAccount, KnownBook } from './fill-events.js'
import { type AdlFill, FillCollector } from './fills.js'
import { importFills } from './import-fills.js'
import type { Imported, ImportOptions } from './importer.js'
import { readRecords } from './read-records.js'

/**
 * Reads fills of Hyperliquid, as the API gives them (`userFills`), as nodes write them (a block per line, with
 * `[user, fill]` pairs) or as rows of a table, and takes those whose `dir` is Auto-Deleveraging. Among the files may be
 * equities, as records of `user` and `account_value`.
 *
 * - a_k = `px`; p_k = `liquidation.markPx`, else `px`; n_ik = `startPosition` of the first fill; x_ik = Σ `sz`.
 * - The entry price follows from `closedPnl`. Without equities every account has its notional for one: leverage 1.
 *
 * @throws SpillwayError `several-times` where the fills are of several moments and `gapMs` is not given
 * @example const { waves } = await importHyperliquidFills(['fills.jsonl'], { gapMs: 5000 })
 */
export async function importHyperliquidFills(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  let equities: EquityRecords | undefined
  return importFills(
    'hyperliquid-fills',
    files,
    options,
    async (_, __, ledger) => {
      const collector = new FillCollector(options, ledger)
      const reader = new AdlFillReader(collector, ledger)
      const stated = new EquityRecords(ledger)
      const kinds = [...fillKinds, ...equityKinds]
      await readRecords(
        'hyperliquid-fills',
        files,
        kinds,
        (found) => {
          if (found.kind === 'fill') reader.take(found)
          else stated.take(found)
        },
        ledger,
        options,
      )
      equities = stated
      return collector.finish(files)
    },
    (fills) => bookOf(fills, equities),
  )
}

/** The equities of the accounts that have fills. */
function bookOf(fills: readonly AdlFill[], equities: EquityRecords | undefined): KnownBook | undefined {
  if (equities === undefined || equities.byAccount.size === 0) return undefined
  const accounts = new Map<string, KnownAccount>()
  for (const { user } of fills) {
    const stated = equities.byAccount.get(user)
    if (stated !== undefined) accounts.set(user, { ...stated, positions: new Map() })
  }
  return { accounts, marks: new Map(), isWhole: false }
}
