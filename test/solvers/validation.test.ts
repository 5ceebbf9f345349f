import { describe, expect, it } from 'vitest'
import { type FormInput, fromTriplets, SpillwayError, solveForm } from '#src/index.js'
import { form } from './cases/case.js'

/** One broken field each, from one good base. */
const base: FormInput = form({ cost: [1, 2], rows: [[3, [1, 1], Infinity]], quadratic: [[0, 0, 1]] })
const code = async (input: FormInput, options = {}): Promise<string> => {
  const error: unknown = await solveForm(input, options).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(SpillwayError)
  return (error as SpillwayError).code
}

describe('validation of forms', () => {
  it('the base is good', async () => expect((await solveForm(base)).status).toBe('optimal'))

  const broken: readonly (readonly [string, FormInput, string])[] = [
    ['a cost is NaN', { ...base, linear: [1, Number.NaN] }, 'form-number'],
    ['a cost is infinite', { ...base, linear: [1, Infinity] }, 'form-number'],
    ['a bound is NaN', { ...base, lower: [0, Number.NaN] }, 'form-number'],
    ['a row bound is NaN', { ...base, rowLower: [Number.NaN] }, 'form-number'],
    ['a coefficient is NaN', { ...base, matrix: fromTriplets(1, 2, [[0, 0, Number.NaN]]) }, 'form-number'],
    ['a bound too few', { ...base, upper: [1] }, 'form-shape'],
    ['a row bound too many', { ...base, rowUpper: [1, 2] }, 'form-shape'],
    ['an integer flag too few', { ...base, integer: [true] }, 'form-shape'],
    ['Q of another size', { ...base, quadratic: fromTriplets(1, 1, [[0, 0, 1]]) }, 'form-shape'],
    ['Q above the diagonal', { ...base, quadratic: fromTriplets(2, 2, [[0, 1, 1]]) }, 'form-triangle'],
    ['Q curves down', { ...base, quadratic: fromTriplets(2, 2, [[1, 1, -1]]) }, 'not-convex'],
    [
      'Q curves down off the diagonal',
      {
        ...base,
        quadratic: fromTriplets(2, 2, [
          [0, 0, 1],
          [1, 0, 2],
          [1, 1, 1],
        ]),
      },
      'not-convex',
    ],
    ['Q and integer variables', { ...base, integer: [true, false] }, 'not-expressible'],
    ['a row index outside', { ...base, matrix: { ...base.matrix, indices: Int32Array.of(0, 5) } }, 'form-matrix'],
    ['starts that fall', { ...base, matrix: { ...base.matrix, starts: Int32Array.of(0, 3, 2) } }, 'form-matrix'],
  ]
  it.each(broken)('%s', async (_, input, expected) => expect(await code(input)).toBe(expected))

  it('options', async () => {
    expect(await code(base, { solver: 'cplex' })).toBe('unknown-solver')
    expect(await code(base, { solver: 'jslp' })).toBe('not-expressible')
    expect(await code(base, { tolerance: -1 })).toBe('option-value')
    expect(await code(base, { timeLimitSeconds: 0 })).toBe('option-value')
  })

  it('an unknown solver is refused with who is present', async () => {
    const error = await solveForm(base, { solver: 'cplex' }).catch((reason: SpillwayError) => reason)
    expect(String((error as SpillwayError).cure)).toMatch(/highs.*jslp.*yalps.*glpk/)
  })

  it('a form beyond the memory of WebAssembly is refused with an estimate', async () => {
    const rows = 600_000
    const error = await solveForm({
      linear: [1],
      matrix: fromTriplets(rows, 1, []),
      rowLower: new Float64Array(rows),
      rowUpper: new Float64Array(rows),
      lower: [0],
      upper: [1],
    }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'too-large' })
    expect(String((error as SpillwayError).value)).toMatch(/MB/)
  })
})
