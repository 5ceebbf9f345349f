import type { StandardForm } from '../canonical/standard-form.js'
import { SpillwayError } from '../errors.js'

/** Refuses a form that a format has no words for, naming the guilty part. */
export function notExpressible(format: string, path: string, value: unknown, problem: string, cure: string): never {
  throw new SpillwayError({ code: 'not-expressible', path, value, problem: `${problem} in ${format}`, cure })
}

/** Throws on the first nonzero of Q. */
export function refuseQuadratic(form: StandardForm, format: string): void {
  const q = form.quadratic
  for (let j = 0; j < q.columns; j++) {
    for (let p = q.starts[j]; p < q.starts[j + 1]; p++) {
      if (q.values[p] === 0) continue
      const path = `quadratic[${q.indices[p]}, ${j}]`
      const cure = 'Choose a solver or a format for quadratic objectives: highs, lp.'
      notExpressible(format, path, q.values[p], 'a quadratic objective cannot be written', cure)
    }
  }
}

/** Finite whole bounds of an integer column; others as they are. */
export function columnBounds(form: StandardForm, j: number): [lower: number, upper: number] {
  const lower = form.lower[j]
  const upper = form.upper[j]
  return form.integer[j] ? [Math.ceil(lower), Math.floor(upper)] : [lower, upper]
}
