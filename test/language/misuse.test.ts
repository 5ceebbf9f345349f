import { describe, expect, it } from 'vitest'
import { canonicalize } from '#src/canonical/canonicalize.js'
import { SpillwayError } from '#src/errors.js'
import {
  absolute,
  cvar,
  Expression,
  maximum,
  Program,
  positivePart,
  quadraticForm,
  sumOfLargest,
  sumSquares,
} from '#src/language/index.js'

/** One good base for every mistake. */
function base() {
  const program = new Program()
  const x = program.variables('x', 3, { lower: 0, upper: [1, 2, 3] })
  program.subjectTo('total', x.sum().equals(2))
  return { program, x, convex: positivePart(x.minus(1), 'loss') }
}

type Base = ReturnType<typeof base>

const mistakes: readonly [says: string, code: string, path: string, make: (base: Base) => unknown][] = [
  ['a factor of another length', 'expression-shape', 'times', ({ x }) => x.times([1, 2])],
  ['a NaN factor', 'expression-number', 'times[1]', ({ x }) => x.times([1, Number.NaN, 2])],
  ['an infinite factor', 'expression-number', 'times[0]', ({ x }) => x.times(Infinity)],
  ['an infinite constant', 'expression-number', 'constant[0]', ({ x }) => x.plus([Infinity, 0, 0])],
  ['a sum of other lengths', 'expression-shape', 'plus', ({ x }) => x.plus(x.gather([0, 1]))],
  ['weights of another length', 'expression-shape', 'times', ({ x }) => x.dot([1])],
  ['a row that is not there', 'row-outside', 'gather[1]', ({ x }) => x.gather([0, 3])],
  ['half a row', 'row-outside', 'gather[0]', ({ x }) => x.gather([0.5])],
  ['a group that is not there', 'row-outside', 'sumBy.groups[2]', ({ x }) => x.sumBy([0, 1, 2], 2)],
  ['groups of another length', 'expression-shape', 'sumBy.groups', ({ x }) => x.sumBy([0, 1], 2)],
  ['half a group', 'bad-size', 'sumBy.count', ({ x }) => x.sumBy([0, 0, 0], 1.5)],
  ['a point too short', 'expression-shape', 'evaluate', ({ x }) => x.evaluate([1, 2])],
  ['a NaN bound of a row', 'expression-number', 'atMost[0]', ({ x }) => x.atMost(Number.NaN)],
  ['bounds of another length', 'expression-shape', 'between.upper', ({ x }) => x.between(0, [1, 2])],
  ['two programs in a sum', 'mixed-programs', 'blocks[1]', ({ x }) => x.plus(base().x)],
  [
    'another program in a row',
    'mixed-programs',
    "subjectTo('y')",
    ({ program }) => program.subjectTo('y', base().x.atMost(1)),
  ],
  ['another program to minimise', 'mixed-programs', 'minimize', ({ program }) => program.minimize(base().x.sum())],
  ['a negative size', 'bad-size', "variables('y')", ({ program }) => program.variables('y', -1)],
  ['a name twice', 'duplicate-name', "variables('x')", ({ program }) => program.variables('x', 1)],
  [
    'a name twice, rows',
    'duplicate-name',
    "subjectTo('total')",
    ({ program, x }) => program.subjectTo('total', x.atMost(1)),
  ],
  [
    'a NaN bound of a variable',
    'expression-number',
    "variables('y').lower[0]",
    ({ program }) => program.variables('y', 1, { lower: Number.NaN }),
  ],
  [
    'too few bounds',
    'expression-shape',
    "variables('y').upper",
    ({ program }) => program.variables('y', 2, { upper: [1] }),
  ],
  [
    'too few labels',
    'expression-shape',
    "subjectTo('y').labels",
    ({ program, x }) => program.subjectTo('y', x.atMost(1), ['one']),
  ],
  ['an objective of three rows', 'objective-rows', 'minimize', ({ program, x }) => program.minimize(x)],
  [
    'two objectives',
    'objective-repeated',
    'maximize',
    ({ program, x }) => {
      program.minimize(x.sum())
      program.maximize(x.sum())
    },
  ],
  ['maximising a convex one', 'not-convex', 'maximize[0]', ({ program, convex }) => program.maximize(convex.sum())],
  [
    'minimising a concave one',
    'not-convex',
    'minimize[0]',
    ({ program, convex }) => program.minimize(convex.dot([1, -1, 1])),
  ],
  [
    'a convex row bounded below',
    'not-convex',
    "subjectTo('y')[0]",
    ({ program, convex }) => program.subjectTo('y', convex.atLeast(1)),
  ],
  [
    'a concave row bounded above, by a convex expression',
    'not-convex',
    "subjectTo('y')[0]",
    ({ program, x, convex }) => program.subjectTo('y', x.atMost(convex)),
  ],
  [
    'a convex row set equal',
    'not-convex',
    "subjectTo('y')[0]",
    ({ program, convex }) => program.subjectTo('y', convex.equals(1)),
  ],
  [
    'a convex row in a range, where the lower bound is finite',
    'not-convex',
    "subjectTo('y')[2]",
    ({ program, convex }) => program.subjectTo('y', convex.between([-Infinity, -Infinity, 0], 4)),
  ],
  ['the maximum of a concave block', 'not-convex', 'worst[0]', ({ convex }) => maximum(convex.negated(), 'worst')],
  ['squares of a convex block', 'not-convex', 'sumSquares[0]', ({ convex }) => sumSquares(convex)],
  [
    'squares in a row',
    'squares-outside-objective',
    "subjectTo('y')[0]",
    ({ program, x }) => program.subjectTo('y', sumSquares(x).atMost(1)),
  ],
  ['squares in an atom', 'squares-outside-objective', 'positivePart[0]', ({ x }) => positivePart(sumSquares(x))],
  ['a negative weight', 'negative-weight', 'sumSquares.weights[1]', ({ x }) => sumSquares(x, [1, -1, 1])],
  ['an empty maximum', 'empty-maximum', 'maximum', ({ x }) => maximum(x.gather([]))],
  ['a confidence of one', 'confidence', 'cvar.confidence', ({ x }) => cvar(x, 1)],
  ['no entry of the largest', 'bad-count', 'sumOfLargest.count', ({ x }) => sumOfLargest(x, 0)],
  ['more of the largest than there are', 'bad-count', 'sumOfLargest.count', ({ x }) => sumOfLargest(x, 4)],
  ['half a largest entry', 'bad-count', 'sumOfLargest.count', ({ x }) => sumOfLargest(x, 1.5)],
  ['the absolute value of a convex block', 'not-convex', 'absolute[0]', ({ convex }) => absolute(convex)],
  ['a matrix of another size', 'expression-shape', 'quadraticForm.matrix', ({ x }) => quadraticForm(x, [[1]])],
  [
    'a matrix with a short row',
    'expression-shape',
    'quadraticForm.matrix[1]',
    ({ x }) => quadraticForm(x, [[1, 0, 0], [1], [0, 0, 1]]),
  ],
  [
    'a matrix with NaN',
    'expression-number',
    'quadraticForm.matrix[0][2]',
    ({ x }) =>
      quadraticForm(x, [
        [1, 0, Number.NaN],
        [0, 1, 0],
        [0, 0, 1],
      ]),
  ],
  [
    'a quadratic form of a convex block',
    'not-convex',
    'quadraticForm[0]',
    ({ convex }) =>
      quadraticForm(convex, [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
  ],
  ['a label that is not there', 'unknown-name', 'at', ({ x }) => x.at('BTC')],
  ['a row by number that is not there', 'row-outside', 'gather[0]', ({ x }) => x.at(3)],
  ['no weight at all', 'no-weight', 'cvar.weights', ({ x }) => cvar(x, 0.5, 0)],
  [
    'multiples that overflow',
    'form-number',
    'matrix.values[1]',
    ({ program, x }) => {
      program.subjectTo('y', x.times([1e200, 1, 1]).times([1e200, 1, 1]).atMost(1))
      canonicalize(program)
    },
  ],
  ['an answer too short', 'form-shape', 'recover.x', ({ program }) => canonicalize(program).recover([1])],
  [
    'prices too many',
    'form-shape',
    'recover.rowPrices',
    ({ program }) => canonicalize(program).recover([1, 0, 1], [1, 2]),
  ],
  ['a point too long', 'form-shape', 'lift', ({ program }) => canonicalize(program).lift([1, 2, 3, 4])],
  ['a column that is not there', 'outside-form', 'columnName', ({ program }) => canonicalize(program).columnName(3)],
  ['a row that is not there', 'outside-form', 'rowName', ({ program }) => canonicalize(program).rowName(-1)],
]

describe('misuse', () => {
  it.each(mistakes)('refuses %s: %s at %s', (_, code, path, make) => {
    let thrown: unknown
    try {
      make(base())
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(SpillwayError)
    expect(thrown).toMatchObject({ code, path })
  })

  it('names the guilty atom', () => {
    const { program, convex } = base()
    expect(() => program.maximize(convex.sum())).toThrow("positivePart 'loss'")
    const y = program.variables('y', ['BTC', 'ETH'])
    const spread = absolute(y.at('BTC').times(2).minus(y.at('ETH')).plus(3), 'spread')
    expect(() => program.subjectTo('wide', spread.atLeast(1))).toThrow(
      "1 times absolute 'spread' of (2 y[BTC] - y[ETH] + 3) is convex, and no concave expression, which is wanted here",
    )
    expect(() => maximum(spread.times(-2).plus(y.at('ETH')), 'worst')).toThrow(
      "-2 times absolute 'spread' of (2 y[BTC] - y[ETH] + 3) is concave, and no convex expression",
    )
  })

  it('leaves a program as it was when it refuses', () => {
    const { program, x, convex } = base()
    expect(() => program.subjectTo('y', convex.atLeast(1))).toThrow()
    expect(() => program.variables('y', 1, { lower: [1, 2] })).toThrow()
    program.subjectTo('y', x.atMost(1))
    expect(canonicalize(program).form.matrix.rows).toBe(4)
    expect(Expression.concat([x, x]).rows).toBe(6)
  })
})
