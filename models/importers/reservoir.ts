import { basename } from 'node:path'
import { absolute, add, compare, type Decimal, multiply, signOf, subtract, toNumber } from '../../src/numeric/index.js'
import { AdlFillReader, fillKinds } from './adl-fill-records.js'
import { amount, neededAmount, neededText, quotientWithin, text } from './amounts.js'
import { EquityRecords, equityKinds } from './equity-records.js'
import { eventsOfFills } from './fill-events.js'
import { entry } from './fill-waves.js'
import { FillCollector } from './fills.js'
import type { FoundRecord, RecordKind } from './find-records.js'
import { checkFiles } from './import-fills.js'
import { countsOf, type Imported, type ImportOptions } from './importer.js'
import { joinFills } from './known-book.js'
import { describeFiles, Ledger } from './ledger.js'
import { readRecords } from './read-records.js'
import { bookOfVenue, type VenueBalance, type VenuePosition } from './venue-book.js'

const snapshotKinds: readonly RecordKind<'position'>[] = [
  { name: 'position', fields: ['user', 'market', 'size', 'notional'] },
]

/**
 * Reads Hydromancer's Reservoir: daily snapshots of positions, account values and fills by auto-deleveraging, as
 * Parquet (or CSV, JSON).
 *
 * - The book is the snapshot: n_ik = `size`, p_k = `notional` / |n_ik|, e_i = `account_value`. What fills touch has the
 *   position that they state before them. An isolated position is an account of its own; its margin is estimated by
 *   |n| entry / leverage + n (p − entry), which counts.
 * - The snapshot is of the end of a day, not of the ADL: positions of the others are of that moment, and so are equities, which
 *   are moved to the marks of the fills by the positions held.
 * - Without fills it is a book without allocation, without a snapshot the accounts that were closed.
 */
export async function importReservoir(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  checkFiles(files)
  const ledger = new Ledger()
  const snapshot = new Snapshot(ledger)
  const equities = new EquityRecords(ledger)
  const collector = new FillCollector(options, ledger)
  const reader = new AdlFillReader(collector, ledger)
  let hasFills = false
  const take = (found: FoundRecord<'fill' | 'position' | 'equity'>): void => {
    if (found.kind === 'position') snapshot.take(found)
    else if (found.kind === 'equity') equities.take(found)
    else {
      hasFills = true
      reader.take(found)
    }
  }
  await readRecords('reservoir', files, [...fillKinds, ...snapshotKinds, ...equityKinds], take, ledger, options)
  const balances = snapshot.balances(equities)
  if (!hasFills) {
    const times = files.flatMap((file) => momentOfName(file) ?? [])
    for (const time of times) ledger.at(time)
    if (times.length === 0) ledger.cannotSay('moment')
    const asks = 'Give the account values of the same day in a file more.'
    const event = bookOfVenue(snapshot.positions, balances, ledger, options, asks)
    return finish([{ event }], undefined, snapshot.positions.length)
  }
  const moments = [...snapshot.files].map(momentOfName)
  const { fills, book } = joinFills(collector.finish(files), snapshot.positions, balances, moments, ledger)
  const made = eventsOfFills(fills, options, ledger, book)
  return finish(made.events, made, fills.length)

  async function finish(
    events: readonly [Imported] | Parameters<typeof countsOf>[1],
    fills: ReturnType<typeof eventsOfFills> | undefined,
    rows: number,
  ): Promise<Imported> {
    return {
      ...events[0],
      ...(fills?.waves && { waves: fills.waves }),
      record: ledger.finish('reservoir', await describeFiles(files, options)),
      disagreements: fills?.disagreements ?? [],
      overReductions: fills?.overReductions ?? [],
      counts: countsOf(rows, events),
    }
  }
}

/** Snapshots carry their moment in the name: `926030000_1773706027926.parquet`. */
function momentOfName(file: string): number | undefined {
  const found = /_(\d{13})\.[a-z]+$/i.exec(basename(file))
  return found === null ? undefined : Number(found[1])
}

class Snapshot {
  readonly positions: VenuePosition[] = []
  /** In which they stand. */
  readonly files = new Set<string>()
  private readonly values = new Map<string, { readonly equity: Decimal; readonly from: VenuePosition }>()

  constructor(private readonly ledger: Ledger) {}

  take({ record, place, at, account, file }: FoundRecord<string>): void {
    this.ledger.row()
    this.files.add(file)
    const market = neededText(record, place, ['market'])
    const quantity = neededAmount(record, place, ['size'])
    if (signOf(quantity) === 0) {
      this.ledger.drop('flat-position', at)
      return
    }
    const notional = absolute(neededAmount(record, place, ['notional']))
    const mark = quotientWithin(notional, absolute(quantity), roundingOf(notional))
    const entryPrice = amount(record, place, ['entry_price'])
    const isIsolated = text(record, ['leverage_type']) === 'isolated'
    const user = account ?? neededText(record, place, ['user'])
    const position: VenuePosition = {
      ...{ at, place, account: user, market, quantity, mark, settles: 'USDC' },
      entryPrice: entryPrice !== undefined && signOf(entryPrice) > 0 ? entryPrice : undefined,
      isolatedEquity: isIsolated ? this.marginOf({ record, place, at }, quantity, mark, entryPrice ?? mark) : undefined,
    }
    this.positions.push(position)
    if (isIsolated) return
    const equity = amount(record, place, ['account_value'])
    if (equity === undefined) return
    const first = entry(this.values, user, () => ({ equity, from: position }))
    if (compare(first.equity, equity) !== 0) this.ledger.repair('equity-disagrees', at)
  }

  private marginOf(
    { record, place, at }: Pick<FoundRecord<string>, 'record' | 'place' | 'at'>,
    quantity: Decimal,
    mark: Decimal,
    entryPrice: Decimal,
  ): Decimal {
    const leverage = neededAmount(record, place, ['leverage'], 'positive')
    this.ledger.complete('isolated-margin-from-leverage', at)
    const initial = quotientWithin(multiply(absolute(quantity), entryPrice), leverage, { digits: 5n, scale: 9 })
    return add(initial, multiply(quantity, subtract(mark, entryPrice)))
  }

  balances(equities: EquityRecords): readonly VenueBalance[] {
    const own = [...this.values].map(
      ([
        account,
        {
          equity,
          from: { at, place },
        },
      ]): VenueBalance => {
        return { at, place, account, currency: undefined, equity, hasIsolated: false }
      },
    )
    const cross = new Set(this.positions.flatMap((one) => (one.isolatedEquity === undefined ? [one.account] : [])))
    const others = [...equities.byAccount].flatMap(([account, { equity, place }]): VenueBalance[] => {
      if (this.values.has(account) || (this.positions.length > 0 && !cross.has(account))) return []
      return [{ at: account, place, account, currency: undefined, equity, hasIsolated: false }]
    })
    return [...own, ...others]
  }
}

/** Half a unit in the last place of a double, which the snapshot's numbers are. */
function roundingOf(value: Decimal): Decimal {
  const exponent = Math.floor(Math.log10(Math.max(Number.MIN_VALUE, Math.abs(toNumber(value)))))
  const scale = 15 - exponent
  return scale >= 0 ? { digits: 2n, scale } : { digits: 2n * 10n ** BigInt(-scale), scale: 0 }
}
