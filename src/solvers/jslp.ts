import type { Claim, SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { jslpModel } from '../formats/jslp-json.js'
import { loadPackage } from './load-package.js'
import { packageVersion } from './package-version.js'
import { reverseAnswer, reverseColumns } from './reversed.js'
import type { Solver, SolverOptions } from './solver.js'
import { tableau } from './tableau.js'

/**
 * javascript-lp-solver: LP and MIP over columns that are never negative, on a dense tableau. Version 1.0.3 gives wrong
 * answers without a word (test/solvers/cases has some), so free columns are split, bounds shifted, zeros dropped before, and
 * nothing it says is believed after.
 */
export const solver: Solver = {
  name: 'jslp',
  module: import.meta.url,
  install: 'npm install javascript-lp-solver',
  capabilities: tableau,
  isPresent: async () => packageVersion('javascript-lp-solver') !== undefined,
  version: async () => packageVersion('javascript-lp-solver') ?? 'absent',
  settingsToTry: () => [{ feasibility: PRECISION }, { reversed: true, feasibility: PRECISION }, { feasibility: FINE }],
  answer,
}

/** What the backend takes for zero, after every row and the objective are scaled to 1; it rounds values to it as well. */
const PRECISION = 1e-9
const FINE = 1e-12

async function answer(form: StandardForm, options: SolverOptions): Promise<SolverAnswer> {
  if (options.reversed) return reverseAnswer(await answer(reverseColumns(form), { ...options, reversed: false }))
  const backend = await loadPackage('javascript-lp-solver', load)
  const [model, plain] = jslpModel(form, { scaled: true })
  const limited = { ...model, timeout: Math.ceil(options.timeLimitSeconds * 1000) }
  // The backend writes into its input, which nobody else holds.
  const result = backend.Solve(limited, options.feasibility ?? PRECISION)
  const [claim, status]: readonly [Claim, string] = !result.feasible
    ? ['infeasible', 'infeasible']
    : result.bounded === false
      ? ['unbounded', 'unbounded']
      : ['optimal', 'feasible, bounded']
  if (claim !== 'optimal') return { claim, status }
  return { claim, status, x: plain.recover((name) => Number(result[name] ?? 0)) }
}

async function load(): Promise<JslpBackend> {
  return ((await import('javascript-lp-solver')) as unknown as { readonly default: JslpBackend }).default
}

/** What is used of the backend; its own types describe the CommonJS face. */
interface JslpBackend {
  Solve(model: object, precision: number): JslpResult
}

interface JslpResult {
  readonly feasible: boolean
  readonly bounded?: boolean
  readonly [name: string]: unknown
}
