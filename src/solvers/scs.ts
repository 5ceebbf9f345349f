import { powerOfTwoScale } from '../canonical/by-rows.js'
import type { ConicForm } from '../canonical/conic-form.js'
import type { Claim, SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { type SlackForm, slackForm } from '../formats/slack-form.js'
import { fromCoordinates } from '../numeric/sparse-matrix.js'
import { loadPackage } from './load-package.js'
import { packageVersion } from './package-version.js'
import { polished } from './polish.js'
import type { Solver, SolverOptions } from './solver.js'

/**
 * SCS 3 in WebAssembly, package scs-solver (MIT): operator splitting for LP and convex QP, the family of OSQP. Its points
 * are rough where a form is badly scaled; they are polished or refined, and judged like all others.
 */
const PACKAGE = 'scs-solver'

const CLAIMS: Readonly<Record<number, readonly [Claim, string]>> = {
  2: ['optimal', 'solved inaccurately'],
  1: ['optimal', 'solved'],
  0: ['limit', 'unfinished'],
  [-1]: ['unbounded', 'unbounded'],
  [-2]: ['infeasible', 'infeasible'],
  [-3]: ['failed', 'indeterminate'],
  [-4]: ['failed', 'failed'],
  [-5]: ['limit', 'interrupted'],
  [-6]: ['unbounded', 'unbounded, inaccurately'],
  [-7]: ['infeasible', 'infeasible, inaccurately'],
}

/** Absolute and relative residuals to ask for, in order; SCS's own is 1e-4. */
const RESIDUALS = [1e-9, 1e-6] as const
const ITERATIONS = 100_000

export const solver: Solver = {
  name: 'scs',
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
    largest: { rows: 100_000, columns: 100_000, entries: 1_000_000 },
  },
  isPresent: async () => packageVersion(PACKAGE) !== undefined,
  version: async () => packageVersion(PACKAGE) ?? 'absent',
  settingsToTry: () => RESIDUALS.map((feasibility) => ({ feasibility })),
  answer: async (form, options) => polished(form, await answerConic(form, options)),
  answerConic,
}

interface Settings {
  epsAbs: number
  epsRel: number
  maxIters: number
  timeLimitSecs: number
  verbose: number
  delete(): void
}

/** What the default export of the package makes. */
interface Scs {
  readonly ScsSettings: new () => Settings
  setDefaultSettings(settings: Settings): void
  solve(data: object, cone: object, settings: Settings): Solution
}

interface Solution {
  /** Absent where the program could not be set up. */
  readonly x?: readonly number[]
  readonly y: readonly number[]
  readonly statusVal: number
}

async function answerConic(form: StandardForm | ConicForm, options: SolverOptions): Promise<SolverAnswer> {
  const scs = await load()
  const slack = slackForm(form)
  const { x = [], y, statusVal: code } = run(scs, slack, options)
  const [claim, status] = CLAIMS[code] ?? (['failed', `status ${code}`] as const)
  if ((claim !== 'optimal' && claim !== 'limit') || x.length === 0 || !x.every(Number.isFinite))
    return { claim, status }
  return { claim, status, x: slack.pointOf(x), ...slack.dualsOf(y) }
}

/**
 * Asks for x/σ, σ a power of two near the largest right side: SCS calls a form with bounds of a million infeasible, because
 * what is wrong with its first points is small beside them.
 *
 *     minimise ½ x̃'(σP)x̃ + q·x̃   subject to   Gx̃ + s = b/σ,      x = σ x̃, the same duals.
 */
function run(scs: Scs, slack: SlackForm, { feasibility = RESIDUALS[0], timeLimitSeconds }: SolverOptions): Solution {
  const { quadratic, linear, matrix, right, ...sizes } = slack.matrix.rows === 0 ? withRow(slack) : slack
  const largest = right.reduce((most, side) => Math.max(most, Math.abs(side)), 0)
  const unit = largest > 1 ? powerOfTwoScale(largest) : 1
  const settings = new scs.ScsSettings()
  try {
    scs.setDefaultSettings(settings)
    settings.epsAbs = feasibility
    settings.epsRel = feasibility
    settings.maxIters = ITERATIONS
    settings.timeLimitSecs = timeLimitSeconds
    settings.verbose = 0
    const data = {
      m: matrix.rows,
      n: matrix.columns,
      A_x: matrix.values,
      A_i: matrix.indices,
      A_p: matrix.starts,
      ...(quadratic.values.length > 0 && {
        P_x: quadratic.values.map((value) => value / unit),
        P_i: quadratic.indices,
        P_p: quadratic.starts,
      }),
      b: right.map((side) => side * unit),
      c: linear,
    }
    const solution = scs.solve(
      data,
      {
        z: sizes.zero,
        l: sizes.nonnegative,
        ...(sizes.secondOrder.length > 0 && { q: sizes.secondOrder, qsize: sizes.secondOrder.length }),
        ...(sizes.exponential > 0 && { ep: sizes.exponential }),
      },
      settings,
    )
    return { ...solution, x: solution.x?.map((value) => value / unit) ?? [] }
  } finally {
    settings.delete()
  }
}

/** SCS fails without rows: one that always holds, 0·x + s = 1, stands for them. */
function withRow(slack: SlackForm): SlackForm {
  const { columns } = slack.matrix
  const matrix = fromCoordinates(1, columns, Int32Array.of(0), Int32Array.of(0), Float64Array.of(0))
  return { ...slack, matrix, right: Float64Array.of(1), nonnegative: 1 }
}

let loaded: Promise<Scs> | undefined

/** The package has no types; its default export is a factory. */
async function load(): Promise<Scs> {
  loaded ??= loadPackage(PACKAGE, async () => {
    const name: string = PACKAGE
    const { default: create } = (await import(name)) as { readonly default: () => Promise<Scs> }
    return create()
  })
  return loaded
}
