import { type RiskPart, riskAt } from '../../canonical/risk-program.js'
import { standardForm } from '../../canonical/standard-form.js'
import { fromTriplets } from '../../numeric/sparse-matrix.js'
import { solver as highs } from '../highs.js'

/** Shares of known points, weights of the groups, and the value that both have. */
export interface Mix {
  readonly shares: Float64Array
  readonly theta: readonly Float64Array[]
  readonly value: number
}

/** Groups looked at first: the largest sums that carry so many times the mass of a part, and at least so many. */
const SPARE = 2
const LEAST = 100
/** What the risk of a mix may be above its value because of groups that were left out. */
const ROUNDING = 1e-12

/**
 * The best mix of known sums L^j, a program of one column a point and its dual, one row a point:
 *
 *     minimise ρ(Σ_j λ_j L^j) over λ ≥ 0, Σ λ = 1      =      maximise min_j θ·L^j over the weights θ of ρ.
 *
 * With ρ = Σ_p (mass t + Σ_s cap_s z_s), t + z_s ≥ Σ_j λ_j L^j_s, θ_p are the duals of these rows. Groups whose sums
 * are small at every point come in only where they turn out to matter. Undefined where the solver has no answer.
 */
export async function mixCuts(
  parts: readonly RiskPart[],
  cuts: readonly Float64Array[],
  timeLimitSeconds: number,
): Promise<Mix | undefined> {
  const groups = cuts[0].length
  const most = new Float64Array(groups)
  for (const sums of cuts) for (let s = 0; s < groups; s++) most[s] = Math.max(most[s], sums[s])
  const order = Array.from(most.keys()).sort((a, b) => most[b] - most[a] || a - b)
  const unit = most[order[0]] || 1
  for (let count = firstCount(parts, order); ; count = Math.min(groups, 2 * count)) {
    const mix = await mixOf(parts, cuts, order.slice(0, count), unit, timeLimitSeconds)
    if (mix === undefined) return undefined
    const all = riskAt(parts, mixed(cuts, mix.shares))
    if (count === groups || all <= mix.value * (1 + ROUNDING)) return mix
  }
}

/** Σ_j shares_j vectors_j. */
export function mixed(vectors: readonly Float64Array[], shares: Float64Array): Float64Array {
  const sum = new Float64Array(vectors[0].length)
  vectors.forEach((own, j) => {
    if (shares[j] > 0) for (let v = 0; v < sum.length; v++) sum[v] += shares[j] * own[v]
  })
  return sum
}

function firstCount(parts: readonly RiskPart[], order: readonly number[]): number {
  let count = Math.min(order.length, LEAST)
  for (const { cap, mass } of parts) {
    let own = 0
    for (let t = 0; t < order.length && own < SPARE * mass; t++) {
      own += cap[order[t]]
      count = Math.max(count, t + 1)
    }
  }
  return count
}

async function mixOf(
  parts: readonly RiskPart[],
  cuts: readonly Float64Array[],
  rows: readonly number[],
  unit: number,
  timeLimitSeconds: number,
): Promise<Mix | undefined> {
  const triplets: [row: number, column: number, value: number][] = cuts.map((_, j) => [0, j, 1])
  const linear = cuts.map(() => 0)
  const rowLower = [1]
  const rowUpper = [1]
  parts.forEach(({ cap, mass }) => {
    const quantile = linear.push(mass) - 1
    for (const s of rows) {
      const row = rowLower.push(0) - 1
      rowUpper.push(Infinity)
      triplets.push([row, quantile, 1])
      if (cap[s] < mass) triplets.push([row, linear.push(cap[s]) - 1, 1])
      cuts.forEach((sums, j) => {
        if (sums[s] !== 0) triplets.push([row, j, -sums[s] / unit])
      })
    }
  })
  const form = standardForm({
    linear,
    matrix: fromTriplets(rowLower.length, linear.length, triplets),
    rowLower,
    rowUpper,
    lower: linear.map(() => 0),
    upper: linear.map(() => Infinity),
  })
  const answer = await highs.answer(form, { method: 'simplex', feasibility: 1e-10, timeLimitSeconds })
  const { x, rowPrices } = answer
  if (answer.claim !== 'optimal' || x === undefined || rowPrices === undefined) return undefined
  const shares = Float64Array.from(cuts, (_, j) => Math.max(0, x[j]))
  const sum = shares.reduce((a, b) => a + b)
  const theta = parts.map(({ cap, mass }, p) => {
    const own = new Float64Array(cap.length)
    let rest = mass
    rows.forEach((s, t) => {
      own[s] = Math.min(cap[s], rest, Math.max(0, rowPrices[1 + p * rows.length + t]))
      rest -= own[s]
    })
    return own
  })
  return {
    shares: shares.map((own) => own / sum),
    theta,
    value: unit * linear.reduce((all, cost, j) => all + cost * x[j], 0),
  }
}
