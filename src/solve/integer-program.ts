import type { Outcome, SolverAnswer, SolverReport } from '../canonical/outcome.js'
import { objectiveValue } from '../certificates/objective.js'
import { SpillwayError } from '../errors.js'
import { presentSolvers, refusalOf } from '../solvers/choose.js'
import type { Hints, Solver, SolverSettings } from '../solvers/solver.js'
import type { SolveContext } from './context.js'
import { FEASIBLE_COMPLETION, judgeIntegerPoint } from './integers/judge-integer-point.js'
import { solver as proofTree, type TreeAnswer, type TreeSettings } from './integers/proof-tree.js'

/**
 * An integer program:
 *
 *     relaxation → solver → proof tree, from the solver's point on → a second solver, where the tree stayed open.
 *
 * `optimal`, `infeasible` and `unbounded` are what the tree proves, whoever said what. Where it stays open two solvers
 * must agree for `optimal-claimed` or `infeasible-claimed`; one solver's word, and two that differ, are `unproved`.
 * Integers of a solver's point are rounded and the others completed before anything is said of it.
 */
export async function solveIntegers(context: SolveContext, hints: Hints, version: string): Promise<Outcome> {
  const search = new Search(context, version)
  return (
    (await search.prove([], ONE_CASE)) ??
    (await search.byChosenSolver(hints)) ??
    (await search.bySecondSolver()) ??
    search.unproved()
  )
}

/** The relaxation alone. */
const ONE_CASE = 1
/** A case takes about a millisecond on small programs; the time limit ends trees of larger ones. */
const MOST_CASES = 20_000
/** What a solver may take of the time that is left: the proof needs some, too. */
const SOLVER_SHARE = 0.5

interface Said {
  readonly claim: SolverAnswer['claim']
  readonly status: string
  /** Of the solver's own point. */
  readonly value?: number
}

class Search {
  /** The last word of each solver. */
  readonly #said = new Map<string, Said>()
  #best: { readonly x: Float64Array; readonly value: number } | undefined
  /** The best bound that a tree proved, with the gap to the best point. */
  #bound: { readonly bound: number; readonly relativeGap: number } | undefined
  #report: SolverReport
  /** The relaxation has a direction of unbounded fall, and the tree found no feasible point. */
  #falls = false
  #failure: unknown

  constructor(
    private readonly context: SolveContext,
    version: string,
  ) {
    this.#report = { name: context.solver.name, version, status: 'not run', seconds: 0 }
  }

  /** Runs the tree from points on; an outcome where it closes. */
  async prove(points: readonly Float64Array[], cases: number): Promise<Outcome | undefined> {
    const { form, tolerance } = this.context
    const known = this.#best === undefined ? [] : [this.#best.x]
    const settings: TreeSettings = { points: [...known, ...points], cases, tolerance }
    const { answer } = await this.context.ask(proofTree, form, settings, 'prove')
    this.#keep(answer)
    const solver = this.#report
    const proof = `a tree of ${answer.status}`
    if (answer.claim === 'infeasible') return { status: 'infeasible', reason: `no point is left by ${proof}`, solver }
    if (answer.claim === 'unbounded' && answer.x !== undefined) {
      return { status: 'unbounded', reason: 'a feasible point and a direction of unbounded fall exist', solver }
    }
    this.#falls ||= answer.claim === 'infeasible-or-unbounded'
    if (answer.claim !== 'optimal' || this.#best === undefined || this.#bound === undefined) return undefined
    const { x, value: objective } = this.#best
    return { status: 'optimal', objective, x, boundProof: 'tree', ...this.#bound, solver }
  }

  async byChosenSolver(hints: Hints): Promise<Outcome | undefined> {
    const { solver, form } = this.context
    for (const settings of solver.settingsToTry(form, hints)) {
      if (this.context.remaining() <= 0) return undefined
      const answer = await this.#ask(solver, settings, 'solve')
      if (answer === undefined) continue
      const outcome = await this.prove(answer.x === undefined ? [] : [answer.x], MOST_CASES)
      if (outcome !== undefined) return outcome
      if (this.#best !== undefined || answer.claim === 'infeasible') return undefined
    }
    return undefined
  }

  async bySecondSolver(): Promise<Outcome | undefined> {
    const { form } = this.context
    const others = (await presentSolvers()).filter((other) => other.name !== this.context.solver.name)
    const second = others.find((other) => refusalOf(other, form) === undefined)
    if (second === undefined || this.context.remaining() <= 0) return undefined
    const answer = await this.#ask(second, second.settingsToTry(form, {})[0] ?? {}, 'evidence')
    if (answer?.x !== undefined) {
      const outcome = await this.prove([answer.x], ONE_CASE)
      if (outcome !== undefined) return outcome
    }
    const agreed = this.#agreed()
    if (agreed === undefined) return undefined
    const reason = `${agreed} say so; nobody proved it`
    if (this.#best === undefined) return { status: 'infeasible-claimed', reason, solver: this.#report }
    const { x, value: objective } = this.#best
    return { status: 'optimal-claimed', objective, x, reason, solver: this.#report }
  }

  unproved(): Outcome {
    const solver = this.#report
    const isLimit = this.context.remaining() <= 0 || [...this.#said.values()].some(({ claim }) => claim === 'limit')
    const status = isLimit ? 'limit' : 'unproved'
    if (this.#best === undefined && this.#falls) {
      const reason = 'a direction of unbounded fall exists, but no feasible point was found'
      return { status: 'infeasible-or-unbounded', reason, solver }
    }
    if (this.#best === undefined) {
      if (this.#said.size === 0 && this.#failure !== undefined) throw this.#failure
      const words =
        [...this.#said].map(([name, { status: said }]) => `${name} says ${said}`).join(', ') || 'no solver answered'
      return { status, reason: `${words}; no feasible point was found and none was ruled out`, solver }
    }
    const { x, value: objective } = this.#best
    return { status, objective, x, ...(this.#bound && { boundProof: 'tree', ...this.#bound }), solver }
  }

  async #ask(solver: Solver, settings: SolverSettings, phase: 'solve' | 'evidence'): Promise<SolverAnswer | undefined> {
    const { form } = this.context
    try {
      const { answer, seconds } = await this.context.ask(solver, form, settings, phase, SOLVER_SHARE)
      const { claim, status } = answer
      const value = answer.x === undefined ? {} : { value: objectiveValue(form, answer.x) }
      this.#said.set(solver.name, { claim, status, ...value })
      if (phase === 'solve') this.#report = { ...this.#report, status, seconds: this.#report.seconds + seconds }
      return answer
    } catch (error) {
      if (!(error instanceof SpillwayError && error.code === 'engine-failed')) throw error
      this.#failure = error
      return undefined
    }
  }

  /** The tree's point, judged once more, and its bound. */
  #keep({ x, bound, relativeGap }: TreeAnswer): void {
    const { form } = this.context
    if (x !== undefined && judgeIntegerPoint(form, x).relative <= FEASIBLE_COMPLETION) {
      const value = objectiveValue(form, x)
      if (this.#best === undefined || value < this.#best.value) this.#best = { x, value }
    }
    if (bound === undefined || relativeGap === undefined || this.#best === undefined) return
    if (this.#bound === undefined || bound >= this.#bound.bound) this.#bound = { bound, relativeGap }
  }

  /** The names of two solvers that say the same of the best point, or that there is none. */
  #agreed(): string | undefined {
    if (this.#said.size < 2) return undefined
    const words = [...this.#said.values()]
    const isAgreed =
      this.#best === undefined
        ? words.every(({ claim }) => claim === 'infeasible')
        : words.every(({ claim, value }) => claim === 'optimal' && value !== undefined && this.#isNear(value))
    return isAgreed ? [...this.#said.keys()].join(' and ') : undefined
  }

  #isNear(value: number): boolean {
    const best = this.#best!.value
    return Math.abs(value - best) <= this.context.tolerance * Math.max(Math.abs(best), 1e-12)
  }
}
