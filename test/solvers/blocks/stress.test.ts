import { standardForm } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { findBlocks } from '#src/canonical/blocks.js'
import { dualBound } from '#src/certificates/dual-bound.js'
import { judgeFeasibility } from '#src/certificates/feasibility.js'
import { impliedBounds } from '#src/certificates/implied-bounds.js'
import { objectiveValue } from '#src/certificates/objective.js'
import { solveBlocks } from '#src/solvers/blocks/solve-blocks.js'
import { lossBlocks } from '../../../benchmarks/loss-blocks.js'
import { stressKinds } from './stress-kinds.js'
import { formOf } from './support.js'

/** Books that made versions of the method stall, at small size. `BLOCK_ACCOUNTS=20000 npx vitest run test/solvers/blocks/stress.test.ts`, which takes two seeds each. */
const size = { accounts: Number(process.env.BLOCK_ACCOUNTS ?? 250), markets: 12, moves: 100 }
const seeds = process.env.BLOCK_ACCOUNTS === undefined ? [1] : [1, 2]

const kinds = stressKinds(size.accounts)

describe('made-up books of every kind', () => {
  const lines: string[] = []
  it.each(Object.entries(kinds))('%s: a certified gap below 1e-6', (name, options) => {
    for (const seed of seeds) {
      const program = lossBlocks({ ...size, seed, ...options })
      const form = standardForm(formOf(program))
      const { program: found, pointOf, rowDualsOf } = findBlocks(form) as Exclude<ReturnType<typeof findBlocks>, string>
      const started = performance.now()
      const { x, prices, shares, counts } = solveBlocks(found)
      const seconds = (performance.now() - started) / 1000
      const point = pointOf(x)
      const value = objectiveValue(form, point)
      const { bound } = dualBound(form, rowDualsOf(prices, shares), { bounds: impliedBounds(form), around: point })
      // What is small against the sums that cancel in it is rounding: the slopes times the totals.
      const notional = program.total.reduce((sum, total, k) => sum + total * Math.abs(prices[k]), 0)
      const gap = (value - bound) / Math.max(Math.abs(value), 1e-9 * notional)
      lines.push(
        `${name.padEnd(32)} ${String(counts.hingesKept).padStart(7)} hinges  gap ${gap.toExponential(1).padStart(8)}  ` +
          `${counts.levels} levels, ${counts.newtonSteps} Newton, ${counts.sweeps} sweeps, ` +
          `${counts.passes.toFixed(1)} passes, ${counts.unfinishedBlocks} unfinished, ${seconds.toFixed(2)} s`,
      )
      expect(judgeFeasibility(form, point).relative, lines.at(-1)!).toBeLessThan(1e-12)
      expect(gap, lines.at(-1)!).toBeLessThan(1e-6)
      expect(gap, lines.at(-1)!).toBeGreaterThan(-1e-9)
    }
  })
  it('prints what it did', () => {
    process.stderr.write(`${lines.join('\n')}\n`)
    expect(lines.length).toBe(seeds.length * Object.keys(kinds).length)
  })
})
