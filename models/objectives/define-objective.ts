import { type Canonical, canonicalize } from '../../src/canonical/index.js'
import { dualBound, formProof, type LinearProof } from '../../src/certificates/index.js'
import { SpillwayError } from '../../src/errors.js'
import { Expression, type Program } from '../../src/language/index.js'
import { decimalOf, ratioOf, toNumber, toText } from '../../src/numeric/index.js'
import { aFunction, aNumber, aText, expectFields, isObject, typed } from '../../src/validation.js'
import { type DecisionSpace, decisionSpace } from '../book/decision-space.js'
import { flipped } from '../book/exact-amounts.js'
import { badEvidence, decimalIn, onlyFields, textList } from '../proof/evidence.js'
import { GAP_FLOOR } from '../proof/gap.js'
import { apportionAll } from './apportion-all.js'
import {
  type Bound,
  isStopped,
  type Objective,
  type ObjectiveFacts,
  type ObjectiveInputs,
  type Plan,
  type PreparedObjective,
  type Reductions,
} from './objective.js'
import { type BookProgram, bookProgram, type ObjectiveBook } from './objective-book.js'
import { readably } from './units.js'

const aName = typed('a text with something in it', (value) => typeof value === 'string' && value !== '')

/** What a new objective has to state; everything else is shared. */
export interface ObjectiveDefinition extends ObjectiveFacts {
  /** The convex expression to be minimised, one row, over the blocks of a book. */
  minimize(book: ObjectiveBook): Expression
  /** Contracts closed by pair where a formula knows the answer; solvers prove it, and are proved wrong by it. */
  closedForm?(book: ObjectiveBook): ArrayLike<number>
  /** What it was given, for certificates. */
  readonly inputs?: ObjectiveInputs
}

const expectDefinition = expectFields<ObjectiveDefinition>({
  name: aName,
  summary: aText,
  formula: aText,
  source: aText,
  unit: typed(
    "'leverage' or 'quote currency'",
    (value) => value === 'leverage' || value === 'quote currency',
  ).optional(),
  homogeneity: aNumber.optional(),
  minimize: aFunction,
  closedForm: aFunction.optional(),
  inputs: typed('inputs by name', isObject).optional(),
})

/**
 * An objective of one's own: formula, source and a convex expression. It then solves, verifies, compares and exports as the
 * built-in ones do, on every solver that takes its program, with bounds and certificates.
 *
 * The value is the expression at the reductions, evaluated in doubles; the bound is the safe dual bound of the program's standard
 * form (Neumaier and Shcherbina 2004), in enclosed sums, less 1e-13 of the magnitudes summed. Relative gaps are
 * measured against at least 1e-6 of these magnitudes: next to them a smaller value is a zero.
 *
 * Throws `unknown-field`, `missing-field` and `wrong-type` at once, and when an event is prepared: `not-convex` and
 * `squares-outside-objective` with the guilty part named, `objective-rows` for an expression of more than one row,
 * `mixed-programs`.
 *
 * @example
 * const excess = defineObjective({
 *   name: 'excess-over-3', summary: 'notional above three times equity', formula: 'Σ (N′ − 3 e′)⁺', source: 'ours',
 *   minimize: ({ exposure, equity }) => positivePart(exposure.minus(equity.times(3))).sum(),
 * })
 */
export function defineObjective(definition: ObjectiveDefinition): Objective {
  expectDefinition('definition', definition)
  const { name, summary, formula, source, unit, homogeneity, inputs } = definition
  return {
    name,
    summary,
    formula,
    source,
    ...(unit && { unit }),
    ...(homogeneity !== undefined && { homogeneity }),
    ...(inputs && { inputs }),
    prepare: (event, options) => prepareDefined(definition, decisionSpace(event, options)),
  }
}

function prepareDefined(definition: ObjectiveDefinition, space: DecisionSpace): PreparedObjective {
  const built = bookProgram(space)
  const { program, book, closedOf } = built
  const expression = expressionOf(definition, book)
  program.minimize(expression)
  const prover = new Prover(space, built)
  const planOf = (closed: ArrayLike<number>, duals: Float64Array): Plan => {
    const reductions = apportionAll(space, closed)
    return { reductions, bound: () => prover.bound(duals, Float64Array.from(reductions, toNumber)) }
  }
  return {
    space,
    get gapFloor() {
      return prover.gapFloor
    },
    value(reductions: Reductions) {
      const beyond = Float64Array.from(reductions, (closed, pair) => toNumber(flipped(space, pair, closed)))
      const stated = beyond.some((contracts) => contracts > 0)
        ? definition.minimize(bookProgram(space, beyond).book)
        : expression
      const value = stated.evaluate(built.pointOf(Float64Array.from(reductions, toNumber)))[0]
      return Number.isFinite(value) ? ratioOf(decimalOf(value)) : undefined
    },
    breaks: () => undefined,
    closedForm: () => undefined,
    async bySolver(run) {
      const answer = await run(program)
      if (isStopped(answer)) return answer
      const own = definition.closedForm?.(book)
      return planOf(own ?? closedOf(answer.values), answer.duals ?? prover.noDuals())
    },
    recheck: (evidence) => prover.recheck(evidence),
    linearProof: (evidence) => prover.linearProof(evidence),
    program() {
      const readable = bookProgram(space, undefined, readably)
      readable.program.minimize(expressionOf(definition, readable.book))
      return readable.program
    },
  }
}

/** What is minimised. Over nobody a largest entry does not exist; it counts as zero there, as the largest leverage does. */
function expressionOf(definition: ObjectiveDefinition, book: ObjectiveBook): Expression {
  try {
    return definition.minimize(book)
  } catch (error) {
    const isOverNobody = book.accounts.length === 0 && error instanceof SpillwayError && error.code === 'empty-maximum'
    if (isOverNobody) return Expression.constant([0])
    throw error
  }
}

/** How the program of a derivation differs from the exported one. */
const PROVED_PROGRAM = [
  'columns x0, x1, ... and rows r0, r1, ... are, in this order, those of: spillway export --format lp',
  'but a column closed[account,market] is a share of the position, and a row demand[market] of the demand',
]

/** Rounding of the value's own sums, relative to the largest magnitude in them: a bound may not lie above the value by it. */
const ROUNDING = 1e-13
/** What is below this share of the largest magnitude in the objective is nothing: solvers do not see it. */
const NOTHING = 1e-6

/** The safe dual bound of one program, from duals that anybody may have suggested. */
class Prover {
  private canonical: Canonical | undefined

  constructor(
    private readonly space: DecisionSpace,
    private readonly built: BookProgram,
  ) {}

  private get form(): Canonical {
    this.canonical ??= canonicalize(this.built.program as Program)
    return this.canonical
  }

  get gapFloor(): number {
    return Math.max(GAP_FLOOR, NOTHING * this.magnitude)
  }

  /** The largest term that the objective of the form can have over the box. */
  private get magnitude(): number {
    const { form, impliedBox } = this.form
    const { lower, upper } = impliedBox()
    const { starts, indices, values } = form.quadratic
    const most = lower.map((low, j) => Math.max(Math.abs(low), Math.abs(upper[j])))
    let magnitude = Math.abs(form.offset)
    form.linear.forEach((cost, j) => {
      if (cost !== 0) magnitude = Math.max(magnitude, Math.abs(cost) * most[j])
      for (let p = starts[j]; p < starts[j + 1]; p++) {
        magnitude = Math.max(magnitude, Math.abs(values[p]) * most[j] * most[indices[p]])
      }
    })
    return Number.isFinite(magnitude) ? magnitude : 0
  }

  noDuals(): Float64Array {
    return new Float64Array(this.form.form.rowLower.length)
  }

  /** `closed`: where a quadratic objective is linearised, contracts by pair. */
  bound(duals: Float64Array, closed: Float64Array): Bound {
    const { form, impliedBox, lift } = this.form
    const around = lift(this.built.pointOf(closed))
    const { bound } = dualBound(form, duals, { bounds: impliedBox(), around, radius: Infinity })
    if (!Number.isFinite(bound)) throw unbounded()
    const first = form.rowLower.length === 0 ? -1 : 0
    const prices = this.space.markets.map(({ quantity }, k) => (first < 0 ? 0 : -duals[k] / toNumber(quantity)))
    const texts = (values: Float64Array): string[] => Array.from(values, (value) => toText(decimalOf(value)))
    return {
      bound: ratioOf(decimalOf(bound - ROUNDING * this.magnitude)),
      prices,
      evidence: () => ({ multipliers: texts(duals), around: texts(closed) }),
    }
  }

  /** Throws `not-expressible` for a program with squares, and where a column is bounded by nothing. */
  linearProof(evidence: unknown): LinearProof {
    const { multipliers, around } = this.read(evidence)
    const { form, impliedBox } = this.form
    const { bound } = this.bound(multipliers, around)
    const proof = formProof(form, multipliers, impliedBox(), bound!)
    if (proof !== undefined) return { ...proof, notes: PROVED_PROGRAM }
    throw new SpillwayError({
      code: 'not-expressible',
      path: 'objective',
      value: 'not linear',
      problem: 'the program of this objective has squares, or a column without bounds, and no linear derivation',
      cure: 'Use the certificate (--certificate).',
    })
  }

  recheck(evidence: unknown): Bound {
    const { multipliers, around } = this.read(evidence)
    return this.bound(multipliers, around)
  }

  private read(evidence: unknown): { readonly multipliers: Float64Array; readonly around: Float64Array } {
    onlyFields(evidence, 'evidence', ['multipliers', 'around'])
    const read = (name: string, length: number): Float64Array => {
      const list = textList(evidence, name)
      if (list.length !== length) throw badEvidence(`evidence.${name}`, list.length, `this must be ${length} numbers`)
      return Float64Array.from(list, (text, i) => toNumber(decimalIn(text, `${name}[${i}]`)))
    }
    return {
      multipliers: read('multipliers', this.form.form.rowLower.length),
      around: read('around', this.space.capacity.length),
    }
  }
}

function unbounded(): SpillwayError {
  return new SpillwayError({
    code: 'no-bound',
    path: 'objective',
    value: '-Infinity',
    problem: 'the duals prove no finite bound: some part of the objective is not bounded by the book',
    cure: 'Write the objective with blocks of the book and convex atoms of them only.',
    fault: 'engine',
  })
}
