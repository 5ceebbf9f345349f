import { standardForm } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { findBlocks } from '#src/canonical/blocks.js'
import { type RiskProgram, totalWeights, weighted } from '#src/canonical/risk-program.js'
import { dualBound } from '#src/certificates/dual-bound.js'
import { impliedBounds } from '#src/certificates/implied-bounds.js'
import { solveRisk } from '#src/solvers/blocks/solve-risk.js'
import { lossTails } from '../../../benchmarks/loss-blocks.js'
import { stressKinds } from './stress-kinds.js'
import { formOf } from './support.js'

/**
 * CVaR and the worst case of books of every kind. `TAIL_ACCOUNTS=20000 npx vitest run test/solvers/blocks/tail-stress.test.ts` for larger ones,
 * which takes an hour of one core.
 */
const size = { accounts: Number(process.env.TAIL_ACCOUNTS ?? 80), markets: 12, moves: 60, seed: 1 }
const confidences = [0.5, 0.95, 1]

/** L_s(x), by a loop that shares nothing with the solver. */
function lossesAt({ blocks, group, base }: RiskProgram, x: Float64Array): number[] {
  const losses = Array.from(base)
  let next = 0
  for (let i = 0; i + 1 < blocks.variableStarts.length; i++) {
    for (let j = blocks.hingeStarts[i]; j < blocks.hingeStarts[i + 1]; j++) {
      let loss = blocks.height[j]
      for (let v = blocks.variableStarts[i]; v < blocks.variableStarts[i + 1]; v++) loss += blocks.slope[next++] * x[v]
      losses[group[j]] += Math.max(0, loss)
    }
  }
  return losses
}

/** The mean of the worst 1 − α of equally likely losses; the largest at α = 1. */
function meanOfTail(losses: readonly number[], confidence: number): number {
  const sorted = losses.toSorted((a, b) => b - a)
  let rest = Math.max(1, (1 - confidence) * losses.length)
  const width = rest
  let sum = 0
  for (const loss of sorted) {
    sum += Math.min(1, rest) * loss
    rest = Math.max(0, rest - 1)
  }
  return sum / width
}

/** A proved lower bound: θ within its caps, and a dual bound of the program of θ by the checker of linear programs. */
function provedBound(risk: RiskProgram, found: Awaited<ReturnType<typeof solveRisk>>): number {
  const [{ cap, mass }] = risk.parts
  const [theta] = found.theta
  expect(theta.reduce((a, b) => a + b)).toBeLessThanOrEqual(mass * (1 + 1e-12))
  for (const [s, own] of theta.entries()) expect(own >= 0 && own <= cap[s] * (1 + 1e-12)).toBe(true)
  const form = standardForm(formOf(weighted(risk, totalWeights(found.theta))))
  const structure = findBlocks(form)
  if (typeof structure === 'string') throw new Error(structure)
  const duals = structure.rowDualsOf(found.prices, found.shares)
  const { bound } = dualBound(form, duals, { bounds: impliedBounds(form), around: structure.pointOf(found.x) })
  return bound
}

describe('tails of made-up books of every kind', () => {
  const lines: string[] = []
  it.each(Object.entries(stressKinds(size.accounts)))('%s: certified gaps below 1e-6', async (name, options) => {
    for (const confidence of confidences) {
      const risk = lossTails({ ...size, ...options }, confidence)
      const started = performance.now()
      const found = await solveRisk(risk, { tolerance: 1e-7, floor: 1e-9 })
      const seconds = (performance.now() - started) / 1000
      const value = meanOfTail(lossesAt(risk, found.x), confidence)
      const bound = provedBound(risk, found)
      const notional = risk.blocks.total.reduce((sum, total, k) => sum + total * Math.abs(found.prices[k]), 0)
      const gap = (value - bound) / Math.max(Math.abs(value), 1e-9 * notional, 1e-9)
      const { solves, newtonSteps, sweeps } = found.counts
      lines.push(
        `${name.padEnd(32)} ${confidence.toFixed(2)}  gap ${gap.toExponential(1).padStart(8)}  ${found.status}: ${solves} sets of weights, ` +
          `${newtonSteps} Newton, ${sweeps} sweeps, ${seconds.toFixed(2)} s`,
      )
      expect(gap, lines.at(-1)!).toBeLessThan(1e-6)
      expect(gap, lines.at(-1)!).toBeGreaterThan(-1e-9)
    }
  })
  it('prints what it did', () => {
    process.stderr.write(`${lines.join('\n')}\n`)
    expect(lines.length).toBe(confidences.length * Object.keys(stressKinds(size.accounts)).length)
  })
})
