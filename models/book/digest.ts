import { createHash } from 'node:crypto'
import { toText } from '../../src/numeric/index.js'
import type { DecimalColumn } from './decimal-column.js'
import type { Allocation, Book, Demand, ExtraColumns } from './event.js'

/** Text goes to the hash in pieces of about this many characters: one call per row would cost more than the hash. */
const PIECE = 1 << 16

/** SHA-256 over lines of text, so that a million rows never stand in memory. */
export class LineDigest {
  private readonly hash = createHash('sha256')
  private piece = ''

  line(text: string): void {
    this.piece += `${text}\n`
    if (this.piece.length < PIECE) return
    this.hash.update(this.piece)
    this.piece = ''
  }

  finish(): string {
    return `sha256:${this.hash.update(this.piece).digest('hex')}`
  }
}

/**
 * Digest of an event's content. Names are JSON strings, numbers plain exact decimals, absent values nothing; markets,
 * accounts, the positions of an account and the demand each in the order of their names. So it does not depend on the
 * form, order or spelling of the input, and does depend on everything that was given: also on whether a demand was.
 */
export function eventDigest(book: Book, demand: readonly Demand[] | undefined): string {
  const digest = new LineDigest()
  const { markets, accounts, positions } = book
  const order = sortedIndices(markets.map(({ market }) => market))
  const rank = new Int32Array(markets.length)
  digest.line(`spillway/event@1 ${markets.length} ${accounts.count}`)
  order.forEach((k, position) => {
    const { market, markPrice, adlPrice, lotSize, factorLoading, contractSize, inverse, settles } = markets[k]
    const optional = [lotSize, factorLoading].map((value) => (value === undefined ? '' : toText(value)))
    // What events gained later stands behind its name, and only where it is given: digests of older events stay.
    const later = [
      ...(contractSize === undefined ? [] : [`contractSize ${toText(contractSize)}`]),
      ...(inverse === true ? ['inverse'] : []),
      ...(settles === undefined ? [] : [`settles ${JSON.stringify(settles)}`]),
    ]
    digest.line([JSON.stringify(market), toText(markPrice), toText(adlPrice), ...optional, ...later].join())
    rank[k] = position
  })
  for (const i of sortedIndices(accounts.names)) {
    const first = positions.starts[i]
    const held = positions.starts[i + 1] - first
    const exempt = accounts.exempt?.[i] === 1 ? ',exempt' : ''
    digest.line(
      `${JSON.stringify(accounts.names[i])},${held},${accounts.equity.text(i)},${extras(accounts, i)}${exempt}`,
    )
    const rows = Array.from({ length: held }, (_, j) => first + j)
    // Of two sides of one market the long one comes first.
    rows.sort(
      (a, b) =>
        rank[positions.market[a]] - rank[positions.market[b]] ||
        positions.quantity.values[b] - positions.quantity.values[a],
    )
    for (const j of rows) {
      const entry = optionalText(positions.entryPrice, j)
      digest.line(`${rank[positions.market[j]]},${positions.quantity.text(j)},${entry},${extras(positions, j)}`)
    }
  }
  digest.line(demand === undefined ? 'derived' : `given ${demand.length}`)
  const entries = [...(demand ?? [])].sort((a, b) => rank[a.market] - rank[b.market])
  for (const { market, side, quantity } of entries) digest.line(`${rank[market]},${side},${toText(quantity)}`)
  return digest.finish()
}

/** Digest of an allocation's content: pairs in the order of their names; a listed zero is what an unlisted pair is. */
export function allocationDigest({ accounts, markets, quantity }: Omit<Allocation, 'digest'>): string {
  const digest = new LineDigest()
  digest.line('spillway/allocation@1')
  const pairs = accounts.map((account, i) => `${JSON.stringify(account)},${JSON.stringify(markets[i])}`)
  for (const i of sortedIndices(pairs)) {
    if (quantity.values[i] !== 0) digest.line(`${pairs[i]},${quantity.text(i)}`)
  }
  return digest.finish()
}

/** Digest of any JSON value: keys in order of their names, so that a reader who writes it anew gets the same. */
export function contentDigest(value: unknown): string {
  const digest = new LineDigest()
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) {
      digest.line(`[${part.length}`)
      for (const entry of part) walk(entry)
    } else if (typeof part === 'object' && part !== null) {
      const entries = Object.entries(part)
      digest.line(`{${entries.length}`)
      for (const i of sortedIndices(entries.map(([key]) => key))) {
        digest.line(JSON.stringify(entries[i][0]))
        walk(entries[i][1])
      }
    } else digest.line(JSON.stringify(part))
  }
  walk(value)
  return digest.finish()
}

function extras({ maintenanceMargin, walletBalance, openedAt }: ExtraColumns, i: number): string {
  const opened = openedAt === undefined || Number.isNaN(openedAt[i]) ? '' : String(openedAt[i])
  return `${optionalText(maintenanceMargin, i)},${optionalText(walletBalance, i)},${opened}`
}

function optionalText(column: DecimalColumn | undefined, i: number): string {
  return column === undefined || Number.isNaN(column.values[i]) ? '' : column.text(i)
}

/** Indices in the order of the names. */
export function sortedIndices(names: readonly string[]): number[] {
  return names.map((_, i) => i).sort((a, b) => (names[a] < names[b] ? -1 : names[a] === names[b] ? 0 : 1))
}
