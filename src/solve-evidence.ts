import { elasticForm, pointForm, rayForm, relaxation } from './canonical/evidence-forms.js'
import type { StandardForm } from './canonical/standard-form.js'
import { judgeFeasibility, tidy } from './certificates/feasibility.js'
import { judgeFarkas } from './certificates/infeasibility.js'
import { judgeRay } from './certificates/unboundedness.js'
import { prover, type Road } from './solve-road.js'
import type { Solver } from './solvers/solver.js'

/**
 * An engine said `infeasible` or `unbounded`; nobody believes it. The least violation of the rows (`elasticForm`)
 * gives Farkas multipliers or a feasible point, the steepest endless direction (`rayForm`) a ray, and judges decide.
 * For whole columns over a feasible relaxation no certificate exists: branch and bound must say so twice, with and
 * without presolve, and the reason says that this is an engine's word.
 */
export interface Evidence {
  readonly status: 'infeasible' | 'unbounded' | 'infeasible-or-unbounded' | 'none'
  readonly reason: string
}

const FEASIBLE = 1e-6
/** Entries of a ray below this are rounding; the longest entry is 1. */
const STILL = 1e-11

export async function gatherEvidence(road: Road): Promise<Evidence> {
  const witnesses = road.solver.capabilities.rowPrices && road.solver !== prover ? [road.solver, prover] : [prover]
  let last: Evidence = { status: 'none', reason: 'no evidence was found' }
  for (const witness of witnesses) {
    last = await hear(road, witness)
    if (last.status !== 'none') return last
  }
  return last
}

async function hear(road: Road, witness: Solver): Promise<Evidence> {
  const { form, boxes } = road
  const columns = form.linear.length
  const elastic = elasticForm(form)
  const { answer } = await road.ask(witness, elastic, witness.attempts(elastic, {})[0] ?? {}, 'evidence')
  let point: Float64Array | undefined = answer.x?.slice(0, columns)
  if (answer.rowPrices !== undefined && point !== undefined) {
    const { proved, by, assumed } = judgeFarkas(relaxation(form), answer.rowPrices, boxes, point)
    const within = assumed > 0 ? ' (for columns without bounds: within a million of the point closest to feasible)' : ''
    if (proved) return { status: 'infeasible', reason: `weighted rows contradict each other by ${by}${within}` }
  }
  if (road.isInteger) {
    const whole = await wholePoint(road)
    if (whole === 'none') {
      const reason = 'no whole point: the word of branch and bound, given with and without presolve'
      return { status: 'infeasible', reason }
    }
    point = whole
  }
  const isPoint = point !== undefined && judgeFeasibility(form, tidy(form, point, FEASIBLE)).relative <= FEASIBLE
  const ray = await steepestRay(road, witness)
  const { proved, reason } = judgeRay(form, ray)
  if (proved && isPoint) return { status: 'unbounded', reason }
  if (proved) return { status: 'infeasible-or-unbounded', reason: `${reason}, but no feasible point was found` }
  return { status: 'none', reason: isPoint ? `a feasible point exists, and ${reason}` : reason }
}

/** A whole feasible point, `none` when two runs say there is none, undefined when it stays open. */
async function wholePoint(road: Road): Promise<Float64Array | 'none' | undefined> {
  const form: StandardForm = pointForm(road.form)
  for (const presolve of [true, false]) {
    const settings = { ...prover.attempts(form, {})[0], presolve }
    const { answer } = await road.ask(prover, form, settings, 'evidence')
    if (answer.x !== undefined) return answer.x
    if (answer.claim !== 'infeasible') return undefined
  }
  return 'none'
}

/** Whether a form with a feasible point is unbounded: engines have called such forms optimal, far out. */
export async function fallsForEver(road: Road): Promise<boolean> {
  return judgeRay(road.form, await steepestRay(road, prover)).proved
}

async function steepestRay(road: Road, witness: Solver): Promise<Float64Array> {
  const form = rayForm(road.form)
  const { answer } = await road.ask(witness, form, witness.attempts(form, {})[0] ?? {}, 'evidence')
  const ray = answer.x ?? new Float64Array(form.linear.length)
  return ray.map((step, j) => {
    const kept = Math.min(Math.max(step, form.lower[j]!), form.upper[j]!)
    return Math.abs(kept) <= STILL ? 0 : kept
  })
}
