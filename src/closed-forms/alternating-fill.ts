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
 * Most books settle in a handful of rounds; where markets share a level the tail can be slow. Whoever uses the result asks a
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
  /** Rounds taken, and whether the last one changed no level beyond rounding. */
  readonly sweeps: number
  readonly isSettled: boolean
}

/** Changes of a level below this share of the highest are rounding. */
const SETTLED = 1e-15

/** Throws `SpillwayError` where `waterFill` does, and when `mostSweeps` is not positive. */
export function alternatingFill(input: AlternatingFillInput): AlternatingFill {
  const { column, amount, fixed, mostSweeps } = input
  if (!(mostSweeps >= 1)) throw badSweeps(mostSweeps)
  const markets = marketsOf(input)
  const kept = evenStart(input)
  const exposure = fixed.slice()
  for (let p = 0; p < kept.length; p++) exposure[column[p]!]! += kept[p]!
  for (let sweep = 1; sweep <= mostSweeps; sweep++) {
    let change = 0
    let highest = 0
    for (const { pairs, amount: most, weight, removed } of markets) {
      const others = Float64Array.from(pairs, (p) => Math.max(0, exposure[column[p]!]! - kept[p]!))
      const fill = waterFill({ amount: most, weight, fixed: others, removed })
      for (let i = 0; i < pairs.length; i++) {
        const p = pairs[i]!
        const after = others[i]! + fill.kept[i]!
        change = Math.max(change, Math.abs(after - exposure[column[p]!]!) / weight[i]!)
        highest = Math.max(highest, after / weight[i]!)
        exposure[column[p]!] = after
        kept[p] = fill.kept[i] === most[i] ? amount[p]! : fill.kept[i]!
      }
    }
    if (change <= SETTLED * highest) return { kept, sweeps: sweep, isSettled: true }
  }
  return { kept, sweeps: mostSweeps, isSettled: false }
}

function marketsOf({ column, market, amount, weight, removed }: AlternatingFillInput) {
  const pairsOf: number[][] = Array.from(removed, () => [])
  market.forEach((k, p) => {
    pairsOf[k]!.push(p)
  })
  return pairsOf.flatMap((list, k) => {
    if (list.length === 0) return []
    const pairs = Int32Array.from(list)
    return {
      pairs,
      amount: Float64Array.from(pairs, (p) => amount[p]!),
      weight: Float64Array.from(pairs, (p) => weight[column[p]!]!),
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
