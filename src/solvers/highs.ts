import type { Highs, Model, ModelStatusCode } from 'highs'
import { hasEntries } from '../canonical/by-rows.js'
import type { Claim, SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { type CompiledHighs, highsModel } from '../formats/highs-model.js'
import { startHighs } from './highs-module.js'
import { interiorPoint } from './interior-point.js'
import { loadPackage } from './load-package.js'
import { packageVersion } from './package-version.js'
import { type Point, polish } from './polish.js'
import type { Hints, Solver, SolverOptions, SolverSettings } from './solver.js'

/** HiGHS in WebAssembly: LP, MIP and convex QP, row prices, bounds of its own for MIP. One module serves many solves. */

const ITERATION_LIMIT = 14
const CLAIMS: Partial<Record<ModelStatusCode, readonly [Claim, string]>> = {
  6: ['optimal', 'Empty'],
  7: ['optimal', 'Optimal'],
  8: ['infeasible', 'Infeasible'],
  9: ['infeasible-or-unbounded', 'Primal infeasible or unbounded'],
  10: ['unbounded', 'Unbounded'],
  13: ['limit', 'Time limit reached'],
  14: ['limit', 'Iteration limit reached'],
  15: ['failed', 'Unknown'],
  16: ['limit', 'Solution limit reached'],
  17: ['limit', 'Interrupted'],
}

/**
 * Tight tolerances cost a few pivots and make points and prices good to rounding; HiGHS's own defaults (1e-7) are the
 * fall-back for forms on which the tight ones stall. `whole` is the distance of integer columns from whole numbers.
 */
const TOLERANCES = { tight: 1e-10, own: 1e-7, tightWhole: 1e-9, ownWhole: 1e-6 }

/**
 * The active-set solver can circle without end, close to the optimum, on books of a few columns. A run that gets there takes a
 * few iterations a column.
 */
const QP_ITERATIONS = { least: 2000, each: 20 }

/**
 * HiGHS adds 1e-7 to the diagonal of Q: 0.8 % of the optimum where Q itself is 1e-6, and a bounded form of rank one
 * came back as unbounded. We polish what it finds, and try these where its own choice leads nowhere.
 */
const REGULARIZATIONS = [1e-9, 1e-5]

/** Above this many rows interior point without crossover beat simplex on min-max and shortfall programs of 1,000 to 40,000 rows. */
const SIMPLEX_ROWS = 5000
/** A few rows over many columns: presolve and the ratio test of HiGHS are quadratic there. */
const STEP_FORM = { rows: 10, columns: 5000 }

/** The heap of WebAssembly ends at 2 GiB; solving needs about 180 bytes an entry beyond passing the model. */
const LARGEST = { rows: 500_000, columns: 2_000_000, entries: 3_000_000 }

export const solver: Solver = {
  name: 'highs',
  module: import.meta.url,
  install: 'npm install highs',
  capabilities: {
    quadratic: true,
    integer: true,
    integerQuadratic: false,
    freeInteger: true,
    rowPrices: true,
    integerBound: true,
    leastCoefficient: 1e-9,
    largest: LARGEST,
  },
  isPresent: async () => packageVersion('highs') !== undefined,
  version: async () => packageVersion('highs') ?? 'absent',
  settingsToTry,
  load: loadHighs,
  answer,
}

function settingsToTry(form: StandardForm, hints: Hints): readonly SolverSettings[] {
  const rows = form.matrix.rows
  const { tight, own } = TOLERANCES
  const asked: SolverSettings = hints
  if (form.integer.some((flag) => flag !== 0)) {
    return [
      { feasibility: tight, ...asked },
      { feasibility: own, presolve: false },
    ]
  }
  if (hasEntries(form.quadratic)) {
    return [
      { feasibility: tight },
      ...REGULARIZATIONS.map((regularization) => ({ feasibility: own, regularization })),
      { method: 'ipm' },
    ]
  }
  const isStep = rows <= STEP_FORM.rows && form.linear.length > STEP_FORM.columns
  const interior: SolverSettings = { method: 'ipm', crossover: false, presolve: !isStep, feasibility: own }
  const simplex: SolverSettings = { method: 'simplex', feasibility: tight }
  // Simplex when it is asked for comes with its own tolerances: those of interior point would leave its gap open.
  const isInterior = hints.method === undefined ? rows > SIMPLEX_ROWS || isStep : hints.method === 'ipm'
  const method = isInterior
    ? [interior, { ...interior, crossover: true }, { ...simplex, presolve: !isStep }]
    : [simplex, { ...simplex, feasibility: own, presolve: false }, { ...interior, presolve: false, crossover: true }]
  return [{ ...method[0], ...asked }, ...method.slice(1)]
}

let loaded: Promise<Highs> | undefined

async function answer(form: StandardForm, options: SolverOptions): Promise<SolverAnswer> {
  if (options.method === 'ipm' && hasEntries(form.quadratic)) return byInteriorPoint(form)
  const highs = await loadHighs()
  const compiled = highsModel(form)
  const model = highs.createModel()
  try {
    const { integrality, ...continuous } = compiled.model
    model.passModel(integrality === undefined ? continuous : { ...continuous, integrality })
    return runModel(highs, model, form, compiled, options)
  } finally {
    model.dispose()
  }
}

/** The module, loaded once a thread. */
export function loadHighs(): Promise<Highs> {
  loaded ??= loadPackage('highs', startHighs)
  return loaded
}

/** Runs a model that was passed, from the basis that it has, and reads its answer. */
export function runModel(
  highs: Highs,
  model: Model,
  form: StandardForm,
  { model: data, objectiveScale, rowPrices }: CompiledHighs,
  options: SolverOptions,
): SolverAnswer {
  const isInteger = data.integrality !== undefined
  model.options.set(highsOptions(options, isInteger, data.hessian && data.numCols))
  try {
    model.run(options.report === undefined ? undefined : progress(highs, options.report))
  } catch (error) {
    // The quadratic solver gives up on its own point for violations a little above its tolerance: polishing corrections those.
    const rescued = data.hessian === undefined ? undefined : pointOf(model, rowPrices)
    if (rescued === undefined) throw error
    return { claim: 'failed', status: 'Solve error', ...polish(form, rescued) }
  }
  const code = model.getModelStatus()
  const [said, status] = CLAIMS[code] ?? (['failed', `Model status ${code}`] as const)
  // Our own limit on quadratic iterations means that this attempt goes in circles, not that time is up.
  const claim = data.hessian !== undefined && code === ITERATION_LIMIT ? 'failed' : said
  // 2: a point that HiGHS calls feasible; others are kept only where nothing better is claimed.
  const hasPoint = model.info.get('primal_solution_status') === 2 || code === 6
  const circling = claim === 'failed' && data.hessian !== undefined ? pointOf(model, rowPrices) : undefined
  if (circling !== undefined) return { claim, status, ...polish(form, circling) }
  if (!hasPoint) return { claim, status, ...integerBound(model, isInteger, objectiveScale, form.offset) }
  const solution = model.getSolution()
  if (isInteger) {
    return { claim, status, x: solution.colValue, ...integerBound(model, true, objectiveScale, form.offset) }
  }
  const prices = rowPrices(solution.rowDual)
  const point = { x: solution.colValue, rowPrices: prices }
  return { claim, status, ...(data.hessian === undefined ? point : polish(form, point)) }
}

/**
 * The quadratic solver of HiGHS calls about one small form in thirty with a singular Q unbounded, circles or aborts on it. Where no
 * setting helps, our own interior point method answers in its place, and the status says so.
 */
function byInteriorPoint(form: StandardForm): SolverAnswer {
  const point = interiorPoint(form)
  if (point !== undefined)
    return { claim: 'optimal', status: 'interior point in place of HiGHS', ...polish(form, point) }
  return { claim: 'infeasible-or-unbounded', status: 'no optimum found by interior point in place of HiGHS' }
}

/** Whatever point the solver was at, if it has one. */
function pointOf(model: Model, rowPrices: (rowDual: Float64Array) => Float64Array): Point | undefined {
  try {
    const { colValue, rowDual } = model.getSolution()
    return colValue.every(Number.isFinite) && rowDual.every(Number.isFinite)
      ? { x: colValue, rowPrices: rowPrices(rowDual) }
      : undefined
  } catch {
    return undefined
  }
}

/** `columns`: how many a quadratic model has. */
function highsOptions(
  options: SolverOptions,
  isInteger: boolean,
  columns: number | undefined,
): Record<string, string | number | boolean> {
  const feasibility = options.feasibility ?? TOLERANCES.own
  const isTight = feasibility < TOLERANCES.own
  return {
    output_flag: false,
    time_limit: options.timeLimitSeconds,
    primal_feasibility_tolerance: feasibility,
    dual_feasibility_tolerance: feasibility,
    ...(options.presolve === undefined ? {} : { presolve: options.presolve ? 'choose' : 'off' }),
    ...(options.method === undefined || isInteger ? {} : { solver: options.method }),
    ...(options.crossover === undefined ? {} : { run_crossover: options.crossover ? 'on' : 'off' }),
    ...(options.regularization === undefined ? {} : { qp_regularization_value: options.regularization }),
    ...(options.method === 'ipm' ? { ipm_optimality_tolerance: 1e-10 } : {}),
    ...(columns === undefined ? {} : { qp_iteration_limit: QP_ITERATIONS.least + QP_ITERATIONS.each * columns }),
    ...(isInteger
      ? {
          mip_rel_gap: 0,
          mip_abs_gap: 0,
          mip_feasibility_tolerance: isTight ? TOLERANCES.tightWhole : TOLERANCES.ownWhole,
        }
      : {}),
  }
}

function integerBound(model: Model, isInteger: boolean, scale: number, offset: number): { bound?: number } {
  if (!isInteger) return {}
  const bound = Number(model.info.get('mip_dual_bound'))
  return Number.isFinite(bound) ? { bound: bound / scale + offset } : {}
}

const REPORT_EVERY_MS = 100

function progress(highs: Highs, report: NonNullable<SolverOptions['report']>): Parameters<Model['run']>[0] {
  const { simplexInterrupt, ipmInterrupt, mipLogging } = highs.constants.callbackType
  let last = 0
  const tell = (note: Parameters<typeof report>[0]): undefined => {
    const now = Date.now()
    if (now - last < REPORT_EVERY_MS) return undefined
    last = now
    report(note)
    return undefined
  }
  return {
    [simplexInterrupt]: (event) => tell({ iterations: event.data.simplex_iteration_count ?? 0 }),
    [ipmInterrupt]: (event) => tell({ iterations: event.data.ipm_iteration_count ?? 0 }),
    [mipLogging]: (event) =>
      tell({ objective: event.data.mip_primal_bound ?? Infinity, bound: event.data.mip_dual_bound ?? -Infinity }),
  }
}
