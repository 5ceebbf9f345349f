// Above three hundred lines: every operation on expressions makes an expression, and reads what only expressions hold.
import { SpillwayError } from '../errors.js'
import { suggest } from '../names.js'
import { isArrayLike, wrongType } from '../validation.js'
import { expectLength, expectList, expectNumbers, expectRows, expectSize, perRow } from './checks.js'
import type { Constraint } from './constraint.js'
import { addIntoRows, type Coordinates, gatherRows, type StackedBlock, scaleRows, sumOfStacked } from './coordinates.js'
import { type Curvature, curvatureOf } from './curvature.js'
import type { Application, Space } from './space.js'

/** What can stand where an expression is wanted: a number for every row, numbers row by row, or an expression. */
export type Operand = number | ArrayLike<number> | Expression

interface StackedExpression {
  readonly block: Expression
  readonly firstRow: number
}

/**
 * A block of n rows, each an affine expression plus multiples of convex atoms:
 *
 *     e_r(x) = Σ_j A_rj x_j + Σ_k M_rk f_k(x) + b_r,    r = 0 … n−1.
 *
 * Blocks are made by `Program.variables`, `constant` and the atoms, and never change. Every operation works on whole
 * blocks, in time linear in the nonzeros; sums and concatenations are put together once, when first read, so adding
 * many blocks one after another is linear too. A row may stand for all: in `plus`, `minus` and constraints a block of
 * one row is repeated.
 *
 * Operations throw `expression-shape` when lengths differ, `expression-number` on NaN and infinity, `row-outside`
 * on rows and groups out of range, `mixed-programs` when blocks of two programs meet. Empty blocks are allowed.
 *
 *     const exposure = kept.times(price).sumBy(ownerOfPair, owners).plus(other)
 *     program.minimize(maximum(exposure.times(inverseEquity)))
 */
export class Expression {
  readonly rows: number
  /** The program's variables and atoms that the columns mean; none for constants. */
  readonly space: Space | undefined
  /** What `at` calls the rows: the labels of the variables, kept by what works row by row. */
  readonly labels: readonly string[] | undefined
  #known: Coordinates | undefined
  #parts: readonly StackedExpression[]

  /** For the language itself: either coordinates, or parts that will be put together when asked for. */
  constructor(
    rows: number,
    space: Space | undefined,
    known: Coordinates | undefined,
    parts: readonly StackedExpression[] = [],
    labels?: readonly string[],
  ) {
    this.rows = rows
    this.space = space
    this.#known = known
    this.#parts = parts
    this.labels = labels
  }

  /** Numbers as an expression of as many rows. */
  static constant(values: ArrayLike<number>): Expression {
    expectList('constant', values)
    expectNumbers('constant', values)
    const constant = Float64Array.from(values)
    const none = new Int32Array(0)
    return known(undefined, { row: none, column: none, value: new Float64Array(0), constant })
  }

  /** Row r is column `columnOf(r)` of the space, for the program and the atoms; modellers take `Program.variables`. */
  static ofColumns(
    space: Space,
    rows: number,
    columnOf: (row: number) => number,
    labels?: readonly string[],
  ): Expression {
    const row = new Int32Array(rows)
    const column = new Int32Array(rows)
    for (let r = 0; r < rows; r++) {
      row[r] = r
      column[r] = columnOf(r)
    }
    const ones = new Float64Array(rows).fill(1)
    return known(space, { row, column, value: ones, constant: new Float64Array(rows) }, labels)
  }

  /** The rows of the blocks, one block after another. */
  static concat(blocks: readonly Expression[]): Expression {
    if (!Array.isArray(blocks)) throw wrongType('wrong-type', 'concat', blocks, 'a list of expressions')
    let rows = 0
    const parts = blocks.map((block, b) => {
      expectExpression(`concat[${b}]`, block)
      const firstRow = rows
      rows += block.rows
      return { block, firstRow }
    })
    return stacked(rows, parts)
  }

  /** e + other, row by row. */
  plus(other: Operand): Expression {
    const [left, right] = aligned('plus', this, other)
    const parts = [
      { block: left, firstRow: 0 },
      { block: right, firstRow: 0 },
    ]
    return stacked(left.rows, parts, left.labels ?? right.labels)
  }

  /** e − other, row by row. */
  minus(other: Operand): Expression {
    return this.plus(asExpression('minus', other).negated())
  }

  /** factor_r e_r: one number for every row, or one per row. */
  times(factor: number | ArrayLike<number>): Expression {
    const factors = perRow('times', factor, this.rows)
    return known(this.space, scaleRows(this.coordinates(), factors), this.labels)
  }

  /** −e. */
  negated(): Expression {
    return this.times(-1)
  }

  /** Row q of the result is row `rows[q]`; rows may repeat and may be left out. */
  gather(rows: ArrayLike<number>): Expression {
    const chosen = expectRows('gather', rows, this.rows)
    const labels = this.labels
    return known(this.space, gatherRows(this.coordinates(), chosen), labels && Array.from(chosen, (r) => labels[r]))
  }

  /** The row of a label, or of a number from 0 on: one row. Throws `unknown-name` on a label that the block does not have. */
  at(label: string | number): Expression {
    if (typeof label === 'number') return this.gather([label])
    if (typeof label !== 'string')
      throw wrongType('wrong-type', 'at', label, 'a label of the block, or the number of a row')
    const row = this.labels?.indexOf(label) ?? -1
    if (row >= 0) return this.gather([row])
    const cure =
      this.labels === undefined ? 'The block has no labels: give the number of a row.' : suggest(label, this.labels)
    throw new SpillwayError({
      code: 'unknown-name',
      path: 'at',
      value: label,
      problem: 'the block has no such label',
      cure,
    })
  }

  /** Σ_r e_r, one row. */
  sum(): Expression {
    return known(this.space, addIntoRows(this.coordinates(), new Int32Array(this.rows), 1))
  }

  /** Row g of the result is the sum of the rows r with `groups[r]` = g, g = 0 … count−1; a group may be empty. */
  sumBy(groups: ArrayLike<number>, count: number): Expression {
    expectList('sumBy.groups', groups)
    expectLength('sumBy.groups', groups.length, this.rows)
    const group = expectRows('sumBy.groups', groups, expectSize('sumBy.count', count))
    return known(this.space, addIntoRows(this.coordinates(), group, count))
  }

  /** Σ_r weights_r e_r, one row. */
  dot(weights: ArrayLike<number>): Expression {
    return this.times(weights).sum()
  }

  /** e ≤ bound, row by row; e convex where the bound is finite, bound concave. */
  atMost(bound: Operand): Constraint {
    return this.#bounded('atMost', bound, -Infinity, undefined)
  }

  /** e ≥ bound, row by row; e concave where the bound is finite, bound convex. */
  atLeast(bound: Operand): Constraint {
    return this.#bounded('atLeast', bound, undefined, Infinity)
  }

  /** e = bound, row by row; both affine. */
  equals(bound: Operand): Constraint {
    return this.#bounded('equals', bound, undefined, undefined)
  }

  /** lower ≤ e ≤ upper, row by row, kept as one ranged row each; e affine where both are finite. */
  between(lower: number | ArrayLike<number>, upper: number | ArrayLike<number>): Constraint {
    return {
      body: this,
      lower: perRow('between.lower', lower, this.rows, true),
      upper: perRow('between.upper', upper, this.rows, true),
    }
  }

  /** The bound on each side that is not given; an expression moves to the left, e − bound against 0. */
  #bounded(path: string, bound: Operand, lower: number | undefined, upper: number | undefined): Constraint {
    if (typeof bound !== 'number') expectOperand(path, bound)
    const moved = bound instanceof Expression ? this.minus(bound) : this
    const limit = bound instanceof Expression ? 0 : bound
    const isRepeated = moved.rows === 1 && typeof limit !== 'number'
    const body = isRepeated ? moved.gather(new Int32Array(limit.length)) : moved
    const limits = perRow(path, limit, body.rows, true)
    const filled = (side: number | undefined) => (side === undefined ? limits : new Float64Array(body.rows).fill(side))
    return { body, lower: filled(lower), upper: filled(upper) }
  }

  /** The values at a point: entry j of `x` for variable j of the program, further entries ignored. NaN spreads. */
  evaluate(x: ArrayLike<number>): Float64Array {
    expectList('evaluate', x)
    if (x.length > 0 && typeof x[0] !== 'number') throw wrongType('wrong-type', 'evaluate', x, 'a list of numbers')
    if (this.space !== undefined && x.length < this.space.variableCount) {
      expectLength('evaluate', x.length, this.space.variableCount)
    }
    return evaluateAt(x, this, new Map())
  }

  /** What multiples of atoms the rows hold, over all rows: constant, affine, convex, concave or neither. */
  curvature(): Curvature {
    return curvatureOf(this)
  }

  /** The block as coordinates, put together when first asked for. Not to be written to. */
  coordinates(): Coordinates {
    if (this.#known !== undefined) return this.#known
    // Depth first, left to right, on a stack of our own: chains of sums may be a hundred thousand deep.
    const stack: StackedExpression[] = [{ block: this, firstRow: 0 }]
    const blocks: StackedBlock[] = []
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { block, firstRow } = top
      if (block.#known !== undefined) blocks.push({ block: block.#known, firstRow })
      const parts = block.#parts
      for (let p = parts.length - 1; p >= 0; p--) {
        stack.push({ block: parts[p].block, firstRow: firstRow + parts[p].firstRow })
      }
    }
    this.#known = sumOfStacked(blocks, this.rows)
    this.#parts = []
    return this.#known
  }
}

function known(space: Space | undefined, coordinates: Coordinates, labels?: readonly string[]): Expression {
  return new Expression(coordinates.constant.length, space, coordinates, [], labels)
}

function stacked(rows: number, parts: readonly StackedExpression[], labels?: readonly string[]): Expression {
  return new Expression(rows, oneSpace(parts.map(({ block }) => block)), undefined, parts, labels)
}

/** The space that all blocks share; constants go with any. Throws `mixed-programs`. */
function oneSpace(blocks: readonly Expression[]): Space | undefined {
  let space: Space | undefined
  blocks.forEach((block, b) => {
    if (block.space === undefined || block.space === space) return
    if (space !== undefined) {
      throw new SpillwayError({
        code: 'mixed-programs',
        path: `blocks[${b}]`,
        value: block,
        problem: 'belongs to another program than the blocks before it',
        cure: 'Build each program from its own variables.',
      })
    }
    space = block.space
  })
  return space
}

/** Throws `wrong-type` unless it is an expression. */
export function expectExpression(path: string, given: unknown): void {
  if (!(given instanceof Expression)) throw wrongType('wrong-type', path, given, 'an expression')
}

function expectOperand(path: string, given: unknown): void {
  if (typeof given === 'number' || given instanceof Expression || isArrayLike(given)) return
  throw wrongType('wrong-type', path, given, 'a number, a list of numbers, or an expression')
}

/** An operand as an expression: numbers are constants. Throws `wrong-type`. */
export function asExpression(path: string, given: Operand): Expression {
  expectOperand(path, given)
  if (given instanceof Expression) return given
  return Expression.constant(typeof given === 'number' ? [given] : given)
}

/** Both as blocks of equal length; one row is repeated. */
function aligned(path: string, left: Expression, other: Operand): [Expression, Expression] {
  const right = asExpression(path, other)
  if (left.rows === 1 && right.rows !== 1) return [left.gather(new Int32Array(right.rows)), right]
  if (right.rows === 1 && left.rows !== 1) return [left, right.gather(new Int32Array(left.rows))]
  expectLength(path, right.rows, left.rows)
  return [left, right]
}

function evaluateAt(x: ArrayLike<number>, expression: Expression, seen: Map<Application, Float64Array>): Float64Array {
  const { row, column, value, constant } = expression.coordinates()
  const values = constant.slice()
  for (let t = 0; t < column.length; t++) {
    const j = column[t]
    values[row[t]] += value[t] * (j >= 0 ? x[j] : entryAt(x, expression.space!, ~j, seen))
  }
  return values
}

function entryAt(x: ArrayLike<number>, space: Space, entry: number, seen: Map<Application, Float64Array>): number {
  const application = space.applicationOf(entry)
  let values = seen.get(application)
  if (values === undefined) {
    values = application.atom.value(evaluateAt(x, application.argument, seen))
    seen.set(application, values)
  }
  return values[entry - application.first]
}
