import { SpillwayError } from '../errors.js'
import { suggest } from '../names.js'
import { aFlag, expectOptions, isArrayLike, isObject, numbersOrOne, wrongType } from '../validation.js'
import { expectLabel, expectSize, perRow } from './checks.js'
import type { Constraint } from './constraint.js'
import { expectCurvature } from './curvature.js'
import { Expression, expectExpression } from './expression.js'
import { Space } from './space.js'

/** A length, or a list of labels (one row each) that reports will use. */
export type Index = number | readonly string[]

/** Options of `Program.variables`. */
export interface VariableOptions {
  /** Lower bounds, for all or one per variable. Default −∞. */
  readonly lower?: number | ArrayLike<number>
  /** Upper bounds, for all or one per variable. Default ∞. */
  readonly upper?: number | ArrayLike<number>
  /** Whether the variables are whole numbers. Default false. */
  readonly integer?: boolean
}

const expectVariableOptions = expectOptions<VariableOptions>({
  lower: numbersOrOne,
  upper: numbersOrOne,
  integer: aFlag,
})

/** Variables that were declared together. */
export interface VariableBlock {
  readonly name: string
  readonly labels: readonly string[] | undefined
  /** The program's number of the block's first variable. */
  readonly first: number
  readonly size: number
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly integer: boolean
  /** Whether it is a parameter: its values are given, and stand in `lower` and `upper`. */
  readonly isParameter: boolean
}

/** Constraints that were declared together. */
export interface ConstraintBlock extends Constraint {
  readonly name: string
  readonly labels: readonly string[] | undefined
}

/** What a program minimises or maximises. */
export interface ProgramObjective {
  readonly sense: 'minimize' | 'maximize'
  readonly expression: Expression
}

/** One mark for every copy of this class in a program, as errors have it: a bundle beside the files it was made of. */
const MARK = Symbol.for('spillway.program')

/**
 * An optimization program, declared in blocks:
 *
 *     minimise (or maximise) f(x)   subject to   lower_c ≤ g_c(x) ≤ upper_c for each constraint block c,
 *
 * x the variables between their bounds. f is one row: affine plus nonnegative multiples of atoms (nonpositive ones
 * when maximising). Without an objective every feasible point is optimal, with value 0.
 *
 *     const program = new Program()
 *     const kept = program.variables('kept', pairs, { lower: 0, upper: capacity })
 *     program.subjectTo('demand', kept.sumBy(marketOfPair, markets.length).equals(remaining), markets)
 *     program.minimize(maximum(kept.times(price).sumBy(ownerOfPair, owners).times(inverseEquity)))
 *     const { status, objective, values, duals } = await solveProgram(program)
 */
export class Program {
  readonly [MARK] = true
  /** For the language, and for `canonicalize`. */
  readonly space = new Space()
  readonly #variableBlocks: VariableBlock[] = []
  readonly #constraintBlocks: ConstraintBlock[] = []
  readonly #names = new Set<string>()
  #objective: ProgramObjective | undefined

  /** `instanceof` goes by the mark and not by the copy of the class. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return isObject(value) && MARK in value
  }

  /** In order of declaration. */
  get variableBlocks(): readonly VariableBlock[] {
    return this.#variableBlocks
  }

  /** In order of declaration. */
  get constraintBlocks(): readonly ConstraintBlock[] {
    return this.#constraintBlocks
  }

  get objective(): ProgramObjective | undefined {
    return this.#objective
  }

  /**
   * New variables, one per row of the block returned. Crossed bounds are an infeasible outcome later, not an error.
   *
   * Throws `duplicate-name`, `bad-size`, `expression-shape` (bounds of another length), `expression-number` (NaN),
   * `unknown-option` and `option-value`.
   */
  variables(name: string, index: Index, options: VariableOptions = {}): Expression {
    expectName('variables', name)
    const path = `variables('${name}')`
    expectVariableOptions(path, options)
    if (typeof index !== 'number' && !Array.isArray(index)) throw wrongType('bad-size', path, index, SIZE)
    const labels = typeof index === 'number' ? undefined : index
    const size = typeof index === 'number' ? expectSize(path, index) : index.length
    const lower = perRow(`${path}.lower`, options.lower ?? -Infinity, size, true)
    const upper = perRow(`${path}.upper`, options.upper ?? Infinity, size, true)
    this.#takeName(path, name)
    const first = this.space.addVariables(size, (entry) => `${name}[${labels?.[entry] ?? entry}]`)
    const integer = options.integer ?? false
    this.#variableBlocks.push({ name, labels, first, size, lower, upper, integer, isParameter: false })
    return Expression.ofColumns(this.space, size, (r) => first + r, labels)
  }

  /**
   * Numbers that can be changed between solves, by `setParameter`, without building the program again: one per row of
   * the block returned, which stands wherever an affine expression does, as a side, a term or an offset, but multiplies
   * no variable. To solvers a parameter is a variable that is fixed at its value.
   *
   * Throws `duplicate-name`, `bad-size`, `expression-shape` and `expression-number`.
   *
   *     const demand = program.parameter('demand', markets, quantities)
   *     program.subjectTo('met', kept.sumBy(marketOfPair, markets.length).equals(demand), markets)
   */
  parameter(name: string, index: Index, values: number | ArrayLike<number>): Expression {
    expectName('parameter', name)
    const path = `parameter('${name}')`
    if (typeof index !== 'number' && !Array.isArray(index)) throw wrongType('bad-size', path, index, SIZE)
    const labels = typeof index === 'number' ? undefined : index
    const size = typeof index === 'number' ? expectSize(path, index) : index.length
    const given = perRow(`${path}.values`, values, size)
    this.#takeName(path, name)
    const first = this.space.addVariables(size, (entry) => `${name}[${labels?.[entry] ?? entry}]`)
    // One array for both sides: what is set is fixed.
    const block = { name, labels, first, size, lower: given, upper: given, integer: false, isParameter: true }
    this.#variableBlocks.push(block)
    return Expression.ofColumns(this.space, size, (r) => first + r, labels)
  }

  /**
   * Gives a parameter other values, one for all or one per row. Throws `unknown-name`, `expression-shape` and
   * `expression-number`.
   */
  setParameter(name: string, values: number | ArrayLike<number>): void {
    const path = `setParameter('${String(name)}')`
    const parameters = this.#variableBlocks.filter(({ isParameter }) => isParameter)
    const block = parameters.find((parameter) => parameter.name === name)
    if (block === undefined) {
      const cure = suggest(
        String(name),
        parameters.map((parameter) => parameter.name),
      )
      throw new SpillwayError({
        code: 'unknown-name',
        path,
        value: name,
        problem: 'the program has no such parameter',
        cure,
      })
    }
    block.lower.set(perRow(path, values, block.size))
  }

  /**
   * Adds a block of constraints; labels, one per row, are for reports.
   *
   * Throws `not-convex` (a convex row bounded below, or set equal), `squares-outside-objective`, `duplicate-name`,
   * `expression-shape` (labels of another length), `mixed-programs`.
   */
  subjectTo(name: string, constraint: Constraint, labels?: readonly string[]): void {
    expectName('subjectTo', name)
    const path = `subjectTo('${name}')`
    expectConstraint(path, constraint)
    const { body, lower, upper } = constraint
    this.#expectOwn(path, body)
    expectCurvature(body, path, {
      positive: (r) => lower[r] === -Infinity,
      negative: (r) => upper[r] === Infinity,
      squares: false,
    })
    if (labels !== undefined && !Array.isArray(labels))
      throw wrongType('wrong-type', `${path}.labels`, labels, 'a list of labels, one per row')
    if (labels !== undefined && labels.length !== body.rows) {
      throw new SpillwayError({
        code: 'expression-shape',
        path: `${path}.labels`,
        value: labels.length,
        problem: `are not one for each of ${body.rows} rows`,
        cure: 'Give one label per row, or none.',
      })
    }
    this.#takeName(path, name)
    this.#constraintBlocks.push({ name, labels, body, lower, upper })
  }

  /** Sets the objective. Throws `objective-rows`, `objective-repeated`, `not-convex`, `mixed-programs`. */
  minimize(expression: Expression): void {
    this.#setObjective('minimize', expression)
  }

  /** Sets the objective, affine or concave. Throws as `minimize` does. */
  maximize(expression: Expression): void {
    this.#setObjective('maximize', expression)
  }

  #setObjective(sense: ProgramObjective['sense'], expression: Expression): void {
    expectExpression(sense, expression)
    this.#expectOwn(sense, expression)
    if (expression.rows !== 1) {
      throw new SpillwayError({
        code: 'objective-rows',
        path: sense,
        value: expression.rows,
        problem: 'is not an expression of one row',
        cure: 'Reduce the block first: `sum`, `dot`, or an atom such as `maximum`.',
      })
    }
    if (this.#objective !== undefined) {
      throw new SpillwayError({
        code: 'objective-repeated',
        path: sense,
        value: expression,
        problem: 'the program has an objective already',
        cure: 'Add the terms up, or build another program.',
      })
    }
    const isMinimized = sense === 'minimize'
    expectCurvature(expression, sense, { positive: () => isMinimized, negative: () => !isMinimized, squares: true })
    this.#objective = { sense, expression }
  }

  /** Last, when nothing else can be refused: a block that was refused does not take its name. */
  #takeName(path: string, name: string): void {
    if (this.#names.has(name)) {
      throw new SpillwayError({
        code: 'duplicate-name',
        path,
        value: name,
        problem: 'another block of the program has this name',
        cure: 'Name every block of variables and constraints differently: reports go by the name.',
      })
    }
    this.#names.add(name)
  }

  #expectOwn(path: string, { space }: Expression): void {
    if (space === undefined || space === this.space) return
    throw new SpillwayError({
      code: 'mixed-programs',
      path,
      value: space,
      problem: 'is an expression of another program',
      cure: 'Build each program from its own variables.',
    })
  }
}

const SIZE = 'a length, or a list of labels'

function expectName(path: string, name: unknown): void {
  if (name === undefined) throw wrongType('wrong-type', `${path}.name`, name, 'a text that names the block in reports')
  expectLabel(`${path}.name`, name)
}

/** A comparison of JavaScript, `a <= b`, gives true or false and no constraint. */
function expectConstraint(path: string, given: unknown): void {
  const isOne =
    isObject(given) && given.body instanceof Expression && isArrayLike(given.lower) && isArrayLike(given.upper)
  if (!isOne)
    throw wrongType('wrong-type', path, given, 'a constraint, as from `atMost`, `atLeast`, `equals` or `between`')
}
