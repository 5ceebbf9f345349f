/**
 * A block-angular program: variables in small blocks, weighted hinges inside the blocks, and coupling rows across them,
 *
 *     minimise   constant + Σ_v (linear_v x_v + ½ quadratic_v x_v²) + Σ_j weight_j (height_j + Σ_v slope_jv x_v)⁺
 *     subject to Σ_{v: row_v = k} x_v = total_k,   0 ≤ x_v ≤ upper_v,
 *
 * where hinge j sees the variables of its own block only and every variable stands in at most one coupling row, with
 * coefficient 1. Other lower bounds are shifted away and other coefficients divided out by whoever builds the program.
 */
export interface BlockProgram {
  /** The variables of block i stand from `variableStarts[i]` up to, not including, `variableStarts[i + 1]`. */
  readonly variableStarts: Int32Array
  /** The hinges of block i, in the same way. */
  readonly hingeStarts: Int32Array
  /** The coupling row of each variable; −1 for a variable in none. */
  readonly row: Int32Array
  /** Not below zero; infinite only where the coupling row bounds the variable. */
  readonly upper: Float64Array
  readonly linear: Float64Array
  /** Curvatures, not below zero; absent for none. */
  readonly quadratic?: Float64Array
  /** Not below zero. */
  readonly weight: Float64Array
  readonly height: Float64Array
  /** The slopes of a hinge in all variables of its block, dense; hinge after hinge. */
  readonly slope: Float64Array
  /** Σ of the variables of each coupling row. */
  readonly total: Float64Array
  /** Added to the objective; 0 by default. It counts in relative gaps only. */
  readonly constant?: number
}

/** The objective at x: one pass over the hinges. */
export function blockObjective(program: BlockProgram, x: Float64Array): number {
  const { variableStarts, hingeStarts, linear, quadratic, weight, height, slope } = program
  let sum = program.constant ?? 0
  let next = 0
  for (let i = 0; i + 1 < variableStarts.length; i++) {
    const from = variableStarts[i]
    const to = variableStarts[i + 1]
    for (let v = from; v < to; v++) {
      sum += linear[v] * x[v]
      if (quadratic !== undefined) sum += 0.5 * quadratic[v] * x[v] * x[v]
    }
    for (let j = hingeStarts[i]; j < hingeStarts[i + 1]; j++) {
      let value = height[j]
      for (let v = from; v < to; v++) value += slope[next++] * x[v]
      if (value > 0) sum += weight[j] * value
    }
  }
  return sum
}

/**
 * The bound of prices π and shares y_j/weight_j in [0, 1]: with Σ_v x_v = total and (a)⁺ ≥ share · a, and ½ q x² above its
 * tangent at the minimiser w_v of its own term,
 *
 *     objective ≥ constant − π·total + Σ_j y_j height_j + Σ_v min over 0 ≤ x_v ≤ upper_v of (r_v x_v + ½ q_v x_v²),
 *     r_v = linear_v + π_row(v) + Σ_j y_j slope_jv.
 *
 * In plain doubles: an estimate good to rounding; proofs are made by a checker that shares no code with this one.
 */
export function blockBound(program: BlockProgram, prices: Float64Array, shares: Float64Array): number {
  const { variableStarts, hingeStarts, row, upper, linear, quadratic, weight, height, slope, total } = program
  let sum = program.constant ?? 0
  for (let k = 0; k < total.length; k++) sum -= prices[k] * total[k]
  let next = 0
  let reduced = new Float64Array(16)
  for (let i = 0; i + 1 < variableStarts.length; i++) {
    const from = variableStarts[i]
    const size = variableStarts[i + 1] - from
    if (size > reduced.length) reduced = new Float64Array(2 * size)
    for (let d = 0; d < size; d++) reduced[d] = linear[from + d] + (row[from + d] < 0 ? 0 : prices[row[from + d]])
    for (let j = hingeStarts[i]; j < hingeStarts[i + 1]; j++) {
      const y = weight[j] * shares[j]
      if (y !== 0) {
        sum += y * height[j]
        for (let d = 0; d < size; d++) reduced[d] += y * slope[next + d]
      }
      next += size
    }
    for (let d = 0; d < size; d++) {
      if (reduced[d] >= 0) continue
      const v = from + d
      const most = row[v] < 0 || upper[v] < Infinity ? upper[v] : total[row[v]]
      const curvature = quadratic?.[v] ?? 0
      const x = curvature > 0 ? Math.min(most, -reduced[d] / curvature) : most
      sum += (reduced[d] + 0.5 * curvature * x) * x
    }
  }
  return sum
}
