import { createHash } from 'node:crypto'
import type { PublicReceipts, RuleName } from '#models/proof/index.js'

/** What a venue says of one account, to be made into files whose hashes, sums and digests all fit. */
export interface Venue {
  readonly rule: RuleName
  /** Fields of the receipt, besides path and hashes. */
  readonly statement: Record<string, unknown>
  readonly own: Record<string, unknown>
  /** From the leaf up: side, sums, and the hash where it is not made up. */
  readonly path: readonly (readonly [side: string, sums: readonly string[], hash?: string])[]
  /** Of the leaf, where it is not what the statement says. */
  readonly leaf?: readonly string[]
  /** Of the nodes above, where they are not the sums of both. */
  readonly above?: readonly (readonly string[])[]
  readonly market: Record<string, unknown>
  readonly demand: Record<string, unknown>
  readonly level: unknown
  readonly given?: Record<string, unknown>
  readonly totals?: readonly string[]
}

/** The hashes of docs/receipts.md, written once more. */
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hashOf = (kind: string, ...lines: readonly string[]): string =>
  sha256([`spillway/receipts@1 ${kind}`, ...lines].join('\n'))
const present = (of: Record<string, unknown>, names: readonly string[]): unknown[] =>
  names.filter((name) => name in of).map((name) => of[name])

type Row = Record<string, unknown>
export function accountHash(statement: Row, rows: readonly Row[]): string {
  const stated = ['number', 'account', 'grossNotional', 'remarkedEquity'].map((name) => statement[name])
  const own = present(statement, ['factorExposure', 'equity', 'maintenanceMargin'])
  const held = rows.map((row) => present(row, ['market', 'capacity', 'closed', 'entryPrice', 'walletBalance']))
  return hashOf('account', String(statement.salt), JSON.stringify([...stated, ...own, held]))
}
export const leafHash = (account: string, market: string, sums: string): string =>
  hashOf('leaf', account, JSON.stringify(market), sums)
export const nodeHash = (left: string, leftSums: string, right: string, rightSums: string): string =>
  hashOf('node', left, leftSums, right, rightSums)
export const rootHash = (market: string, top: string, sums: string): string =>
  hashOf('root', JSON.stringify(market), top, sums)
export const sealed = <Content extends object>(content: Content): Content & { readonly digest: string } => ({
  ...content,
  digest: sha256(JSON.stringify(content)),
})

const NAMES = ['leaves', 'capacity', 'closed', 'first', 'least', 'greatest']
const madeUp = (step: number): string => String(step).padStart(64, 'ab')

/** The two files of a venue: what it says, and everything that follows made to fit. */
export function filesOf({ rule, statement, own, path, leaf, above = [], market, demand, level, given, totals }: Venue) {
  const name = String(market.market)
  let sums = leaf ?? [
    '1',
    String(own.capacity),
    String(own.closed),
    Number(statement.remarkedEquity) <= 0 ? String(own.capacity) : '0',
  ]
  let hash = leafHash(accountHash(statement, [own]), name, sums.join())
  const steps = path.map(([side, theirs, other = madeUp(path.length)], step) => {
    const [left, right] = side === 'left' ? [theirs, sums] : [sums, theirs]
    const [a, b] = side === 'left' ? [other, hash] : [hash, other]
    hash = nodeHash(a, left.join(), b, right.join())
    sums = above[step] ?? [
      ...left.slice(0, 4).map((one, i) => String(Number(one) + Number(right[i]))),
      ...(left.length > 4 ? [right[4]!, left[5]!] : []),
    ]
    return [side, other, ...theirs]
  })
  const total = totals ?? sums
  const content = {
    format: 'spillway/receipts@1',
    rule,
    event: `sha256:${'0'.repeat(64)}`,
    allocation: `sha256:${'1'.repeat(64)}`,
    markets: [market],
    roots: { [name]: rootHash(name, hash, sums.join()) },
    levels: { [name]: level },
    demand: [demand],
    totals: { [name]: Object.fromEntries(total.map((one, i) => [NAMES[i], one])) },
    leaves: { [name]: Number(total[0]) },
    ...given,
  } as unknown as PublicReceipts
  const published = sealed(content)
  return [
    { format: 'spillway/receipt@1', public: published.digest, ...statement, markets: [{ ...own, path: steps }] },
    published,
  ] as const
}

export const filling: Venue = {
  rule: 'water-filling',
  statement: { number: 1, account: 't', salt: 'c'.repeat(64), grossNotional: '1000', remarkedEquity: '500' },
  own: { market: 'BTC', capacity: '10', closed: '5' },
  path: [
    ['right', ['1', '10', '10', '0']],
    ['left', ['2', '20', '5', '0']],
  ],
  market: { market: 'BTC', markPrice: '100', adlPrice: '100', unit: '0' },
  demand: { market: 'BTC', side: 'short', quantity: '20' },
  level: '1',
}
export const queue: Venue = {
  ...filling,
  rule: 'queue-leverage',
  statement: { ...filling.statement, equity: '500' },
  leaf: ['1', '10', '5', '0', '2', '2'],
  path: [
    ['right', ['1', '10', '0', '0', '1', '1']],
    ['left', ['1', '10', '10', '0', '3', '3']],
  ],
  demand: { market: 'BTC', side: 'short', quantity: '15' },
  level: null,
}
