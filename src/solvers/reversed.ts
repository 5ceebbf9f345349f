import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { fromCoordinates } from '../numeric/sparse-matrix.js'

/** The linear form with its columns in reverse order, and the way back for points: the same map. */
export function reverseColumns(form: StandardForm): StandardForm {
  const { matrix } = form
  const last = matrix.columns - 1
  const column = new Int32Array(matrix.values.length)
  for (let j = 0; j <= last; j++) column.fill(last - j, matrix.starts[j], matrix.starts[j + 1])
  return {
    ...form,
    linear: form.linear.toReversed(),
    lower: form.lower.toReversed(),
    upper: form.upper.toReversed(),
    integer: form.integer.toReversed(),
    matrix: fromCoordinates(matrix.rows, matrix.columns, matrix.indices, column, matrix.values),
  }
}

export const reverseAnswer = (answer: SolverAnswer): SolverAnswer =>
  answer.x === undefined ? answer : { ...answer, x: answer.x.toReversed() }
