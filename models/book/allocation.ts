import { basename } from 'node:path'
import { z } from 'zod'
import { emptyName, readShape } from './check-shape.js'
import { csvPlace, readTable } from './csv-table.js'
import { allocationDigest } from './digest.js'
import type { Allocation } from './event.js'
import { once } from './event-builder.js'
import { inspect, type ReadOptions } from './file.js'
import { GrowingDecimals } from './growing-column.js'
import { readJsonAs } from './json-file.js'
import type { ReductionJson } from './json-forms.js'
import { EXPECTED_ALLOCATION, refuseOthers } from './looks-like.js'
import { formOrOther } from './looks-like-file.js'
import { Mistakes } from './mistakes.js'
import { mistake, type Place } from './place.js'
import { allocationSchema, reductionSchema } from './schema.js'

export const allocationTable = { required: ['account', 'market', 'quantity'] } as const

/** Collects reductions, each pair once; whether the names exist is for the judge to say, who knows the event. */
class AllocationBuilder {
  readonly mistakes = new Mistakes()
  private readonly accounts: string[] = []
  private readonly markets: string[] = []
  private readonly quantity = new GrowingDecimals('quantity', 'not-negative', this.mistakes)
  private readonly seen = new Map<string, Set<string>>()

  add({ account, market, quantity }: ReductionJson, place: Place): void {
    if (account === '') this.mistakes.add(emptyName(place('account')))
    if (market === '') this.mistakes.add(emptyName(place('market')))
    const holders = this.seen.get(market) ?? new Set()
    this.seen.set(market, holders)
    if (holders.has(account)) {
      const pair = `${account}, ${market}`
      const cure = 'Give one quantity per account and market; add the two if both are meant.'
      const problem = 'this account and market stand before'
      this.mistakes.add(mistake('duplicate-reduction', place('account'), problem, pair, cure))
    }
    holders.add(account)
    this.quantity.read(this.accounts.length, quantity, place)
    this.accounts.push(account)
    this.markets.push(market)
  }

  finish(): Allocation {
    this.mistakes.throwAny()
    const count = this.accounts.length
    const rows = { count, accounts: this.accounts, markets: this.markets, quantity: this.quantity.finishAll(count) }
    return { ...rows, digest: once(() => allocationDigest(rows)) }
  }
}

const frameSchema = allocationSchema.extend({ reductions: z.array(z.unknown()) })

/** Reads an allocation from a parsed JSON value; an unreadable, negative or repeated entry throws. */
export function parseAllocation(json: unknown): Allocation {
  refuseOthers(json, 'allocation', EXPECTED_ALLOCATION)
  const builder = new AllocationBuilder()
  const { mistakes } = builder
  const frame = readShape(frameSchema, json, [], mistakes, 'allocation')
  mistakes.throwAny()
  frame!.reductions.forEach((given, j) => {
    const row = readShape(reductionSchema, given, ['reductions', j], mistakes)
    if (row !== undefined) builder.add(row, (field) => `reductions[${j}].${field}`)
  })
  return builder.finish()
}

/** Reads an allocation file: JSON or CSV by its extension. */
export async function readAllocation(path: string, options: ReadOptions = {}): Promise<Allocation> {
  options.signal?.throwIfAborted()
  await inspect(path, path)
  if ((await formOrOther(path, EXPECTED_ALLOCATION)) === 'json') {
    return readJsonAs(path, 'allocation', parseAllocation, options)
  }
  const builder = new AllocationBuilder()
  const name = basename(path)
  await readTable(
    path,
    name,
    allocationTable,
    ([account, market, quantity], _, line) => builder.add({ account, market, quantity }, csvPlace(name, line)),
    options,
    builder.mistakes,
  )
  return builder.finish()
}
