import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gini, lorenzCurve, topShare } from '#models/analysis/compare/concentration.js'
import { lossCurve } from '#models/analysis/compare/move-curve.js'

const amounts = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e9, noNaN: true })), {
  minLength: 1,
  maxLength: 40,
})
const sorted = (list: readonly number[]): Float64Array => Float64Array.from(list).sort()
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0)
const near = (a: number, b: number, scale = 1): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * scale)

describe('concentration', () => {
  it('Gini is the mean difference over twice the mean', () => {
    fc.assert(
      fc.property(amounts, (list) => {
        const total = sum(list)
        if (total === 0) {
          expect(gini(sorted(list))).toBeNull()
          return
        }
        const differences = sum(list.flatMap((a) => list.map((b) => Math.abs(a - b))))
        near(gini(sorted(list))!, differences / (2 * list.length * total))
      }),
      { seed: 1 },
    )
    expect(gini(sorted([0, 0, 0, 8]))).toBe(0.75)
    expect(gini(sorted([2, 2, 2]))).toBe(0)
  })

  it('the Lorenz curve lies above a Gini of its own, rises, and ends at one', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 60 }), (list, steps) => {
        if (sum(list) === 0) return
        const curve = lorenzCurve(sorted(list), steps)
        expect(curve).toHaveLength(steps + 1)
        near(curve[0], 0)
        near(curve.at(-1)!, 1)
        for (let g = 1; g <= steps; g++) expect(curve[g] - curve[g - 1]).toBeGreaterThanOrEqual(-1e-12)
        // At a whole number of accounts it is the share of the smallest of them.
        const fine = lorenzCurve(sorted(list), list.length)
        const ascending = [...list].sort((a, b) => a - b)
        for (const i of ascending.keys()) near(fine[i], sum(ascending.slice(0, i)) / sum(list))
        // Twice the area between it and the diagonal is the Gini coefficient.
        const area = sum(fine.slice(1).map((share, i) => (share + fine[i]) / 2)) / list.length
        near(gini(sorted(list))!, 1 - 2 * area)
      }),
      { seed: 2 },
    )
  })

  it('the top share is that of the largest', () => {
    expect(topShare(sorted([5, 1, 4]), 2)).toBe(0.9)
    expect(topShare(sorted([5, 1, 4]), 10)).toBe(1)
    expect(topShare(sorted([0]), 10)).toBeNull()
  })
})

describe('the loss curve', () => {
  const moves = Array.from({ length: 51 }, (_, g) => (g - 25) / 50)
  const account = fc.tuple(
    fc.oneof(fc.constant(0), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    fc.oneof(fc.constant(0), fc.double({ min: -1e7, max: 1e7, noNaN: true })),
  )

  it('is the sum of what each account lacks, move by move', () => {
    fc.assert(
      fc.property(fc.array(account, { maxLength: 30 }), (list) => {
        const book = { equity: Float64Array.from(list, ([e]) => e), exposure: Float64Array.from(list, ([, z]) => z) }
        const curve = lossCurve({ ...book, loading: new Float64Array(), moves: 'common' }, moves)
        moves.forEach((f, g) => {
          near(curve[g], sum(list.map(([e, z]) => Math.max(0, -e - z * f))), 1e9)
        })
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('of an account that is ruined by a rise of 20 %', () => {
    const one = { equity: Float64Array.of(20), exposure: Float64Array.of(-100), loading: new Float64Array() }
    expect(lossCurve({ ...one, moves: 'common' }, [-0.5, 0, 0.2, 0.3, 0.5])).toEqual([0, 0, 0, 10, 30])
  })
})

it('the page of definitions knows every column of the page', async () => {
  const text = await readFile(new URL('../../../docs/compare.md', import.meta.url), 'utf8')
  for (const field of [
    'maxLeverage',
    'meanLeverage',
    'touched',
    'closed',
    'gini',
    'topTenShare',
    'profitRealised',
    'profitKnown',
    'maxHaircut',
    'largestProfitLeft',
    'profitToSolvency',
  ]) {
    expect(text).toContain(`\`${field}\``)
  }
})
