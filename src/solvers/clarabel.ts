import type { ConicForm } from '../canonical/conic-form.js'
import type { Claim, SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { slackForm } from '../formats/slack-form.js'
import { type Clarabel, PACKAGE, startClarabel } from './clarabel-module.js'
import { loadPackage } from './load-package.js'
import { packageVersion } from './package-version.js'
import { polished } from './polish.js'
import type { Solver, SolverOptions } from './solver.js'

/**
 * Clarabel in WebAssembly, as it stands inside the package cvxjs (Apache-2.0): interior point for LP and convex QP, with
 * duals, hardly slower for many columns than for few. It gives a point with a claim of `optimal` alone.
 */
const CLAIMS: Readonly<Record<string, Claim>> = {
  optimal: 'optimal',
  infeasible: 'infeasible',
  unbounded: 'unbounded',
  max_iterations: 'limit',
}

/** Relative and absolute gaps to ask for, in order. Clarabel's own is 1e-8; a run that misses its gap gives no point. */
const GAPS = [1e-10, 1e-8, 1e-6] as const
const ITERATIONS = 200

export const solver: Solver = {
  name: 'clarabel',
  module: import.meta.url,
  install: `npm install ${PACKAGE}`,
  capabilities: {
    quadratic: true,
    integer: false,
    integerQuadratic: false,
    freeInteger: false,
    rowPrices: true,
    integerBound: false,
    cones: ['second-order', 'exponential'],
    leastCoefficient: 1e-7,
    // Measured: 100,000 columns of a diagonal QP hold 230 MB, an LP of 100,000 rows as much.
    largest: { rows: 300_000, columns: 300_000, entries: 2_000_000 },
  },
  isPresent: async () => packageVersion(PACKAGE) !== undefined,
  version: async () => packageVersion(PACKAGE) ?? 'absent',
  settingsToTry: () => GAPS.map((feasibility) => ({ feasibility })),
  answer: async (form, options) => polished(form, await answerConic(form, options)),
  answerConic,
}

async function answerConic(form: StandardForm | ConicForm, options: SolverOptions): Promise<SolverAnswer> {
  const clarabel = await load()
  const { quadratic, linear, matrix, right, ...slack } = slackForm(form)
  const gap = options.feasibility ?? GAPS[1]
  const { status, x, z } = clarabel.solve(
    Uint32Array.from(quadratic.starts),
    Uint32Array.from(quadratic.indices),
    quadratic.values,
    linear,
    Uint32Array.from(matrix.starts),
    Uint32Array.from(matrix.indices),
    matrix.values,
    right,
    matrix.columns,
    matrix.rows,
    JSON.stringify({
      zero: slack.zero,
      nonneg: slack.nonnegative,
      soc: slack.secondOrder,
      exp: slack.exponential,
      power: [],
    }),
    JSON.stringify({
      verbose: false,
      max_iter: ITERATIONS,
      time_limit: options.timeLimitSeconds,
      tol_gap_abs: gap,
      tol_gap_rel: gap,
    }),
  )
  const claim = CLAIMS[status] ?? 'failed'
  if (x === undefined || z === undefined) return { claim, status }
  return { claim, status, x: slack.pointOf(x), ...slack.dualsOf(z) }
}

let loaded: Promise<Clarabel> | undefined

function load(): Promise<Clarabel> {
  loaded ??= loadPackage(PACKAGE, startClarabel)
  return loaded
}
