import type { BlockProgram } from '../src/canonical/block-program.js'
import { type FormInput, fromTriplets, type Triplet } from '../src/index.js'

/** A block program without curvature as a linear program: a column u for each hinge, u ≥ height + slope·x, u ≥ 0. */
export function blockForm(program: BlockProgram): FormInput {
  const { variableStarts, hingeStarts, row, upper, linear, weight, height, slope, total, constant = 0 } = program
  const variables = row.length
  const triplets: Triplet[] = []
  row.forEach((k, v) => {
    if (k >= 0) triplets.push([k, v, 1])
  })
  let next = 0
  for (let i = 0; i + 1 < variableStarts.length; i++) {
    for (let j = hingeStarts[i]; j < hingeStarts[i + 1]; j++) {
      const at = total.length + j
      triplets.push([at, variables + j, 1])
      for (let v = variableStarts[i]; v < variableStarts[i + 1]; v++, next++) {
        if (slope[next] !== 0) triplets.push([at, v, -slope[next]])
      }
    }
  }
  const columns = variables + weight.length
  const wide = (first: Float64Array, rest: number): Float64Array => {
    const all = new Float64Array(columns).fill(rest)
    all.set(first)
    return all
  }
  const costs = wide(linear, 0)
  costs.set(weight, variables)
  const rowUpper = new Float64Array(total.length + weight.length).fill(Infinity)
  rowUpper.set(total)
  const rowLower = new Float64Array(rowUpper.length)
  rowLower.set(total)
  rowLower.set(height, total.length)
  return {
    linear: costs,
    offset: constant,
    matrix: fromTriplets(rowLower.length, columns, triplets),
    rowLower,
    rowUpper,
    lower: new Float64Array(columns),
    upper: wide(upper, Infinity),
  }
}
