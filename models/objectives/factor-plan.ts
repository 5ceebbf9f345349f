import {
  add,
  compare,
  type Decimal,
  multiply,
  negate,
  networkFill,
  signOf,
  subtract,
  toNumber,
} from '../../src/index.js'
import { exactCapacity } from '../book/decision-space.js'
import { lastClosed } from './factor-levels.js'
import type { FactorProblem } from './factor-problem.js'
import { levelsBound } from './factor-proof.js'
import { reductionsFrom } from './leverage-plan.js'
import { insolventDuty } from './leverage-problem.js'
import type { Plan, Reductions } from './objective.js'

/**
 * The fair allocation (docs/objectives/factor-leverage.md): the insolvent give min(Q_k, what they hold) in each market, in
 * markets where that leaves them something so that Σ z'_i²/N_i is least among them (N_i gross notional); the solvent give
 * the rest so that their levels z'_i/g_i are fair. Exact reductions; every demand is met exactly.
 */
export function fairReductions(factor: FactorProblem): Reductions {
  return reductionsFrom(factor.problem, fillSolvent(factor).kept, insolventShares(factor))
}

/** The same as a plan, proved by the levels at which the markets were filled. */
export function fairPlan(factor: FactorProblem): Plan {
  const { kept, levels } = fillSolvent(factor)
  const reductions = reductionsFrom(factor.problem, kept, insolventShares(factor))
  return {
    reductions,
    how: 'network water-filling',
    bound: () => {
      // A market closed whole was not filled. Any level on the far side of all its owners proves as much; that of the contract closed
      // last is also its price. A hair beyond it, because the judge rounds the levels of owners.
      const last = lastClosed(factor, reductions)
      const beyond = (k: number): number => last[k]! - Math.sign(factor.effects[k]!) * Math.abs(last[k]!) * HAIR
      return levelsBound(
        factor,
        levels.map((level, k) => level ?? beyond(k)),
      )
    },
  }
}

const HAIR = 1e-10

function fillSolvent(factor: FactorProblem): Filled {
  const { freePairs, remarked, remaining, solventCapacity } = factor.problem
  return fill(factor, { pairs: freePairs, weight: remarked, removed: remaining, held: solventCapacity })
}

/** What the insolvent keep of each of their pairs, contracts, by the rule above. */
export function insolventShares(factor: FactorProblem): { readonly pairs: Int32Array; readonly kept: Float64Array } {
  const { problem } = factor
  const { space, isInsolvent, gross, insolventCapacity } = problem
  const pairs = Int32Array.from(space.capacity.keys()).filter((pair) => isInsolvent[space.pairOwner[pair]!] === 1)
  const share = { pairs, weight: gross, removed: insolventDuty(problem), held: insolventCapacity }
  return { pairs, kept: fill(factor, share).kept }
}

/** Pairs to share what is removed of each market; every other pair of their owners stays as it is. */
interface Share {
  /** Grouped by owner. */
  readonly pairs: Int32Array
  /** By owner, above zero for every owner of a pair. */
  readonly weight: Float64Array
  /** By demanded market, contracts: what the pairs give together, and what they hold. */
  readonly removed: readonly Decimal[]
  readonly held: readonly Decimal[]
}

interface Filled {
  /** Contracts kept of each pair. */
  readonly kept: Float64Array
  /** By demanded market; undefined where nothing had to be filled. */
  readonly levels: readonly (number | undefined)[]
}

/**
 * What fair levels leave of each pair, contracts. Markets become senders of flow (docs/objectives/factor-leverage.md): with v_k > 0 the flow is what closing
 * takes away, v_k x_ik; with v_k < 0 it is what keeping leaves open, |v_k| (c_ik − x_ik), and every owner starts |v_k| c_ik higher. The
 * same with the factor turned round, v → −v, z → −z: of the two the one with less flow is taken, whose small numbers keep their digits.
 * Markets closed whole, and those without effect, are no part of it.
 */
function fill(factor: FactorProblem, { pairs, weight, removed, held }: Share): Filled {
  const { space } = factor.problem
  const { effects } = factor
  const isWhole = removed.map((amount, k) => compare(amount, held[k]!) >= 0)
  const isFilled = removed.map((amount, k) => !isWhole[k] && signOf(amount) > 0 && effects[k] !== 0)
  const share = removed.map((amount, k) => toNumber(amount) / toNumber(held[k]!))
  const rest = removed.map((amount, k) => toNumber(subtract(held[k]!, amount)))
  const supplyOf = (turn: number): Float64Array =>
    effects.map((v, k) => (!isFilled[k] ? 0 : Math.abs(v) * (turn * v > 0 ? toNumber(removed[k]!) : rest[k]!)))
  const total = (supply: Float64Array): number => supply.reduce((sum, s) => sum + s, 0)
  const turn = total(supplyOf(-1)) < total(supplyOf(1)) ? -1 : 1

  const kept = new Float64Array(pairs.length)
  const places: number[] = []
  pairs.forEach((pair, t) => {
    const k = space.pairMarket[pair]!
    if (isWhole[k]) return
    if (effects[k] === 0) kept[t] = space.capacity[pair]! * (1 - share[k]!)
    else places.push(t)
  })
  if (places.length === 0) return { kept, levels: removed.map(() => undefined) }
  const network = networkOf(factor, { pairs, weight, isWhole, turn }, places)
  const { flow, marketLevel } = networkFill({ ...network, supply: supplyOf(turn) })
  places.forEach((t, f) => {
    const capacity = space.capacity[pairs[t]!]!
    const size = Math.abs(effects[network.market[f]!]!)
    // Amounts that go whole go whole: size times contracts over size may not.
    const part = flow[f] === network.capacity[f] ? capacity : flow[f]! / size
    kept[t] = turn * effects[network.market[f]!]! > 0 ? capacity - part : part
  })
  return { kept, levels: isFilled.map((filled, k) => (filled ? turn * marketLevel[k]! : undefined)) }
}

interface Turned {
  readonly pairs: Int32Array
  readonly weight: Float64Array
  readonly isWhole: readonly boolean[]
  readonly turn: number
}

function networkOf(factor: FactorProblem, { pairs, weight, isWhole, turn }: Turned, places: readonly number[]) {
  const { effects, effect, problem } = factor
  const { space } = problem
  const owners: number[] = []
  const starts: Decimal[] = []
  const column = new Int32Array(places.length)
  const columnOf = new Int32Array(space.owners.length).fill(-1)
  places.forEach((t, f) => {
    const owner = space.pairOwner[pairs[t]!]!
    if (columnOf[owner]! < 0) {
      columnOf[owner] = owners.length
      owners.push(owner)
      starts.push(turn > 0 ? factor.start[owner]! : negate(factor.start[owner]!))
    }
    column[f] = columnOf[owner]!
  })
  for (const pair of pairs) {
    const k = space.pairMarket[pair]!
    const c = columnOf[space.pairOwner[pair]!]!
    if (c < 0 || !(isWhole[k] || turn * effects[k]! < 0)) continue
    // −turn·v·c: closed for good where the market is closed whole, |v| c more to start from where the flow is turned.
    const moved = multiply(effect[k]!, exactCapacity(space, pair))
    starts[c] = add(starts[c]!, turn > 0 ? negate(moved) : moved)
  }
  const market = Int32Array.from(places, (t) => space.pairMarket[pairs[t]!]!)
  return {
    column,
    market,
    capacity: Float64Array.from(places, (t, f) => Math.abs(effects[market[f]!]!) * space.capacity[pairs[t]!]!),
    weight: Float64Array.from(owners, (owner) => weight[owner]!),
    start: Float64Array.from(starts, toNumber),
  }
}

/** Reductions as a plan: its bound is the best that is proved by any of these levels of markets. */
export function factorPlan(
  factor: FactorProblem,
  reductions: Reductions,
  candidates: readonly (readonly number[])[],
): Plan {
  return {
    reductions,
    bound: () =>
      candidates
        .map((levels) => levelsBound(factor, levels))
        .reduce((a, b) => (b.bound!.compare(a.bound!) > 0 ? b : a)),
  }
}
