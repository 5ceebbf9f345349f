import { createHash, createHmac } from 'node:crypto'
import type { PublicReceipts, Receipt, Sums } from './format.js'

/**
 * The hashes of a Merkle-sum tree: SHA-256 of a tag and lines of text, hexadecimal. Tags keep an account, a leaf, a node and a root
 * apart, so none can be shown as another. A node hashes the sums of both children, each beside its hash: other sums cannot be
 * shown to another child (the fault of Maxwell's first tree of liabilities).
 */
const hash = (kind: string, ...lines: readonly string[]): string =>
  createHash('sha256')
    .update(`spillway/receipts@1 ${kind}\n${lines.join('\n')}`)
    .digest('hex')

export const saltOf = (key: Uint8Array, number: number): string =>
  createHmac('sha256', key).update(String(number)).digest('hex')

type Statement = Pick<Receipt, 'number' | 'account' | 'salt' | 'grossNotional' | 'remarkedEquity'> & {
  readonly markets: readonly { readonly market: string; readonly capacity: string; readonly closed: string }[]
}

/** One commitment to everything of an account: it ties its leaves in several markets. */
export function accountHash({ salt, number, account, grossNotional, remarkedEquity, markets }: Statement): string {
  const held = markets.map(({ market, capacity, closed }) => [market, capacity, closed])
  return hash('account', salt, JSON.stringify([number, account, grossNotional, remarkedEquity, held]))
}

export const leafHash = (account: string, market: string, sums: Sums): string =>
  hash('leaf', account, JSON.stringify(market), sums.join())

export const nodeHash = (left: string, leftSums: Sums, right: string, rightSums: Sums): string =>
  hash('node', left, leftSums.join(), right, rightSums.join())

/** The published one: with the market, and the sums, so also the number of leaves. */
export const rootHash = (market: string, top: string, sums: Sums): string =>
  hash('root', JSON.stringify(market), top, sums.join())

/** The digest that `public.json` carries. */
export function publicDigest({ digest: _, ...rest }: Omit<PublicReceipts, 'digest'> & { digest?: string }): string {
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex')
}
