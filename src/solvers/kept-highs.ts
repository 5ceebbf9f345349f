import type { Model } from 'highs'
import { hasEntries } from '../canonical/by-rows.js'
import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { type CompiledHighs, type HighsModel, highsModel } from '../formats/highs-model.js'
import { solver as highs, loadHighs, runModel } from './highs.js'
import type { Hints, Solver, SolverOptions, SolverSettings } from './solver.js'

/**
 * HiGHS with a memory: the model of the first linear form that it is given stays in its thread, and a form that differs from it by
 * bounds and sides only is solved from the last basis. Everything else, refinement and evidence included, goes to HiGHS as it is.
 */
export const solver: Solver = {
  ...highs,
  module: import.meta.url,
  settingsToTry: (form, hints: Hints) =>
    isKeepable(form) ? [WARM, ...highs.settingsToTry(form, hints)] : highs.settingsToTry(form, hints),
  answer,
}

/** What asks for the kept model; its method and tolerance are those of simplex in `highs.ts`. */
const WARM: SolverSettings = { method: 'simplex', feasibility: 1e-10, warm: true }

const isKeepable = (form: StandardForm): boolean =>
  !hasEntries(form.quadratic) && form.integer.every((flag) => flag === 0)

/** One of a thread. */
let kept: { readonly model: Model; readonly compiled: CompiledHighs } | undefined

async function answer(form: StandardForm, options: SolverOptions): Promise<SolverAnswer> {
  if (options.warm !== true || !isKeepable(form)) return highs.answer(form, options)
  const module = await loadHighs()
  const compiled = highsModel(form)
  if (kept !== undefined && !isSameButBounds(kept.compiled.model, compiled.model)) return highs.answer(form, options)
  if (kept === undefined) {
    const model = module.createModel()
    model.passModel(compiled.model)
    kept = { model, compiled }
  } else moveBounds(kept.model, compiled.model)
  return runModel(module, kept.model, form, compiled, options)
}

function moveBounds(model: Model, { numCols, numRows, colLower, colUpper, rowLower, rowUpper }: HighsModel): void {
  if (numCols > 0) model.changeColsBounds({ kind: 'range', from: 0, to: numCols - 1 }, colLower, colUpper)
  if (numRows > 0) model.changeRowsBounds({ kind: 'range', from: 0, to: numRows - 1 }, rowLower, rowUpper)
}

function isSameButBounds(a: HighsModel, b: HighsModel): boolean {
  return (
    a.numRows === b.numRows &&
    isSame(a.colCost, b.colCost) &&
    isSame(a.matrix.starts, b.matrix.starts) &&
    isSame(a.matrix.indices, b.matrix.indices) &&
    isSame(a.matrix.values, b.matrix.values)
  )
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false
  return true
}
