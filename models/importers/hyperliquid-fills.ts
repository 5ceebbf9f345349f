import { AdlFillReader, fillKinds } from './adl-fill-records.js'
import { EquityRecords, equityKinds } from './equity-records.js'
import type { KnownAccount, KnownBook } from './fill-events.js'
import { type AdlFill, FillCollector } from './fills.js'
import { accountOfFile, type FoundRecord } from './find-records.js'
import { FullPages } from './full-pages.js'
import { type StateKind, StateReader, stateKinds } from './hyperliquid-state.js'
import { importFills, type ReadFills } from './import-fills.js'
import type { Imported, ImportOptions } from './importer.js'
import { joinFills } from './known-book.js'
import type { Ledger } from './ledger.js'
import { readRecords } from './read-records.js'

const SOURCE = 'hyperliquid-fills'

/**
 * Reads fills of Hyperliquid, as the API gives them (`userFills`), as nodes write them (a block per line, with
 * `[user, fill]` pairs) or as rows of a table, and takes those whose `dir` is Auto-Deleveraging. Among the files may be
 * states of accounts (`hyperliquid-state`), closed or not, or equities as records of `user` and `account_value`.
 *
 * - a_k = `px`; p_k = `liquidation.markPx`, else `px`; n_ik = `startPosition` of the first fill; x_ik = Σ `sz`.
 * - Equities of states are moved to these marks by the positions held.
 * - The entry price follows from `closedPnl`. Without equities every account has its notional for one: leverage 1.
 *
 * @throws SpillwayError `several-times` where the fills are of several moments and `gapMs` is not given
 * @example const { waves } = await importHyperliquidFills(['fills.jsonl'], { gapMs: 5000 })
 */
export async function importHyperliquidFills(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  return importFills(SOURCE, files, options, readFills)
}

async function readFills(files: readonly string[], options: ImportOptions, ledger: Ledger): Promise<ReadFills> {
  const collector = new FillCollector(options, ledger)
  const reader = new AdlFillReader(collector, ledger)
  const equities = new EquityRecords(ledger)
  // States are of another moment than the fills, and of how many is for the fills to say.
  const states = new StateReader(ledger, { gapMs: Infinity }, equities)
  const full = new FullPages()
  const take = (found: FoundRecord<StateKind | 'fill' | 'equity'>): void => {
    if (found.kind === 'fill') {
      full.take(found)
      reader.take(found)
    } else if (found.kind === 'equity') equities.take(found)
    else {
      const account = found.account ?? ledger.account(accountOfFile(found.file), found.at)
      states.take(found as FoundRecord<StateKind>, account)
    }
  }
  await readRecords(SOURCE, files, [...fillKinds, ...stateKinds, ...equityKinds], take, ledger, options)
  full.finish(ledger)
  const fills = collector.finish(files)
  const positions = states.positions()
  if (positions.length > 0) {
    const balances = [...states.balances(), ...equities.balances()]
    return joinFills(fills, positions, balances, states.moments, ledger)
  }
  if (equities.byAccount.size === 0) return { fills }
  return { fills, book: equitiesOf(fills, equities) }
}

/** The equities of the accounts that have fills. */
function equitiesOf(fills: readonly AdlFill[], equities: EquityRecords): KnownBook {
  const accounts = new Map<string, KnownAccount>()
  for (const { user } of fills) {
    const stated = equities.byAccount.get(user)
    if (stated !== undefined) accounts.set(user, { ...stated, positions: new Map() })
  }
  return { accounts, marks: new Map(), isWhole: false }
}
