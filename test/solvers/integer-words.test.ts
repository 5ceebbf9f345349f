import { describe, expect, it } from 'vitest'
import { judgeFeasibility } from '#src/certificates/index.js'
import { type FormInput, fromTriplets, solveForm, solvers, standardForm } from '#src/index.js'
import { judgeIntegerPoint } from '#src/solve/integers/judge-integer-point.js'
import { objectiveGrid } from '#src/solve/integers/objective-grid.js'
import { form } from './cases/case.js'

const oo = Infinity
const names = solvers.filter(({ capabilities }) => capabilities.integer).map(({ name }) => name)
const doubles = (...values: number[]): Float64Array => Float64Array.from(values)

/** min p + 2q + 100a + 60b,  p + q ≥ 8,  p ≤ M a,  q ≤ M b: one of the two must be opened, which costs 76 at least. */
const plants = (bigM: number): FormInput =>
  form({
    cost: [1, 2, 100, 60],
    rows: [
      [8, [1, 1, 0, 0], oo],
      [-oo, [1, 0, -bigM, 0], 0],
      [-oo, [0, 1, 0, -bigM], 0],
    ],
    upper: [oo, oo, 1, 1],
    integer: [false, false, true, true],
  })

/** A bound of branch and bound was 6,000,000 here, where x = (0, −9, 0) is feasible and free. */
const smallNumbers = form({
  cost: [0, 0, -6e6],
  rows: [[1.7e-5, [-3e7, -2e-6, -2], oo]],
  lower: [0, -9, -1],
  upper: [1, 1, 1],
  integer: [true, false, true],
})

/** Branch and bound called this infeasible, with and without presolve. */
const wide: FormInput = {
  linear: [
    8.249336000519132e-8, 0, 0, -4.3260630974902504e-8, -7550358.126060597, 0.2330304318883695, 0,
    -0.025091351934414446, 0, -77.19390398306672,
  ],
  matrix: fromTriplets(5, 10, [
    [0, 2, 1998.9733046838796],
    [0, 3, -28093185.981563956],
    [0, 4, 4982.523620957262],
    [0, 5, -40336.04580560631],
    [0, 6, -359257.18772810727],
    [0, 7, 0.0015719021186310711],
    [0, 8, -6.823072325413991e-8],
    [0, 9, -79363.28876365598],
    [1, 3, 1.7794516124363963e-6],
    [1, 4, 4772367.9144474715],
    [1, 5, 14.282882436470771],
    [1, 9, -0.0009556297305450353],
    [2, 0, -1907.9210822741502],
    [2, 1, -598548.4454856368],
    [2, 2, 5.3161892889797775],
    [2, 7, 0.001399527964128578],
    [2, 8, -22.112189052653775],
    [3, 0, -10884302.26796736],
    [3, 4, 4630591.028637793],
    [3, 5, -25168920.303997464],
    [4, 0, 210.27333357871967],
    [4, 5, -1973.169236857425],
    [4, 7, 77574.03975826397],
  ]),
  rowLower: [56275700.302277006, 9544735.829847014, -3904.288121702987, -oo, 155568.62618368538],
  rowUpper: [oo, 9544735.829847014, oo, -12507421.478659134, 155568.62618368538],
  lower: [-8, 0, -10, -12, -8, -10, -10, 1, 4, -1],
  upper: [12, 1, 10, 8, 3, 10, 1, 2, 14, 9],
  integer: [true, false, true, true, true, false, false, true, false, true],
}

/**
 * y lies in one of three intervals, each switched on by a binary: 261 is to be gained in the first. The terms of a bound
 * over open binaries hold M, and no gap may be forgiven for their size.
 */
const intervals = (bigM: number): FormInput =>
  form({
    cost: [-2, -2, 1, 0, 0],
    rows: [
      ...[
        [39, 42],
        [37, 41],
        [12, 12],
      ].flatMap(([from, to], k): [number, number[], number][] => {
        const row = (value: number): number[] => [1, 0, ...[0, 1, 2].map((other) => (other === k ? value : 0))]
        return [
          [from! - bigM, row(-bigM), oo],
          [-oo, row(bigM), to! + bigM],
        ]
      }),
      [1, [0, 0, 1, 1, 1], 2],
      [-5, [-2, 1, 0, 0, 0], 5],
    ],
    lower: [-oo, -oo, 0, 0, 0],
    upper: [oo, oo, 1, 1, 1],
    integer: [false, false, true, true, true],
  })

/** 0.9 ≤ x − y ≤ 0.8 over integers without upper bounds: branch and bound never ends. */
const band = form({
  cost: [1, 1],
  rows: [
    [0.9, [1, -1], oo],
    [-oo, [1, -1], 0.8],
  ],
  integer: [true, true],
})

describe.each(names)('%s', (solver) => {
  it.each([1e7, 1e12])('no M forgives a closed plant: M = %d', async (bigM) => {
    expect(await solveForm(plants(bigM), { solver })).toMatchObject({ status: 'optimal', objective: 76 })
  })
  it.each([1e4, 2.5e12])('no M forgives a gap: M = %d', async (bigM) => {
    const outcome = await solveForm(intervals(bigM), { solver })
    expect(outcome).toMatchObject({ status: 'optimal', objective: -261 })
  })
  it('a bound is a proved bound', async () => {
    const outcome = await solveForm(smallNumbers, { solver })
    expect(outcome).toMatchObject({ status: 'optimal', objective: 0, boundProof: 'tree' })
  })
  it('a feasible program is not called infeasible', async () => {
    const outcome = await solveForm(wide, { solver })
    expect(outcome.status).toBe('optimal')
    expect(outcome.objective).toBeCloseTo(-15_100_639.1084, 3)
  })
  it('what the relaxation rules out is found before branch and bound is asked', async () => {
    const outcome = await solveForm(band, { solver, timeLimitSeconds: 30 })
    expect(outcome).toMatchObject({ status: 'infeasible', solver: { status: 'not run' } })
  })
})

describe('what acts in a row', () => {
  const at = (bigM: number, ...x: number[]): number =>
    judgeFeasibility(standardForm(plants(bigM)), doubles(...x)).relative
  it('an integer at zero forgives nothing, one at 1 and a column that may move do', () => {
    expect(at(1e9, 8, 0, 0, 0)).toBe(1)
    expect(at(1e9, 8, 0, 1, 0)).toBe(0)
    const moving = { ...standardForm(plants(1e9)), integer: new Uint8Array(4) }
    expect(judgeFeasibility(moving, doubles(8, 0, 0, 0)).relative).toBeCloseTo(8e-9, 15)
    const still = { ...moving, upper: doubles(oo, oo, 0, 0) }
    expect(judgeFeasibility(still, doubles(8, 0, 0, 0)).relative).toBe(1)
  })
  it('M that cancels between integers, or stands on a column that a row pins, forgives nothing', () => {
    const cancels = standardForm(
      form({ cost: [1, 0, 0], rows: [[-oo, [1, 1e9, -1e9], 5]], upper: [oo, 1, 1], integer: [false, true, true] }),
    )
    expect(judgeIntegerPoint(cancels, doubles(13, 1, 1)).relative).toBeGreaterThan(0.5)
    expect(judgeIntegerPoint(cancels, doubles(5, 1, 1)).relative).toBe(0)
    const pinned = standardForm(
      form({
        cost: [1, 0, 0],
        rows: [
          [-oo, [1, -1e9, 0], 0],
          [-oo, [0, 1, -1], 0],
        ],
        upper: [oo, 1, 1],
        integer: [false, false, true],
      }),
    )
    expect(judgeIntegerPoint(pinned, doubles(8, 0, 0)).relative).toBe(1)
  })
  it('rows of integers alone hold exactly, in the decimals as written', () => {
    const decimals = standardForm(form({ cost: [1, 1], rows: [[-oo, [0.1, 0.2], 0.3]], integer: [true, true] }))
    expect(judgeIntegerPoint(decimals, doubles(1, 1)).relative).toBe(0)
    const short = { ...decimals, rowUpper: doubles(0.2999999999999) }
    expect(judgeIntegerPoint(short, doubles(1, 1)).relative).toBe(oo)
    expect(judgeIntegerPoint(decimals, doubles(1, 1e-9)).relative).toBe(oo)
  })
})

it('a bound moves up to the next value of an objective of integers', () => {
  const raised = objectiveGrid(standardForm(form({ cost: [0.4, -0.6, 0], integer: [true, true, false], offset: 1 })))
  expect(raised(1.01)).toBeCloseTo(1.2, 12)
  expect(raised(1.2)).toBeCloseTo(1.2, 12)
  expect(raised(-oo)).toBe(-oo)
  const mixed = objectiveGrid(standardForm(form({ cost: [1, 1], integer: [true, false] })))
  expect(mixed(1.01)).toBe(1.01)
})

it('squares beside an integer variable are refused, and both are named', async () => {
  const squares = form({ cost: [0, -0.4], quadratic: [[1, 1, 2]], integer: [true, true] })
  const refused = expect.objectContaining({
    code: 'not-expressible',
    path: 'integer[0]',
    message: expect.stringMatching(/integer variables \(the first is 0\).*column 1/),
  })
  for (const solver of [undefined, 'highs']) await expect(solveForm(squares, { solver })).rejects.toThrow(refused)
})
