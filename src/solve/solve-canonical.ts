import { type Canonical, type ConicCanonical, hasCones } from '../canonical/canonical.js'
import type { Outcome } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { judgeFeasibility } from '../certificates/feasibility.js'
import { objectiveSum } from '../certificates/objective.js'
import { cancelled } from '../solvers/run-errors.js'
import { checkedOptions, type SolveFormOptions } from './options.js'
import { ofBroken, type Proposal, propose } from './propose.js'
import { reachOf } from './reach.js'
import { solveForm } from './solve-form.js'
import { TangentForm } from './tangent-form.js'

/** Largest relative violation of a row or a bound in an answer, as in `solveForm`. */
const FEASIBLE = 1e-6
/** The share of the summed terms below which a gap is rounding, as in the proof of a form. */
const TERMS = 1e-7
/** What is aimed at, as a share of the tolerance: a round more costs little, and answers have spare digits. */
const AIM = 0.01
/** The same of a proposal: the first round costs more than the proposal did. */
const PROPOSED_AIM = 0.05
const MOST_ROUNDS = 200
/** Rounds that may pass without the distance, or what points still break, falling to this share of what it was. */
const PATIENCE = 4
const WORTH = 0.9
/** Once a proposal is proved to the tolerance, what further digits may take: so many seconds, and times the seconds so far. */
const MORE = { least: 0.5, times: 2 } as const
/** How far free variables may go while tangents are sought that bound them. */
const FAR = 1e6
const MOST_FAR = 8

/** A point of the program lifted to the form, on every curve, and how good it is. */
interface Candidate {
  readonly x: Float64Array
  readonly value: number
  /** The largest, of a row or a bound. */
  readonly violation: number
  readonly relativeGap: number | undefined
}

interface Best extends Candidate {
  readonly outcome: Outcome
}

/**
 * A program's form, solved, its curves included, by tangents: a linear or quadratic relaxation holds the tangents so
 * far, its optimum is a lower bound that duals prove (`solveForm`), and its point, lifted onto the curves, is judged
 * feasible and has a value that no tangent touches. New tangents are drawn at the lifted point until value and bound
 * meet. Each curve is of one number, so that tangents of many curves add up to the many faces that a cone needs
 * (Vielma, Dunning, Huchette and Lubin 2017, Mathematical Programming Computation 9); tangents are true in doubles, so
 * the bound is as safe as that of a linear program.
 *
 * A solver that takes cones may propose a point and duals (`propose`), which are a combination of tangents and then
 * mostly need no round at all.
 *
 * A relaxation without a feasible point proves that there is none. Where it stays unbounded, nothing is proved.
 */
export async function solveCanonical(
  canonical: Canonical | ConicCanonical,
  options: SolveFormOptions = {},
): Promise<Outcome> {
  if (!hasCones(canonical)) return solveForm(canonical.form, options)
  const { tolerance, timeLimitSeconds } = checkedOptions(options)
  if (options.signal?.aborted) throw cancelled(options.signal)
  const deadline = performance.now() + 1000 * timeLimitSeconds
  const relaxed = new TangentForm(canonical)
  const proposal = await propose(canonical, relaxed, { ...options, tolerance, timeLimitSeconds })
  if (proposal === undefined) return solveCones(canonical, options, { relaxed, deadline })
  const outcome = await solveCones(canonical, options, { relaxed, deadline, proposal }).catch(ofBroken)
  if (outcome !== undefined && outcome.status !== 'unproved') return outcome
  // The tangents of a rough proposal may lie closer together than solvers can tell: what it leaves open is begun again without.
  const beginning = solveCones(canonical, options, { relaxed: new TangentForm(canonical), deadline })
  if (outcome === undefined) return beginning
  const again = await beginning.catch(ofBroken)
  if (again === undefined) return outcome
  const isNearer = (again.relativeGap ?? Infinity) < (outcome.relativeGap ?? Infinity)
  return isNearer || (again.status !== 'limit' && again.status !== 'unproved') ? again : outcome
}

interface Start {
  readonly relaxed: TangentForm
  readonly deadline: number
  readonly proposal?: Proposal
}

async function solveCones(
  canonical: ConicCanonical,
  options: SolveFormOptions,
  { relaxed, deadline, proposal }: Start,
): Promise<Outcome> {
  const { lift, variableCount } = canonical
  const form = canonical.form.relaxation
  const { tolerance } = checkedOptions(options)
  const pointOf = (x: Float64Array): Float64Array => x.subarray(0, variableCount)
  let best: Best | undefined
  const consider = (x: Float64Array, outcome: Outcome): void => {
    const candidate = judged(canonical, x, outcome)
    if (candidate === undefined) return
    const one = { ...candidate, outcome }
    if (best === undefined || distanceOf(one) + lackOf(one) < distanceOf(best) + lackOf(best)) best = one
  }
  /** Duals are worth more than digits behind those where proposals are left alone. */
  const lackOf = ({ outcome }: Best): number => (outcome.rowPrices === undefined ? PROPOSED_AIM * tolerance : 0)
  if (proposal?.outcome === undefined) relaxed.addFirst()
  else consider(proposal.x, proposal.outcome)
  let last: Outcome | undefined
  let seconds = proposal?.solver.seconds ?? 0
  let distant = 0
  let isRefined = false
  let idle = 0
  let least = Infinity
  let leastBroken = Infinity
  let rounds = 0
  let isBroken = false
  const reported = (): Outcome['solver'] => {
    const { solver } = best?.outcome ?? last ?? proposal ?? { solver: NOT_RUN }
    const after = proposal === undefined || last === undefined ? '' : ` after ${proposal.solver.name}`
    return { ...solver, status: `${solver.status} (${relaxed.size} tangents, ${rounds} rounds${after})`, seconds }
  }
  const isProved = best?.outcome.rowPrices !== undefined && isNear(best, PROPOSED_AIM * tolerance)
  while (!isProved && rounds < MOST_ROUNDS) {
    const isClosed = proposal !== undefined && best?.outcome.status === 'optimal' && best.relativeGap! <= tolerance
    const left = Math.min(
      (deadline - performance.now()) / 1000,
      isClosed ? MORE.least + MORE.times * seconds : Infinity,
    )
    if (left <= 0) break
    rounds++
    const asking = solveForm(relaxed.form(), { ...options, refine: isRefined, timeLimitSeconds: left })
    // Who breaks on the tangents of a later round takes nothing from what there is.
    const outcome = await (best === undefined && rounds === 1 ? asking : asking.catch(ofBroken))
    isBroken = outcome === undefined
    if (outcome === undefined) break
    seconds += outcome.solver.seconds
    last = outcome
    if (outcome.x === undefined) {
      const isOpen = outcome.status === 'unbounded' || outcome.status === 'infeasible-or-unbounded'
      const isEnd = outcome.status === 'infeasible' || outcome.status === 'infeasible-claimed' || best === undefined
      if (!isOpen && isEnd) return { ...outcome, reason: relaxed.inWords(outcome.reason), solver: reported() }
      if (!isOpen) break
      if (relaxed.addFirst() > 0) continue
      const far = await solveForm(within(relaxed.form(), FAR), { ...options, refine: false, timeLimitSeconds: left })
      seconds += far.solver.seconds
      if (far.x === undefined || ++distant > MOST_FAR || relaxed.addAt(lift(pointOf(far.x)), far.x) === 0) break
      continue
    }
    const x = lift(pointOf(outcome.x))
    consider(x, outcome)
    if (proposal !== undefined) consider(proposal.x, outcome)
    if (isNear(best, AIM * tolerance)) break
    const between = outcome.rowPrices === undefined ? 0 : relaxed.addBetween(outcome.rowPrices, outcome.x)
    const added = between + relaxed.addAt(x, outcome.x)
    const distance = best === undefined ? Infinity : distanceOf(best)
    const broken = judgeFeasibility(form, x, reachOf(canonical, x)).relative
    const isNearer = distance < WORTH * least || (broken > FEASIBLE && broken < WORTH * leastBroken)
    idle = best === undefined || isNearer ? 0 : idle + 1
    least = Math.min(least, distance)
    if (broken > FEASIBLE) leastBroken = Math.min(leastBroken, broken)
    if (added > 0 && idle < PATIENCE) continue
    // Nothing new to touch, or nothing gained: the last digits are the solver's.
    if (isRefined || options.refine === false || (best?.relativeGap ?? Infinity) <= tolerance) break
    isRefined = true
    idle = 0
  }
  if (best === undefined) {
    const isLimit = performance.now() >= deadline
    const solver = reported()
    if (isLimit) return { status: 'limit', reason: 'no time left', solver }
    const open = 'tangents leave the program unbounded: either it is, or more of them are needed than were tried'
    const rough = 'no point on the curves meets the rows to the accuracy that is asked for'
    const broken = 'the solver stopped without an answer to the tangents of a later round'
    return { status: 'unproved', reason: isBroken ? broken : last?.x === undefined ? open : rough, solver }
  }
  return answered(best, best.outcome, { tolerance, isLate: performance.now() >= deadline }, form, reported())
}

const NOT_RUN: Outcome['solver'] = { name: 'none', version: '', status: 'not run', seconds: 0 }

/** The lifted point with its value and gap; undefined where it breaks a row by more than is allowed, or gains by what it breaks. */
function judged(canonical: ConicCanonical, x: Float64Array, outcome: Outcome): Candidate | undefined {
  const form = canonical.form.relaxation
  const violation = judgeFeasibility(form, x, reachOf(canonical, x)).relative
  if (!(violation <= FEASIBLE)) return undefined
  const { value, magnitude } = objectiveSum(form, x)
  const bound = outcome.bound ?? (outcome.status === 'optimal-claimed' ? outcome.objective : undefined)
  if (bound === undefined || !Number.isFinite(value)) return { x, value, violation, relativeGap: undefined }
  const distance = (value - bound) / Math.max(Math.abs(value), 1e-12, TERMS * magnitude)
  if (distance < -FEASIBLE) return undefined
  return { x, value, violation, relativeGap: Math.max(0, distance, outcome.relativeGap ?? 0) }
}

/** Nearer than what is asked for, so that nothing is left to do. */
function isNear(best: Candidate | undefined, aim: number): boolean {
  return best !== undefined && (best.relativeGap ?? Infinity) <= aim && best.violation <= AIM * FEASIBLE
}

/** The distance from an optimum: of gap and violation the larger, for a broken row can hide a gap. */
function distanceOf({ relativeGap, violation }: Candidate): number {
  return Math.max(relativeGap ?? Infinity, violation)
}

function answered(
  { x, value, relativeGap }: Candidate,
  outcome: Outcome,
  { tolerance, isLate }: { readonly tolerance: number; readonly isLate: boolean },
  form: StandardForm,
  solver: Outcome['solver'],
): Outcome {
  const isClosed = relativeGap !== undefined && relativeGap <= tolerance
  if (outcome.bound === undefined) {
    const reason = outcome.reason ?? 'no duals bound the relaxation'
    return isClosed && outcome.status === 'optimal-claimed'
      ? { status: 'optimal-claimed', objective: value, x, reason, solver }
      : { status: isLate ? 'limit' : 'unproved', objective: value, x, reason, solver }
  }
  const rowPrices = outcome.rowPrices?.slice(0, form.rowLower.length)
  const found = {
    objective: value,
    x,
    ...(rowPrices && { rowPrices }),
    bound: Math.min(outcome.bound, value),
    ...(outcome.boundProof && { boundProof: outcome.boundProof }),
    ...(outcome.reason !== undefined && { reason: outcome.reason }),
    solver,
  }
  if (isClosed && outcome.status === 'optimal') return { status: 'optimal', ...found, relativeGap }
  const reason = outcome.reason ?? 'tangents leave a gap that is larger than the tolerance'
  return { status: isLate ? 'limit' : 'unproved', ...found, ...(relativeGap !== undefined && { relativeGap }), reason }
}

/** Free columns no further than `reach` from zero. */
function within(form: StandardForm, reach: number): StandardForm {
  return {
    ...form,
    lower: form.lower.map((bound) => (bound === -Infinity ? -reach : bound)),
    upper: form.upper.map((bound) => (bound === Infinity ? reach : bound)),
  }
}
