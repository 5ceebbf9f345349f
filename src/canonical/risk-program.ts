import type { BlockProgram } from './block-program.js'

/**
 * Hinges of a block-angular program that add up by group, and a risk measure of the sums,
 *
 *     minimise   ρ(L(x)),   L_s(x) = base_s + Σ_{j: group_j = s} (height_j + slope_j·x)⁺,
 *                ρ(L) = Σ_p max { θ·L : 0 ≤ θ_s ≤ cap_ps, Σ_s θ_s ≤ mass_p }
 *
 * over the x of the program, whose weights, linear terms and constant do not count here. A part with cap = w and mass 1 is the
 * mean, one with cap = w/(1 − α) CVaR (Rockafellar and Uryasev 2000), one with cap = 1 the maximum; sums are not below zero.
 */
export interface RiskProgram {
  readonly blocks: BlockProgram
  /** The group of each hinge. */
  readonly group: Int32Array
  /** By group, not below zero. */
  readonly base: Float64Array
  readonly parts: readonly RiskPart[]
}

/** A part of a risk: the weights θ that it allows. */
export interface RiskPart {
  readonly cap: Float64Array
  readonly mass: number
}

/** The program of the weights θ = Σ_p θ_p: a lower bound on the risk for any θ_p within their caps and totals. */
export function weighted({ blocks, group, base }: RiskProgram, theta: Float64Array): BlockProgram {
  const weight = new Float64Array(group.length)
  for (let j = 0; j < weight.length; j++) weight[j] = theta[group[j]]
  return {
    ...blocks,
    weight,
    constant: base.reduce((sum, own, s) => sum + theta[s] * own, 0),
  }
}

/** L(x): one pass over the hinges. */
export function groupSums({ blocks, group, base }: RiskProgram, x: Float64Array): Float64Array {
  const { variableStarts, hingeStarts, height, slope } = blocks
  const sums = base.slice()
  let next = 0
  for (let i = 0; i + 1 < variableStarts.length; i++) {
    const from = variableStarts[i]
    const to = variableStarts[i + 1]
    for (let j = hingeStarts[i]; j < hingeStarts[i + 1]; j++) {
      let value = height[j]
      for (let v = from; v < to; v++) value += slope[next++] * x[v]
      if (value > 0) sums[group[j]] += value
    }
  }
  return sums
}

/** The weights of each part that attain ρ at the sums: the largest first, each to its cap. */
export function supportAt(parts: readonly RiskPart[], sums: Float64Array): Float64Array[] {
  const order = Array.from(sums.keys()).sort((a, b) => sums[b] - sums[a] || a - b)
  return parts.map(({ cap, mass }) => {
    const theta = new Float64Array(sums.length)
    let rest = mass
    for (const s of order) {
      theta[s] = Math.min(cap[s], rest)
      rest -= theta[s]
      if (rest <= 0) break
    }
    return theta
  })
}

/** Σ_p θ_p by group. */
export function totalWeights(theta: readonly Float64Array[]): Float64Array {
  return theta[0].map((_, s) => theta.reduce((sum, own) => sum + own[s], 0))
}

/** ρ(L). */
export function riskAt(parts: readonly RiskPart[], sums: Float64Array): number {
  return totalWeights(supportAt(parts, sums)).reduce((sum, own, s) => sum + own * sums[s], 0)
}
