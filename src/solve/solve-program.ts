import { type Canonical, type ConicCanonical, hasCones, type Recovered } from '../canonical/canonical.js'
import { canonicalizeWithCones } from '../canonical/canonicalize.js'
import { relaxationOf } from '../canonical/conic-form.js'
import type { BoundProof, Outcome, SolverReport } from '../canonical/outcome.js'
import { objectiveSum } from '../certificates/objective.js'
import { SpillwayError } from '../errors.js'
import type { Expression, Program } from '../language/index.js'
import { suggest } from '../names.js'
import { defaultOptions, type SolveFormOptions } from './options.js'
import { showUnbounded } from './show-unbounded.js'
import { solveCanonical } from './solve-canonical.js'

/** A feasible point of a program by the names of its blocks, and how good it is. */
export interface ProgramAnswer {
  /** The objective as it was written, evaluated at the point from the atoms themselves. */
  readonly objective: number
  /** No point does better than this: a lower bound when minimising, an upper bound when maximising. */
  readonly bound?: number
  /** What proves the bound: duals, or a tree of cases of an integer program. */
  readonly boundProof?: BoundProof
  /** |objective − bound| / max(|objective|, floor), never negative; absent without a bound. */
  readonly relativeGap?: number
  /** By block of variables, an entry each. */
  readonly values: ReadonlyMap<string, Float64Array>
  /**
   * By block of constraints, the rate of change of the optimal objective, as it was written, per unit of the bound that is
   * active: minimising, ≤ 0 for upper and ≥ 0 for lower bounds; maximising, the reverse. Absent where nothing proves them.
   */
  readonly duals?: ReadonlyMap<string, Float64Array>
  /** The value of one variable; `label` is a label of the block, or an index where it has none (default 0). */
  value(block: string, label?: string | number): number
  /** The dual of one constraint; undefined where there are no duals. */
  dual(block: string, label?: string | number): number | undefined
  /** The values of any expression of the program at the point, row by row. */
  evaluate(expression: Expression): Float64Array
  /** Why something is missing: a proof, or the duals of a proved optimum. */
  readonly reason?: string
}

/** There is no point: `reason` says why, rows and columns by the names of their blocks. */
interface NoAnswer {
  readonly objective?: undefined
  readonly bound?: undefined
  readonly boundProof?: undefined
  readonly relativeGap?: undefined
  readonly values?: undefined
  readonly duals?: undefined
  readonly reason: string
}

interface Steps {
  /** Which solver answered, in which version, and its own word for how it ended. */
  readonly solver: SolverReport
  /** The standard form behind the answer, and the ways between its points and the program's. */
  readonly canonical: Canonical | ConicCanonical
  /** The answer for that form, as `solveForm` gives it. */
  readonly outcome: Outcome
}

/** What is known of a program; the statuses are those of `Outcome`, and so is what may stand beside each. */
export type ProgramOutcome = Steps &
  (
    | ({ readonly status: 'optimal'; readonly bound: number; readonly relativeGap: number } & ProgramAnswer)
    | ({ readonly status: 'optimal-claimed' | 'limit' | 'unproved' } & ProgramAnswer)
    | ({ readonly status: Exclude<Outcome['status'], 'optimal' | 'optimal-claimed'> } & NoAnswer)
  )

/**
 * Solves a program, from its blocks to values, duals and proof by the names of these blocks: `canonicalize`,
 * `solveForm` (with tangents, where atoms such as `norm2` are curved), and the way back. The objective is evaluated
 * from the atoms themselves, and where that is worse than the form's own by more than the tolerance, an optimum is
 * `unproved`.
 *
 * Options and errors are those of `solveForm`; `wrong-type` besides, where no program is given.
 *
 * @example
 * const program = new Program()
 * const x = program.variables('x', ['a', 'b', 'c'], { lower: 0 })
 * program.subjectTo('budget', x.sum().equals(1))
 * program.minimize(maximum(x.times([1, 2, 4])))
 * const solved = await solveProgram(program)
 * // solved.status 'optimal', solved.objective 4/7, solved.value('x', 'a') 4/7, solved.dual('budget') 4/7
 */
export async function solveProgram(program: Program, options: SolveFormOptions = {}): Promise<ProgramOutcome> {
  return answerProgram(program, canonicalizeWithCones(program), options)
}

/** The rest of `solveProgram`, from the standard form on. */
export async function answerProgram(
  program: Program,
  canonical: Canonical | ConicCanonical,
  options: SolveFormOptions,
): Promise<ProgramOutcome> {
  const started = performance.now()
  const outcome = await solveCanonical(canonical, options).catch((error: unknown) => {
    throw named(error, canonical)
  })
  const steps = { solver: outcome.solver, canonical, outcome }
  if (hasCones(canonical) && outcome.status === 'unproved' && outcome.bound === undefined) {
    const left = (options.timeLimitSeconds ?? defaultOptions.timeLimitSeconds) - (performance.now() - started) / 1000
    const reason = await showUnbounded(program, canonical, options, left)
    if (reason !== undefined) {
      const unbounded = { status: 'unbounded', reason, solver: outcome.solver } as const
      return { status: 'unbounded', reason, ...steps, outcome: unbounded }
    }
  }
  if (outcome.x === undefined) {
    return { status: outcome.status, reason: canonical.inNames(outcome.reason), ...steps }
  }
  const recovered = canonical.recover(outcome.x, outcome.rowPrices)
  const sign = program.objective?.sense === 'maximize' ? -1 : 1
  const { bound, boundProof, relativeGap } = proofFor(outcome, recovered, sign, canonical)
  const reason = outcome.reason === undefined ? undefined : canonical.inNames(outcome.reason)
  const answer: ProgramAnswer = {
    objective: recovered.objective,
    ...(boundProof && { boundProof }),
    values: recovered.values,
    ...(recovered.prices && { duals: recovered.prices }),
    value: (block, label) => entryOf('value', program.variableBlocks, recovered.values, block, label),
    dual: (block, label) =>
      recovered.prices && entryOf('dual', program.constraintBlocks, recovered.prices, block, label),
    evaluate: recovered.evaluate,
    ...(reason !== undefined && { reason }),
  }
  if (bound === undefined || relativeGap === undefined) {
    const status = outcome.status === 'optimal' ? 'unproved' : outcome.status
    return { status, ...answer, ...(bound !== undefined && { bound }), ...steps }
  }
  if (outcome.status !== 'optimal') return { status: outcome.status, ...answer, bound, relativeGap, ...steps }
  if (relativeGap <= (options.tolerance ?? defaultOptions.tolerance)) {
    return { status: 'optimal', ...answer, bound, relativeGap, ...steps }
  }
  const why = 'evaluated from its atoms, the objective is further from the bound than the tolerance'
  return { status: 'unproved', ...answer, bound, relativeGap, reason: why, ...steps }
}

/** An error about a row of the form, with the modeller's name of that row. */
function named(error: unknown, { form, rowName }: Canonical | ConicCanonical): unknown {
  if (!(error instanceof SpillwayError) || error.code !== 'number-range') return error
  const row = Number(/^row (\d+)$/.exec(error.path)?.[1])
  return row < relaxationOf(form).matrix.rows ? error.with({ subject: rowName(row) }) : error
}

/** The share of the summed terms below which a gap is rounding, as in the proof of a form. */
const TERMS = 1e-7

/** The bound in the sense of the program, and the gap of the objective that its atoms give at the point. */
function proofFor(
  outcome: Outcome,
  { objective, point }: Recovered,
  sign: number,
  { form, lift }: Canonical | ConicCanonical,
): Pick<ProgramAnswer, 'bound' | 'boundProof' | 'relativeGap'> {
  if (outcome.bound === undefined) return {}
  const minimised = sign * objective
  // Adding zero keeps a minus from a bound of zero.
  const bound = sign * Math.min(outcome.bound, minimised) + 0
  const proof = { bound, ...(outcome.boundProof && { boundProof: outcome.boundProof }) }
  if (outcome.relativeGap === undefined) return proof
  const floor = Math.max(1e-12, TERMS * objectiveSum(relaxationOf(form), lift(point)).magnitude)
  const excess = Math.max(0, minimised - outcome.objective) / Math.max(Math.abs(objective), floor)
  return { ...proof, relativeGap: outcome.relativeGap + excess }
}

interface Block {
  readonly name: string
  readonly labels: readonly string[] | undefined
}

/** One entry of a block; throws `unknown-name` on a block, a label or an index that does not exist. */
function entryOf(
  path: string,
  blocks: readonly Block[],
  entries: ReadonlyMap<string, Float64Array>,
  name: string,
  label: string | number = 0,
): number {
  const labels = blocks.find((block) => block.name === name)?.labels
  const values = entries.get(name)
  if (values === undefined) throw unknownName(path, name, [...entries.keys()])
  const index = typeof label === 'number' ? label : (labels?.indexOf(label) ?? -1)
  const found = values[index]
  if (found === undefined) throw unknownName(`${path}('${name}')`, label, labels ?? [])
  return found
}

function unknownName(path: string, value: string | number, known: readonly string[]): SpillwayError {
  const isNamed = known.length > 0 && typeof value === 'string'
  const cure = isNamed ? suggest(value, known) : 'Give an index from 0 up to the size of the block, exclusive.'
  return new SpillwayError({ code: 'unknown-name', path, value, problem: 'the program has none of this name', cure })
}
