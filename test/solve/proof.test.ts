import { describe, expect, it } from 'vitest'
import { impliedBounds } from '#src/certificates/implied-bounds.js'
import { fromTriplets, standardForm } from '#src/index.js'
import { prover, type SolveContext } from '#src/solve/context.js'
import { prove } from '#src/solve/proof.js'

/** Minimise x with x ≥ 1 by a row: dual 1, optimum 1. */
const form = standardForm({
  linear: [1],
  matrix: fromTriplets(1, 1, [[0, 0, 1]]),
  rowLower: [1],
  rowUpper: [Infinity],
  lower: [0],
  upper: [10],
})
const context: SolveContext = {
  form,
  bounds: impliedBounds(form),
  solver: prover,
  tolerance: 1e-6,
  isInteger: false,
  remaining: () => 1,
  ask: () => Promise.reject(new Error('nobody is asked')),
}
const proofAt = (x: number) =>
  prove(context, Float64Array.of(x), { claim: 'optimal', status: 'optimal', rowPrices: Float64Array.of(1) })

describe('the gap of a point', () => {
  it('is closed at the bound, and from either side within the tolerance', async () => {
    for (const x of [1, 1 + 5e-7, 1 - 5e-7]) {
      const proof = await proofAt(x)
      expect(proof.isClosed, `x = ${x}`).toBe(true)
      expect(proof.relativeGap).toBeLessThanOrEqual(1e-6)
      expect(proof.rowPrices).toEqual(Float64Array.of(1))
    }
  })

  it('is open far above the bound', async () => {
    expect(await proofAt(2)).toMatchObject({ isClosed: false, bound: 1, relativeGap: 0.5 })
  })

  it('is none where the value lies far below the bound: the point breaks a row', async () => {
    for (const x of [0, 0.5, 0.999, 1 - 1e-5]) {
      const proof = await proofAt(x)
      expect(proof.isClosed, `x = ${x}`).toBe(false)
      expect(proof.relativeGap).toBeUndefined()
      expect(proof.reason).toContain('breaks rows')
    }
  })

  it('is not closed by the terms of poor duals while others close it by the value', async () => {
    // Minimise x with x ≥ 1 and x = w, 1 ≤ w ≤ 1 + 7e-14: duals (1 + t, −t) prove 1 − 7e-14 t, in terms of size t.
    const tied = standardForm({
      linear: [1, 0],
      matrix: fromTriplets(2, 2, [
        [0, 0, 1],
        [1, 0, 1],
        [1, 1, -1],
      ]),
      rowLower: [1, 0],
      rowUpper: [Infinity, 0],
      lower: [0, 1],
      upper: [10, 1 + 7e-14],
    })
    const prices = (t: number) =>
      ({ claim: 'optimal', status: 'optimal', rowPrices: Float64Array.of(1 + t, -t) }) as const
    let asked = 0
    const proofBy = (t: number) =>
      prove(
        {
          ...context,
          form: tied,
          bounds: impliedBounds(tied),
          ask: async () => {
            asked++
            return { answer: prices(0) } as never
          },
        },
        Float64Array.of(1, 1),
        prices(t),
      )
    const poor = await proofBy(1e14)
    expect(poor).toMatchObject({ isClosed: true, isSharp: true, bound: 1 })
    expect(poor.rowPrices).toEqual(Float64Array.of(1, 0))
    expect(asked).toBe(1)
    expect(await proofBy(0)).toMatchObject({ isClosed: true, isSharp: true, bound: 1 })
    expect(asked).toBe(1)
  })
})
