import { SpillwayError } from '../errors.js'
import { waterFill } from './water-fill.js'

/**
 * Water-filling where columns hold amounts in several markets:
 *
 *     minimise Σ_i z_i²/w_i,   z_i = o_i + Σ_k kept_ik,   0 ≤ kept_ik ≤ u_ik,   Σ_i (u_ik − kept_ik) = s_k.
 *
 * With what is kept elsewhere held fixed, fill one market, then the next, round and round. Every step minimises the sum
 * exactly over one market's block; a smooth convex function over a product of such blocks goes to its optimum that way. The
 * levels z_i/w_i of the optimum are the least-majorized ones of the network, least for every convex Σ w_i φ(level_i) at once,
 * the largest level among them (Fujishige 1980; Groenevelt 1991).
 *
 * Most networks settle in a handful of rounds; large ones, and markets that share a level, can take hundreds. Whoever uses the result asks a
 * judge how far it went.
 */
export interface AlternatingFillInput {
  /** One entry per pair: its column, its market and u_ik ≥ 0. No pair stands twice. */
  readonly column: Int32Array
  readonly market: Int32Array
  readonly amount: Float64Array
  /** One entry per column: w_i > 0 and o_i ≥ 0. */
  readonly weight: Float64Array
  readonly fixed: Float64Array
  /** s_k, one entry per market, between 0 and Σ_i u_ik. */
  readonly removed: Float64Array
  readonly mostSweeps: number
}

export interface AlternatingFill {
  /** kept_ik, one entry per pair. */
  readonly kept: Float64Array
  /** Rounds taken, and whether the last one found nothing to fill anew. */
  readonly sweeps: number
  readonly isSettled: boolean
}

/** Changes of a level below this share of the highest are as good as rounding. */
const SETTLED = 1e-14

/** Throws `SpillwayError` where `waterFill` does, and when `mostSweeps` is not positive. */
export function alternatingFill(input: AlternatingFillInput): AlternatingFill {
  const { column, fixed, mostSweeps } = input
  if (!(mostSweeps >= 1)) throw badSweeps(mostSweeps)
  const markets = marketsOf(input)
  const kept = evenStart(input)
  const exposure = fixed.slice()
  for (let p = 0; p < kept.length; p++) exposure[column[p]!]! += kept[p]!
  let highest = 0
  for (let sweep = 1; sweep <= mostSweeps; sweep++) {
    let isSettled = true
    const rounding = SETTLED * highest
    for (const market of markets) {
      if (!isStirred(market, exposure, kept, rounding)) continue
      const { pairs, columns, amount, weight, others, removed } = market
      for (let i = 0; i < pairs.length; i++) others[i] = Math.max(0, exposure[columns[i]!]! - kept[pairs[i]!]!)
      const fill = waterFill({ amount, weight, fixed: others, removed })
      for (let i = 0; i < pairs.length; i++) {
        const after = others[i]! + fill.kept[i]!
        const level = after / weight[i]!
        if (level > highest) highest = level
        exposure[columns[i]!] = after
        kept[pairs[i]!] = fill.kept[i]!
      }
      isSettled = false
    }
    if (isSettled) return { kept, sweeps: sweep, isSettled }
  }
  return { kept, sweeps: mostSweeps, isSettled: false }
}

/** Whether what some column holds elsewhere has changed by more than rounding since its market was filled last. */
function isStirred(
  { pairs, columns, weight, others }: Market,
  exposure: Float64Array,
  kept: Float64Array,
  rounding: number,
) {
  for (let i = 0; i < pairs.length; i++) {
    const now = Math.max(0, exposure[columns[i]!]! - kept[pairs[i]!]!)
    if (!(Math.abs(now - others[i]!) <= rounding * weight[i]!)) return true
  }
  return false
}

interface Market {
  readonly pairs: Int32Array
  readonly columns: Int32Array
  readonly amount: Float64Array
  readonly weight: Float64Array
  /** What the columns held elsewhere when the market was filled last; NaN before. */
  readonly others: Float64Array
  readonly removed: number
}

function marketsOf({ column, market, amount, weight, removed }: AlternatingFillInput): Market[] {
  const pairsOf: number[][] = Array.from(removed, () => [])
  market.forEach((k, p) => {
    pairsOf[k]!.push(p)
  })
  return pairsOf.flatMap((list, k) => {
    if (list.length === 0) return []
    const pairs = Int32Array.from(list)
    return {
      pairs,
      columns: pairs.map((p) => column[p]!),
      amount: Float64Array.from(pairs, (p) => amount[p]!),
      weight: Float64Array.from(pairs, (p) => weight[column[p]!]!),
      others: new Float64Array(pairs.length).fill(Number.NaN),
      removed: removed[k]!,
    }
  })
}

/** Every pair keeps the share that its market keeps. */
function evenStart({ market, amount, removed }: AlternatingFillInput): Float64Array {
  const total = new Float64Array(removed.length)
  amount.forEach((u, p) => {
    total[market[p]!]! += u
  })
  return amount.map((u, p) => {
    const k = market[p]!
    return total[k]! > 0 ? u * Math.max(0, 1 - removed[k]! / total[k]!) : 0
  })
}

function badSweeps(mostSweeps: number): SpillwayError {
  return new SpillwayError({
    code: 'fill-sweeps',
    path: 'mostSweeps',
    value: mostSweeps,
    problem: 'is not a number of rounds',
    cure: 'Allow at least one.',
  })
}
