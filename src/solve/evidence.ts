import { elasticForm, rayForm } from '../canonical/evidence-forms.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { judgeFeasibility, tidy } from '../certificates/feasibility.js'
import { judgeFarkas } from '../certificates/infeasibility.js'
import { judgeRay } from '../certificates/unboundedness.js'
import type { Solver } from '../solvers/solver.js'
import { posedTo, prover, type SolveContext } from './context.js'
import { refine } from './refine.js'

/**
 * A solver said `infeasible` or `unbounded`; nobody believes it. The least violation of the rows (`elasticForm`)
 * gives Farkas duals or a feasible point, the steepest recession ray (`rayForm`) a ray, and judges decide.
 */
export interface Evidence {
  readonly status: 'infeasible' | 'unbounded' | 'infeasible-or-unbounded' | 'none'
  readonly reason: string
}

const FEASIBLE = 1e-6
/** Entries of a ray below this are rounding, the longest being 1; the second is what a solver's tolerance of 1e-10 can leave. */
const STILL = [1e-11, 1e-9] as const

export async function gatherEvidence(context: SolveContext): Promise<Evidence> {
  const certifiers =
    context.solver.capabilities.rowPrices && context.solver !== prover ? [context.solver, prover] : [prover]
  let last: Evidence = { status: 'none', reason: 'no evidence was found' }
  for (const certifier of certifiers) {
    last = await certifyBy(context, certifier)
    if (last.status !== 'none') return last
  }
  return last
}

async function certifyBy(context: SolveContext, certifier: Solver): Promise<Evidence> {
  const { form, bounds } = context
  const columns = form.linear.length
  const elastic = elasticForm(form)
  const { answer } = await context.ask(certifier, elastic, certifier.settingsToTry(elastic, {})[0] ?? {}, 'evidence')
  const point = answer.x?.slice(0, columns)
  if (answer.rowPrices !== undefined && point !== undefined) {
    const { proved, by, assumed } = judgeFarkas(form, answer.rowPrices, bounds, point)
    const within = assumed > 0 ? ' (for columns without bounds: within a million of the point closest to feasible)' : ''
    if (proved) return { status: 'infeasible', reason: `weighted rows contradict each other by ${by}${within}` }
  }
  const isPoint = point !== undefined && judgeFeasibility(form, tidy(form, point, FEASIBLE)).relative <= FEASIBLE
  const ray = await steepestRay(context, certifier)
  const { proved, reason } = judgeRay(form, ray)
  if (proved && isPoint) return { status: 'unbounded', reason }
  if (proved) return { status: 'infeasible-or-unbounded', reason: `${reason}, but no feasible point was found` }
  return { status: 'none', reason: isPoint ? `a feasible point exists, and ${reason}` : reason }
}

/** Whether a form with a feasible point is unbounded: solvers have called such forms optimal, far out. */
export async function isUnboundedBelow(context: Pick<SolveContext, 'form' | 'ask'>): Promise<boolean> {
  return judgeRay(context.form, await steepestRay(context, prover)).proved
}

/** Sought in the units in which the certifier would be asked for the form: in others a step may be too small beside the longest. */
async function steepestRay(context: Pick<SolveContext, 'form' | 'ask'>, certifier: Solver): Promise<Float64Array> {
  const { form: posed, recover } = posedTo(certifier, context.form)
  const form = rayForm(posed)
  const settings = certifier.settingsToTry(form, {})[0] ?? {}
  const { answer } = await context.ask(certifier, form, settings, 'evidence')
  const steps = answer.x ?? new Float64Array(form.linear.length)
  const rays = (x: Float64Array): readonly Float64Array[] =>
    withoutResidue(form, x).map((ray) => recover({ ...answer, x: ray }).x ?? ray)
  const isProved = (ray: Float64Array): boolean => judgeRay(context.form, ray).proved
  const [first, second] = rays(steps)
  const proved = [first!, second!].find(isProved)
  if (proved !== undefined || steps.every((step) => step === 0)) return proved ?? first!
  // A ray as good as a solver's tolerance may be none, or one that lacks digits.
  const refined = await refine({ form, solver: certifier, ask: context.ask }, steps, settings, 0)
  return (refined && rays(refined.x).find(isProved)) ?? first!
}

/** The steps inside their bounds, without what a tolerance leaves in them. */
function withoutResidue({ lower, upper }: StandardForm, x: Float64Array): readonly Float64Array[] {
  const steps = x.map((step, j) => Math.min(Math.max(step, lower[j]), upper[j]))
  return STILL.map((still) => steps.map((step) => (Math.abs(step) <= still ? 0 : step)))
}
