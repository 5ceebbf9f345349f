import {
  add,
  cutDecimal,
  type Decimal,
  decimalOf,
  dotDecimals,
  leastNorm,
  multiply,
  normalAt,
  signOf,
  solveTransposed,
  subtract,
  tauOf,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { NormalLossesPoint } from '../../../src/solvers/index.js'
import { exactCapacity } from '../../book/exact-amounts.js'
import { covarianceTimes } from '../../proof/gaussian/book.js'
import type { GaussianProblem } from '../../proof/gaussian/bound.js'
import { type CutSeed, cutOf } from '../../proof/gaussian/cut.js'
import type { GaussianBlocks } from './blocks.js'

/** Shares this far from both bounds of their pair are inside. */
const INSIDE = 1e-7
/** Places of directions: what is rounded off is far below the margin of densities. */
const PLACES = 45
const ROUNDS = 4

/**
 * Seeds for accounts whose covariance is singular, by owner, undefined for the others: near a perfect hedge with no
 * equity (s = m = 0) the direction of the exposures left is rounding, and any subgradient may be the right one. It is
 * the prices that tell which.
 *
 * With C = L D L' the cut of (u, b) has the slopes √D L' ∂y · u − b ∂m. u and b are moved from what the smoothed point
 * says by least norm, until slope + price = 0 for pairs that are inside. Then v solves √D L' v = u, with what is left
 * of the length laid along the remaining exposures z (L'z = 0), which the lift alone moves: v = P u + α z, α the
 * largest with v'Cv ≤ φ².
 */
export function hedgeSeeds(
  problem: GaussianProblem,
  blocks: GaussianBlocks,
  found: NormalLossesPoint,
  prices: readonly number[],
): (CutSeed | undefined)[] {
  const { space, deciding, law } = problem
  const seeds: (CutSeed | undefined)[] = deciding.map(() => undefined)
  blocks.singular.forEach((singular, block) => {
    if (singular === undefined) return
    const { fine, rank } = singular
    const account = deciding[blocks.owners[block]]
    const indices = blocks.indices[block]
    const { first, spread, weights, slope } = blocks.blocks[block]
    const s = found.spread[block]
    const m = found.gain[block]
    if (!(s > 0)) return
    const width = slope.length
    const inside = Array.from(slope, (_, j) => j).filter((j) => {
      const eta = found.point[first + j]
      return eta > INSIDE && eta < 1 - INSIDE
    })
    const w = Array.from({ length: rank }, (_, f) => {
      let sum = spread[f]
      for (let j = 0; j < width; j++) sum += weights[f * width + j] * found.point[first + j]
      return sum
    })
    const wanted = inside.map((j) => {
      const pair = blocks.pairs[first + j]
      return prices[space.pairMarket[pair]] * blocks.amount[first + j]
    })
    let z = m / s
    let u: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const { density, tail } = normalAt(tauOf(z))
      const weight = z < 0 ? 1 - tail : tail
      if (round === 0) u = w.map((value) => (density * value) / s)
      // Rows of inside pairs against (u, b); b stands still in the last round, since only its rounded copy is proved with.
      const moves = inside.map((j) => [...u.map((_, f) => weights[f * width + j]), round < ROUNDS - 1 ? -slope[j] : 0])
      const missing = inside.map((j, i) => {
        const slopes = u.reduce((sum, value, f) => sum + value * weights[f * width + j], -weight * slope[j])
        return wanted[i] - slopes
      })
      const change = leastNorm(moves, missing, rank + 1)
      u = u.map((value, f) => value + change[f])
      if (density > 0) z -= change[rank] / density
      if (!Number.isFinite(z)) return
    }
    const tau = Math.sign(z) * tauOf(z)
    const { density, tail } = normalAt(Math.abs(tau))
    const weight = z < 0 ? 1 - tail : tail
    const main = { ...fine, order: fine.order.slice(0, rank) }
    const roots = fine.pivots.slice(0, rank).map((pivot) => Math.sqrt(toNumber(pivot)))
    const exposure = blocks.exposureAt(found, block).map(decimalOf)
    const shadow = solveTransposed(
      main,
      roots.map((_, f) => dotDecimals(fine.columns[f], exposure)),
      PLACES + 15,
    )
    const rest = exposure.map((y, k) => subtract(y, shadow[k]))
    const moved = covarianceTimes(law, account.markets, rest)
    const square = toNumber(dotDecimals(rest, moved))
    let direction: Decimal[] = []
    // What the remaining exposures take of the slopes is as small as the lift: a few turns apportion it.
    for (let turn = 0; turn < ROUNDS; turn++) {
      const start = solveTransposed(
        main,
        u.map((value, f) => decimalOf(value / roots[f])),
        PLACES + 15,
      )
      const across = covarianceTimes(law, account.markets, start)
      const both = toNumber(dotDecimals(rest, across))
      const room = density * density - toNumber(dotDecimals(start, across))
      const share = square > 0 && room > 0 ? (Math.sqrt(both * both + square * room) - both) / square : 0
      const along = Number.isFinite(share) ? decimalOf(share) : zero
      direction = start.map((value, k) => cutDecimal(add(value, multiply(along, rest[k])), PLACES, 'down'))
      const slopes = covarianceTimes(law, account.markets, direction).map(toNumber)
      const missing = inside.map(
        (j, i) => wanted[i] - slopes[indices[j]] * blocks.changes[first + j] + weight * slope[j],
      )
      const rows = inside.map((j) => u.map((_, f) => weights[f * width + j]))
      if (turn === ROUNDS - 1) break
      leastNorm(rows, missing, rank).forEach((change, f) => {
        u[f] += change
      })
    }
    seeds[blocks.owners[block]] = { tau, direction }
  })
  return seeds
}

/** For each account the seed whose cut promises most at given prices: Σ over accounts is what the bound is made of. */
export function bestSeeds(
  { space, law, deciding }: GaussianProblem,
  sets: readonly (readonly (CutSeed | undefined)[])[],
  prices: readonly Decimal[],
): CutSeed[] {
  return deciding.map((account, owner) => {
    let best: CutSeed | undefined
    let most: Decimal | undefined
    for (const set of sets) {
      const seed = set[owner]
      if (seed === undefined || seed === best) continue
      const { constant, slopes } = cutOf(law, account, seed)
      const promise = account.pairs.reduce((sum, { pair }, t) => {
        const priced = add(slopes[t], prices[space.pairMarket[pair]])
        return signOf(priced) < 0 ? add(sum, multiply(priced, exactCapacity(space, pair))) : sum
      }, constant)
      if (most !== undefined && signOf(subtract(promise, most)) <= 0) continue
      best = seed
      most = promise
    }
    return best!
  })
}
