import { basename } from 'node:path'
import { type Decimal, signOf, toText } from '../../src/numeric/index.js'
import { emptyName } from '../book/check-shape.js'
import { csvPlace } from '../book/csv-table.js'
import { readDecimal } from '../book/number.js'
import { mistake, type Place } from '../book/place.js'
import { readTime } from '../book/time.js'
import { isLiquidated } from './adl-fill-records.js'
import { inMilliseconds } from './amounts.js'
import { type AdlFill, FillCollector } from './fills.js'
import { readForeignTable } from './foreign-table.js'
import type { ReadFills } from './import-fills.js'
import type { ImportOptions } from './importer.js'
import type { Ledger } from './ledger.js'

const columns = [
  'user',
  'coin',
  'time',
  'adl_price',
  'adl_size',
  'position_size',
  'entry_price',
  'total_equity',
] as const
type Column = (typeof columns)[number]

/** Where our fields stand in a row of the source. */
const fields: Readonly<Record<string, Column>> = {
  account: 'user',
  market: 'coin',
  markPrice: 'adl_price',
  adlPrice: 'adl_price',
  equity: 'total_equity',
  entryPrice: 'entry_price',
  quantity: 'position_size',
  reduction: 'adl_size',
}

/** Reads the fills of replay tables; those of other times and coins than asked for need not be whole. */
export async function readReplayTables(
  files: readonly string[],
  options: ImportOptions,
  ledger: Ledger,
): Promise<ReadFills> {
  const collector = new FillCollector(options, ledger)
  for (const file of files) {
    const take = (row: readonly string[], line: number): void => {
      const cells = [...row]
      const place = csvPlace(file, line)
      const at = `${basename(file)}:${line}`
      const coin = cells[columns.indexOf('coin')]
      if (coin === '') throw emptyName(place('coin'))
      cells[0] = ledger.account(cells[0], at)
      const liquidated = cells.pop()
      if (cells[0] !== '' && isLiquidated(cells[0], liquidated)) {
        ledger.row()
        ledger.drop('liquidated-side', at, coin, sizeOf(cells, place))
        return
      }
      const time = timeOf(cells[columns.indexOf('time')], place)
      collector.take({
        at,
        place,
        coin,
        time,
        identity: JSON.stringify(cells.map(canonical)),
        size: () => sizeOf(cells, place),
        read: () => readFill(cells, time, file, line),
      })
    }
    await readForeignTable(file, columns, take, options, ['liquidated_user'])
  }
  return { fills: collector.finish(files) }
}

const timeOf = (cell: string, place: Place): number =>
  inMilliseconds(readTime(cell, place, 'time'), cell, place, 'time')

/** A cell, numbers without regard to how they are spelt. */
function canonical(cell: string, column: number): string {
  if (column < columns.indexOf('adl_price') || isUnknown(cell)) return cell
  try {
    return toText(readDecimal(cell, (field) => field, columns[column]))
  } catch {
    return cell
  }
}

function readFill(cells: readonly string[], time: number, file: string, line: number): AdlFill {
  const place = csvPlace(file, line)
  const cell = (column: Column): string => cells[columns.indexOf(column)]
  const read = (column: Column, sign?: 'positive'): Decimal =>
    readDecimal(stated(cell(column), place, column), place, column, sign)
  const user = cell('user')
  if (user === '') throw emptyName(place('user'))
  checkUnsigned(cell('adl_size'), place)
  const position = read('position_size')
  if (signOf(position) === 0) {
    const cure = 'Give the signed size before the fill, negative for a short, or remove the row.'
    throw mistake('zero-position', place('position_size'), 'nothing was held', cell('position_size'), cure)
  }
  return {
    at: `${basename(file)}:${line}`,
    file,
    line,
    place: (field) => place(fields[field] ?? field),
    user,
    coin: cell('coin'),
    time,
    price: read('adl_price', 'positive'),
    size: read('adl_size', 'positive'),
    position,
    entryPrice: readEntryPrice(cell('entry_price'), place),
    equity: read('total_equity'),
  }
}

function sizeOf(cells: readonly string[], place: Place): Decimal | undefined {
  try {
    return readDecimal(cells[columns.indexOf('adl_size')], place, 'adl_size')
  } catch {
    return undefined
  }
}

/** The cell, unless it is one of the ways in which Python writes that there is no value. */
function stated(cell: string, place: Place, field: string): string {
  if (!isUnknown(cell)) return cell
  const cure = 'Complete the table or remove the row; a value that is needed is never guessed.'
  throw mistake('missing-value', place(field), `${field} is needed`, cell, cure)
}

const isUnknown = (cell: string): boolean => /^[+-]?nan$|^none$|^$/i.test(cell.trim())

function checkUnsigned(size: string, place: Place): void {
  if (!/^[+-]/.test(size) || isUnknown(size)) return
  const cure = 'Give the contracts closed without a sign; position_size says on which side.'
  throw mistake('signed-size', place('adl_size'), 'a size has no sign', size, cure)
}

/** An entry price is optional in an event, and the replay's is none where it is empty or not above zero. */
function readEntryPrice(cell: string, place: Place): Decimal | undefined {
  if (isUnknown(cell)) return undefined
  const price = readDecimal(cell, place, 'entry_price')
  return signOf(price) > 0 ? price : undefined
}
