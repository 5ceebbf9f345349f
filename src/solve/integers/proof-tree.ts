// Above three hundred lines: the tree, how it branches and what it concludes share the state of one search.
import { pointForm, relaxation } from '../../canonical/evidence-forms.js'
import type { SolverAnswer } from '../../canonical/outcome.js'
import type { StandardForm } from '../../canonical/standard-form.js'
import { objectiveSum } from '../../certificates/objective.js'
import type { Solver, SolverOptions, SolverSettings } from '../../solvers/solver.js'
import { posedTo, prover } from '../context.js'
import { isUnboundedBelow } from '../evidence.js'
import { refine } from '../refine.js'
import { type Ask, boundCase, byDuals, type Case, type CaseBound, caseWithin } from './case.js'
import { columnFixer, type Fixer } from './fix-columns.js'
import { FEASIBLE_COMPLETION, judgeIntegerPoint } from './judge-integer-point.js'
import { objectiveGrid } from './objective-grid.js'

/**
 * A tree of cases that proves what an integer program is worth (branch and bound, Land and Doig 1960, every step judged).
 *
 * The integer variables' bounds are split until each case is closed: its relaxation has a safe dual bound that is not
 * below the best point in hand, or Farkas duals or its rows show that it is infeasible, or all its integers are
 * fixed and the linear program of the others is solved and proved. Points are judged with their integers substituted,
 * so nothing rests on a solver's tolerances. A tree that is closed everywhere is a proof; one that is not gives the
 * least bound of what is open.
 *
 * It has the shape of a solver so that it runs in a worker thread beside the solver that it asks. Its claims are proofs.
 */
export interface TreeSettings extends SolverSettings {
  /** Points to start from; their integers are rounded, the others completed. */
  readonly points: readonly Float64Array[]
  /** Cases to look at before giving up. */
  readonly cases: number
  /** Largest relative gap of a closed case. */
  readonly tolerance: number
}

/**
 * The floors of relative gaps: a share of the terms Σ |c_j x_j| of the objective at the best point, so that an objective
 * of zero can be proved, and, where all integers are fixed, what the bound lost to rounding; at the usual tolerance both
 * close what rounding leaves. The terms of a bound over open integers are no floor: a big M stands among them, and such a
 * case can be split.
 */
const FLOORS = { least: 1e-12, terms: 1e-6, lost: 1e6 } as const
/** Nearer to integers than this a point of a relaxation is completed. */
const NEARLY_INTEGER = 1e-6
const REFINEMENTS = 2
/** To find a feasible point, where the objective is unbounded if there is one. */
const POINT_CASES = 500

export interface TreeAnswer extends SolverAnswer {
  /** Of `x` over `bound`, both proved. */
  readonly relativeGap?: number
}

export const solver: Solver = {
  name: 'proof tree',
  module: import.meta.url,
  install: '',
  capabilities: treeCapabilities(),
  isPresent: () => prover.isPresent(),
  version: () => prover.version(),
  settingsToTry: () => [],
  answer: (form, options) => answer(form, options as SolverOptions & TreeSettings),
}

/** The tree reads decimals, so its form must come as it is; what it asks of its solver is posed as that one can take it. */
function treeCapabilities(): Solver['capabilities'] {
  const { leastCoefficient: _, ...others } = prover.capabilities
  return { ...others, integerQuadratic: true }
}

async function answer(form: StandardForm, options: SolverOptions & TreeSettings): Promise<TreeAnswer> {
  const started = performance.now()
  const remaining = (): number => Math.max(0, options.timeLimitSeconds - (performance.now() - started) / 1000)
  const ask: Ask = (asked, settings) => {
    const { form: posed, recover } = posedTo(prover, asked)
    return prover.answer(posed, { ...settings, timeLimitSeconds: remaining() }).then(recover, givenUp)
  }
  const tree = new ProofTree(form, options, ask, remaining)
  const found = await tree.search()
  if (!tree.falls) return found
  if (found.x !== undefined) return { claim: 'unbounded', status: found.status, x: found.x }
  const cases = Math.max(POINT_CASES, options.cases)
  const point = await new ProofTree(pointForm(form), { ...options, cases }, ask, remaining).search()
  if (point.x !== undefined) return { claim: 'unbounded', status: point.status, x: point.x }
  return { claim: point.claim === 'infeasible' ? 'infeasible' : 'infeasible-or-unbounded', status: point.status }
}

/** A solver that gives up on one case says nothing of it; one whose memory broke ends the tree with its thread. */
function givenUp(error: unknown): SolverAnswer {
  if (!(error instanceof Error) || error.name === 'RuntimeError') throw error
  return { claim: 'failed', status: error.message }
}

interface Open {
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly bound: number
}

class ProofTree {
  /** The objective is unbounded along a recession direction of the relaxation. */
  falls = false
  readonly #fix: Fixer
  readonly #raised: (bound: number) => number
  readonly #completed = new Map<string, boolean>()
  #best: { readonly x: Float64Array; readonly value: number; readonly magnitude: number } | undefined
  /** The least bound of closed cases, and what it lost to rounding. */
  #least = { bound: Infinity, lost: 0 }

  constructor(
    private readonly form: StandardForm,
    private readonly settings: TreeSettings,
    private readonly ask: Ask,
    private readonly remaining: () => number,
  ) {
    this.#fix = columnFixer(form)
    this.#raised = objectiveGrid(form)
  }

  async search(): Promise<TreeAnswer> {
    const whole = (bounds: Float64Array, round: (value: number) => number): Float64Array =>
      bounds.map((bound, j) => (this.form.integer[j] === 0 ? bound : round(bound)))
    const root = {
      lower: whole(this.form.lower, Math.ceil),
      upper: whole(this.form.upper, Math.floor),
      bound: -Infinity,
    }
    for (const point of this.settings.points) await this.#complete(root, point)
    const open: Open[] = [root]
    let cases = 0
    let isProof = true
    while (open.length > 0 && cases < this.settings.cases && this.remaining() > 0) {
      cases++
      const next = open.pop()!
      const children = await this.#look(next, cases === 1)
      if (this.falls) return { claim: 'limit', status: 'unbounded direction', ...(this.#best && { x: this.#best.x }) }
      if (children !== undefined) open.push(...children)
      else {
        isProof = false
        this.#least = { bound: Math.min(this.#least.bound, next.bound), lost: 0 }
      }
    }
    return this.#answer(isProof && open.length === 0, cases, open)
  }

  #answer(isClosed: boolean, cases: number, open: readonly Open[]): TreeAnswer {
    const status = `${cases} case${cases === 1 ? '' : 's'}${isClosed ? '' : ', some open'}`
    if (this.#best === undefined) return { claim: isClosed ? 'infeasible' : 'limit', status }
    const { x, value } = this.#best
    const least = open.reduce((low, { bound }) => Math.min(low, bound), this.#least.bound)
    const bound = Math.min(value, this.#raised(least))
    if (bound === -Infinity) return { claim: 'limit', status, x }
    const relativeGap = this.#gap(bound, this.#least.lost)
    return {
      claim: isClosed && relativeGap <= this.settings.tolerance ? 'optimal' : 'limit',
      status,
      x,
      bound,
      relativeGap,
    }
  }

  /** What is left open of a case: nothing, its parts, or undefined where it can neither be closed nor split. */
  async #look(given: Open, isRoot: boolean): Promise<readonly Open[] | undefined> {
    if (this.#closes(given.bound, 0)) return []
    const found = caseWithin(this.form, this.#fix, given.lower, given.upper)
    if ('infeasible' in found) return []
    if (this.#isFixed(found)) return (await this.#solveFixed(found)) ? [] : undefined
    const { bound: own, x, claim } = await boundCase(found, this.#first(found), this.ask)
    if (own === Infinity) return []
    const mayBeUnbounded = claim !== 'optimal' && claim !== 'limit' && claim !== 'infeasible'
    if (isRoot && mayBeUnbounded && (await this.#isUnboundedDirection())) {
      this.falls = true
      return []
    }
    const bound = Math.max(given.bound, this.#raised(own))
    if (this.#closes(bound, 0)) return []
    if (x !== undefined && this.#isNearlyInteger(x)) {
      await this.#complete(given, x)
      if (this.#closes(bound, 0)) return []
    }
    return this.#split(found, x, bound)
  }

  #isUnboundedDirection(): Promise<boolean> {
    const ask = async (_: Solver, asked: StandardForm, settings: SolverSettings) => ({
      answer: await this.ask(asked, settings),
      seconds: 0,
    })
    return isUnboundedBelow({ form: relaxation(this.form), ask })
  }

  /** The candidate with the integers of a point, if they lie in the case; closed when nothing better has them. */
  async #complete({ lower, upper }: Pick<Open, 'lower' | 'upper'>, point: Float64Array): Promise<void> {
    const fixed = point.map((value, j) => (this.form.integer[j] === 0 ? value : Math.round(value)))
    const at = (bounds: Float64Array): Float64Array =>
      bounds.map((bound, j) => (this.form.integer[j] === 0 ? bound : fixed[j]))
    const key = this.#keyOf(fixed)
    const isInside = fixed.every((value, j) => this.form.integer[j] === 0 || (value >= lower[j] && value <= upper[j]))
    if (!isInside || this.#completed.has(key)) return
    const found = caseWithin(this.form, this.#fix, at(lower), at(upper))
    if (!('infeasible' in found)) await this.#solveFixed(found)
  }

  /** Solves the others of a case whose integers are fixed; whether the case is closed by it. */
  async #solveFixed(found: Case): Promise<boolean> {
    const key = this.#keyOf(found.lower)
    const known = this.#completed.get(key)
    if (known !== undefined) return known
    const isClosed = await this.#proveFixed(found)
    this.#completed.set(key, isClosed)
    return isClosed
  }

  async #proveFixed(found: Case): Promise<boolean> {
    const { form } = found
    if (form.lower.every((bound, j) => bound === form.upper[j])) {
      return this.#offer(form.lower)
    }
    for (const settings of prover.settingsToTry(form, {})) {
      const { bound, lost, x } = await boundCase(found, settings, this.ask)
      if (bound === Infinity) return true
      if (x === undefined) continue
      if (await this.#refineAndOffer(found, x, settings, { bound, lost })) return true
    }
    return false
  }

  async #refineAndOffer(
    found: Case,
    x: Float64Array,
    settings: SolverSettings,
    first: Pick<CaseBound, 'bound' | 'lost'>,
  ): Promise<boolean> {
    const { form, bounds } = found
    let point = x
    const closes = (): boolean => {
      // Rounding is granted to a case whose own point is in hand.
      const isFeasible = this.#offer(point)
      return this.#closes(known.bound, isFeasible ? known.lost : 0)
    }
    let known = first
    let isClosed = closes()
    for (let round = 0; round < REFINEMENTS && !isClosed; round++) {
      const ask = async (_: Solver, asked: StandardForm, given: SolverSettings) => ({
        answer: await this.ask(asked, given),
        seconds: 0,
      })
      const refined = await refine({ form, solver: prover, ask }, point, settings, round)
      if (refined?.rowPrices === undefined) break
      point = refined.x
      const next = byDuals(form, bounds, point, refined.rowPrices)
      if (next.bound - next.lost > known.bound - known.lost) known = next
      isClosed = closes()
    }
    return isClosed
  }

  /** Judges a point and keeps it where it is better; whether it is feasible. */
  #offer(x: Float64Array): boolean {
    const { form } = this
    const inside = x.map((value, j) =>
      form.integer[j] === 0 ? Math.min(Math.max(value, form.lower[j]), form.upper[j]) : value,
    )
    if (judgeIntegerPoint(form, inside).relative > FEASIBLE_COMPLETION) return false
    const { value, magnitude } = objectiveSum(form, inside)
    if (this.#best === undefined || value < this.#best.value) this.#best = { x: inside, value, magnitude }
    return true
  }

  /** Whether nothing in a case with this bound can be better than the best point by more than the tolerance; noted if so. */
  #closes(bound: number, lost: number): boolean {
    if (this.#best === undefined || !(this.#gap(bound, lost) <= this.settings.tolerance)) return false
    if (bound < this.#least.bound) this.#least = { bound, lost }
    return true
  }

  #gap(bound: number, lost: number): number {
    const { value, magnitude } = this.#best!
    return (
      Math.max(0, value - bound) / Math.max(Math.abs(value), FLOORS.least, FLOORS.terms * magnitude, FLOORS.lost * lost)
    )
  }

  /** Two or three parts, the one of the relaxation's point last, where it is looked at first. */
  #split({ lower, upper }: Case, x: Float64Array | undefined, bound: number): readonly Open[] {
    const j = this.#branchingColumn(lower, upper, x)
    const low = lower[j]
    const high = upper[j]
    const middle = Number.isFinite(low)
      ? Number.isFinite(high)
        ? (low + high) / 2
        : low
      : Number.isFinite(high)
        ? high
        : 0
    const value = Math.min(Math.max(x?.[j] ?? middle, low), high)
    const part = (from: number, to: number): Open[] =>
      from > to ? [] : [{ lower: withEntry(lower, j, from), upper: withEntry(upper, j, to), bound }]
    const nearest = Math.round(value)
    if (Math.abs(value - nearest) <= NEARLY_INTEGER) {
      return [...part(nearest + 1, high), ...part(low, nearest - 1), ...part(nearest, nearest)]
    }
    const down = part(low, Math.floor(value))
    const up = part(Math.floor(value) + 1, high)
    return nearest > value ? [...down, ...up] : [...up, ...down]
  }

  /** The unfixed integer farthest from integers; where all are there, the one with the fewest values. */
  #branchingColumn(lower: Float64Array, upper: Float64Array, x: Float64Array | undefined): number {
    let column = -1
    let farthest = NEARLY_INTEGER
    let fewest = -1
    for (let j = 0; j < lower.length; j++) {
      if (this.form.integer[j] === 0 || lower[j] === upper[j]) continue
      if (fewest < 0 || upper[j] - lower[j] < upper[fewest] - lower[fewest]) fewest = j
      const distance = x === undefined ? 0 : Math.abs(x[j] - Math.round(x[j]))
      if (distance > farthest) {
        column = j
        farthest = distance
      }
    }
    return column < 0 ? fewest : column
  }

  #isFixed({ lower, upper }: Case): boolean {
    return this.form.integer.every((flag, j) => flag === 0 || lower[j] === upper[j])
  }

  #isNearlyInteger(x: Float64Array): boolean {
    return x.every((value, j) => this.form.integer[j] === 0 || Math.abs(value - Math.round(value)) <= NEARLY_INTEGER)
  }

  #first({ form }: Case): SolverSettings {
    return prover.settingsToTry(form, {})[0] ?? {}
  }

  #keyOf(x: Float64Array): string {
    return x.filter((_, j) => this.form.integer[j] !== 0).join()
  }
}

function withEntry(values: Float64Array, j: number, value: number): Float64Array {
  const copy = values.slice()
  copy[j] = value
  return copy
}
