import { byRows } from '../canonical/by-rows.js'
import type { Cones, ConicForm } from '../canonical/conic-form.js'
import type { StandardForm } from '../canonical/standard-form.js'

/**
 * By block of cones, the row of the relaxation that makes a norm of it, −1 for none. Of second-order cones v_r t ≥ z_r²
 * whose heights stand in no other row and in no objective, a row Σ_r v_r − t ≤ 0 says together with them
 *
 *     ‖z‖ ≤ t,
 *
 * one cone instead of many, which solvers with cones of their own take in fewer and safer steps.
 */
export function normRows({ relaxation, cones }: ConicForm): Int32Array {
  const rows = byRows(relaxation.matrix)
  const isSquared = new Uint8Array(relaxation.linear.length)
  const { starts, indices, values, columns } = relaxation.quadratic
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) if (values[p] !== 0) isSquared[j] = isSquared[indices[p]] = 1
  }
  return Int32Array.from(cones, (block) => {
    const row = normRow(relaxation, block)
    if (row < 0) return -1
    const isFree = block.height.every((v) => isSquared[v] === 0)
    // Nothing but the heights and t.
    return isFree && rows.starts[row + 1] - rows.starts[row] === block.height.length + 1 ? row : -1
  })
}

function normRow(
  { matrix, rowLower, rowUpper, lower, upper, linear }: StandardForm,
  { kind, height, scale }: Cones,
): number {
  if (kind !== 'second-order' || scale === undefined || height.length === 0) return -1
  const entryOf = (j: number): readonly [row: number, value: number] | undefined =>
    matrix.starts[j + 1] - matrix.starts[j] === 1
      ? [matrix.indices[matrix.starts[j]], matrix.values[matrix.starts[j]]]
      : undefined
  const row = entryOf(height[0])?.[0] ?? -1
  if (row < 0 || rowLower[row] !== -Infinity || rowUpper[row] !== 0) return -1
  const isAlone = height.every((v) => {
    const [at, value] = entryOf(v) ?? []
    return at === row && value === 1 && lower[v] <= 0 && upper[v] === Infinity && linear[v] === 0
  })
  const own = matrix.indices.subarray(matrix.starts[scale], matrix.starts[scale + 1]).indexOf(row)
  return isAlone && own >= 0 && matrix.values[matrix.starts[scale] + own] === -1 ? row : -1
}
