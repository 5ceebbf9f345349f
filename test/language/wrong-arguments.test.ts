import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize } from '#src/canonical/canonicalize.js'
import { standardForm } from '#src/canonical/standard-form.js'
import { SpillwayError } from '#src/errors.js'
import { formats, readableNames, readLp, readMps, readSolution, viprText } from '#src/formats/index.js'
import {
  absolute,
  cvar,
  Expression,
  evar,
  logSumExp,
  maximum,
  norm2,
  Program,
  positivePart,
  quadraticForm,
  standardDeviation,
  sumOfLargest,
  sumSquares,
} from '#src/language/index.js'
import { fromTriplets } from '#src/numeric/index.js'
import { solveForm } from '#src/solve/solve-form.js'

/** What plain JavaScript lets through, and no type does. */
const junk: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  -1.5,
  'x',
  '',
  true,
  7n,
  Symbol('s'),
  {},
  [],
  ['x'],
  [[]],
  { length: 2 },
  () => 0,
  new Map(),
  Promise.resolve(),
  new Date(0),
  new DataView(new ArrayBuffer(8)),
  new Array(2),
  [1n, 2n, 3n],
  ['x', 'y', 'z'],
  [null, null, null],
  new Set(['x']),
  new Proxy({}, {}),
]

/** Every public function of the language and of forms with good arguments. */
function calls(): readonly (readonly [name: string, call: (...given: never[]) => unknown, good: readonly unknown[]])[] {
  const program = new Program()
  const x = program.variables('x', 3, { lower: 0, upper: 5 })
  const method =
    (name: keyof Expression) =>
    (...given: never[]) =>
      (x[name] as (...all: never[]) => unknown).apply(x, given)
  const form = canonicalize(program).form
  return [
    ['variables', (...given: never[]) => new Program().variables(...(given as [never, never])), ['y', 2, { lower: 0 }]],
    [
      'subjectTo',
      (...given: never[]) => program.subjectTo(...(given as [never, never])),
      ['y', x.atMost(1), ['a', 'b', 'c']],
    ],
    ['minimize', (given: never) => new Program().minimize(given), [Expression.constant([1])]],
    ['maximize', (given: never) => new Program().maximize(given), [Expression.constant([1])]],
    ['constant', (given: never) => Expression.constant(given), [[1, 2]]],
    ['concat', (given: never) => Expression.concat(given), [[x, x]]],
    ...(['plus', 'minus', 'times', 'atMost', 'atLeast', 'equals', 'dot'] as const).map(
      (name) => [name, method(name), [[1, 2, 3]]] as const,
    ),
    ['between', method('between'), [0, [1, 2, 3]]],
    ['gather', method('gather'), [[0, 2]]],
    ['sumBy', method('sumBy'), [[0, 0, 1], 2]],
    ['evaluate', method('evaluate'), [[1, 2, 3]]],
    ['maximum', (...given: never[]) => maximum(...(given as never[])), [x, 2, 'label']],
    ['at', method('at'), [1]],
    ['absolute', (...given: never[]) => absolute(...(given as [never])), [x, 'label']],
    ['sumOfLargest', (...given: never[]) => sumOfLargest(...(given as [never, never])), [x, 2, 'label']],
    [
      'quadraticForm',
      (...given: never[]) => quadraticForm(...(given as [never, never])),
      [
        x,
        [
          [2, 1, 0],
          [1, 2, 0],
          [0, 0, 1],
        ],
        'label',
      ],
    ],
    ['norm2', (...given: never[]) => norm2(...(given as [never])), [x, 'label']],
    ['logSumExp', (...given: never[]) => logSumExp(...(given as [never])), [x, 'label']],
    ['evar', (...given: never[]) => evar(...(given as [never, never])), [x, 0.5, 1, 'label']],
    [
      'standardDeviation',
      (...given: never[]) => standardDeviation(...(given as [never, never])),
      [
        x,
        [
          [2, 1, 0],
          [1, 2, 0],
          [0, 0, 1],
        ],
        'label',
      ],
    ],
    ['readSolution', (given: never) => readSolution(given), ['x 1\ny 2\n']],
    ['readableNames', (...given: never[]) => readableNames(...(given as [never, never, never])), ['lp', ['x'], ['r']]],
    ...(['lp', 'mps', 'glpk', 'jslp', 'osqp'] as const).map(
      (format) =>
        [
          `formats.${format}`,
          (...given: never[]) => [...formats[format].compile(...(given as [never, never]))],
          [form, { columns: ['x', 'y', 'z'], rows: [] }],
        ] as const,
    ),
    ['readLp', (given: never) => readLp(given), ['Minimize\n obj: x\nEnd\n']],
    [
      'readMps',
      (...given: never[]) => readMps(...(given as [never, never])),
      ['NAME\nROWS\n N obj\nCOLUMNS\n x obj 1\nENDATA\n', { layout: 'free' }],
    ],
    ['positivePart', (...given: never[]) => positivePart(...(given as [never])), [x, 'label']],
    ['sumSquares', (...given: never[]) => sumSquares(...(given as [never])), [x, 2, 'label']],
    ['cvar', (...given: never[]) => cvar(...(given as [never, never])), [x, 0.5, 1, 'label']],
    ['canonicalize', (given: never) => canonicalize(given), [program]],
    ['standardForm', (given: never) => standardForm(given), [form]],
    ['fromTriplets', (...given: never[]) => fromTriplets(...(given as [never, never, never])), [1, 2, [[0, 1, 3]]]],
    ['a triplet', (...given: never[]) => fromTriplets(2, 2, [given as never]), [0, 1, 3]],
    ...Object.keys(form).map(
      (field) =>
        [
          `form.${field}`,
          (given: never) => standardForm({ ...form, [field]: given }),
          [form[field as 'linear']],
        ] as const,
    ),
  ]
}

describe('a wrong argument throws in our words', () => {
  it('whatever stands for one argument of any function, it answers or names what is wrong', () => {
    let refused = 0
    for (const [name, call, good] of calls()) {
      call(...(good as never[]))
      for (let at = 0; at < good.length; at++) {
        for (const wrong of junk) {
          const [, fresh] = calls().find(([other]) => other === name)!
          try {
            fresh(...(good.with(at, wrong) as never[]))
          } catch (error) {
            expect(error, `${name}, argument ${at}: ${String(error)}`).toBeInstanceOf(SpillwayError)
            refused++
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(500)
  })

  it('a proof that is none', () => {
    for (const wrong of junk)
      expect(() => viprText(wrong as never), String(wrong?.constructor)).toThrow(
        expect.objectContaining({ code: 'wrong-type' }),
      )
  })

  it('names the field and the nearest one there is', async () => {
    const { form } = canonicalize(new Program())
    const wrong = await solveForm(form, { tolerence: 1 } as object).catch((error: unknown) => error)
    expect(wrong).toMatchObject({ code: 'unknown-option', path: 'options.tolerence' })
    expect((wrong as SpillwayError).cure).toContain('Did you mean "tolerance"?')
    expect(() => new Program().variables('x', 1, { lowr: 0 } as object)).toThrow(/variables\('x'\)\.lowr.*"lower"/s)
    const { rowLower, ...rest } = form
    expect(() => standardForm({ ...rest, rowlower: rowLower } as never)).toThrow(/form\.rowlower.*"rowLower"/s)
    expect(() => standardForm(canonicalize(new Program()) as never)).toThrow(/Hand over its `form`/)
    expect(() => standardForm(new Program() as never)).toThrow(/this is a program/)
  })

  it('a comparison of JavaScript is no constraint', () => {
    const program = new Program()
    const x = program.variables('x', 1)
    expect(() => program.subjectTo('cap', ((x as never) <= 3) as never)).toThrow(/subjectTo\('cap'\).*atMost/s)
  })
})

describe('maximum', () => {
  const entries = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 1, maxLength: 3 })

  it('is the largest entry over all arguments, with a label and without, whatever their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(entries, fc.integer({ min: -9, max: 9 })), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (blocks, isLabelled) => {
          const program = new Program()
          const x = program.variables('x', 1)
          const operands = blocks.map((block) => (typeof block === 'number' ? block : x.plus(block)))
          const worst = isLabelled ? maximum(...operands, 'worst') : maximum(...operands)
          const at = 2.5
          const values = blocks.flatMap((block) =>
            typeof block === 'number' ? [block] : block.map((entry) => at + entry),
          )
          expect(worst.evaluate([at])[0]).toBe(Math.max(...values))
          if (worst.space !== undefined && isLabelled) expect(program.space.applications[0]?.label).toBe('worst')
        },
      ),
      { seed: 9, numRuns: 200 },
    )
  })

  it('min max(4 − x, 2x) over 0 ≤ x ≤ 10 is 8/3', async () => {
    const program = new Program()
    const x = program.variables('x', 1, { lower: 0, upper: 10 })
    program.minimize(maximum(x.times(-1).plus(4), x.times(2)))
    const outcome = await solveForm(canonicalize(program).form)
    expect(outcome.status).toBe('optimal')
    expect(outcome.objective).toBeCloseTo(8 / 3, 9)
  })

  it('of nothing is refused, and so is an argument that is no block', () => {
    expect(() => (maximum as () => unknown)()).toThrow(SpillwayError)
    expect(() => maximum([], [])).toThrow(/empty-maximum/)
    const x = new Program().variables('x', 1)
    expect(() => maximum(x, { label: 'worst' } as never)).toThrow(/maximum\[1\]/)
  })
})
