import type { StandardForm } from '../canonical/standard-form.js'
import { SpillwayError } from '../errors.js'
import type { SparseMatrix } from '../numeric/sparse-matrix.js'

/** A row whose coefficients are further apart than this, however rows and columns are scaled, is beyond what solvers hold. */
const WIDEST = 1e24

/**
 * Why a solver broke on a form, where it is a row with coefficients that no scaling brings together; `posed` is the
 * form as it was given it.
 */
export function wideRow(posed: StandardForm, form: StandardForm): SpillwayError | undefined {
  const ranges = rangesOf(posed.matrix)
  const row = ranges.findIndex(({ least, most }) => most > WIDEST * least)
  if (row < 0) return undefined
  const { least, most } = rangesOf(form.matrix)[row]
  return new SpillwayError({
    code: 'number-range',
    path: `row ${row}`,
    value: `${least} to ${most}`,
    problem: 'coefficients of one row are too far apart to be computed with',
    cure: 'Measure its columns in other units, or leave out what does not count beside the rest.',
  })
}

function rangesOf({ rows, indices, values }: SparseMatrix): { least: number; most: number }[] {
  const ranges = Array.from({ length: rows }, () => ({ least: Infinity, most: 0 }))
  values.forEach((value, p) => {
    if (value === 0) return
    const range = ranges[indices[p]]
    range.least = Math.min(range.least, Math.abs(value))
    range.most = Math.max(range.most, Math.abs(value))
  })
  return ranges
}
