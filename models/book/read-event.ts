import { basename, join } from 'node:path'
import { SpillwayError } from '../../src/index.js'
import { badSide } from './check-shape.js'
import { csvPlace, type OnTableRow, readTable, type TableShape } from './csv-table.js'
import type { AdlEvent } from './event.js'
import { EventBuilder } from './event-builder.js'
import { formOf, inspect, type ReadOptions } from './file.js'
import { readJson } from './json-file.js'
import { parseEvent } from './parse-event.js'
import { mistake } from './place.js'

const extras = ['maintenanceMargin', 'walletBalance', 'openedAt']

/** The columns of a folder event (contract, section 2); the writer uses them too. */
export const eventTables = {
  markets: { required: ['market', 'markPrice'], optional: ['adlPrice', 'lotSize', 'factorLoading'] },
  accounts: { required: ['account', 'equity'], optional: extras },
  positions: { required: ['account', 'market', 'quantity'], optional: ['entryPrice', ...extras] },
  demand: { required: ['market', 'side', 'quantity'] },
} as const satisfies Readonly<Record<string, TableShape>>

/**
 * Reads an event: a directory is a folder event, a `.json` file is JSON.
 *
 * @throws SpillwayError with the code of the first mistake and its place, such as `positions.csv:70001 quantity`.
 */
export async function readEvent(path: string, options: ReadOptions = {}): Promise<AdlEvent> {
  options.signal?.throwIfAborted()
  const found = await inspect(path, path)
  if (found.isDirectory()) return readFolder(path, options)
  if (formOf(path) === 'csv') {
    const cure = 'Give the folder that holds markets.csv, accounts.csv and positions.csv.'
    throw mistake('unknown-extension', path, 'one CSV file is not an event', path, cure)
  }
  return parseEvent(await readJson(path, 'event', options))
}

async function readFolder(folder: string, options: ReadOptions): Promise<AdlEvent> {
  const builder = new EventBuilder((_, line) => csvPlace('positions.csv', line))
  const read = (table: keyof typeof eventTables, onRow: OnTableRow): Promise<void> =>
    readTable(join(folder, `${table}.csv`), `${table}.csv`, eventTables[table], onRow, options)

  await read('markets', ([market, markPrice], [adlPrice, lotSize, factorLoading], line) => {
    builder.addMarket({ market, markPrice, adlPrice, lotSize, factorLoading }, csvPlace('markets.csv', line))
  })
  await read('accounts', ([account, equity], [maintenanceMargin, walletBalance, openedAt], line) => {
    const row = { account, equity, maintenanceMargin, walletBalance, openedAt }
    builder.addAccount(row, csvPlace('accounts.csv', line))
  })
  await read('positions', ([account, market, quantity], [entryPrice, ...others], line) => {
    const [maintenanceMargin, walletBalance, openedAt] = others
    const place = csvPlace('positions.csv', line)
    const row = { market, quantity, entryPrice, maintenanceMargin, walletBalance, openedAt }
    builder.addPosition(builder.accountNamed(account, place), row, line, place)
  })
  if (!(await exists(join(folder, 'demand.csv')))) return builder.finish('derived')
  await read('demand', ([market, side, quantity], _, line) => {
    const place = csvPlace('demand.csv', line)
    if (side !== 'long' && side !== 'short') throw badSide(place('side'), side)
    builder.addDemand({ market, side, quantity }, place)
  })
  return builder.finish('given')
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
