import { fromTriplets, solveForm } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../books.js'

/**
 * Rows of integer variables alone, with coefficients and sides that were computed in doubles: what rounding left of a side rules out no point,
 * while rows of decimals as somebody writes them hold exactly or not at all. The oracle counts through the box.
 */
const SEED = 1400
const CASES = 8
/** Twice what a sum of three terms in doubles can be off, relative to their magnitudes. */
const ROUNDING = 2 ** -50

/** The least cost over all integer points of the box that keep the rows but for rounding. */
function counted(
  cost: readonly number[],
  rows: readonly (readonly number[])[],
  sides: readonly (readonly [number, number])[],
  reach: number,
) {
  let best = Infinity
  const x = cost.map(() => -reach)
  for (;;) {
    const keeps = rows.every((row, i) => {
      const terms = row.map((a, j) => a * x[j]!)
      const sum = terms.reduce((a, b) => a + b, 0)
      const slack =
        ROUNDING * terms.reduce((a, b) => a + Math.abs(b), Math.max(...sides[i]!.filter(Number.isFinite).map(Math.abs)))
      return sum >= sides[i]![0] - slack && sum <= sides[i]![1] + slack
    })
    if (keeps)
      best = Math.min(
        best,
        cost.reduce((sum, c, j) => sum + c * x[j]!, 0),
      )
    let j = 0
    while (j < x.length && x[j] === reach) x[j++] = -reach
    if (j === x.length) return best
    x[j]!++
  }
}

describe(`integer programs with computed rows (seed ${SEED})`, () => {
  it.each([undefined, 'glpk'])('solver %s finds what counting finds', async (solver) => {
    let tight = 0
    for (let n = 0; n < CASES; n++) {
      const random = randomFrom(SEED + n)
      const size = random.whole(2, 4)
      const reach = 3
      const at = Array.from({ length: size }, () => random.whole(-reach, reach))
      const cost = at.map(() => random.whole(-3, 3))
      const rows = Array.from({ length: random.whole(1, 2) }, () =>
        at.map(() => random.between(-1, 1) * 10 ** random.whole(-3, 3)),
      )
      const sides = rows.map((row): [number, number] => {
        const side = row.reduce((sum, a, j) => sum + a * at[j]!, 0)
        return random.pick([
          [side, side],
          [side, Infinity],
          [-Infinity, side],
        ])
      })
      tight += sides.filter(([low, high]) => low === high).length
      const outcome = await solveForm(
        {
          linear: cost,
          matrix: fromTriplets(
            rows.length,
            size,
            rows.flatMap((row, i) => row.map((a, j) => [i, j, a] as const)),
          ),
          rowLower: sides.map(([low]) => low),
          rowUpper: sides.map(([, high]) => high),
          lower: at.map(() => -reach),
          upper: at.map(() => reach),
          integer: at.map(() => true),
        },
        { ...(solver !== undefined && { solver }) },
      )
      expect(outcome.status, `${n}: ${outcome.reason}`).toBe('optimal')
      expect(outcome.objective).toBe(counted(cost, rows, sides, reach))
    }
    expect(tight).toBeGreaterThan(3)
  })

  it('decimals as they are written forgive nothing', async () => {
    const given = (side: number) =>
      solveForm({
        linear: [1, 1],
        matrix: fromTriplets(1, 2, [
          [0, 0, 0.1],
          [0, 1, 0.2],
        ]),
        rowLower: [side],
        rowUpper: [side],
        lower: [0, 0],
        upper: [9, 9],
        integer: [true, true],
      })
    expect((await given(0.3)).objective).toBe(2)
    expect((await given(0.35)).status).toBe('infeasible')
    expect((await given(0.30000000000001)).status).toBe('infeasible')
    // A side that was computed, 0.1 + 0.2 in doubles, is met.
    expect((await given(0.1 + 0.2)).objective).toBe(2)
  })
})
