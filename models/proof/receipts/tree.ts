import { SpillwayError } from '../../../src/errors.js'
import { type Decimal, decimalPlaces, toText } from '../../../src/numeric/index.js'
import type { PathStep } from './format.js'
import { leafHash, nodeHash, rootHash } from './hashes.js'

/** A leaf of one market: the commitment to its account, and what is summed. */
export interface Leaf {
  readonly account: string
  readonly capacity: Decimal
  readonly closed: Decimal
  /** Capacity that the rule closes first. */
  readonly first: Decimal
  /** In queues: its score. Leaves stand in their order, the highest first. */
  readonly score?: string
}

export interface Tree {
  readonly root: string
  /** Of the root, joined by commas. */
  readonly sums: string
  /** From leaf `index` up to the root. */
  path(index: number): PathStep[]
}

/**
 * The Merkle-sum tree of a market. Sums are exact. A range of leaves is cut in two until one is left: at the largest power of two below its
 * length, so that neighbours are joined pair by pair, row by row; in queues, where the middle falls among leaves of one score, at the nearer end of these if
 * there is another leaf, so that leaves of one score stand in one subtree. Throws `duplicate-leaf` where a commitment stands twice.
 *
 * Leaves are nodes 0 … n − 1, inner nodes follow. Of a node its sums as text, its hash and its neighbour are kept, in as few objects as can be: on 400,000
 * leaves most of the time went into the collection of what was kept beside.
 */
export function buildTree(market: string, leaves: readonly Leaf[]): Tree {
  refuseTwice(market, leaves)
  const count = leaves.length
  const nodes = 2 * count - 1
  const scale = leaves.reduce(
    (most, { capacity, closed }) => Math.max(most, decimalPlaces(capacity), decimalPlaces(closed)),
    0,
  )
  const texts: string[] = new Array(nodes)
  const hashes = Buffer.alloc(nodes * HASH_BYTES)
  const hashOf = (node: number): string => hashes.toString('hex', node * HASH_BYTES, (node + 1) * HASH_BYTES)
  const sibling = new Int32Array(nodes)
  const parent = new Int32Array(nodes)
  const isRight = new Uint8Array(nodes)
  const isQueue = leaves[0]?.score !== undefined
  const keep = (node: number, hash: string, text: string): void => {
    hashes.write(hash, node * HASH_BYTES, 'hex')
    texts[node] = text
  }
  const textOf = ({ capacity, closed, first }: Joined, from: number, to: number): string => {
    const range = isQueue ? `,${leaves[to - 1].score},${leaves[from].score}` : ''
    return `${to - from},${textAt(capacity, scale)},${textAt(closed, scale)},${textAt(first, scale)}${range}`
  }
  let next = count
  /** The node above the leaves from … to − 1. */
  const join = (from: number, to: number): Joined => {
    if (to - from === 1) {
      const { account, capacity, closed, first } = leaves[from]
      const own = { node: from, capacity: at(capacity, scale), closed: at(closed, scale), first: at(first, scale) }
      const text = textOf(own, from, to)
      keep(from, leafHash(account, market, text), text)
      return own
    }
    const middle = isQueue ? queueMiddle(leaves, from, to) : from + 2 ** (31 - Math.clz32(to - from - 1))
    const a = join(from, middle)
    const b = join(middle, to)
    const node = next++
    const [capacity, closed, first] = [a.capacity + b.capacity, a.closed + b.closed, a.first + b.first]
    const own = { node, capacity, closed, first }
    const hash = nodeHash(hashOf(a.node), texts[a.node], hashOf(b.node), texts[b.node])
    keep(node, hash, textOf(own, from, to))
    sibling[a.node] = b.node
    sibling[b.node] = a.node
    isRight[b.node] = 1
    parent[a.node] = parent[b.node] = node
    return own
  }
  const top = join(0, count).node
  return {
    root: rootHash(market, hashOf(top), texts[top]),
    sums: texts[top],
    path(index) {
      const path: PathStep[] = []
      for (let node = index; node !== top; node = parent[node]) {
        const other = sibling[node]
        path.push([isRight[node] === 1 ? 'left' : 'right', hashOf(other), ...texts[other].split(',')])
      }
      return path
    },
  }
}

const HASH_BYTES = 32

/** A node and its sums, in the least unit of the market. */
interface Joined {
  readonly node: number
  readonly capacity: bigint
  readonly closed: bigint
  readonly first: bigint
}

/** Where a range of a queue is cut: in its middle, or at the nearer end of the scores that stand there. */
function queueMiddle(leaves: readonly Leaf[], from: number, to: number): number {
  const middle = (from + to) >> 1
  const { score } = leaves[middle]
  const isAt = (index: number): boolean => leaves[index].score === score
  if (isAt(from) && isAt(to - 1)) return middle
  // The first of that score, and the first behind it, by halving: leaves are sorted.
  const start = isAt(from) ? from : firstWhere(from, middle, isAt)
  const end = isAt(to - 1) ? to : firstWhere(middle, to - 1, (index) => !isAt(index))
  if (start === from) return end
  if (end === to) return start
  return middle - start <= end - middle ? start : end
}

/** The first index in (from, to] at which something holds that holds from there on, `to` included. */
function firstWhere(from: number, to: number, holds: (index: number) => boolean): number {
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}

/** Digits and scale as text: most numbers of a book are whole, or have few decimal places. */
const textAt = (digits: bigint, scale: number): string => (scale === 0 ? String(digits) : toText({ digits, scale }))

const at = ({ digits, scale }: Decimal, wanted: number): bigint =>
  scale <= wanted ? digits * 10n ** BigInt(wanted - scale) : digits / 10n ** BigInt(scale - wanted)

function refuseTwice(market: string, leaves: readonly Leaf[]): void {
  const seen = new Set<string>()
  for (const { account } of leaves) {
    if (seen.has(account)) throw leafTwice(market, account)
    seen.add(account)
  }
}

function leafTwice(market: string, account: string): SpillwayError {
  return new SpillwayError({
    code: 'duplicate-leaf',
    path: `leaves of ${market}`,
    value: account,
    problem: 'one leaf stands twice in the tree',
    cure: 'Give every account one leaf in each market that it holds.',
  })
}
