import { SpillwayError } from '../../../src/errors.js'
import { type Decimal, placesOf, toText } from '../../../src/numeric/index.js'
import type { PathStep, Sums } from './format.js'
import { leafHash, nodeHash, rootHash } from './hashes.js'

/** A leaf of one market: the commitment to its account, and what is summed. */
export interface Leaf {
  readonly account: string
  readonly capacity: Decimal
  readonly closed: Decimal
  /** Capacity that the rule closes first. */
  readonly first: Decimal
}

export interface Tree {
  readonly root: string
  readonly sums: Sums
  /** From leaf `place` up to the root. */
  path(place: number): PathStep[]
}

/** Whole numbers of one unit, so that a sum is an addition. */
interface Row {
  readonly hashes: readonly string[]
  readonly sums: readonly Sums[]
  readonly whole: readonly (readonly [bigint, bigint, bigint, bigint])[]
}

/**
 * The Merkle-sum tree of a market: neighbours are joined pair by pair, row by row; the last of an odd row goes up as it is. Sums
 * are exact. Throws `duplicate-leaf` where a commitment stands twice.
 */
export function buildTree(market: string, leaves: readonly Leaf[]): Tree {
  const seen = new Set<string>()
  for (const { account } of leaves) {
    if (seen.has(account)) throw leafTwice(market, account)
    seen.add(account)
  }
  let scale = 0
  for (const { capacity, closed } of leaves) scale = Math.max(scale, placesOf(capacity), placesOf(closed))
  const textsOf = ([count, ...contracts]: readonly [bigint, bigint, bigint, bigint]): Sums => {
    const [capacity, closed, first] = contracts.map((digits) => toText({ digits, scale }))
    return [String(count), capacity as string, closed as string, first as string]
  }
  const whole = leaves.map(
    ({ capacity, closed, first }) => [1n, at(capacity, scale), at(closed, scale), at(first, scale)] as const,
  )
  const texts = whole.map(textsOf)
  const rows: Row[] = [
    { whole, sums: texts, hashes: leaves.map(({ account }, i) => leafHash(account, market, texts[i] as Sums)) },
  ]
  for (let row = rows[0] as Row; row.hashes.length > 1; rows.push(row)) row = joined(row, textsOf)
  const top = rows.at(-1) as Row
  const sums = top.sums[0] as Sums
  return {
    root: rootHash(market, top.hashes[0] as string, sums),
    sums,
    path: (place) => pathOf(rows, place),
  }
}

function joined({ hashes, sums, whole }: Row, textsOf: (whole: Row['whole'][number]) => Sums): Row {
  const next = { hashes: [] as string[], sums: [] as Sums[], whole: [] as Row['whole'][number][] }
  for (let i = 0; i < hashes.length; i += 2) {
    const isPair = i + 1 < hashes.length
    const [a, b] = [whole[i] as Row['whole'][number], whole[i + 1]]
    const own = b === undefined ? a : ([a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]] as const)
    next.whole.push(own)
    next.sums.push(isPair ? textsOf(own) : (sums[i] as Sums))
    next.hashes.push(
      isPair
        ? nodeHash(hashes[i] as string, sums[i] as Sums, hashes[i + 1] as string, sums[i + 1] as Sums)
        : (hashes[i] as string),
    )
  }
  return next
}

function pathOf(rows: readonly Row[], leaf: number): PathStep[] {
  const path: PathStep[] = []
  let place = leaf
  for (const { hashes, sums } of rows) {
    const sibling = place ^ 1
    if (sibling < hashes.length && hashes.length > 1) {
      path.push([sibling < place ? 'left' : 'right', hashes[sibling] as string, ...(sums[sibling] as Sums)])
    }
    place >>= 1
  }
  return path
}

const at = ({ digits, scale }: Decimal, wanted: number): bigint =>
  scale <= wanted ? digits * 10n ** BigInt(wanted - scale) : digits / 10n ** BigInt(scale - wanted)

function leafTwice(market: string, account: string): SpillwayError {
  return new SpillwayError({
    code: 'duplicate-leaf',
    path: `leaves of ${market}`,
    value: account,
    problem: 'one leaf stands twice in the tree',
    cure: 'Give every account one leaf in each market that it holds.',
  })
}
