import type { LP, Result } from 'glpk.js/node'
import type { Claim, SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { glpkModel } from '../formats/glpk-json.js'
import { loadPackage } from './load-package.js'
import { packageVersion } from './package-version.js'
import type { Solver, SolverOptions } from './solver.js'

/** GLPK in WebAssembly: LP and MIP, row prices. Licensed GPL-3.0, so it is installed by choice and loaded when asked for. */

/** By GLPK's status: 1 undefined, 2 feasible, 3 infeasible point, 4 no feasible solution, 5 optimal, 6 unbounded. */
const CLAIMS: readonly (readonly [Claim, string])[] = [
  ['failed', 'none'],
  // What the presolver of its branch and bound says of a form without an optimum.
  ['infeasible-or-unbounded', 'undefined'],
  ['limit', 'feasible'],
  ['limit', 'infeasible point'],
  ['infeasible', 'no feasible solution'],
  ['optimal', 'optimal'],
  ['unbounded', 'unbounded'],
]
const SILENT = 0

export const solver: Solver = {
  name: 'glpk',
  module: import.meta.url,
  install: 'npm install glpk.js',
  capabilities: {
    quadratic: false,
    integer: true,
    integerQuadratic: false,
    freeInteger: true,
    rowPrices: true,
    integerBound: false,
    leastCoefficient: 1e-7,
    largest: { rows: 100_000, columns: 200_000, entries: 1_000_000 },
  },
  isPresent: async () => packageVersion('glpk.js/node') !== undefined,
  version: async () => packageVersion('glpk.js/node') ?? 'absent',
  settingsToTry: () => [{}, { presolve: true }],
  answer,
}

async function answer(form: StandardForm, options: SolverOptions): Promise<SolverAnswer> {
  const glpk = await load()
  const model = glpkModel(form)
  const isInteger = model.generals.length > 0
  const { result } = (await glpk).solve(model as LP, {
    msglev: SILENT,
    tmlim: Math.max(1, Math.ceil(options.timeLimitSeconds)),
    // With presolve an infeasible LP comes back undefined and zero; without it every MIP does.
    presol: isInteger || (options.presolve ?? false),
    mipgap: 0,
  }) as Result
  const [claim, status] = CLAIMS[result.status] ?? (['failed', `status ${result.status}`] as const)
  if (result.status !== 5 && result.status !== 2) return { claim, status }
  const x = form.linear.map((_, j) => result.vars[`x${j}`] ?? Number.NaN)
  const { dual } = result
  if (dual === undefined) return { claim, status, x }
  return { claim, status, x, rowPrices: form.rowLower.map((_, i) => dual[`r${i}`] ?? 0) }
}

let loaded: Promise<import('glpk.js/node').GLPK> | undefined

async function load(): Promise<import('glpk.js/node').GLPK> {
  loaded ??= loadPackage('glpk.js/node', async () => (await import('glpk.js/node')).default())
  return loaded
}
