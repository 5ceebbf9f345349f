import { describe, expect, it } from 'vitest'
import { buildTree, type Leaf } from '#models/proof/receipts/tree.js'
import { randomFrom } from '../../books.js'
import { type Fraction, frac, total } from '../../fraction.js'
import { decimal, fractionOf } from './fractions.js'
import { leafHash, nodeHash, rootHash } from './venue.js'

const SEED = 8_128
const TREES = 25

/** A decimal in its one spelling. */
const text = ({ n, d }: Fraction): string => {
  const places = String(d).length + 6
  const digits = String((n * 10n ** BigInt(places)) / d).padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '')
}

function randomLeaves(seed: number, isQueue: boolean): Leaf[] {
  const random = randomFrom(seed)
  const leaves = Array.from({ length: random.whole(1, 17) }, (_, i) => {
    const capacity = decimal(random.pick(['1', '12.5', '0.003', '700', '1e3', '40.00']))
    const isFirst = random.chance(0.3)
    return {
      account: String(i).padStart(64, 'cd'),
      capacity,
      closed: random.chance(0.5) ? capacity : decimal(random.pick(['0', '0.0001', '0.5'])),
      first: isFirst ? capacity : decimal('0'),
      score: random.whole(-2, 3),
    }
  })
  if (!isQueue) return leaves.map(({ score: _, ...leaf }) => leaf)
  return leaves.sort((a, b) => b.score - a.score).map((leaf) => ({ ...leaf, score: String(leaf.score) }))
}

interface Node {
  readonly hash: string
  readonly sums: string
}

/** Up a path, by the sums of docs/receipts.md and hashes of the tests. */
function climbed(leaf: Leaf, path: readonly (readonly string[])[]): Node {
  let sums = [frac(1), ...[leaf.capacity, leaf.closed, leaf.first].map(fractionOf)].map(text)
  if (leaf.score !== undefined) sums = [...sums, leaf.score, leaf.score]
  let hash = leafHash(leaf.account, 'M', sums.join())
  for (const [side, other, ...theirs] of path) {
    const [left, right] = side === 'left' ? [theirs, sums] : [sums, theirs]
    const [a, b] = side === 'left' ? [other!, hash] : [hash, other!]
    hash = nodeHash(a, left.join(), b, right.join())
    sums = [0, 1, 2, 3].map((i) => text(total([frac(left[i]!), frac(right[i]!)])))
    if (leaf.score !== undefined) sums = [...sums, right[4]!, left[5]!]
  }
  return { hash, sums: sums.join() }
}

describe.each([false, true])(`trees of leaves, in a queue: %s (seed ${SEED})`, (isQueue) => {
  const trees = () =>
    Array.from({ length: TREES }, (_, b) => {
      const leaves = randomLeaves(SEED + b, isQueue)
      return { leaves, tree: buildTree('M', leaves), b }
    })

  it('are led up from every leaf to the root, whose sums are those of all leaves', () => {
    for (const { leaves, tree, b } of trees()) {
      const sums = (['capacity', 'closed', 'first'] as const).map((name) =>
        text(total(leaves.map((leaf) => fractionOf(leaf[name])))),
      )
      const range = isQueue ? [leaves.at(-1)!.score, leaves[0]!.score] : []
      expect([b, tree.sums]).toEqual([b, [leaves.length, ...sums, ...range].join()])
      const roots = leaves.map((leaf, index) => {
        const { hash, sums } = climbed(leaf, tree.path(index))
        return [sums, rootHash('M', hash, sums)].join()
      })
      expect(new Set(roots)).toEqual(new Set([[tree.sums, tree.root].join()]))
    }
  })

  it('keep the order of the leaves from left to right', () => {
    for (const { leaves, tree } of trees()) {
      const places = leaves.map((_, index) =>
        tree
          .path(index)
          .map(([side]) => (side === 'left' ? 1 : 0))
          .reverse()
          .join(''),
      )
      expect(places).toEqual(places.toSorted())
      expect(new Set(places).size).toBe(leaves.length)
    }
  })

  it(isQueue ? 'have all leaves of one score in one subtree' : 'are cut at the largest power of two', () => {
    for (const { leaves, tree, b } of trees()) {
      leaves.forEach((leaf, index) => {
        const path = tree.path(index)
        if (isQueue) {
          // Siblings of the own score alone come before all others, and there are as many leaves below as leaves of it.
          const isAlike = path.map(([, , , , , , least, greatest]) => least === leaf.score && greatest === leaf.score)
          expect([b, index, isAlike]).toEqual([b, index, isAlike.toSorted().reverse()])
          const beside = path.filter((_, step) => isAlike[step]).reduce((sum, [, , count]) => sum + Number(count), 1)
          expect(beside).toBe(leaves.filter(({ score }) => score === leaf.score).length)
          return
        }
        let [from, to] = [0, leaves.length]
        const counts: number[] = []
        while (to - from > 1) {
          let half = 1
          while (half * 2 < to - from) half *= 2
          const isRight = index >= from + half
          counts.unshift(isRight ? half : to - from - half)
          if (isRight) from += half
          else to = from + half
        }
        expect([b, index, path.map(([, , count]) => Number(count))]).toEqual([b, index, counts])
      })
    }
  })

  it('are not deeper than they must be', () => {
    for (const { leaves, tree } of trees()) {
      const deepest = Math.max(...leaves.map((_, index) => tree.path(index).length))
      // Of a queue each of its scores may cost one level more.
      const scores = isQueue ? new Set(leaves.map(({ score }) => score)).size : 0
      expect(deepest).toBeLessThanOrEqual(Math.ceil(Math.log2(leaves.length)) + scores)
    }
  })
})

describe('a range of a queue', () => {
  const leavesOf = (...scores: readonly number[]): Leaf[] =>
    scores.map((score, i) => ({
      account: String(i).padStart(64, '0'),
      ...{ capacity: decimal(1), closed: decimal(1), first: decimal(0) },
      score: String(score),
    }))
  /** Leaves on the left of the root. */
  const cut = (...scores: readonly number[]): number => {
    const leaves = leavesOf(...scores)
    const tree = buildTree('M', leaves)
    return leaves.filter((_, index) => tree.path(index).at(-1)![0] === 'right').length
  }

  it('is cut in its middle, or at the nearer end of the scores that stand there', () => {
    expect(cut(5, 5, 5, 5, 5)).toBe(2)
    expect(cut(9, 8, 7, 6)).toBe(2)
    expect(cut(9, 8, 7, 6, 5)).toBe(2)
    // At either end there is nothing to cut off.
    expect(cut(9, 9, 9, 9, 1)).toBe(4)
    expect(cut(9, 1, 1, 1, 1)).toBe(1)
    expect(cut(9, 9, 9, 1, 1, 1)).toBe(3)
    // The middle is the leaf 4 of 8: three before it, one behind, and the other way round; at the same distance the start.
    expect(cut(9, 5, 5, 5, 5, 3, 2, 1)).toBe(5)
    expect(cut(9, 8, 7, 5, 5, 5, 5, 1)).toBe(3)
    expect(cut(9, 8, 7, 5, 5, 3, 2, 1)).toBe(3)
    expect(cut(9, 8, 5, 5, 5, 5, 2, 1)).toBe(2)
  })
})

describe('a leaf that stands twice', () => {
  it('is refused wherever it stands', () => {
    const leaves = randomLeaves(SEED, false)
    const twice = [...leaves, { ...leaves[0]!, capacity: decimal('77') }]
    expect(() => buildTree('M', twice)).toThrow(
      expect.objectContaining({ code: 'duplicate-leaf', path: 'leaves of M', value: leaves[0]!.account }),
    )
  })
})
