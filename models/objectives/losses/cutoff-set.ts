import { waterFill } from '../../../src/closed-forms/index.js'
import { signOf, toNumber } from '../../../src/numeric/index.js'
import type { AdlEvent } from '../../book/index.js'
import type { ScenarioMoves } from '../../moves/index.js'
import { leverageProblem } from '../../proof/leverage/problem.js'
import { type MovedBook, movedBook } from '../../proof/losses/moved-book.js'
import { checkConfidence } from '../../proof/losses/risk-measure.js'
import type { Reductions } from '../objective.js'

/**
 * All optima of CVaR in one market of solvent accounts that hold nothing else, all on the side that is closed (Campbell, Hey,
 * Moallemi and Nutz, arXiv 2603.15963, Theorem 2.9), on scenarios. With levels ℓ_i = p (c_i − x_i)/g_i and the adverse move
 * ρ_s = −σ r_s − d/p, account i loses g_i (ℓ_i ρ_s − 1)⁺: the worst moves are the most adverse, whoever is closed. Let κ ≤ λ ≤ κ'
 * be the neighbours of the water level λ among 0, ∞ and the 1/ρ_s of tail moves with ρ_s > 0. Between them every unit that is
 * closed saves the same, so an allocation is optimal exactly when those who start at or below κ are untouched and all others
 * end between κ and κ'.
 */
export interface CutoffSet {
  /** λ. */
  readonly level: number
  readonly lower: number
  /** Infinity where no move of the tail bends above the level. */
  readonly upper: number
  /** Largest distance of reductions from the set, as a share of λ; nearly zero for optima. */
  distance(reductions: Reductions): number
}

/**
 * All optima of CVaR at a confidence, with how far other reductions are from them. Undefined outside one market of solvent accounts
 * that hold nothing but the side that is closed. Throws `confidence`.
 */
export function cutoffSet(event: AdlEvent, moves: ScenarioMoves, confidence: number): CutoffSet | undefined {
  const book = movedBook(event, moves)
  const alpha = checkConfidence(confidence, 'confidence')
  if (!isOneSided(book)) return undefined
  const problem = leverageProblem(book.space)
  if (problem.isInsolvent.includes(1)) return undefined
  const [{ price, concession, quantity, side, index }] = book.space.markets
  const p = toNumber(price)
  const { remarked } = problem
  const amount = book.space.capacity.map((own) => p * own)
  const start = amount.map((own, owner) => own / remarked[owner])
  const { level } = waterFill({ amount, weight: remarked, removed: p * toNumber(quantity) })
  const adverse = book.returns[index].map((move) => -side * move - toNumber(concession) / p)
  const bends = tailOf(book, adverse, alpha).flatMap((s) => (adverse[s] > 0 ? 1 / adverse[s] : []))
  const lower = bends.reduce((near, bend) => (bend <= level ? Math.max(near, bend) : near), 0)
  const upper = bends.reduce((near, bend) => (bend >= level ? Math.min(near, bend) : near), Infinity)
  return {
    level,
    lower,
    upper,
    distance(reductions) {
      return start.reduce((far, before, owner) => {
        const closed = toNumber(reductions[owner])
        const after = (p * (book.space.capacity[owner] - closed)) / remarked[owner]
        const off = before <= lower ? before - after : Math.max(lower - after, after - Math.max(upper, lower), 0)
        return Math.max(far, off / level)
      }, 0)
    },
  }
}

/** Moves that carry weight in the tail: the most adverse until they weigh 1 − α of all. */
function tailOf({ weights, total }: MovedBook, adverse: Float64Array, alpha: number): number[] {
  const order = Array.from(adverse.keys()).sort((a, b) => adverse[b] - adverse[a])
  let rest = (1 - alpha) * toNumber(total) * (1 - 1e-12)
  return order.filter((s) => {
    const isInside = rest > 0
    rest -= toNumber(weights[s])
    return isInside
  })
}

/** One demanded market, and nobody in the book holds anything but its closed side. */
function isOneSided({ space }: MovedBook): boolean {
  const { positions } = space.event
  if (space.markets.length !== 1) return false
  let held = 0
  for (let p = 0; p < positions.count; p++) if (signOf(positions.quantity.exact(p)) !== 0) held++
  return held === space.owners.length && space.capacity.length === held
}
