// Above three hundred lines: the sections of joined rows fill one book, and what one section says decides how the next is read.
import { absolute, add, type Decimal, signOf, toText, zero } from '../../src/numeric/index.js'
import { isObject } from '../../src/validation.js'
import { decimalJson } from '../book/decimal-column.js'
import type { AdlEvent } from '../book/event.js'
import { EventBuilder } from '../book/event-builder.js'
import { type RawNumber, readDecimal } from '../book/number.js'
import { mistake, type Place } from '../book/place.js'
import { readTime } from '../book/time.js'
import { moment, neededAmount, neededText, sideOf, text } from './amounts.js'
import { bothSides, closedSide, LONG, ofPosition, pairOf, type Row, SHORT, type Sides } from './closed-side.js'
import { entry } from './fill-waves.js'
import { listed } from './fills.js'
import type { Json } from './find-records.js'
import { checkFiles } from './import-fills.js'
import { countsOf, type Imported, type ImportedEvent, type ImportOptions } from './importer.js'
import { describeFiles, Ledger } from './ledger.js'
import { locationOf, placeOf, readSourceValues, type SourceValue } from './source-values.js'
import { readTableMap, type Section, sections, type TableMap } from './table-map.js'

/**
 * Reads tables of any columns, as CSV, JSON (a list, or a value per line) or Parquet, by a map that says which column
 * is which of our fields. A file may hold several sections, as a query that joins them does: then the same account or
 * mark may stand in many rows.
 *
 * @throws SpillwayError `missing-map`, the mistakes of the map, `missing-column`, and those of any event, with file and row
 */
export async function importTable(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  checkFiles(files)
  if (options.map === undefined) {
    const cure = 'Write which column is which field, as docs/import.md shows, and give it with --map FILE.'
    throw mistake('missing-map', 'options.map', 'the source table needs a map', undefined, cure)
  }
  const ledger = new Ledger()
  const table = new Table(await readTableMap(options.map, options), ledger, options)
  for (const file of files) await readSourceValues(file, (value) => table.take(value), options)
  const made = table.finish(files)
  return {
    ...made,
    record: ledger.finish('table', await describeFiles(files, options)),
    disagreements: [],
    overReductions: [],
    counts: countsOf(table.kept, [made]),
  }
}

class Table {
  kept = 0
  private readonly rows = new Map<Section, Row[]>()
  private readonly names = new Map<'accounts' | 'marks', Map<string, Row>>()
  private readonly times = new Map<number, Place>()
  /** Positions and demands of joins, whole. */
  private readonly joined = new Set<string>()
  private readonly wanted: number | undefined

  constructor(
    private readonly map: TableMap,
    private readonly ledger: Ledger,
    private readonly options: ImportOptions,
  ) {
    this.wanted = options.time === undefined ? undefined : readTime(options.time, () => 'options.time', 'time')
  }

  take(source: SourceValue): void {
    this.visit(source, source.value, [])
  }

  private visit(source: SourceValue, value: unknown, segments: readonly PropertyKey[]): void {
    if (Array.isArray(value)) {
      for (const [i, one] of value.entries()) this.visit(source, one, [...segments, i])
      return
    }
    this.ledger.row()
    const at = locationOf(source, segments)
    const place = placeOf(source, segments)
    const found = isObject(value) ? [...this.map].filter(([section, fields]) => hasColumns(value, section, fields)) : []
    if (found.length === 0) {
      this.ledger.drop('unknown-record', at)
      return
    }
    // Every section of a row is kept or left out with it: it is one moment of one market.
    const parts = found.map(
      ([section, fields]) => [section, this.named(partOf(value as Json, fields, place, at))] as const,
    )
    if (parts.some(([, row]) => this.isLeftOut(row))) return
    this.kept++
    // A join leaves the columns of a section empty where it has no row for it.
    for (const [section] of parts) entry(this.rows, section, () => [])
    const said = parts.length === 1 ? parts : parts.filter(([section, row]) => !isAbsent(section, row))
    const own = said.find(([section]) => section === 'positions')?.[1]
    const isJoin = parts.some(([section]) => section === 'allocation')
    for (const [section, row] of said) {
      const isTwice = section === 'demand' ? said.length > 1 : section === 'positions' && isJoin
      if (isTwice && this.isRepeated(section, row)) this.ledger.repair('joined-row', at)
      else this.keep(section, section === 'allocation' ? ofPosition(row, own) : row)
    }
  }

  /**
   * Whether a join with several fills of a position or a demand has it again; one that differs is a second one, which
   * the event refuses.
   */
  private isRepeated(section: Section, { cells, place }: Row): boolean {
    const word = text(cells, ['side'])?.toLowerCase()
    const side = word === undefined ? '' : LONG.includes(word) ? 'long' : SHORT.includes(word) ? 'short' : word
    const identity = JSON.stringify([section, side, ...Object.values({ ...canonical(cells, place), side: '' })])
    if (this.joined.has(identity)) return true
    this.joined.add(identity)
    return false
  }

  /** With the one name of its account. */
  private named(row: Row): Row {
    const name = text(row.cells, ['account'])
    if (name === undefined) return row
    return { ...row, cells: { ...row.cells, account: this.ledger.account(name, row.at) } }
  }

  private isLeftOut({ cells, place, at }: Row): boolean {
    const market = text(cells, ['market'])
    if (this.options.market !== undefined && market !== undefined && !this.options.market.includes(market)) {
      this.ledger.drop('other-market', at)
      return true
    }
    const time = moment(cells, place, ['time'])
    if (time === undefined) return false
    if (this.wanted !== undefined && time !== this.wanted) {
      this.ledger.drop('other-time', at)
      return true
    }
    if (!this.times.has(time)) this.times.set(time, place)
    return false
  }

  /** Accounts and marks stand once; of positions and closings every row counts. */
  private keep(section: Section, row: Row): void {
    const rows = entry(this.rows, section, () => [])
    if (section === 'accounts' || section === 'marks') {
      const name = neededText(row.cells, row.place, [section === 'accounts' ? 'account' : 'market'])
      const first = entry(
        entry(this.names, section, () => new Map<string, Row>()),
        name,
        () => row,
      )
      if (first === row) rows.push(row)
      else if (!isAlike(first, row)) {
        this.ledger.repair(section === 'accounts' ? 'equity-disagrees' : 'mark-disagrees', row.at)
      }
    } else if (section !== 'positions' || text(row.cells, ['quantity', 'market']) !== undefined) rows.push(row)
  }

  finish(files: readonly string[]): ImportedEvent {
    for (const [section, fields] of this.map) {
      if (this.rows.has(section)) continue
      const columns = [...fields.values()].join(', ')
      const cure = 'Correct the map, or give the file that has these columns.'
      throw mistake(
        'missing-column',
        files.join(),
        `no row has the columns of ${section} (${columns})`,
        undefined,
        cure,
      )
    }
    const times = [...this.times].sort(([a], [b]) => a - b)
    if (times.length > 1) {
      const cure = `Pick one with --time, out of ${listed(times.map(([time]) => time))}.`
      const [, [late, place]] = times
      throw mistake('several-times', place('time'), `the rows are of ${times.length} moments`, late, cure)
    }
    for (const [time] of times) this.ledger.at(time)
    if (times.length === 0) this.ledger.cannotSay('moment')
    return this.event()
  }

  private of(section: Section): readonly Row[] {
    return this.rows.get(section) ?? []
  }

  private event(): ImportedEvent {
    const places: Place[] = []
    const builder = new EventBuilder((_, mark) => places[mark])
    const held = new Set(this.of('positions').map(({ cells }) => text(cells, ['market'])))
    for (const { cells, place, at } of this.of('marks')) {
      // A price list names markets that nobody holds, and a mark of zero among them is no mistake.
      if (!held.has(text(cells, ['market']))) this.ledger.drop('unused-mark', at)
      else
        builder.addMarket({ market: '', markPrice: '', ...given({ cells, place }, sections.marks, ['inverse']) }, place)
    }
    const accounts = new Map<string, number>()
    for (const { cells, place } of this.of('accounts')) {
      const row = { account: '', equity: '', ...given({ cells, place }, sections.accounts, ['exempt']) }
      accounts.set(row.account, builder.addAccount(row, place))
    }
    const sides = new Map<string, Set<-1 | 1>>()
    for (const { cells, place, at } of this.of('positions')) {
      const quantity = this.signed({ cells, place, at })
      if (signOf(quantity) === 0) {
        this.ledger.drop('flat-position', at)
        this.kept--
        continue
      }
      const row = { market: '', ...given({ cells, place }, sections.positions), quantity: decimalJson(quantity) }
      const account = neededText(cells, place, ['account'])
      const i = accounts.get(account) ?? builder.accountNamed(account, place)
      entry(sides, pairOf(account, row.market), () => new Set<-1 | 1>()).add(signOf(quantity) as -1 | 1)
      builder.addPosition(i, row, places.push(place) - 1, place)
    }
    const reductions = this.map.has('allocation') ? this.reductions(sides) : undefined
    const demand = this.addDemand(builder, reductions)
    if (reductions === undefined) this.ledger.cannotSay('allocation')
    return { event: builder.finish(demand), ...(reductions && { reductions: reductions.list.map(({ row }) => row) }) }
  }

  private signed({ cells, place, at }: Row): Decimal {
    const quantity = neededAmount(cells, place, ['quantity'])
    const word = text(cells, ['side'])
    if (word === undefined) return quantity
    const side = sideOf(word, place, 'side', LONG, SHORT)
    if (signOf(quantity) === 0 || signOf(quantity) === side) return quantity
    if (side > 0) {
      const cure = 'Give sizes without a sign, or signed ones and no side.'
      throw mistake(
        'wrong-side',
        place('quantity'),
        'a position of the long side is negative',
        text(cells, ['quantity']),
        cure,
      )
    }
    this.ledger.repair('side-from-quantity', at)
    return { ...absolute(quantity), digits: -absolute(quantity).digits }
  }

  /** Several fills of a pair are one reduction, their sum. */
  private reductions(sides: Sides) {
    const closedSides = new Map<string, { readonly side: -1 | 1; readonly at: string; readonly isClosed: boolean }>()
    const sums = new Map<string, { readonly first: Row; closed: Decimal }>()
    for (const row of this.of('allocation')) {
      const { cells, place, at } = row
      const [account, market] = [neededText(cells, place, ['account']), neededText(cells, place, ['market'])]
      const closed = neededAmount(cells, place, ['quantity'], 'not-negative')
      const sum = entry(sums, pairOf(account, market), () => ({ first: row, closed: zero }))
      sum.closed = add(sum.closed, closed)
      const side = closedSide(row, sides.get(pairOf(account, market)))
      if (side === undefined) continue
      const isClosed = signOf(closed) !== 0
      const first = closedSides.get(market)
      if (first === undefined || (isClosed && !first.isClosed)) closedSides.set(market, { side, at, isClosed })
      else if (isClosed && first.side !== side) throw bothSides(row, market, first)
    }
    const list = [...sums].map(([key, { first, closed }]) => {
      const [account, market] = JSON.parse(key) as [string, string]
      return { row: { account, market, quantity: String(decimalJson(closed)) }, closed, first }
    })
    return { list, sideOf: (market: string) => closedSides.get(market)?.side }
  }

  /** What is stated, else what was filled, on the side of the positions that were closed. */
  private addDemand(
    builder: EventBuilder,
    reductions: ReturnType<Table['reductions']> | undefined,
  ): AdlEvent['demandSource'] {
    for (const { cells, place } of this.of('demand')) {
      const side = sideOf(neededText(cells, place, ['side']), place, 'side', LONG, SHORT)
      const quantity = decimalJson(neededAmount(cells, place, ['quantity']))
      builder.addDemand(
        { market: neededText(cells, place, ['market']), side: side > 0 ? 'long' : 'short', quantity },
        place,
      )
    }
    if (this.map.has('demand')) return 'given'
    if (reductions === undefined) {
      this.ledger.cannotSay('demand')
      return 'derived'
    }
    this.ledger.cannotSay('demand-is-filled')
    const totals = new Map<string, { closed: Decimal; readonly place: Place }>()
    for (const { row, closed, first } of reductions.list) {
      const total = entry(totals, row.market, () => ({ closed: zero, place: first.place }))
      total.closed = add(total.closed, closed)
    }
    for (const [market, { closed, place }] of totals) {
      const side = reductions.sideOf(market)
      if (side === undefined && signOf(closed) === 0) continue
      if (side === undefined) {
        const cure =
          'Give the side that was closed (long or short), the positions of those accounts, or a section demand.'
        throw mistake('unknown-side', place('market'), 'no position says which side of it was closed', market, cure)
      }
      builder.addDemand({ market, side: side > 0 ? 'long' : 'short', quantity: decimalJson(closed) }, place)
    }
    return 'given'
  }
}

/** The fields without which a section says nothing; names of accounts and markets may be those of another section. */
const TELLING: Readonly<Record<Section, readonly string[]>> = {
  accounts: ['account', 'equity'],
  positions: ['market', 'quantity'],
  marks: ['market', 'markPrice'],
  allocation: ['quantity'],
  demand: ['quantity'],
}

const isAbsent = (section: Section, { cells }: Row): boolean => text(cells, TELLING[section]) === undefined

/** Cells with their numbers however they are spelt. */
function canonical(cells: Json, place: Place): Json {
  return Object.fromEntries(
    Object.keys(cells).map((field) => {
      const word = text(cells, [field]) ?? ''
      return [field, NAMES.has(field) ? word : plainNumber(word, place, field)]
    }),
  )
}

const NAMES: ReadonlySet<string> = new Set(['account', 'market', 'settles'])

/** A number without regard to how it is spelt; what is none as it is. */
function plainNumber(word: string, place: Place, field: string): string {
  try {
    return toText(readDecimal(word, place, field))
  } catch {
    return word
  }
}

const isAlike = (a: Row, b: Row): boolean =>
  JSON.stringify(canonical(a.cells, a.place)) === JSON.stringify(canonical(b.cells, b.place))

/** Whether a row has the columns of the fields that a section needs. */
function hasColumns(value: Json, section: Section, fields: ReadonlyMap<string, string>): boolean {
  return sections[section].needed.every((field) => Object.hasOwn(value, fields.get(field) ?? ''))
}

/** The cells of a section by our names; places by the names of the columns. */
function partOf(value: Json, fields: ReadonlyMap<string, string>, place: Place, at: string): Row {
  const cells = Object.fromEntries([...fields].map(([field, column]) => [field, value[column]]))
  return { cells, place: (field) => place(fields.get(field) ?? field), at }
}

/** Yes or no, in the words that databases export. A word that is neither is no answer. */
function flagOf(value: unknown, place: Place, field: string): boolean {
  const word = String(value).trim().toLowerCase()
  if (['true', '1', 'yes', 't', 'y'].includes(word)) return true
  if (['false', '0', 'no', 'f', 'n'].includes(word)) return false
  throw mistake('bad-flag', place(field), `${field} is yes or no`, value, 'Write true or false, or leave it empty.')
}

/** The fields of an event's row that have a value; flags by their words, all else as it is written. */
function given<Fields extends string>(
  { cells, place }: Pick<Row, 'cells' | 'place'>,
  { needed, optional }: { readonly needed: readonly Fields[]; readonly optional: readonly Fields[] },
  flags: readonly string[] = [],
): object {
  const fields = [...needed, ...optional].filter((field) => field !== 'time' && field !== 'side')
  return Object.fromEntries(
    fields.flatMap((field): [string, RawNumber | boolean][] => {
      const value = cells[field]
      if (value === undefined || value === null || value === '') return []
      if (flags.includes(field)) return [[field, flagOf(value, place, field)]]
      return [[field, typeof value === 'number' ? value : String(value)]]
    }),
  )
}
