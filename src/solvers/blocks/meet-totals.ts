import type { BlockProgram } from '../../canonical/block-program.js'

/** Rounds of spreading; two are enough unless amounts meet their bounds on the way. */
const ROUNDS = 20
/** A sum this close to its total, relative to it, is rounding. */
const ROUNDING = 4e-16

/**
 * Makes Σ x of every coupling row its total, 0 ≤ x ≤ most: what is missing is spread over the amounts strictly inside their
 * bounds in proportion to the room that they have, and over all of them where that is not enough. Amounts at a bound stay
 * there if they can, so vertices remain vertices.
 */
export function meetTotals({ row, total }: BlockProgram, most: Float64Array, x: Float64Array): void {
  const rows = total.length
  const gap = new Float64Array(rows)
  const room = new Float64Array(rows)
  for (let round = 0; round < ROUNDS; round++) {
    // The first rounds ask those inside only.
    const isInsideOnly = round < ROUNDS / 2
    const takes = (v: number): number => {
      if (isInsideOnly && !(x[v] > 0 && x[v] < most[v])) return 0
      return gap[row[v]] > 0 ? most[v] - x[v] : x[v]
    }
    sumByRow(row, x, gap)
    let isMet = true
    for (let k = 0; k < rows; k++) {
      gap[k] = total[k] - gap[k]
      isMet &&= Math.abs(gap[k]) <= ROUNDING * total[k]
    }
    if (isMet) return
    room.fill(0)
    for (let v = 0; v < x.length; v++) if (row[v] >= 0) room[row[v]] += takes(v)
    for (let v = 0; v < x.length; v++) {
      const k = row[v]
      if (k < 0 || room[k] === 0) continue
      const part = Math.min(1, Math.max(-1, gap[k] / room[k]))
      x[v] = Math.min(most[v], Math.max(0, x[v] + part * takes(v)))
    }
  }
}

/** Σ x by row, compensated (Knuth's two-sum): the difference to a total is what is left when two large numbers cancel. */
function sumByRow(row: Int32Array, x: Float64Array, sums: Float64Array): void {
  const error = new Float64Array(sums.length)
  sums.fill(0)
  for (let v = 0; v < x.length; v++) {
    const k = row[v]
    if (k < 0) continue
    const next = sums[k] + x[v]
    const shadow = next - sums[k]
    error[k] += sums[k] - (next - shadow) + (x[v] - shadow)
    sums[k] = next
  }
  for (let k = 0; k < sums.length; k++) sums[k] += error[k]
}
