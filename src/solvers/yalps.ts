import type { Solution } from 'yalps'
import type { Claim, SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { jslpModel } from '../formats/jslp-json.js'
import { loadPackage } from './load-package.js'
import { packageVersion } from './package-version.js'
import { reverseAnswer, reverseColumns } from './reversed.js'
import type { Solver, SolverOptions } from './solver.js'
import { tableau } from './tableau.js'

/** YALPS: LP and MIP over columns that are never negative, on a dense tableau; reads the model object of jslp. */

const CLAIMS: Record<Solution['status'], Claim> = {
  optimal: 'optimal',
  infeasible: 'infeasible',
  unbounded: 'unbounded',
  timedout: 'limit',
  cycled: 'failed',
}

export const solver: Solver = {
  name: 'yalps',
  module: import.meta.url,
  install: 'npm install yalps',
  capabilities: tableau,
  isPresent: async () => packageVersion('yalps') !== undefined,
  version: async () => packageVersion('yalps') ?? 'absent',
  settingsToTry: () => [{ feasibility: PRECISION }, { feasibility: PRECISION, reversed: true }, { feasibility: 1e-8 }],
  answer,
}

/** What the backend takes for zero (its own choice is 1e-8), after every row and the objective are scaled to 1. */
const PRECISION = 1e-10
/** Its own 8,192 pivots end honest runs on a thousand rows; the time limit is the real one. */
const MOST_PIVOTS = 1_000_000

async function answer(form: StandardForm, options: SolverOptions): Promise<SolverAnswer> {
  if (options.reversed) return reverseAnswer(await answer(reverseColumns(form), { ...options, reversed: false }))
  const { solve } = await loadPackage('yalps', () => import('yalps'))
  const [model, plain] = jslpModel(form, { scaled: true })
  const { status, variables } = solve(
    {
      direction: 'minimize',
      objective: model.optimize,
      constraints: model.constraints,
      variables: model.variables,
      integers: new Set(Object.keys(model.ints)),
    },
    {
      precision: options.feasibility ?? PRECISION,
      checkCycles: true,
      maxPivots: MOST_PIVOTS,
      maxIterations: MOST_PIVOTS,
      timeout: options.timeLimitSeconds * 1000,
    },
  )
  const claim = CLAIMS[status]
  if (status !== 'optimal' && !(status === 'timedout' && variables.length > 0)) return { claim, status }
  const values = new Map<string, number>(variables)
  return { claim, status, x: plain.recover((name) => values.get(name) ?? 0) }
}
