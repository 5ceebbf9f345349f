import { elasticForm, rayForm } from '../canonical/evidence-forms.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { judgeFeasibility, tidy } from '../certificates/feasibility.js'
import { judgeFarkas } from '../certificates/infeasibility.js'
import { judgeRay } from '../certificates/unboundedness.js'
import type { Solver } from '../solvers/solver.js'
import { posedTo, prover, type Road } from './context.js'
import { refine } from './refine.js'

/**
 * An engine said `infeasible` or `unbounded`; nobody believes it. The least violation of the rows (`elasticForm`)
 * gives Farkas multipliers or a feasible point, the steepest endless direction (`rayForm`) a ray, and judges decide.
 */
export interface Evidence {
  readonly status: 'infeasible' | 'unbounded' | 'infeasible-or-unbounded' | 'none'
  readonly reason: string
}

const FEASIBLE = 1e-6
/** Entries of a ray below this are rounding, the longest being 1; the second is what a solver's tolerance of 1e-10 can leave. */
const STILL = [1e-11, 1e-9] as const

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
  const point = answer.x?.slice(0, columns)
  if (answer.rowPrices !== undefined && point !== undefined) {
    const { proved, by, assumed } = judgeFarkas(form, answer.rowPrices, boxes, point)
    const within = assumed > 0 ? ' (for columns without bounds: within a million of the point closest to feasible)' : ''
    if (proved) return { status: 'infeasible', reason: `weighted rows contradict each other by ${by}${within}` }
  }
  const isPoint = point !== undefined && judgeFeasibility(form, tidy(form, point, FEASIBLE)).relative <= FEASIBLE
  const ray = await steepestRay(road, witness)
  const { proved, reason } = judgeRay(form, ray)
  if (proved && isPoint) return { status: 'unbounded', reason }
  if (proved) return { status: 'infeasible-or-unbounded', reason: `${reason}, but no feasible point was found` }
  return { status: 'none', reason: isPoint ? `a feasible point exists, and ${reason}` : reason }
}

/** Whether a form with a feasible point is unbounded: engines have called such forms optimal, far out. */
export async function fallsForEver(road: Pick<Road, 'form' | 'ask'>): Promise<boolean> {
  return judgeRay(road.form, await steepestRay(road, prover)).proved
}

/** Sought in the units in which the witness would be asked for the form: in others a step may be too small beside the longest. */
async function steepestRay(road: Pick<Road, 'form' | 'ask'>, witness: Solver): Promise<Float64Array> {
  const { form: posed, recover } = posedTo(witness, road.form)
  const form = rayForm(posed)
  const settings = witness.attempts(form, {})[0] ?? {}
  const { answer } = await road.ask(witness, form, settings, 'evidence')
  const steps = answer.x ?? new Float64Array(form.linear.length)
  const rays = (x: Float64Array): readonly Float64Array[] =>
    withoutResidue(form, x).map((ray) => recover({ ...answer, x: ray }).x ?? ray)
  const isProved = (ray: Float64Array): boolean => judgeRay(road.form, ray).proved
  const [first, second] = rays(steps)
  const proved = [first!, second!].find(isProved)
  if (proved !== undefined || steps.every((step) => step === 0)) return proved ?? first!
  // A ray as good as a solver's tolerance may be none, or one that lacks digits.
  const refined = await refine({ form, solver: witness, ask: road.ask }, steps, settings, 0)
  return (refined && rays(refined.x).find(isProved)) ?? first!
}

/** The steps inside their bounds, without what a tolerance leaves in them. */
function withoutResidue({ lower, upper }: StandardForm, x: Float64Array): readonly Float64Array[] {
  const steps = x.map((step, j) => Math.min(Math.max(step, lower[j]), upper[j]))
  return STILL.map((still) => steps.map((step) => (Math.abs(step) <= still ? 0 : step)))
}
