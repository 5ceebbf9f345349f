import { describe, expect, it } from 'vitest'
import {
  combineDuals,
  isFixed,
  type LinearProof,
  type ProofColumn,
  type ProofRow,
} from '#src/certificates/linear-proof.js'
import { toText, zero } from '#src/numeric/decimal.js'
import { ratioOf } from '#src/numeric/ratio.js'
import { dec, text } from './decimals.js'

const column = (cost: number, lower?: number, upper?: number): ProofColumn => ({
  name: 'x',
  cost: dec(cost),
  ...(lower !== undefined && { lower: dec(lower) }),
  ...(upper !== undefined && { upper: dec(upper) }),
})
const row = (
  sense: ProofRow['sense'],
  side: number,
  dual: number,
  terms: readonly (readonly [number, number])[],
): ProofRow => ({
  name: 'r',
  sense,
  side: dec(side),
  dual: dec(dual),
  terms: terms.map(([j, a]) => [j, dec(a)] as const),
})
const proof = (columns: readonly ProofColumn[], rows: readonly ProofRow[], divisor = 1): LinearProof => ({
  notes: [],
  columns,
  rows,
  divisor: dec(divisor),
  bound: ratioOf(zero),
})
const boundBy = (...given: Parameters<typeof proof>): string | undefined => text(combineDuals(proof(...given))?.value)

describe('a combination of rows and bounds', () => {
  it('is Σ y b and what the bounds say to the reduced costs', () => {
    // x + 2 y, x + y ≥ 3 at 1.5: reduced −0.5 on x ≤ 2, 0.5 on y ≥ 1.
    const columns = [column(1, 0, 2), column(2, 1, 9)]
    const found = combineDuals(
      proof(columns, [
        row('G', 3, 1.5, [
          [0, 1],
          [1, 1],
        ]),
      ]),
    )
    expect(text(found?.value)).toBe('4')
    expect(found?.reduced.map(toText)).toEqual(['-0.5', '0.5'])
    expect(toText(found?.total ?? zero)).toBe('4')
    expect(boundBy(columns, [row('L', 3, -1, [[0, 1]]), row('E', 2, 0.5, [[1, 1]])])).toBe('-1/2')
  })

  it('is divided by the divisor, with which the costs are multiplied', () => {
    // 3 (x + 2 y), with three times the dual.
    const columns = [column(1, 0, 2), column(2, 1, 9)]
    const found = combineDuals(
      proof(
        columns,
        [
          row('G', 3, 4.5, [
            [0, 1],
            [1, 1],
          ]),
        ],
        3,
      ),
    )
    expect(text(found?.value)).toBe('4')
    expect(toText(found?.total ?? zero)).toBe('12')
  })

  it('is none with a dual of the wrong sign, and any for an equation', () => {
    const columns = [column(0, -5, 5)]
    expect(boundBy(columns, [row('G', 3, -1, [[0, 1]])])).toBeUndefined()
    expect(boundBy(columns, [row('L', 3, 1, [[0, 1]])])).toBeUndefined()
    expect(boundBy(columns, [row('G', 3, 1, [[0, 1]])])).toBe('-2')
    expect(boundBy(columns, [row('L', 3, -1, [[0, 1]])])).toBe('-8')
    expect(boundBy(columns, [row('E', 3, 1, [[0, 1]])])).toBe('-2')
    expect(boundBy(columns, [row('E', 3, -1, [[0, 1]])])).toBe('-8')
    expect(boundBy(columns, [row('G', 3, 0, [[0, 1]]), row('L', 3, 0, [[0, 1]])])).toBe('0')
  })

  it('is none where a reduced cost has no bound on its side', () => {
    expect(boundBy([column(1, undefined, 5)], [])).toBeUndefined()
    expect(boundBy([column(-1, 0)], [])).toBeUndefined()
    expect(boundBy([column(1, 3)], [])).toBe('3')
    expect(boundBy([column(-1, undefined, 3)], [])).toBe('-3')
    expect(boundBy([column(0)], [])).toBe('0')
    expect(boundBy([column(2)], [row('E', 3, 2, [[0, 1]])])).toBe('6')
  })

  it('knows a column of one value', () => {
    expect([
      isFixed(column(0, 2, 2)),
      isFixed(column(0, 2, 3)),
      isFixed(column(0, 2)),
      isFixed(column(0, undefined, 2)),
    ]).toEqual([true, false, false, false])
  })
})
