import { standardForm } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { findBlocks } from '#src/canonical/blocks.js'
import { dualBound } from '#src/certificates/dual-bound.js'
import { judgeFeasibility } from '#src/certificates/feasibility.js'
import { impliedBounds } from '#src/certificates/implied-bounds.js'
import { objectiveValue } from '#src/certificates/objective.js'
import { solveBlocks } from '#src/solvers/blocks/solve-blocks.js'
import { type LossBlocksOptions, lossBlocks } from '../../benchmarks/loss-blocks.js'
import { formOf } from './support.js'

/** Books that made versions of the method stall, at small size. `BLOCK_ACCOUNTS=20000 npx vitest run test/blocks/stress.test.ts`, which takes two seeds each. */
const size = { accounts: Number(process.env.BLOCK_ACCOUNTS ?? 250), markets: 12, moves: 100 }
const seeds = process.env.BLOCK_ACCOUNTS === undefined ? [1] : [1, 2]

const kinds: Readonly<Record<string, Partial<LossBlocksOptions>>> = {
  plain: {},
  'sizes over e^(4 gauss)': { spread: 4 },
  'sizes over e^(6 gauss)': { spread: 6 },
  hedged: { reduced: 0.5, held: 8 },
  'ten copies of each': { accounts: size.accounts / 10, copies: 10 },
  'round lots': { isRound: true },
  'moves rounded to 5 %': { step: 0.05 },
  'one factor': { factor: 1 },
  'rounded moves, lots and copies': { step: 0.05, isRound: true, accounts: size.accounts / 10, copies: 10 },
  'a third insolvent': { insolvent: 0.3 },
  'one market': { markets: 1 },
  'many markets': { markets: 100 },
  'off the mark': { concession: 0.2, insolvent: 0.1, demand: 0.8 },
  'all of the capacity': { demand: 1 },
  'nearly all': { demand: 0.9999 },
  'a mix of shares': { demand: [1, 1e-6, 0.9, 0.3] },
  'next to nothing': { demand: 1e-5 },
  'nothing in places': { demand: [0, 0.2] },
  'three moves': { moves: 3 },
}

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
