import { describe, expect, it } from 'vitest'
import { assertConvex } from '#src/certificates/convexity.js'
import type { Triplet } from '#src/index.js'
import { randomFrom } from '../books.js'
import { smallForm } from './small-form.js'

const SEED = 12_007

function verdict(columns: number, quadratic: readonly Triplet[]): string {
  try {
    assertConvex(smallForm({ linear: new Array<number>(columns).fill(0), quadratic }))
    return 'convex'
  } catch (error) {
    const { code, path } = error as { readonly code: string; readonly path: string }
    return `${code} ${path}`
  }
}
const isConvex = (columns: number, quadratic: readonly Triplet[]): boolean => verdict(columns, quadratic) === 'convex'

/** The lower triangle of a full matrix. */
const lowerOf = (matrix: readonly (readonly number[])[]): Triplet[] =>
  matrix.flatMap((row, i) => row.slice(0, i + 1).map((value, j): Triplet => [i, j, value]))

/** d on the diagonal and −s beside it: positive semidefinite from d = 2 s cos(π/(n + 1)) on. */
const chain = (n: number, d: number, s = 1): Triplet[] =>
  Array.from({ length: n }, (_, j): Triplet[] =>
    j + 1 < n
      ? [
          [j, j, d],
          [j + 1, j, -s],
        ]
      : [[j, j, d]],
  ).flat()
const leastOf = (n: number): number => 2 * Math.cos(Math.PI / (n + 1))

describe(`is Q positive semidefinite (seed ${SEED})`, () => {
  it('without entries, and on a diagonal', () => {
    expect(isConvex(0, [])).toBe(true)
    expect(isConvex(2, [])).toBe(true)
    expect(
      isConvex(2, [
        [0, 0, 3],
        [1, 1, 0],
      ]),
    ).toBe(true)
    expect(
      verdict(3, [
        [0, 0, 3],
        [1, 1, -1e-30],
        [2, 2, 1],
      ]),
    ).toBe('not-convex quadratic[1, 1]')
  })

  it('two by two: by the determinant', () => {
    const two = (a: number, b: number, c: number): boolean =>
      isConvex(2, [
        [0, 0, a],
        [1, 0, b],
        [1, 1, c],
      ])
    expect([two(1, 2, 4), two(4, 2, 1), two(4, -2, 1)]).toEqual([true, true, true])
    expect([two(1, 2.001, 4), two(4, 2.001, 1), two(4, -2.001, 1)]).toEqual([false, false, false])
    expect([two(0, 1, 5), two(5, 1, 0), two(0, 1, 0)]).toEqual([false, false, false])
    expect(two(0, 0, 5)).toBe(true)
    // Rounding, 1e-9 of the largest diagonal, is forgiven; more is not.
    expect([two(1, 2 * (1 + 1e-11), 4), two(1, 2 * (1 + 1e-8), 4)]).toEqual([true, false])
    expect([two(1e6, 2e6 * (1 + 1e-11), 4e6), two(1e6, 2e6 * (1 + 1e-8), 4e6)]).toEqual([true, false])
    expect([two(1e-6, 2e-6 * (1 + 1e-11), 4e-6), two(1e-6, 2e-6 * (1 + 1e-8), 4e-6)]).toEqual([true, false])
  })

  it('a diagonal that dominates is enough', () => {
    expect(
      isConvex(
        3,
        lowerOf([
          [2, 0, 0],
          [-1, 2, 0],
          [1, -1, 2],
        ]),
      ),
    ).toBe(true)
    expect(
      isConvex(2, [
        [0, 0, 1],
        [1, 0, 1],
        [1, 1, 1],
      ]),
    ).toBe(true)
  })

  it('of random products L L’, and of none that a direction refutes', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 60; round++) {
      const n = random.whole(2, 5)
      const rank = random.whole(1, n)
      const factor = Array.from({ length: n }, () => Array.from({ length: rank }, () => random.whole(-3, 3)))
      const square = factor.map((a) => factor.map((b) => a.reduce((sum, value, k) => sum + value * b[k], 0)))
      expect(isConvex(n, lowerOf(square)), `round ${round}`).toBe(true)
      const v = Array.from({ length: n }, () => random.whole(-3, 3))
      const size = v.reduce((sum, value) => sum + value * value, 0)
      const along = v.reduce((sum, a, i) => sum + v.reduce((s, b, j) => s + a * b * square[i][j], 0), 0)
      if (size === 0) continue
      // Q − t v v’ with v’(Q − t v v’)v below zero.
      const t = (along / size + 0.5) / size
      const bent = square.map((row, i) => row.map((value, j) => value - t * v[i] * v[j]))
      expect(isConvex(n, lowerOf(bent)), `round ${round}`).toBe(false)
    }
  })

  it('of each of several parts', () => {
    const good: Triplet[] = [
      [0, 0, 1],
      [2, 0, 2],
      [2, 2, 4],
    ]
    expect(isConvex(4, [...good, [1, 1, 1], [3, 1, 2], [3, 3, 4]])).toBe(true)
    expect(verdict(4, [...good, [1, 1, 1], [3, 1, 2], [3, 3, 3]])).toBe('not-convex quadratic[1, 1]')
    expect(
      isConvex(4, [
        [0, 0, 1],
        [2, 0, 2],
        [2, 2, 3],
        [1, 1, 1],
        [3, 1, 2],
        [3, 3, 4],
      ]),
    ).toBe(false)
    // The tolerance is of the part, not of the whole.
    expect(
      isConvex(4, [
        [0, 0, 1e12],
        [2, 0, 1e12],
        [2, 2, 1e12],
        [1, 1, 1],
        [3, 1, 2],
        [3, 3, 3.99],
      ]),
    ).toBe(false)
  })

  it('zeros off the diagonal join nothing', () => {
    expect(
      isConvex(2, [
        [0, 0, 0],
        [1, 0, 0],
        [1, 1, 3],
      ]),
    ).toBe(true)
  })

  it('a long chain, by elimination: from 2 cos(π/(n + 1)) on', () => {
    for (const n of [2, 3, 50, 300]) {
      expect(isConvex(n, chain(n, leastOf(n) + 1e-6)), `${n}`).toBe(true)
      expect(isConvex(n, chain(n, leastOf(n) - 1e-6)), `${n}`).toBe(false)
    }
    // Beyond what is factored as a square, elimination has the last word.
    expect(isConvex(1600, chain(1600, leastOf(1600) + 1e-7))).toBe(true)
    expect(verdict(1600, chain(1600, leastOf(1600) - 1e-7))).toMatch(/^not-convex/)
  })

  it('a star, whose middle is eliminated last', () => {
    // d beside a middle m with n arms of 1: m ≥ n/d.
    const star = (arms: number, middle: number, middleAt: 'first' | 'last'): Triplet[] => {
      const at = middleAt === 'first' ? 0 : arms
      const shift = middleAt === 'first' ? 1 : 0
      return [
        [at, at, middle],
        ...Array.from({ length: arms }, (_, k): Triplet[] => [
          [k + shift, k + shift, 2],
          [Math.max(at, k + shift), Math.min(at, k + shift), 1],
        ]).flat(),
      ]
    }
    for (const arms of [3, 250]) {
      for (const end of ['first', 'last'] as const) {
        expect(isConvex(arms + 1, star(arms, arms / 2 + 1e-3, end)), `${arms}`).toBe(true)
        expect(isConvex(arms + 1, star(arms, arms / 2 - 1e-3, end)), `${arms}`).toBe(false)
      }
    }
  })

  it('a ring, which fills in', () => {
    // d on the diagonal, −1 to both neighbours: least eigenvalue d − 2.
    const ring = (n: number, d: number): Triplet[] => [...chain(n, d), [n - 1, 0, -1]]
    for (const n of [5, 300]) {
      expect(isConvex(n, ring(n, 2)), `${n}`).toBe(true)
      expect(isConvex(n, ring(n, 1.99)), `${n}`).toBe(false)
    }
    // Just not dominant, but for one column that makes up for it.
    expect(isConvex(300, [...ring(300, 2), [7, 7, -0.5]])).toBe(false)
    expect(isConvex(300, [...ring(300, 2.01), [7, 7, -0.1]])).toBe(true)
  })

  it('a zero pivot needs a column of zeros', () => {
    // In a long chain with one diagonal entry of zero.
    const chained = chain(300, 2.5).map(
      ([i, j, value]): Triplet => (i === 150 && j === 150 ? [i, j, 0] : [i, j, value]),
    )
    expect(isConvex(300, chained)).toBe(false)
    const long = chain(1600, 2.5).map(([i, j, value]): Triplet => (i === 150 && j === 150 ? [i, j, 0] : [i, j, value]))
    expect(isConvex(1600, long)).toBe(false)
  })

  it('a chain of other entries than one', () => {
    for (const n of [40, 300]) {
      expect(isConvex(n, chain(n, 3 * leastOf(n) + 1e-6, 3)), `${n}`).toBe(true)
      expect(isConvex(n, chain(n, 3 * leastOf(n) - 1e-6, 3)), `${n}`).toBe(false)
    }
  })

  it('a ring that is nearly flat fills in, and is another than the chain', () => {
    // Below 2 a ring is not convex, and the chain of it is: from 2 cos(π/301) = 1.99989 on.
    const n = 300
    expect(isConvex(n, [...chain(n, 2 - 3e-5), [n - 1, 0, -1]])).toBe(false)
    expect(isConvex(n, [...chain(n, 2 - 3e-5), [n - 1, 0, 0]])).toBe(true)
  })

  it('the square of a singular chain, and a little more or less', () => {
    // T² for T = chain(d) with an eigenvalue of zero: entries d² + 1 or 2, −2 d, 1.
    for (const n of [7, 1600]) {
      const d = 2 * Math.cos((3 * Math.PI) / (n + 1))
      const squared = (more: number): Triplet[] =>
        Array.from({ length: n }, (_, j): Triplet[] => {
          const own: Triplet = [j, j, d * d + (j === 0 || j === n - 1 ? 1 : 2) + more]
          const next: Triplet[] = j + 1 < n ? [[j + 1, j, -2 * d]] : []
          return [own, ...next, ...(j + 2 < n ? [[j + 2, j, 1] as const] : [])]
        }).flat()
      expect(isConvex(n, squared(1e-6)), `${n}`).toBe(true)
      expect(isConvex(n, squared(-1e-6)), `${n}`).toBe(false)
    }
  })

  it('a leaf that is zero, or nearly, beside what its neighbour allows', () => {
    // A leaf p with an entry a to a chain of 2.5: p · 2.5 against a².
    const leaf = (n: number, p: number, a: number, size = 1): Triplet[] => [
      ...chain(n, 2.5 * size, size),
      [n, n, p],
      [n, n - 1, a],
    ]
    const verdicts = (n: number) => [
      isConvex(n + 1, leaf(n, 0, 1)),
      isConvex(n + 1, leaf(n, 1e-10, 1e-3)),
      isConvex(n + 1, leaf(n, 1e-10, 1e-6)),
      isConvex(n + 1, leaf(n, 1e-4, 1e-4, 1e6)),
      isConvex(n + 1, leaf(n, 0, 1e-4, 1e6)),
      isConvex(n + 1, leaf(n, -1e-4, 0.5, 1e-3)),
    ]
    expect(verdicts(300)).toEqual([false, false, true, true, true, false])
    expect(verdicts(1600)).toEqual([false, false, true, true, true, false])
  })

  it('pivots on the largest entry, and wants zeros of what is left when it is nearly zero', () => {
    // 1e-12 beside 1: its column of 1e-7 is no negative curvature, whichever comes first.
    const pair = (a: number, b: number, c: number): boolean =>
      isConvex(2, lowerOf([[a], [b, c]])) && isConvex(2, lowerOf([[c], [b, a]]))
    expect([pair(1e-12, 1e-7, 1), pair(1e-12, 1e-4, 1)]).toEqual([true, false])
    expect(isConvex(3, lowerOf([[1e-12], [1e-7, 1], [0, 1.5, 2.25]]))).toBe(false)
    expect(isConvex(3, lowerOf([[1e-12], [1e-8, 1], [1.5e-8, 1.5, 2.25]]))).toBe(true)
    // 4 in the first place leaves zeros on the diagonal, and x beside it.
    const rest = (x: number): boolean => isConvex(3, lowerOf([[4], [2, 1], [2, 1 + x, 1]]))
    expect([rest(0), rest(1e-10), rest(-1e-10), rest(0.01), rest(-0.01)]).toEqual([true, true, true, false, false])
    // What is forgiven is 4e-9 of the largest diagonal.
    expect([rest(1.5e-8), rest(1.7e-8)]).toEqual([true, false])
  })

  it('a part too large and too dense to check is refused, not believed', () => {
    // Each of 186 columns with each other, and a chain that hangs on them.
    const [block, n] = [186, 1510]
    const dense = Array.from({ length: block }, (_, i) =>
      Array.from({ length: i + 1 }, (_, j): Triplet => [i, j, i === j ? 2 : 1]),
    ).flat()
    const tail = Array.from({ length: n - block }, (_, k): Triplet[] => [
      [block + k, block + k, 3],
      [block + k, block + k - 1, -1],
    ]).flat()
    expect(verdict(n, [...dense, ...tail])).toMatch(/^quadratic-too-large quadratic\[\d+, \d+\]$/)
    expect(isConvex(block, dense)).toBe(true)
  })
})
