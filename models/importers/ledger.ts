import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { add, type Decimal, toText } from '../../src/numeric/index.js'
import { fileError, type ReadOptions } from '../book/file.js'
import { type Reason, type Unknown, unknowns } from './reasons.js'

/** What `import.json` says: where an event comes from, and what was done to it on the way. */
export interface ImportRecord {
  readonly source: string
  readonly files: readonly ImportedFile[]
  /** Records of the source that were met; `rows` = `kept` + the sum of `dropped`. */
  readonly rows: number
  readonly kept: number
  readonly dropped: readonly Counted[]
  readonly repaired: readonly Counted[]
  readonly defaulted: readonly Counted[]
  readonly unknown: readonly NotSaid[]
  /** ISO-8601, UTC; null where the source does not say. */
  readonly moment: string | null
  /** The last moment, where there are several. */
  readonly until?: string
}

/** What the source cannot say, and of how many accounts, where it is not all of them. */
export interface NotSaid {
  readonly reason: Unknown
  readonly says: string
  readonly accounts?: { readonly count: number; readonly of: number }
}

/** A file that was read, with its digest. */
export interface ImportedFile {
  readonly name: string
  readonly sha256: string
  readonly bytes: number
}

/** Rows that were left out, repaired or given a default, for one reason. */
export interface Counted {
  readonly reason: Reason
  readonly count: number
  /** Where the first one stands. */
  readonly first: string
  /** By market, what was left out: exact decimals. */
  readonly contracts?: Readonly<Record<string, string>>
}

interface Tally {
  count: number
  readonly first: string
  readonly contracts: Map<string, Decimal>
}

/** Counts what happens to the rows of an import. Nothing leaves a source without a line in here. */
export class Ledger {
  private rows = 0
  private readonly dropped = new Map<Reason, Tally>()
  private readonly repaired = new Map<Reason, Tally>()
  private readonly defaulted = new Map<Reason, Tally>()
  private readonly unknowns = new Map<Unknown, Omit<NotSaid, 'reason'>>()
  /** Accounts whose name is an address, by its digits. */
  private readonly addresses = new Map<string, string>()
  private from = Infinity
  private to = -Infinity

  /** A record was met, whatever becomes of it. */
  row(): void {
    this.rows++
  }

  drop(reason: Reason, first: string, market?: string, size?: Decimal): void {
    const tally = count(this.dropped, reason, first)
    if (market === undefined || size === undefined) return
    const before = tally.contracts.get(market)
    tally.contracts.set(market, before === undefined ? size : add(before, size))
  }

  repair(reason: Reason, first: string): void {
    count(this.repaired, reason, first)
  }

  complete(reason: Reason, first: string): void {
    count(this.defaulted, reason, first)
  }

  /** Whatever is said besides, instead of the sentence that the reason has. */
  cannotSay(reason: Unknown, instead: Partial<Omit<NotSaid, 'reason'>> = {}): void {
    if (!this.unknowns.has(reason)) this.unknowns.set(reason, { says: unknowns[reason], ...instead })
  }

  /** The name of an account. An address is one however its digits are spelt, in the spelling in which it was met first. */
  account(name: string, at: string): string {
    if (!/^0x[0-9a-f]+$/i.test(name)) return name
    const digits = name.toLowerCase()
    const first = this.addresses.get(digits) ?? name
    this.addresses.set(digits, first)
    if (first !== name) this.repair('address-spelling', at)
    return first
  }

  /** A moment of what is kept, milliseconds since 1970. */
  at(time: number): void {
    this.from = Math.min(this.from, time)
    this.to = Math.max(this.to, time)
  }

  get moments(): { readonly moment: string | null; readonly until?: string } {
    return momentsOf(this.from, this.to)
  }

  finish(source: string, files: readonly ImportedFile[]): ImportRecord {
    const dropped = listOf(this.dropped)
    if (this.moments.moment === null) this.cannotSay('moment')
    const kept = this.rows - dropped.reduce((total, { count }) => total + count, 0)
    return {
      source,
      files,
      rows: this.rows,
      kept,
      dropped,
      repaired: listOf(this.repaired),
      defaulted: listOf(this.defaulted),
      unknown: [...this.unknowns].map(([reason, said]) => ({ reason, ...said })),
      ...this.moments,
    }
  }
}

export function momentsOf(from: number, to: number): { readonly moment: string | null; readonly until?: string } {
  if (!Number.isFinite(from)) return { moment: null }
  const moment = new Date(from).toISOString()
  return to > from ? { moment, until: new Date(to).toISOString() } : { moment }
}

function count(tallies: Map<Reason, Tally>, reason: Reason, first: string): Tally {
  const tally = tallies.get(reason) ?? { count: 0, first, contracts: new Map<string, Decimal>() }
  tally.count++
  tallies.set(reason, tally)
  return tally
}

function listOf(tallies: ReadonlyMap<Reason, Tally>): readonly Counted[] {
  return [...tallies].map(([reason, { count, first, contracts }]) => ({
    reason,
    count,
    first,
    ...(contracts.size > 0 && {
      contracts: Object.fromEntries([...contracts].map(([market, size]) => [market, toText(size)])),
    }),
  }))
}

/** Name, digest and size of each file, as they go into the record. */
export async function describeFiles(
  files: readonly string[],
  { signal }: ReadOptions,
): Promise<readonly ImportedFile[]> {
  const described: ImportedFile[] = []
  for (const file of files) {
    const hash = createHash('sha256')
    let bytes = 0
    try {
      for await (const chunk of createReadStream(file, { signal }) as AsyncIterable<Buffer>) {
        hash.update(chunk)
        bytes += chunk.length
      }
    } catch (error) {
      throw signal?.aborted ? signal.reason : fileError(error, file, file)
    }
    described.push({ name: basename(file), sha256: hash.digest('hex'), bytes })
  }
  return described
}
