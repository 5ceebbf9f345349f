import { basename } from 'node:path'
import { checkShape, emptyName } from './check-shape.js'
import { csvPlace, readTable } from './csv-table.js'
import { allocationDigest } from './digest.js'
import type { Allocation } from './event.js'
import { once } from './event-builder.js'
import { formOf, inspect, type ReadOptions } from './file.js'
import { GrowingDecimals } from './growing-column.js'
import { readJson } from './json-file.js'
import { mistake, type Place } from './place.js'
import { allocationSchema, type ReductionJson } from './schema.js'

export const allocationTable = { required: ['account', 'market', 'quantity'] } as const

/** Collects reductions, each pair once; whether the names exist is for the judge to say, who knows the event. */
class AllocationBuilder {
  private readonly accounts: string[] = []
  private readonly markets: string[] = []
  private readonly quantity = new GrowingDecimals('quantity', 'not-negative')
  private readonly seen = new Map<string, Set<string>>()

  add({ account, market, quantity }: ReductionJson, place: Place): void {
    if (account === '') throw emptyName(place('account'))
    if (market === '') throw emptyName(place('market'))
    const holders = this.seen.get(market) ?? new Set()
    this.seen.set(market, holders)
    if (holders.has(account)) {
      const pair = `${account}, ${market}`
      const cure = 'Give one quantity per account and market; add the two if both are meant.'
      throw mistake('duplicate-reduction', place('account'), 'this account and market stand before', pair, cure)
    }
    holders.add(account)
    this.quantity.read(this.accounts.length, quantity, place)
    this.accounts.push(account)
    this.markets.push(market)
  }

  finish(): Allocation {
    const count = this.accounts.length
    const rows = { count, accounts: this.accounts, markets: this.markets, quantity: this.quantity.finishAll(count) }
    return { ...rows, digest: once(() => allocationDigest(rows)) }
  }
}

/** Reads an allocation from a parsed JSON value; an unreadable, negative or repeated entry throws. */
export function parseAllocation(json: unknown): Allocation {
  const { reductions } = checkShape(allocationSchema, json, 'allocation')
  const builder = new AllocationBuilder()
  reductions.forEach((row, j) => {
    builder.add(row, (field) => `reductions[${j}].${field}`)
  })
  return builder.finish()
}

/** Reads an allocation file: JSON or CSV by its extension. */
export async function readAllocation(path: string, options: ReadOptions = {}): Promise<Allocation> {
  options.signal?.throwIfAborted()
  await inspect(path, path)
  if (formOf(path) === 'json') return parseAllocation(await readJson(path, 'allocation', options))
  const builder = new AllocationBuilder()
  const name = basename(path)
  await readTable(
    path,
    name,
    allocationTable,
    ([account, market, quantity], _, line) => builder.add({ account, market, quantity }, csvPlace(name, line)),
    options,
  )
  return builder.finish()
}
