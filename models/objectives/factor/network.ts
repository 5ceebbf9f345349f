import { networkFill } from '../../../src/closed-forms/index.js'
import {
  add,
  compare,
  type Decimal,
  doublesOf,
  multiply,
  negate,
  signOf,
  subtract,
  toNumber,
} from '../../../src/numeric/index.js'
import { exactCapacity } from '../../book/exact-amounts.js'
import type { FactorProblem } from '../../proof/factor/problem.js'

/** Pairs to share what is removed of each market; every other pair of their owners stays as it is. */
export interface Share {
  /** Grouped by owner. */
  readonly pairs: Int32Array
  /** By owner, above zero for every owner of a pair. */
  readonly weight: Float64Array
  /** By demanded market, contracts: what the pairs give together, and what they hold. */
  readonly removed: readonly Decimal[]
  readonly held: readonly Decimal[]
}

export interface Filled {
  /** Contracts kept of each pair. */
  readonly kept: Float64Array
  /** By demanded market; undefined where nothing had to be filled. */
  readonly levels: readonly (number | undefined)[]
}

/**
 * What fair levels leave of each pair, contracts. Markets become senders of flow (docs/objectives/factor-leverage.md): with v_k > 0
 * the flow is what closing takes away, v_k x_ik; with v_k < 0 it is what keeping leaves open, |v_k| (c_ik − x_ik), and every
 * owner starts |v_k| c_ik higher. The same with the factor turned round, v → −v, z → −z: of the two the one with less flow is
 * taken, whose small numbers keep their digits. Markets closed whole, and those without effect, are no part of it.
 */
export function fill(factor: FactorProblem, { pairs, weight, removed, held }: Share): Filled {
  const { space } = factor.problem
  const { effects } = factor
  const isWhole = removed.map((amount, k) => compare(amount, held[k]) >= 0)
  const isFilled = removed.map((amount, k) => !isWhole[k] && signOf(amount) > 0 && effects[k] !== 0)
  const share = removed.map((amount, k) => toNumber(amount) / toNumber(held[k]))
  const rest = removed.map((amount, k) => toNumber(subtract(held[k], amount)))
  const supplyOf = (turn: number): Float64Array =>
    effects.map((v, k) => (!isFilled[k] ? 0 : Math.abs(v) * (turn * v > 0 ? toNumber(removed[k]) : rest[k])))
  const total = (supply: Float64Array): number => supply.reduce((sum, s) => sum + s, 0)
  const turn = total(supplyOf(-1)) < total(supplyOf(1)) ? -1 : 1

  const kept = new Float64Array(pairs.length)
  const indices: number[] = []
  pairs.forEach((pair, t) => {
    const k = space.pairMarket[pair]
    if (isWhole[k]) return
    if (effects[k] === 0) kept[t] = space.capacity[pair] * (1 - share[k])
    else indices.push(t)
  })
  if (indices.length === 0) return { kept, levels: removed.map(() => undefined) }
  const network = networkOf(factor, { pairs, weight, isWhole, turn }, indices)
  const { flow, marketLevel } = networkFill({ ...network, supply: supplyOf(turn) })
  indices.forEach((t, f) => {
    const capacity = space.capacity[pairs[t]]
    const size = Math.abs(effects[network.market[f]])
    // Amounts that go whole go whole: size times contracts over size may not.
    const part = flow[f] === network.capacity[f] ? capacity : flow[f] / size
    kept[t] = turn * effects[network.market[f]] > 0 ? capacity - part : part
  })
  return { kept, levels: isFilled.map((filled, k) => (filled ? turn * marketLevel[k] : undefined)) }
}

interface Turned {
  readonly pairs: Int32Array
  readonly weight: Float64Array
  readonly isWhole: readonly boolean[]
  readonly turn: number
}

function networkOf(factor: FactorProblem, { pairs, weight, isWhole, turn }: Turned, indices: readonly number[]) {
  const { effects, effect, problem } = factor
  const { space } = problem
  const owners: number[] = []
  const starts: Decimal[] = []
  const column = new Int32Array(indices.length)
  const columnOf = new Int32Array(space.owners.length).fill(-1)
  indices.forEach((t, f) => {
    const owner = space.pairOwner[pairs[t]]
    if (columnOf[owner] < 0) {
      columnOf[owner] = owners.length
      owners.push(owner)
      starts.push(turn > 0 ? factor.start[owner] : negate(factor.start[owner]))
    }
    column[f] = columnOf[owner]
  })
  for (const pair of pairs) {
    const k = space.pairMarket[pair]
    const c = columnOf[space.pairOwner[pair]]
    if (c < 0 || !(isWhole[k] || turn * effects[k] < 0)) continue
    // −turn·v·c: closed for good where the market is closed whole, |v| c more to start from where the flow is turned.
    const moved = multiply(effect[k], exactCapacity(space, pair))
    starts[c] = add(starts[c], turn > 0 ? negate(moved) : moved)
  }
  const market = Int32Array.from(indices, (t) => space.pairMarket[pairs[t]])
  return {
    column,
    market,
    capacity: doublesOf(indices.length, (f) => Math.abs(effects[market[f]]) * space.capacity[pairs[indices[f]]]),
    weight: doublesOf(owners.length, (o) => weight[owners[o]]),
    start: doublesOf(starts.length, (o) => toNumber(starts[o])),
  }
}
