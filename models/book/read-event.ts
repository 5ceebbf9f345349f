import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SpillwayError } from '../../src/errors.js'
import { csvPlace, type OnTableRow, readTable, type TableShape } from './csv-table.js'
import type { AdlEvent } from './event.js'
import { EventBuilder } from './event-builder.js'
import { inspect, type ReadOptions } from './file.js'
import { readFlag } from './flag.js'
import { readJsonAs } from './json-file.js'
import { EXPECTED_EVENT } from './looks-like.js'
import { formOrOther, otherFile } from './looks-like-file.js'
import { Mistakes } from './mistakes.js'
import { parseEvent } from './parse-event.js'
import { mistake, nearest } from './place.js'
import { readSourceNotes } from './source-notes.js'

const extras = ['maintenanceMargin', 'walletBalance', 'openedAt']

/** The columns of a folder event (docs/formats.md); the writer uses them too. */
export const eventTables = {
  markets: {
    required: ['market', 'markPrice'],
    optional: ['adlPrice', 'lotSize', 'factorLoading', 'contractSize', 'inverse', 'settles'],
  },
  accounts: { required: ['account', 'equity'], optional: ['exempt', ...extras] },
  positions: { required: ['account', 'market', 'quantity'], optional: ['entryPrice', ...extras] },
  demand: { required: ['market', 'side', 'quantity'] },
} as const satisfies Readonly<Record<string, TableShape>>

/**
 * Reads an event: a directory is a folder event, a `.json` file is JSON.
 *
 * @throws SpillwayError with code and place of the first mistake, such as `positions.csv:70001 quantity`; where there are several,
 * `errors` has the first twenty of all files.
 */
export async function readEvent(path: string, options: ReadOptions = {}): Promise<AdlEvent> {
  options.signal?.throwIfAborted()
  const found = await inspect(path, path)
  if (found.isDirectory()) {
    const event = await readFolder(path, options)
    return { ...event, ...(await readSourceNotes(path)) }
  }
  if ((await formOrOther(path, EXPECTED_EVENT)) === 'csv') {
    throw (
      (await otherFile(path, EXPECTED_EVENT)) ??
      mistake(
        'unknown-extension',
        path,
        'one CSV file is not an event',
        path,
        'Give the folder that holds markets.csv, accounts.csv and positions.csv.',
      )
    )
  }
  return readJsonAs(path, 'event', parseEvent, options)
}

async function readFolder(folder: string, options: ReadOptions): Promise<AdlEvent> {
  const mistakes = new Mistakes()
  const builder = new EventBuilder((_, line) => csvPlace('positions.csv', line), mistakes)
  const renamed = await misnamedFiles(folder, mistakes)
  const read = async (table: keyof typeof eventTables, onRow: OnTableRow): Promise<void> => {
    const isThere = !renamed.has(table)
    const isWhole =
      isThere &&
      (await readTable(join(folder, `${table}.csv`), `${table}.csv`, eventTables[table], onRow, options, mistakes))
    if (!isWhole && (table === 'markets' || table === 'accounts')) builder.lacks(table)
  }

  await read('markets', ([market, markPrice], [adlPrice, lotSize, factorLoading, contractSize, ...terms], line) => {
    const [inverseCell, settles] = terms
    const place = csvPlace('markets.csv', line)
    const inverse = mistakes.attempt(() => readFlag(inverseCell, place, 'inverse'))
    builder.addMarket({ market, markPrice, adlPrice, lotSize, factorLoading, contractSize, inverse, settles }, place)
  })
  await read('accounts', ([account, equity], [exempt, maintenanceMargin, walletBalance, openedAt], line) => {
    const place = csvPlace('accounts.csv', line)
    const isExempt = mistakes.attempt(() => readFlag(exempt, place, 'exempt'))
    builder.addAccount({ account, equity, exempt: isExempt, maintenanceMargin, walletBalance, openedAt }, place)
  })
  await read('positions', ([account, market, quantity], [entryPrice, ...others], line) => {
    const [maintenanceMargin, walletBalance, openedAt] = others
    const place = csvPlace('positions.csv', line)
    const row = { market, quantity, entryPrice, maintenanceMargin, walletBalance, openedAt }
    builder.addPosition(builder.accountNamed(account, place), row, line, place)
  })
  if (renamed.has('demand') || !(await exists(join(folder, 'demand.csv')))) return builder.finish('derived')
  await read('demand', ([market, side, quantity], _, line) => {
    builder.addDemand({ market, side, quantity }, csvPlace('demand.csv', line))
  })
  return builder.finish('given')
}

/**
 * The tables that stand under nearly their names: `demands.csv` would be passed over, and the demand derived instead. At most two
 * letters are wrong; files of other names are nobody's concern.
 */
async function misnamedFiles(folder: string, mistakes: Mistakes): Promise<ReadonlySet<string>> {
  const tables = Object.keys(eventTables)
  const files = (await readdir(folder)).filter((file) => file.toLowerCase().endsWith('.csv')).sort()
  const renamed = new Set<string>()
  for (const file of files) {
    const table = nearest(file.slice(0, -'.csv'.length), tables, 2)
    if (table === undefined || file === `${table}.csv`) continue
    if (!files.includes(`${table}.csv`)) renamed.add(table)
    const cure = `Rename it to ${table}.csv, or give it a name that is farther from it.`
    const problem = `this is nearly the name of ${table}.csv, and the file would not be read`
    mistakes.add(mistake('unknown-file', file, problem, file, cure))
  }
  return renamed
}

/** Whether demand is given: a file that is there and cannot be read must not pass for a missing one. */
async function exists(path: string): Promise<boolean> {
  try {
    await inspect(path, basename(path))
    return true
  } catch (error) {
    if (error instanceof SpillwayError && error.code === 'file-missing') return false
    throw error
  }
}
