import type { StandardForm } from '../canonical/standard-form.js'
import { EnclosedSum } from './enclosed-sum.js'

/** f(x) = ½ x'Qx + linear·x + offset, from the form's own numbers, with a bound on rounding. */
export function objectiveSum(form: StandardForm, x: Float64Array): EnclosedSum {
  const sum = new EnclosedSum().add(form.offset)
  for (let j = 0; j < x.length; j++) sum.addProduct(form.linear[j], x[j])
  const { quadratic } = form
  for (let j = 0; j < quadratic.columns; j++) {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      const i = quadratic.indices[p]
      // The product of two coordinates rounds once; halving and doubling round nothing.
      sum.addProduct(i === j ? quadratic.values[p] / 2 : quadratic.values[p], x[i] * x[j])
    }
  }
  return sum
}

export const objectiveValue = (form: StandardForm, x: Float64Array): number => objectiveSum(form, x).value
