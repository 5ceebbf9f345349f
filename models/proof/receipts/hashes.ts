import { createHash } from 'node:crypto'
import type { PublicReceipts, Receipt } from './format.js'
import { type RuleName, shapeOf } from './rules.js'

/**
 * The hashes of a Merkle-sum tree: SHA-256 of a tag and lines of text, hexadecimal. Tags keep an account, a leaf, a node and a root
 * apart, so none can be shown as another. A node hashes the sums of both children, each beside its hash: other sums cannot be
 * shown to another child (the fault of Maxwell's first tree of liabilities). Sums are given as they are hashed, joined by commas.
 */
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

type Statement = Omit<Receipt, 'format' | 'public' | 'markets'> & {
  readonly markets: readonly Omit<Receipt['markets'][number], 'path'>[]
}

/** One commitment to everything of an account: it ties its leaves in several markets. */
export function accountHash(rule: RuleName, statement: Statement): string {
  const { salt, number, account, grossNotional, remarkedEquity, markets } = statement
  const { own, held } = shapeOf(rule)
  const rows = markets.map((row) => [row.market, row.capacity, row.closed, ...held.map((name) => fieldOf(row, name))])
  const extra = own.map((name) => fieldOf(statement, name))
  const text = JSON.stringify([number, account, grossNotional, remarkedEquity, ...extra, rows])
  return hash(`spillway/receipts@1 account\n${salt}\n${text}`)
}

const fieldOf = (of: object, name: string): unknown => (of as Readonly<Record<string, unknown>>)[name]

export const leafHash = (account: string, market: string, sums: string): string =>
  hash(`spillway/receipts@1 leaf\n${account}\n${JSON.stringify(market)}\n${sums}`)

export const nodeHash = (left: string, leftSums: string, right: string, rightSums: string): string =>
  hash(`spillway/receipts@1 node\n${left}\n${leftSums}\n${right}\n${rightSums}`)

/** The published one: with the market, and the sums, so also the number of leaves. */
export const rootHash = (market: string, top: string, sums: string): string =>
  hash(`spillway/receipts@1 root\n${JSON.stringify(market)}\n${top}\n${sums}`)

/** The digest that `public.json` carries. */
export function publicDigest({ digest: _, ...rest }: Omit<PublicReceipts, 'digest'> & { digest?: string }): string {
  return hash(JSON.stringify(rest))
}
