import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Decimal } from '../../src/numeric/index.js'
import { csvPieces } from './csv-write.js'
import { type DecimalColumn, decimalJson } from './decimal-column.js'
import type { AdlEvent, Book, ExtraColumns } from './event.js'
import { fileError, takeName, writeSibling } from './file.js'
import type { AccountJson, DemandJson, EventJson, MarketJson, PositionJson } from './json-forms.js'
import { eventTables } from './read-event.js'

/**
 * The event in JSON form, as it was given: with the accounts that were taken over, and without a demand that was
 * derived. Reading it gives an event of the same digest. The ADL price is always there; numbers are strings only where
 * a double would not be the decimal as written.
 */
export function eventJson(event: AdlEvent): EventJson {
  const book: Book = event.given ?? event
  const { starts } = book.positions
  const accounts = Array.from({ length: book.accounts.count }, (_, i): AccountJson => {
    const positions: PositionJson[] = []
    for (let j = starts[i]; j < starts[i + 1]; j++) positions.push(positionJson(book, j))
    return { ...accountJson(book, i), positions }
  })
  const content = { format: 'spillway/event@1', markets: book.markets.map(marketJson), accounts } as const
  return event.demandSource === 'derived' ? content : { ...content, demand: demandJson(event) }
}

/**
 * Writes an event as a folder of CSV files; the folder is made when it is not there, other files in it stay. All files
 * are written before the first takes its name. A `demand.csv` of another event goes, where this one's is derived.
 */
export async function writeEventFolder(folder: string, event: AdlEvent): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileError(error, folder, folder)
  })
  const written: [sibling: string, path: string][] = []
  try {
    for (const [table, pieces] of tables(event)) {
      const path = join(folder, `${table}.csv`)
      written.push([await writeSibling(path, pieces), path])
    }
    if (event.demandSource === 'derived') await rm(join(folder, 'demand.csv'), { force: true })
    for (const [sibling, path] of written) await takeName(sibling, path)
  } finally {
    for (const [sibling] of written) await rm(sibling, { force: true })
  }
}

function* tables(event: AdlEvent): Generator<[keyof typeof eventTables, Iterable<string>]> {
  const book: Book = event.given ?? event
  const { markets, accounts, positions } = book
  yield ['markets', table('markets', markets.map(marketJson), marketColumns(markets))]
  yield [
    'accounts',
    table(
      'accounts',
      generate(accounts.count, (i) => accountJson(book, i)),
      accounts,
    ),
  ]
  yield ['positions', table('positions', holdings(book), positions)]
  if (event.demandSource === 'given') yield ['demand', table('demand', demandJson(event))]
}

/** Columns that events gained later appear where a market has them; the first ones always. */
function marketColumns(markets: Book['markets']): object {
  const first = ['adlPrice', 'lotSize', 'factorLoading']
  const used = markets.flatMap((market) => Object.keys(market))
  return Object.fromEntries([...first, ...used].map((column) => [column, true]))
}

/** The rows of a table as CSV; an optional column appears when `columns` has it, by default always. */
function table(name: keyof typeof eventTables, rows: Iterable<object>, columns?: object): Generator<string> {
  const shape: { readonly required: readonly string[]; readonly optional?: readonly string[] } = eventTables[name]
  const optional = (shape.optional ?? []).filter((column) => columns === undefined || Object.hasOwn(columns, column))
  const header = [...shape.required, ...optional]
  return csvPieces(header, cells(rows, header))
}

function* cells(rows: Iterable<object>, header: readonly string[]): Generator<(string | number | undefined)[]> {
  for (const row of rows) {
    const values = row as Readonly<Record<string, string | number | true | undefined>>
    yield header.map((column) => (values[column] === true ? 'true' : values[column]))
  }
}

function* generate<Row>(count: number, row: (i: number) => Row): Generator<Row> {
  for (let i = 0; i < count; i++) yield row(i)
}

function* holdings(book: Book): Generator<PositionJson & { readonly account: string }> {
  const { accounts, positions } = book
  for (let i = 0; i < accounts.count; i++) {
    for (let j = positions.starts[i]; j < positions.starts[i + 1]; j++) {
      yield { account: accounts.names[i], ...positionJson(book, j) }
    }
  }
}

export function marketJson(given: Book['markets'][number]): MarketJson {
  const { market, markPrice, adlPrice, lotSize, factorLoading, contractSize, inverse, settles } = given
  const optional = (field: string, value: Decimal | undefined) => (value ? { [field]: decimalJson(value) } : {})
  return {
    market,
    markPrice: decimalJson(markPrice),
    adlPrice: decimalJson(adlPrice),
    ...optional('lotSize', lotSize),
    ...optional('factorLoading', factorLoading),
    ...optional('contractSize', contractSize),
    ...(inverse && { inverse }),
    ...(settles !== undefined && { settles }),
  }
}

export function accountJson({ accounts }: Book, i: number): Omit<AccountJson, 'positions'> {
  return {
    account: accounts.names[i],
    equity: accounts.equity.json(i),
    ...(accounts.exempt?.[i] === 1 && { exempt: true }),
    ...extras(accounts, i),
  }
}

export function positionJson({ markets, positions }: Book, j: number): PositionJson {
  const { entryPrice } = positions
  return {
    market: markets[positions.market[j]].market,
    quantity: positions.quantity.json(j),
    ...given('entryPrice', entryPrice, j),
    ...extras(positions, j),
  }
}

export function demandJson(event: AdlEvent): DemandJson[] {
  const { demand, markets } = event.given ?? event
  return demand.map(({ market, side, quantity }) => ({
    market: markets[market].market,
    side: side === 1 ? 'long' : 'short',
    quantity: decimalJson(quantity),
  }))
}

function extras({ maintenanceMargin, walletBalance, openedAt }: ExtraColumns, i: number) {
  return {
    ...given('maintenanceMargin', maintenanceMargin, i),
    ...given('walletBalance', walletBalance, i),
    ...(openedAt !== undefined && !Number.isNaN(openedAt[i]) && { openedAt: openedAt[i] }),
  }
}

function given(field: string, column: DecimalColumn | undefined, i: number): Record<string, number | string> {
  return column === undefined || Number.isNaN(column.values[i]) ? {} : { [field]: column.json(i) }
}
