import type { LinearProof, ProofIndices, ProofRow, ProofStep } from '../../../src/certificates/index.js'
import {
  add,
  type Decimal,
  multiply,
  negate,
  type Ratio,
  ratioOf,
  ratioText,
  subtract,
  wholeQuotient,
  zero,
} from '../../../src/numeric/index.js'
import type { LeverageProblem } from '../leverage/problem.js'
import type { Level } from '../lots/levels.js'
import type { LotMarket } from '../lots/markets.js'
import { one } from './demand-rows.js'
import { pairName } from './pairs.js'

/**
 * A level that counting lots proves, in one market of steps of t = p L notional:
 *
 *     minimise λ   subject to   w_i λ + t j_i ≥ a_i,   Σ_i j_i = K,   0 ≤ j_i ≤ m_i whole.
 *
 * Below the level μ account i needs n_i steps, the least j with a_i − j t < μ w_i. Either one needs more than it has, and its row
 * and its upper bound say λ ≥ μ; or some accounts together need N_r = n_1 + … + n_r > K. With running sums q_i = q_{i−1} + j_i the
 * derivation splits on q_i ≤ N_i − 1 or q_i ≥ N_i: from q_i ≤ N_i − 1 and q_{i−1} ≥ N_{i−1} follows j_i ≤ n_i − 1 and λ ≥ μ by the row
 * of i, and from q_{i−1} ≤ N_{i−1} − 1 it follows by what came before. The last, q_r ≤ N_r − 1, holds because q_r ≤ K. No step
 * rests on more than two assumptions, so its length grows with the number of accounts and no faster.
 */
export function lotLevelProof(
  problem: LeverageProblem,
  { market, pairs, columns }: LotMarket,
  level: Level,
): LinearProof {
  const { start, weight, most, step, wanted } = columns
  const { space } = problem
  const needed = start.map((own, i) => {
    const over = subtract(multiply(own, level[1]), multiply(weight[i], level[0]))
    return wholeQuotient(over, multiply(step, level[1])) + 1n
  })
  const stuck = needed.findIndex((steps, i) => steps > most[i])
  const members: number[] = []
  const totals: bigint[] = []
  for (let i = 0; stuck < 0 && i < needed.length && (totals.at(-1) ?? 0n) <= wanted; i++) {
    if (needed[i] <= 0n) continue
    members.push(i)
    totals.push((totals.at(-1) ?? 0n) + needed[i])
  }
  const n = start.length
  const bound = ratioOf(level[0], level[1])
  const whole = (digits: bigint): Decimal => ({ digits, scale: 0 })
  function* rows(): Generator<ProofRow> {
    for (let i = 0; i < n; i++) {
      const terms = [[0, weight[i]] as const, [1 + i, step] as const]
      yield { name: `level_${pairName(space, pairs[i]).slice(1)}`, terms, sense: 'G', side: start[i], dual: zero }
    }
    const terms = start.map((_, i) => [1 + i, one] as const)
    yield { name: 'steps', terms, sense: 'E', side: whole(wanted), dual: zero }
    for (const [r, i] of members.entries()) {
      const before = r === 0 ? [] : [[n + r, negate(one)] as const]
      const terms = [[1 + n + r, one] as const, ...before, [1 + i, negate(one)] as const]
      yield { name: `sum_${r}`, terms, sense: 'E', side: zero, dual: zero }
    }
  }
  function* steps(at: ProofIndices): Generator<ProofStep> {
    const proved = { sense: 'G', side: bound } as const
    const unit = ratioOf(one)
    const rate = (i: number): Ratio => ratioOf(step, weight[i])
    const share = (i: number): Ratio => ratioOf(one, weight[i])
    if (stuck >= 0) {
      const multipliers = [[at.row(stuck), share(stuck)] as const, [at.upper(1 + stuck), rate(stuck).neg()] as const]
      yield { name: 'bound', ...proved, reason: { kind: 'combined', multipliers } }
      return
    }
    const last = members.length - 1
    let taken = 0
    let [above, known, assumed] = [0, 0, 0]
    for (const [r, i] of members.entries()) {
      const terms = [[1 + n + r, unit] as const]
      const below = ratioOf(whole(totals[r] - 1n))
      if (r < last) yield { name: `below_${r}`, sense: 'L', side: below, terms, reason: { kind: 'assumed' } }
      else {
        const inSum = new Set(members)
        const multipliers = [
          [at.row(n), unit] as const,
          ...members.map((_, s) => [at.row(n + 1 + s), unit] as const),
          ...start.flatMap((_, l) => (inSum.has(l) ? [] : [[at.lower(1 + l), unit.neg()] as const])),
        ]
        yield { name: `below_${r}`, sense: 'L', side: below, terms, reason: { kind: 'combined', multipliers } }
      }
      const own = at.step(taken++)
      const multipliers = [
        [at.row(i), share(i)] as const,
        [at.row(n + 1 + r), rate(i)] as const,
        [own, rate(i).neg()] as const,
        ...(r === 0 ? [] : [[above, rate(i)] as const]),
      ]
      const isEnd = r === last
      yield { name: isEnd && r === 0 ? 'bound' : `row_${r}`, ...proved, reason: { kind: 'combined', multipliers } }
      let reached = at.step(taken++)
      if (r > 0) {
        const cases = [
          [known, assumed],
          [reached, above],
        ] as const
        yield { name: isEnd ? 'bound' : `split_${r}`, ...proved, reason: { kind: 'either', cases } }
        reached = at.step(taken++)
      }
      if (isEnd) return
      const side = ratioOf(whole(totals[r]))
      yield { name: `above_${r}`, sense: 'G', side, terms, reason: { kind: 'assumed' } }
      above = at.step(taken++)
      known = reached
      assumed = own
    }
  }
  const { price, concession } = space.markets[market]
  const leverage = ratioOf(multiply(price, level[0]), add(multiply(price, level[1]), multiply(concession, level[0])))
  return {
    notes: [
      `market: ${JSON.stringify(space.markets[market].market.market)}; j<a>_<m>: lots closed of account number a in market number m, counted from 0 in the order of the event`,
      'q<r>: lots closed of the first r + 1 accounts that the derivation adds up; row sum_<r> says which',
      'accounts whose equity at ADL prices is not positive close first; what they cannot close is the number of steps here',
      `level: the largest level; ${ratioText(bound)} stands for leverage ${ratioText(leverage)}`,
    ],
    columns: [
      { name: 'level', cost: one },
      ...pairs.map((pair, i) => ({
        name: `j${pairName(space, pair).slice(1)}`,
        cost: zero,
        lower: zero,
        upper: whole(most[i]),
        isInteger: true,
      })),
      ...members.map((_, r) => ({ name: `q${r}`, cost: zero, isInteger: true })),
    ],
    rows: { [Symbol.iterator]: rows },
    divisor: one,
    bound,
    steps,
  }
}
