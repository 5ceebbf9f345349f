import type { SpillwayError } from '../../src/errors.js'
import { isObject } from '../../src/validation.js'
import { importSources } from './import-sources.js'
import { mistake } from './place.js'

/** A kind of file or value that is not what was asked for, known by its fields. */
export interface Kind {
  /** As messages have it: "positions of Binance (positionRisk)". */
  readonly title: string
  /** The source of `spillway import` that reads it, whether or not there is one yet. */
  readonly source?: string
  /** What reads it, as a whole sentence; for kinds without a source. */
  readonly cure?: string
  /** The fields of one record that no other kind has together. */
  readonly fields: readonly string[]
}

/** Payloads of venues and tables of others. The first that fits counts. */
const foreign: readonly Kind[] = [
  { title: 'positions of Binance (positionRisk)', source: 'binance', fields: ['symbol', 'positionAmt', 'entryPrice'] },
  { title: 'positions of Bybit (position/list)', source: 'bybit', fields: ['symbol', 'side', 'size', 'avgPrice'] },
  { title: 'positions of OKX (account/positions)', source: 'okx', fields: ['instId', 'pos', 'avgPx'] },
  { title: 'positions of ccxt (fetchPositions)', source: 'ccxt', fields: ['symbol', 'contracts', 'contractSize'] },
  {
    title: 'the account of Binance futures',
    source: 'binance',
    fields: ['totalMarginBalance', 'totalWalletBalance', 'assets'],
  },
  { title: 'the wallet of Bybit (wallet-balance)', source: 'bybit', fields: ['accountType', 'totalEquity', 'coin'] },
  { title: 'the balance of OKX (account/balance)', source: 'okx', fields: ['details', 'totalEq'] },
  { title: 'balances of ccxt (fetchBalance)', source: 'ccxt', fields: ['free', 'used', 'total'] },
  {
    title: 'the state of an account of Hyperliquid (clearinghouseState)',
    source: 'hyperliquid-state',
    fields: ['assetPositions', 'marginSummary'],
  },
  {
    title: 'positions of the Reservoir',
    source: 'reservoir',
    fields: ['user', 'market', 'size', 'notional', 'account_value'],
  },
  {
    title: 'fills of the Reservoir',
    source: 'reservoir',
    fields: ['coin', 'price', 'size', 'start_position', 'direction'],
  },
  { title: 'fills of Hyperliquid', source: 'hyperliquid-fills', fields: ['coin', 'px', 'sz', 'side'] },
  { title: 'fills of a Hyperliquid node', source: 'hyperliquid-fills', fields: ['block_time', 'events'] },
  {
    title: "a replay table of Hyperliquid's auto-deleveraging",
    source: 'hyperliquid',
    fields: ['user', 'coin', 'adl_price', 'adl_size', 'total_equity'],
  },
]

const SOLVE = 'Write the allocation itself with `spillway solve EVENT --out FILE`.'

/** Our own files and answers, by the fields that they have where no `format` says what they are. */
const own: readonly Kind[] = [
  {
    title: 'the answer of `spillway solve --json`',
    cure: SOLVE,
    fields: ['status', 'objective', 'solver', 'leverage'],
  },
  {
    title: 'the answer of `spillway verify --json`',
    cure: 'It is a report, and no command reads it; `--certificate FILE` writes what `spillway check` reads.',
    fields: ['feasible', 'violations', 'verdict'],
  },
]

const VERIFY = 'Give it to `spillway verify EVENT ALLOCATION`.'

const tables: readonly Kind[] = [
  { title: 'an allocation', cure: VERIFY, fields: ['account', 'market', 'quantity'] },
  { title: 'the accounts of a folder event', cure: 'Give the folder as event.', fields: ['account', 'equity'] },
  { title: 'the markets of a folder event', cure: 'Give the folder as event.', fields: ['market', 'markPrice'] },
  { title: 'the demand of a folder event', cure: 'Give the folder as event.', fields: ['market', 'side', 'quantity'] },
  { title: 'factor loadings', cure: 'The flag --loadings takes it.', fields: ['market', 'factorLoading'] },
]

/** By `format`, without its version. */
const formats: Readonly<Record<string, Pick<Kind, 'title' | 'cure'>>> = {
  event: { title: 'an event', cure: 'Give it to `spillway solve EVENT`.' },
  allocation: { title: 'an allocation', cure: VERIFY },
  certificate: { title: 'a certificate', cure: 'Give it to `spillway check EVENT ALLOCATION CERTIFICATE`.' },
  moves: { title: 'price moves', cure: 'The flag --moves takes it.' },
  receipt: { title: 'a receipt', cure: 'Give it first to `spillway receipt --check FILE PUBLIC`.' },
  receipts: {
    title: 'what is public of receipts',
    cure: 'Give it second to `spillway receipt --check FILE PUBLIC`.',
  },
}

export const EXPECTED_EVENT =
  'An event is expected here: JSON with "format": "spillway/event@1", or a folder with markets.csv, accounts.csv and positions.csv (docs/conventions.md).'
export const EXPECTED_ALLOCATION =
  'An allocation is expected here: JSON with "format": "spillway/allocation@1", or CSV account,market,quantity.'

/** What a JSON value is known to be by its marker; undefined where it has none that is known. */
export function formatOf(json: unknown): (Pick<Kind, 'title' | 'cure'> & { readonly name: string }) | undefined {
  const format = isObject(json) && typeof json.format === 'string' ? json.format : ''
  const name = /^spillway\/([a-z]+)@\d+$/.exec(format)?.[1] ?? ''
  return Object.hasOwn(formats, name) ? { ...formats[name], name } : undefined
}

/** What a JSON value without a marker looks like: itself, its first entry, or the first record inside its envelope. */
export function looksLikeJson(json: unknown): Kind | undefined {
  for (const record of recordsOf(json, 0)) {
    const fields = Object.keys(record)
    const kind = [...foreign, ...own].find((candidate) => candidate.fields.every((field) => fields.includes(field)))
    if (kind !== undefined) return kind
  }
  return undefined
}

/** Envelopes are objects in objects, with one list somewhere: three deep is deeper than any that is known. */
function* recordsOf(json: unknown, depth: number): Generator<Readonly<Record<string, unknown>>> {
  if (depth > 3) return
  if (Array.isArray(json)) yield* recordsOf(json[0], depth + 1)
  if (!isObject(json)) return
  yield json
  for (const inner of [json.result, json.list, json.data, json.positions]) yield* recordsOf(inner, depth + 1)
}

/** What a CSV file with this header looks like; a table that has the columns asked for, nearly, is that table. */
export function looksLikeTable(header: readonly string[], expected: readonly string[] = []): Kind | undefined {
  const known = header.filter((column) => expected.includes(column)).length
  return [...foreign, ...tables].find(
    ({ fields }) => fields.every((field) => header.includes(field)) && fields.length > known,
  )
}

/** The error of a file or value of another kind. */
export function looksLike(
  kind: Pick<Kind, 'title' | 'source' | 'cure'>,
  path: string,
  what: string,
  value: unknown,
  expected: string,
): SpillwayError {
  const { title, source, cure } = kind
  const command = `Make an event of it with \`spillway import ${source} FILE --out FOLDER\`.`
  const reads = source !== undefined && isImportSource(source) ? command : (cure ?? 'No command reads it.')
  return mistake('looks-like', path, `${what} looks like ${title}`, value, `${reads} ${expected}`)
}

/** Throws `looks-like`, or `wrong-format` where a marker says so, for a JSON value that is of another kind than asked for. */
export function refuseOthers(json: unknown, name: keyof typeof formats, expected: string): void {
  const marked = formatOf(json)
  if (marked !== undefined && marked.name !== name) {
    const { format } = json as { readonly format: string }
    const path = name === 'certificate' ? 'certificate.format' : 'format'
    throw mistake(
      'wrong-format',
      path,
      `this is ${marked.title}, and no ${NAMES[name]}`,
      format,
      `${marked.cure} ${expected}`,
    )
  }
  if (isObject(json) && 'format' in json) return
  const kind = looksLikeJson(json)
  if (kind !== undefined) throw looksLike(kind, String(name), 'this', json, expected)
}

const NAMES: Readonly<Record<string, string>> = {
  event: 'event',
  allocation: 'allocation',
  certificate: 'certificate',
  moves: 'file of price moves',
  receipt: 'receipt',
  receipts: 'public.json of receipts',
}

const isImportSource = (source: string): boolean => importSources.some((known) => known === source)
