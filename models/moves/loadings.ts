import { basename } from 'node:path'
import { csvPlace, readTable } from '../book/csv-table.js'
import { formOf, inspect, type ReadOptions } from '../book/file.js'
import { Mistakes } from '../book/mistakes.js'
import { NameIndex } from '../book/name-index.js'
import { readNumber } from '../book/number.js'
import { mistake } from '../book/place.js'
import type { Loadings, LoadingsInput } from './moves.js'

const loadingsTable = { required: ['market', 'factorLoading'] } as const

/** Reads loadings: CSV with the columns market and factorLoading, each market once. */
export async function readLoadings(path: string, options: ReadOptions = {}): Promise<Loadings> {
  options.signal?.throwIfAborted()
  await inspect(path, path)
  if (formOf(path) !== 'csv') {
    const cure = 'Give a .csv file with the columns market,factorLoading.'
    throw mistake('unknown-extension', path, 'loadings are a CSV file', path, cure)
  }
  const name = basename(path)
  const mistakes = new Mistakes()
  const index = new NameIndex('market', mistakes)
  const loadings = new Map<string, number>()
  await readTable(
    path,
    name,
    loadingsTable,
    ([market, factorLoading], _, line) => {
      const place = csvPlace(name, line)
      const k = index.add(market!, place)
      const loading = mistakes.attempt(() => readNumber(factorLoading!, place, 'factorLoading'))
      if (loading !== undefined && k >= 0) loadings.set(index.names[k], loading)
    },
    options,
    mistakes,
  )
  mistakes.throwAny()
  return loadings
}

/** Loadings as callers may write them: a map, or an object by market. */
export function asLoadings(given: LoadingsInput): Loadings {
  return given instanceof Map ? given : new Map(Object.entries(given))
}
