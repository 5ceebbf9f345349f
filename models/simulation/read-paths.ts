import { basename, extname } from 'node:path'
import type { SpillwayError } from '../../src/errors.js'
import { checkShape } from '../book/check-shape.js'
import { readRows } from '../book/csv-rows.js'
import { csvPlace, emptyCell, wrongWidth } from '../book/csv-table.js'
import { formOf, inspect, type ReadOptions } from '../book/file.js'
import { GrowingDecimals } from '../book/growing-column.js'
import { readJsonAs } from '../book/json-file.js'
import { Mistakes } from '../book/mistakes.js'
import type { RawNumber } from '../book/number.js'
import { readParquetRows } from '../book/parquet-rows.js'
import { mistake, type Place } from '../book/place.js'
import type { Path, Paths } from './path.js'
import { pathsSchema } from './paths-schema.js'

/**
 * Reads paths from a parsed JSON value (docs/simulation.md).
 *
 * @throws SpillwayError with the code of the first mistake and its place, such as `paths[3].prices[2][0]`
 * @example parsePaths({ format: 'spillway/paths@1', markets: ['BTC'], paths: [{ name: 'fall', prices: [[67000], [60300]] }] })
 */
export function parsePaths(json: unknown): Paths {
  const { markets, paths } = checkShape(pathsSchema, json, 'paths')
  const builder = new PathsBuilder()
  markets.forEach((market, k) => {
    builder.addMarket(market, () => `markets[${k}]`)
  })
  paths.forEach(({ name, prices }, p) => {
    builder.beginPath(name, () => `paths[${p}].name`)
    prices.forEach((row, t) => {
      builder.addRow(row, (k) => `paths[${p}].prices[${t}]${k === undefined ? '' : `[${k}]`}`)
    })
  })
  return builder.finish((p) => `paths[${p}].prices`)
}

/**
 * Reads a file of paths: JSON; or, as CSV or Parquet, a table `path,step,market,price`, or one with one column per
 * market and optional columns `path` and `step`. Steps of a path ascend from the row before the crisis; the columns
 * tell which it is.
 */
export async function readPaths(path: string, options: ReadOptions = {}): Promise<Paths> {
  options.signal?.throwIfAborted()
  await inspect(path, path)
  const name = basename(path)
  const builder = new PathsBuilder()
  const table = new PathsTable(name, builder)
  if (extname(path).toLowerCase() === '.parquet') {
    await readParquetRows(
      path,
      ({ value, line }) => {
        if (line === 1) table.take(Object.keys(value), line)
        table.take(
          Object.values(value).map((cell) => (cell === null || cell === undefined ? '' : String(cell))),
          line,
        )
      },
      options,
    )
  } else if (formOf(path) === 'json') return readJsonAs(path, 'paths', parsePaths, options)
  else await readRows(path, name, (row, line) => table.take(row, line), options)
  table.finish()
  return builder.finish(() => name)
}

/** Rows of a table, the names of its columns first. */
class PathsTable {
  private width = 0
  private table: Table | undefined

  constructor(
    private readonly name: string,
    private readonly builder: PathsBuilder,
  ) {}

  take(row: readonly string[], line: number): void {
    if (this.table === undefined) {
      this.width = row.length
      const isLong = LONG.every((column) => row.includes(column))
      this.table = isLong ? longTable(row, this.name, this.builder) : wideTable(row, this.name, line, this.builder)
      return
    }
    if (row.length !== this.width) throw wrongWidth(this.name, line, row, this.width)
    this.table.take(row, line)
  }

  finish(): void {
    this.table?.finish()
  }
}

const LONG = ['path', 'step', 'market', 'price']

interface Table {
  readonly take: (row: readonly string[], line: number) => void
  readonly finish: () => void
}

/** One price a row. The rows of a step stand together, and so do the steps of a path. */
function longTable(header: readonly string[], name: string, builder: PathsBuilder): Table {
  const [pathAt = 0, stepAt = 0, marketAt = 0, priceAt = 0] = LONG.map((column) => header.indexOf(column))
  const unknown = header.find((column) => !LONG.includes(column))
  if (unknown !== undefined) {
    const cure = `The columns are ${LONG.join(', ')}.`
    throw mistake('unknown-column', `${name}:1 ${unknown}`, 'no such column', unknown, cure)
  }
  const all = new Map<string, Map<number, Map<string, { readonly raw: string; readonly line: number }>>>()
  const markets: string[] = []
  return {
    take(row, line) {
      const place = csvPlace(name, line)
      LONG.forEach((column, c) => {
        if (row[[pathAt, stepAt, marketAt, priceAt][c]] === '') throw emptyCell(name, line, column)
      })
      const step = stepOf(row[stepAt], place)
      const market = row[marketAt]
      if (!markets.includes(market)) markets.push(market)
      const steps = all.get(row[pathAt]) ?? new Map()
      all.set(row[pathAt], steps)
      const prices = steps.get(step) ?? new Map()
      steps.set(step, prices)
      if (prices.has(market)) {
        const problem = 'this path, step and market stand before'
        throw mistake('duplicate-price', place('market'), problem, market, 'Give each price once.')
      }
      prices.set(market, { raw: row[priceAt], line })
    },
    finish() {
      markets.forEach((market) => {
        builder.addMarket(market, () => `${name} market`)
      })
      for (const [path, steps] of all) {
        builder.beginPath(path, () => `${name} path`)
        for (const step of [...steps.keys()].sort((a, b) => a - b)) {
          const prices = steps.get(step)!
          const [first] = prices.values()
          const row = markets.map((market) => {
            const found = prices.get(market)
            if (found !== undefined) return found.raw
            const problem = `step ${step} of path ${JSON.stringify(path)} has no price of it`
            const cure = 'Give a price of every market in every step.'
            throw mistake('missing-market', `${name}:${first?.line ?? 1} market`, problem, market, cure)
          })
          builder.addStep(step, row, (k) => {
            const line = k === undefined ? first?.line : prices.get(markets[k])?.line
            return `${name}:${line} ${k === undefined ? 'step' : 'price'}`
          })
        }
      }
    },
  }
}

/** One row a step, one column a market. Without a column `path` there is one path, without `step` rows are steps. */
function wideTable(header: readonly string[], name: string, line: number, builder: PathsBuilder): Table {
  const pathAt = header.indexOf('path')
  const stepAt = header.indexOf('step')
  const columns = header.map((_, c) => c).filter((c) => c !== pathAt && c !== stepAt)
  for (const c of columns) builder.addMarket(header[c], () => `${name}:${line} ${header[c]}`)
  let current: string | undefined
  return {
    take(row, at) {
      const place = csvPlace(name, at)
      row.forEach((cell, c) => {
        if (cell === '') throw emptyCell(name, at, header[c])
      })
      const path = pathAt < 0 ? 'path' : row[pathAt]
      if (path !== current) builder.beginPath(path, () => place('path'))
      current = path
      const prices = columns.map((c) => row[c])
      const where = (k: number | undefined): string => place(k === undefined ? 'step' : header[columns[k]])
      if (stepAt < 0) builder.addRow(prices, where)
      else builder.addStep(stepOf(row[stepAt], place), prices, where)
    },
    finish() {},
  }
}

function stepOf(text: string, place: Place): number {
  const step = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isInteger(step)) return step
  throw mistake('bad-number', place('step'), 'a step is a whole number', text, 'Count steps from 0, the state before.')
}

/** Takes paths row by row, checks each number once, and keeps columns. */
class PathsBuilder {
  private readonly mistakes = new Mistakes()
  private readonly markets: string[] = []
  private readonly done: { name: string; rows: number; prices: GrowingDecimals; lastStep: number }[] = []
  private readonly names = new Set<string>()

  addMarket(market: string, place: () => string): void {
    if (market === '') throw mistake('empty-name', place(), 'a name must not be empty', '', 'Give the name.')
    if (this.markets.includes(market)) {
      throw mistake('duplicate-market', place(), 'this name stands before', market, 'Give each market once.')
    }
    this.markets.push(market)
  }

  beginPath(name: string, place: () => string): void {
    if (this.names.has(name)) {
      const cure = 'Give each path once, its steps together.'
      throw mistake('duplicate-path', place(), 'a path of this name stands before', name, cure)
    }
    this.names.add(name)
    const prices = new GrowingDecimals('the price', 'positive', this.mistakes)
    this.done.push({ name, rows: 0, prices, lastStep: -1 })
  }

  /** @param place where the price of the k-th market stands; without k, the row */
  addRow(prices: readonly RawNumber[], place: (k?: number) => string): void {
    const path = this.done[this.done.length - 1]
    if (prices.length !== this.markets.length) {
      const problem = `there are ${prices.length} prices for ${this.markets.length} markets`
      throw mistake('wrong-length', place(), problem, prices.length, 'Give one price per market.')
    }
    prices.forEach((raw, k) => {
      path.prices.read(path.rows * this.markets.length + k, raw, () => place(k))
    })
    path.rows++
  }

  /** The same with the number of the step, which is one more than the one before. */
  addStep(step: number, prices: readonly RawNumber[], place: (k?: number) => string): void {
    const path = this.done[this.done.length - 1]
    if (path.rows > 0 && step !== path.lastStep + 1) {
      const problem = `step ${path.lastStep + 1} of path ${JSON.stringify(path.name)} belongs here`
      throw mistake('missing-step', place(), problem, step, 'Give every step of a path, in order, each once.')
    }
    path.lastStep = step
    this.addRow(prices, place)
  }

  finish(place: (p: number) => string): Paths {
    this.mistakes.throwAny()
    if (this.markets.length === 0) throw noPaths(place(0), 'paths of no market')
    if (this.done.length === 0) throw noPaths(place(0), 'there is no path')
    const paths = this.done.map(({ name, rows, prices }, p): Path => {
      if (rows >= 2) return { name, rows, prices: prices.finishAll(rows * this.markets.length) }
      const problem = `path ${JSON.stringify(name)} has ${rows === 0 ? 'no row' : 'one row'}, and no step`
      const cure = 'Give the state before the crisis, and at least one row after it.'
      throw mistake('short-path', place(p), problem, rows, cure)
    })
    return { markets: this.markets, paths }
  }
}

function noPaths(path: string, problem: string): SpillwayError {
  return mistake('no-paths', path, problem, undefined, 'Give the markets, and at least one path.')
}
