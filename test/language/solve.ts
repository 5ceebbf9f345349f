import * as highsModule from 'highs'
import type { Canonical } from '#src/canonical/canonical.js'
import { canonicalize } from '#src/canonical/canonicalize.js'
import type { StandardForm } from '#src/canonical/standard-form.js'
import type { Program } from '#src/language/index.js'

// The package's types say CommonJS, its import condition gives an ES module: the loader is the default export of both.
const loader: unknown = highsModule.default
const highs = await (loader as typeof highsModule.default.default)()
const optimal = 7

export interface Solved {
  readonly x: Float64Array
  readonly rowPrices: Float64Array
  readonly objective: number
}

/** The tests' own method to HiGHS, apart from the adapters. Throws unless the answer is optimal. */
export function solveForm(form: StandardForm): Solved {
  const { matrix, quadratic } = form
  const data = {
    numCols: matrix.columns,
    numRows: matrix.rows,
    offset: form.offset,
    colCost: form.linear,
    colLower: form.lower,
    colUpper: form.upper,
    rowLower: form.rowLower,
    rowUpper: form.rowUpper,
    matrix: { format: 'csc' as const, numRows: matrix.rows, numCols: matrix.columns, ...pick(matrix) },
    integrality: Array.from(form.integer, (flag) => (flag === 1 ? (1 as const) : (0 as const))),
  }
  const hessian = { format: 'triangular' as const, dimension: matrix.columns, ...pick(quadratic) }
  const run = (regularization: number) =>
    highs.withModel(quadratic.values.length > 0 ? { ...data, hessian } : data, (model) => {
      model.options.set({ output_flag: false, qp_regularization_value: regularization })
      model.run()
      const status = model.getModelStatus()
      if (status !== optimal) throw new Error(`HiGHS ended with status ${status}`)
      const { colValue, rowDual } = model.getSolution()
      return { x: colValue, rowPrices: rowDual, objective: model.getObjectiveValue() }
    })
  // On some singular Q the quadratic solver breaks down with one regularization and not with another.
  for (const regularization of [1e-7, 1e-6]) {
    try {
      return run(regularization)
    } catch (error) {
      if (quadratic.values.length === 0) throw error
    }
  }
  return run(1e-9)
}

const pick = ({ starts, indices, values }: StandardForm['matrix']) => ({ starts, indices, values })

/** The whole method: canonicalize, solve, recover. */
export function solveProgram(program: Program) {
  const canonical: Canonical = canonicalize(program)
  const solved = solveForm(canonical.form)
  return { canonical, solved, ...canonical.recover(solved.x, solved.rowPrices) }
}
