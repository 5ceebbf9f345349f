import { EquityRecords, equityKinds } from './equity-records.js'
import { accountOfFile, type FoundRecord, type RecordKind } from './find-records.js'
import { checkFiles } from './import-fills.js'
import { countsOf, type Imported, type ImportOptions } from './importer.js'
import { describeFiles, Ledger } from './ledger.js'
import { readRecords } from './read-records.js'
import { bookOfVenue, type VenueBalance, type VenuePosition } from './venue-book.js'

/** What a source knows of its records; made anew for each import. */
export interface VenueReader<Name extends string> {
  /** Takes a record; `account` is the name of its account, if only that of the file. */
  take(found: FoundRecord<Name>, account: string): void
  /** When all files are read. */
  positions(): readonly VenuePosition[]
  balances(positions: readonly VenuePosition[]): readonly VenueBalance[]
}

export interface Venue<Name extends string> {
  readonly source: string
  readonly kinds: readonly RecordKind<Name>[]
  /** Kinds that are of no account: prices, contracts. */
  readonly shared?: readonly Name[]
  readonly reader: (ledger: Ledger, options: ImportOptions, equities: EquityRecords) => VenueReader<Name>
  /** What to do about a missing equity, as a sentence. */
  readonly asks: string
}

/** An import of a source that reports positions and balances by account, without a word of what was closed. */
export async function importVenue<Name extends string>(
  { source, kinds, shared = [], reader: makeReader, asks }: Venue<Name>,
  files: readonly string[],
  options: ImportOptions,
): Promise<Imported> {
  checkFiles(files)
  const ledger = new Ledger()
  const equities = new EquityRecords(ledger)
  const reader = makeReader(ledger, options, equities)
  const unnamed: FoundRecord<Name>[] = []
  const given = new Set<string>()
  /** What is said of an account twice counts once; of positions the book knows that itself. */
  const give = (found: FoundRecord<Name>, account: string): void => {
    const { kind, record, at } = found
    if (kind !== kinds[0].name && !shared.includes(kind)) {
      const identity = JSON.stringify([kind, account, record])
      if (given.has(identity)) {
        ledger.row()
        ledger.drop('duplicate-row', at)
        return
      }
      given.add(identity)
    }
    reader.take(found, account)
  }
  const take = (found: FoundRecord<Name | 'equity'>): void => {
    if (found.kind === 'equity') equities.take(found)
    else if (found.account === undefined && !shared.includes(found.kind)) unnamed.push(found as FoundRecord<Name>)
    else give(found as FoundRecord<Name>, found.account ?? '')
  }
  await readRecords(source, files, [...kinds, ...equityKinds], take, ledger, options)
  const nameOf = namesOf(unnamed, kinds[0].name, ledger)
  for (const found of unnamed) give(found, nameOf(found.file))
  const positions = reader.positions()
  const balances = [...equities.balances(), ...reader.balances(positions)]
  const ask = `${asks} Or give a file more with an account and its equity in each record: account,equity.`
  const event = bookOfVenue(positions, balances, ledger, options, ask)
  return {
    event,
    record: ledger.finish(source, await describeFiles(files, options)),
    disagreements: [],
    overReductions: [],
    counts: countsOf(positions.length, [{ event }]),
  }
}

/**
 * The accounts of payloads that do not name theirs: each file is one, by its name. Positions in one file and balances in others
 * are one account, and so are files that only differ after the first dot.
 */
function namesOf<Name extends string>(
  unnamed: readonly FoundRecord<Name>[],
  positions: Name,
  ledger: Ledger,
): (file: string) => string {
  const first = new Map(unnamed.toReversed().map(({ file, at }) => [file, at]))
  for (const at of [...first.values()].toReversed()) ledger.complete('account-from-file', at)
  const holders = new Set(unnamed.filter(({ kind }) => kind === positions).map(({ file }) => accountOfFile(file)))
  const [only] = holders
  return (file) => {
    const name = holders.size === 1 ? only : accountOfFile(file)
    return ledger.account(name, file)
  }
}
