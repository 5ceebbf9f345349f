import type { LinearProof, ProofColumn, ProofRow } from '../../../src/certificates/index.js'
import { SpillwayError } from '../../../src/errors.js'
import {
  add,
  compare,
  type Decimal,
  decimalOf,
  multiply,
  negate,
  type Ratio,
  signOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import { forcedMarkets } from '../../book/exact-amounts.js'
import type { LossDuals } from '../losses/bound.js'
import { exactReturn, type MovedBook, positionsOf } from '../losses/moved-book.js'
import { type Measure, totalScenarioWeights } from '../losses/risk-measure.js'
import type { Screening } from '../losses/screening.js'
import { totalLosses } from '../losses/total-losses.js'
import { one } from './demand-rows.js'
import { pairColumn, pairNotes } from './pairs.js'

/** Rows of kinked pairs that a file may have. */
export const MOST_KINKED = 1_000_000

/**
 * A risk measure of the total shortfall as a linear program in exact numbers, with scenario weights w_s as given and W their total:
 *
 *     minimise Σ_j λ_j T_j
 *     mean        W T_j = Σ_s w_s L_s
 *     tail        W (1 − α) T_j = W (1 − α) t_j + Σ_s w_s v_js,   v_js ≥ L_s − t_j,   v_js, t_j ≥ 0
 *     worst case  T_j ≥ L_s
 *     losses      L_s ≥ fixed_s + Σ_linear (h_is + g_s·x_i) + Σ_kinked u_is,   u_is ≥ h_is + g_s·x_i,   u_is ≥ 0
 *     demand      Σ_i x_ik = Q_k,   0 ≤ x_ik ≤ c_ik
 *     solvency    Σ_k d_k x_ik ≤ e_i where several markets together could push an account below zero that is kept solvent
 *
 * with h_is = −e_i − Σ_k n_ik p_k r_sk and g_sk = d_k + σ_k p_k r_sk; fixed_s is what accounts lose of which nothing can be
 * closed. Pairs that screening leaves out need no trust: what is dropped is at least 0, and (v)⁺ ≥ v where it is linear, so
 * the program is at most the objective either way. L_s, T_j and t_j ≥ 0 cost nothing, because losses are not negative. Where
 * Q_k = Σ_i c_ik, x_ik is fixed at c_ik.
 * Throws `too-large` above a million kinked pairs, and `not-expressible` for entropic parts: no linear program says what logarithms do.
 */
export function lossProof(
  book: MovedBook,
  screening: Screening,
  measure: Measure,
  { prices, scenarioWeights, shares, solvency }: LossDuals,
  bound: Ratio,
): LinearProof {
  const { space, count, weights, total, moveIndices } = book
  if (screening.counts.kinked > MOST_KINKED) throw tooLarge(screening.counts.kinked)
  if (measure.some(({ isEntropic }) => isEntropic)) throw notLinear()
  const isForced = forcedMarkets(space)
  const pairs = space.capacity.length
  // Columns: T by part, t of tails, L by move, v by tail and move, x by pair, u by kinked pair.
  const parts = measure.map((part, j) => ({ ...part, j, kind: kindOf(part.confidence) }))
  const tails = parts.filter(({ kind }) => kind === 'tail')
  const lossAt = parts.length + tails.length
  const beyondAt = lossAt + count
  const pairAt = beyondAt + tails.length * count
  const kinkAt = pairAt + pairs
  const fixed = totalLosses({ ...book, isExact: true }, noReductions(pairs), (isOwner) => !isOwner)
  // With D = W Π (1 − α_j) no dual is a quotient: that of a tail's row is λ_j times the other factors, all others carry the product.
  const factors = parts.map(({ kind, confidence }) => (kind === 'tail' ? subtract(one, confidence) : one))
  const product = (left?: number): Decimal =>
    factors.reduce((all, factor, j) => (j === left ? all : multiply(all, factor)), one)
  const scale = product()
  const mass = totalScenarioWeights(scenarioWeights).map((own) => multiply(scale, own))

  function* columns(): Generator<ProofColumn> {
    for (const { j, weight } of parts) yield { name: `T${j}`, cost: weight, lower: zero }
    for (const { j } of tails) yield { name: `t${j}`, cost: zero, lower: zero }
    for (let s = 0; s < count; s++) yield { name: `L${moveIndices[s]}`, cost: zero, lower: zero }
    for (const { j } of tails)
      for (let s = 0; s < count; s++) yield { name: `v${j}_${moveIndices[s]}`, cost: zero, lower: zero }
    for (let pair = 0; pair < pairs; pair++) {
      const column = pairColumn(space, pair)
      yield isForced[space.pairMarket[pair]] ? { ...column, lower: column.upper! } : column
    }
    for (const owner of space.owners.keys()) {
      for (let t = screening.kinkStarts[owner]; t < screening.kinkStarts[owner + 1]; t++) {
        yield { name: `u${space.owners[owner]}_${moveIndices[screening.kinkMove[t]]}`, cost: zero, lower: zero }
      }
    }
  }

  /** h_is, and −g_sk x_ik as it stands left of a ≥. */
  const lossOf = (owner: number, s: number): { constant: Decimal; terms: [number, Decimal][] } => {
    const { positions, accounts, markets } = space.event
    const account = space.owners[owner]
    let constant = negate(accounts.equity.exact(account))
    const [from, to] = positionsOf(book, account)
    for (let p = from; p < to; p++) {
      const exposure = multiply(positions.quantity.exact(p), markets[positions.market[p]].markPrice)
      constant = subtract(constant, multiply(exposure, exactReturn(book, s, positions.market[p])))
    }
    const terms: [number, Decimal][] = []
    for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
      const { concession, price, side, index } = space.markets[space.pairMarket[pair]]
      const moved = multiply(price, exactReturn(book, s, index))
      const gain = side > 0 ? add(concession, moved) : subtract(concession, moved)
      if (signOf(gain) !== 0) terms.push([pairAt + pair, negate(gain)])
    }
    return { constant, terms }
  }

  /** Linear and kinked pairs by move: the losses of a row are collected over owners. */
  function* lossRows(): Generator<ProofRow> {
    const side = fixed.slice()
    const linear = side.map(() => new Map<number, Decimal>())
    for (const owner of space.owners.keys()) {
      for (let t = screening.linearStarts[owner]; t < screening.linearStarts[owner + 1]; t++) {
        const s = screening.linearMove[t]
        const { constant, terms } = lossOf(owner, s)
        side[s] = add(side[s], constant)
        for (const [column, value] of terms) linear[s].set(column, value)
      }
    }
    const kinksOf = side.map((): number[] => [])
    screening.kinkMove.forEach((s, t) => {
      kinksOf[s].push(t)
    })
    for (let s = 0; s < count; s++) {
      const kinks = kinksOf[s].map((t) => [kinkAt + t, negate(one)] as const)
      const terms = [[lossAt + s, one] as const, ...linear[s], ...kinks]
      yield { name: `loss_${moveIndices[s]}`, terms, sense: 'G', side: side[s], dual: mass[s] }
    }
  }

  function* rows(): Generator<ProofRow> {
    let tail = 0
    for (const { j, kind, confidence, weight } of parts) {
      const own = scenarioWeights[j].map((value) => multiply(scale, value))
      if (kind === 'worst') {
        for (let s = 0; s < count; s++) {
          const terms = [[j, one] as const, [lossAt + s, negate(one)] as const]
          yield { name: `worst${j}_${moveIndices[s]}`, terms, sense: 'G', side: zero, dual: own[s] }
        }
      } else if (kind === 'mean') {
        const losses = weights.map((value, s) => [lossAt + s, negate(value)] as const)
        yield {
          name: `mean${j}`,
          terms: [[j, total], ...losses],
          sense: 'E',
          side: zero,
          dual: multiply(weight, scale),
        }
      } else {
        const width = multiply(subtract(one, confidence), total)
        const first = beyondAt + tail * count
        const threshold = parts.length + tail
        const beyond = weights.map((value, s) => [first + s, negate(value)] as const)
        const terms = [[j, width] as const, [threshold, negate(width)] as const, ...beyond]
        yield { name: `tail${j}`, terms, sense: 'E', side: zero, dual: multiply(weight, product(j)) }
        for (let s = 0; s < count; s++) {
          const row = [[first + s, one] as const, [threshold, one] as const, [lossAt + s, negate(one)] as const]
          yield { name: `beyond${j}_${moveIndices[s]}`, terms: row, sense: 'G', side: zero, dual: own[s] }
        }
        tail++
      }
    }
    yield* lossRows()
    for (const owner of space.owners.keys()) {
      for (let t = screening.kinkStarts[owner]; t < screening.kinkStarts[owner + 1]; t++) {
        const s = screening.kinkMove[t]
        const { constant, terms } = lossOf(owner, s)
        const dual = multiply(mass[s], decimalOf(shares[t]))
        const name = `kink${space.owners[owner]}_${moveIndices[s]}`
        yield { name, terms: [[kinkAt + t, one], ...terms], sense: 'G', side: constant, dual }
      }
    }
    for (const [r, owner] of space.solvencyRows?.entries() ?? []) {
      const terms: [number, Decimal][] = []
      for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
        const { concession } = space.markets[space.pairMarket[pair]]
        if (signOf(concession) !== 0) terms.push([pairAt + pair, negate(concession)])
      }
      const dual = multiply(solvency?.[r] ?? zero, multiply(scale, total))
      const side = negate(space.event.accounts.equity.exact(space.owners[owner]))
      yield { name: `solvent${space.owners[owner]}`, terms, sense: 'G', side, dual }
    }
    const demanded = space.markets.map((): [number, Decimal][] => [])
    space.pairMarket.forEach((k, pair) => {
      demanded[k].push([pairAt + pair, one])
    })
    for (const [k, terms] of demanded.entries()) {
      const { quantity, index } = space.markets[k]
      yield {
        name: `demand_${index}`,
        terms,
        sense: 'E',
        side: quantity,
        dual: negate(multiply(prices[k], multiply(scale, total))),
      }
    }
  }
  return {
    notes: [
      ...pairNotes(space),
      'moves are numbered from 0 in the order of their file; those of weight zero are left out',
      'T<j>: part j of the risk measure; t<j> and v<j>_<s>: where its tail begins, and what the loss in move s is beyond that',
      'L<s>: total loss in move s; u<a>_<s>: loss of account a in move s',
      `${screening.counts.dropped} pairs of an account and a move are left out, where nothing can be lost`,
    ],
    columns: { [Symbol.iterator]: columns },
    rows: { [Symbol.iterator]: rows },
    divisor: multiply(scale, total),
    bound,
  }
}

function kindOf(confidence: Decimal): 'mean' | 'tail' | 'worst' {
  return signOf(confidence) === 0 ? 'mean' : compare(confidence, one) === 0 ? 'worst' : 'tail'
}

const noReductions = (pairs: number): Decimal[] => Array.from({ length: pairs }, () => zero)

function notLinear(): SpillwayError {
  return new SpillwayError({
    code: 'not-expressible',
    path: 'objective',
    value: 'entropic value at risk',
    problem: 'its bound needs logarithms, and has no linear derivation',
    cure: 'Use the certificate (--certificate).',
  })
}

function tooLarge(kinked: number): SpillwayError {
  return new SpillwayError({
    code: 'too-large',
    path: 'vipr',
    value: kinked,
    problem: `the derivation would have ${kinked} rows of kinked pairs, and at most ${MOST_KINKED} are written`,
    cure: 'Use the certificate (--certificate), which is checked at any size, or fewer moves.',
  })
}
