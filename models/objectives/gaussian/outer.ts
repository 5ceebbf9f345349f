import type { Recovered } from '../../../src/canonical/index.js'
import { Program } from '../../../src/language/index.js'
import { add, multiply, toNumber } from '../../../src/numeric/index.js'
import { exactCapacity } from '../../book/exact-amounts.js'
import type { GaussianProblem } from '../../proof/gaussian/bound.js'
import { type CutSeed, cutOf } from '../../proof/gaussian/cut.js'
import type { GaussianBlocks } from './blocks.js'

export interface OuterProgram {
  readonly program: Program
  /** Kept shares by column of the blocks, from an answer. */
  pointOf(answer: Recovered): Float64Array
  /** π by demanded market, those without a row from `others`; undefined where the solver gave no prices. */
  pricesOf(answer: Recovered, others: readonly number[]): number[] | undefined
}

/**
 * The outer approximation of the expected loss by cuts, a linear program in kept shares η and losses u of accounts:
 *
 *     minimise Σ_i u_i   s.t.   u_i ≥ every cut of account i,  u ≥ 0,   Σ_i c_ik η_ik = what market k keeps,  0 ≤ η ≤ 1
 *
 * Losses are counted in units of what their account's first cut can vary by, the objective in units of `value`; cuts
 * that are nowhere positive make no row.
 */
export function outerProgram(
  problem: GaussianProblem,
  blocks: GaussianBlocks,
  seedSets: readonly (readonly CutSeed[])[],
  value: number,
): OuterProgram {
  const { space, law, deciding } = problem
  const { rows, rowOf, amount, total, markets, owners } = blocks
  const program = new Program()
  const kept = program.variables('kept', amount.length, { lower: 0, upper: 1 })
  const unit = new Float64Array(owners.length)
  // One entry per cut that can bind: its block, slopes by column and level at η = 0, divided by the size of the cut.
  const cuts: { block: number; size: number; level: number; slopes: Float64Array }[] = []
  owners.forEach((owner, block) => {
    const account = deciding[owner]
    const { first, slope } = blocks.blocks[block]
    const free = new Map(Array.from(slope, (_, j) => [blocks.pairs[first + j], j]))
    for (const seeds of seedSets) {
      const cut = cutOf(law, account, seeds[owner])
      let level = cut.constant
      const slopes = new Float64Array(slope.length)
      account.pairs.forEach(({ pair }, t) => {
        const whole = multiply(cut.slopes[t], exactCapacity(space, pair))
        level = add(level, whole)
        const j = free.get(pair)
        if (j !== undefined) slopes[j] = -toNumber(whole)
      })
      const base = toNumber(level)
      const highest = slopes.reduce((sum, s) => sum + Math.max(0, s), base)
      const size = slopes.reduce((sum, s) => sum + Math.abs(s), Math.abs(base))
      if (!(highest > 1e-12 * size)) continue
      unit[block] = Math.max(unit[block], highest)
      cuts.push({ block, size, level: base, slopes })
    }
  })
  const loss = program.variables('loss', owners.length, { lower: 0 })
  program.minimize(loss.times(unit.map((u) => u / value)).sum())
  program.subjectTo(
    'demand',
    kept
      .times(amount.map((c, j) => c / total[rowOf[j]]))
      .sumBy(rowOf, rows)
      .equals(1),
    markets.map((k) => space.markets[k].market.market),
  )
  if (cuts.length > 0) {
    const columns: number[] = []
    const factors: number[] = []
    const rowsOf: number[] = []
    cuts.forEach(({ block, slopes, size }, row) => {
      slopes.forEach((s, j) => {
        if (s === 0) return
        columns.push(blocks.blocks[block].first + j)
        factors.push(s / size)
        rowsOf.push(row)
      })
    })
    const lines = kept.gather(columns).times(factors).sumBy(rowsOf, cuts.length)
    const losses = loss.gather(cuts.map(({ block }) => block)).times(cuts.map(({ block, size }) => unit[block] / size))
    program.subjectTo('cuts', losses.minus(lines).atLeast(cuts.map(({ level, size }) => level / size)))
  }
  return {
    program,
    pointOf: ({ values }) => values.get('kept')!,
    pricesOf({ prices }, others) {
      const demand = prices?.get('demand')
      if (demand === undefined) return undefined
      const all = others.slice()
      // The row counts shares of what the market keeps; one more contract demanded is one less kept.
      markets.forEach((k, row) => {
        all[k] = (demand[row] * value) / total[row]
      })
      return all.every(Number.isFinite) ? all : undefined
    },
  }
}
