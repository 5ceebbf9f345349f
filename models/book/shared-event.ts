import { DecimalColumn } from './decimal-column.js'
import type { AdlEvent, Book, ExtraColumns } from './event.js'

/**
 * An event as it crosses to other threads: plain data, numbers in memory that all of them read. It is the book to
 * compute with; in what terms its file had it, and the digest of that, stay with the event.
 */
export interface SharedEvent {
  readonly markets: Book['markets']
  readonly demand: AdlEvent['demand']
  readonly accounts: { readonly count: number; readonly names: readonly string[] } & SharedColumns
  readonly positions: {
    readonly count: number
    readonly starts: Int32Array
    readonly market: Int32Array
  } & SharedColumns
}

type Numbers = Float64Array | Int32Array | Uint8Array

/** By the name of the column; of decimals the doubles, and as text those that are more than their double prints as. */
interface SharedColumns {
  readonly decimals: Readonly<
    Record<string, { readonly values: Float64Array; readonly texts: ReadonlyMap<number, string> }>
  >
  readonly plain: Readonly<Record<string, Numbers>>
}

export function shareEvent({ markets, demand, accounts, positions }: AdlEvent): SharedEvent {
  const { count, names } = accounts
  const { starts, market } = positions
  return {
    markets,
    demand,
    accounts: { count, names, ...shareColumns({ ...accounts, names: undefined }) },
    positions: {
      count: positions.count,
      starts: shared(starts),
      market: shared(market),
      ...shareColumns({ ...positions, starts: undefined, market: undefined }),
    },
  }
}

/** The event of another thread. It has no digest: whoever asks for one has the event itself. */
export function eventOfShared({ markets, demand, accounts, positions }: SharedEvent): AdlEvent {
  return {
    markets,
    demand,
    accounts: { count: accounts.count, names: accounts.names, ...columnsOf<{ equity: DecimalColumn }>(accounts) },
    positions: {
      count: positions.count,
      starts: positions.starts,
      market: positions.market,
      ...columnsOf<{ quantity: DecimalColumn }>(positions),
    },
    demandSource: 'given',
    takenOver: [],
    flatPositions: { count: 0, first: [] },
    digest() {
      throw new TypeError('an event of another thread has no digest')
    },
  }
}

function shareColumns(columns: Readonly<Record<string, unknown>>): SharedColumns {
  const entries = Object.entries(columns)
  return {
    decimals: Object.fromEntries(
      entries.flatMap(([name, column]) => {
        if (!(column instanceof DecimalColumn)) return []
        return [[name, { values: shared(column.values), texts: longTexts(column) }]]
      }),
    ),
    plain: Object.fromEntries(
      entries.flatMap(([name, column]) => (ArrayBuffer.isView(column) ? [[name, shared(column as Numbers)]] : [])),
    ),
  }
}

function columnsOf<Needed>({ decimals, plain }: SharedColumns): Needed & ExtraColumns {
  const columns = Object.entries(decimals).map(([name, { values, texts }]) => [name, new DecimalColumn(values, texts)])
  return { ...Object.fromEntries(columns), ...plain }
}

function longTexts(column: DecimalColumn): ReadonlyMap<number, string> {
  const texts = new Map<number, string>()
  column.values.forEach((value, i) => {
    const text = Number.isNaN(value) ? undefined : column.beyondDouble(i)
    if (text !== undefined) texts.set(i, text)
  })
  return texts
}

function shared<Column extends Numbers>(column: Column): Column {
  const buffer = new SharedArrayBuffer(column.byteLength)
  const copy = new (column.constructor as new (buffer: SharedArrayBuffer) => Column)(buffer)
  copy.set(column)
  return copy
}
