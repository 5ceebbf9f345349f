import { SpillwayError } from '../../../src/errors.js'
import {
  type Decimal,
  decimalOf,
  dotDecimals,
  multiply,
  type PivotedFactor,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import { exactCapacity, forcedMarkets } from '../../book/exact-amounts.js'
import type { AdlEvent } from '../../book/index.js'
import { type EllipsoidInputs, ellipsoidClaim } from '../../proof/claims/ellipsoid-loss.js'
import { type EllipsoidProblem, ellipsoidBound, noMove } from '../../proof/ellipsoid/bound.js'
import { isWorstMove, lossAt, type WorstMove } from '../../proof/ellipsoid/worst-loss.js'
import { covarianceTimes, type GaussianAccount, type GaussianState, stateAfter } from '../../proof/gaussian/book.js'
import { marginalGains } from '../../proof/gaussian/bound.js'
import { apportionAll } from '../apportion-all.js'
import {
  type Bound,
  isStopped,
  type Plan,
  type PreparedObjective,
  type PrepareOptions,
  type Reductions,
} from '../objective.js'
import { type EllipsoidDuals, ellipsoidProgram } from './program.js'

/** Worst losses over an ellipsoid, prepared for an event: by a solver, and proved by one move of the ellipsoid for each account. */
export function prepareEllipsoidLoss(
  event: AdlEvent,
  { moves, confidence }: EllipsoidInputs,
  options?: PrepareOptions,
): PreparedObjective {
  const { claim, problem } = ellipsoidClaim(event, moves, decimalOf(confidence), options)
  const planOf = (closed: ArrayLike<number>, prices?: Float64Array, duals?: ReadonlyMap<number, RowDuals>): Plan => {
    const reductions = apportionAll(problem.space, closed)
    return { reductions, bound: () => boundNear(problem, reductions, prices, duals ?? new Map()) }
  }
  return {
    ...claim,
    closedForm: () => undefined,
    async bySolver(run) {
      const { program, rows, closedOf, dualsOf } = ellipsoidProgram(problem)
      const answer = await run(program)
      if (isStopped(answer)) return answer
      const found = dualsOf(answer)
      const duals = found && new Map(rows.map(({ owner, factor }, i) => [owner, { ...found.rows[i], factor }]))
      return planOf(closedOf(answer), found?.prices, duals)
    },
    program() {
      throw new SpillwayError({
        code: 'not-expressible',
        path: 'objective',
        value: 'ellipsoid-loss',
        problem: 'holds Euclidean norms, and is no linear or quadratic program',
        cure: 'Solve it here, or draw scenario moves and export worst-case-loss under those.',
      })
    },
  }
}

interface RowDuals extends EllipsoidDuals {
  readonly factor: PivotedFactor
}

/**
 * The bound near a plan: each account takes, at the prices, the best of no move, the worst move at the plan, whole and
 * in the share that duals give, and the move that the duals of its spreads are, which counts where it is hedged or next
 * to losing nothing.
 */
function boundNear(
  problem: EllipsoidProblem,
  reductions: Reductions,
  given: Float64Array | undefined,
  duals: ReadonlyMap<number, RowDuals>,
): Bound {
  const { deciding, law } = problem
  const movesAt = deciding.map((account, owner) => {
    const state = stateAfter(account, (pair) => reductions[pair])
    const found = duals.get(owner)
    const share = found === undefined ? [] : [Math.min(Math.max(found.share, 0), 1)]
    const steepest = worstDirection(problem, account, state)
    const moves = [...share, 1].map((part) => moveOf(problem, account, part, steepest))
    if (found !== undefined && found.share > 0) moves.push(moveOf(problem, account, share[0], directionOf(found)))
    return [noMove(account.markets.length), ...moves]
  })
  const bounds = pricesNear(problem, movesAt, given).map((prices) => {
    const exact = Array.from(prices, decimalOf)
    const chosen = deciding.map((account, owner) =>
      bestOf(movesAt[owner], (move) => worthAt(problem, account, lossAt(law, account, move), prices)),
    )
    return ellipsoidBound(problem, chosen, exact)
  })
  return bounds.reduce((a, b) => (b.bound!.compare(a.bound!) > 0 ? b : a))
}

/** Prices of the solver, and those at which the steepest losses under whole worst moves meet the demand. */
function pricesNear(
  { space, deciding, law }: EllipsoidProblem,
  moves: readonly (readonly WorstMove[])[],
  given: Float64Array | undefined,
): Float64Array[] {
  const gains = new Float64Array(space.capacity.length)
  deciding.forEach((account, owner) => {
    const { slopes } = lossAt(law, account, moves[owner][1])
    account.pairs.forEach(({ pair }, t) => {
      gains[pair] = -toNumber(slopes[t])
    })
  })
  const marginal = Float64Array.from(marginalGains(space, Array.from(gains)))
  const isUsable = given?.every(Number.isFinite) === true
  return isUsable ? [given!, marginal] : [marginal]
}

/** What a cut adds to the bound at prices, in doubles: for choosing only. */
function worthAt(
  { space }: EllipsoidProblem,
  { pairs }: GaussianAccount,
  { constant, slopes }: ReturnType<typeof lossAt>,
  prices: Float64Array,
): number {
  const isForced = forcedMarkets(space)
  return pairs.reduce((sum, { pair }, t) => {
    const k = space.pairMarket[pair]
    const whole = multiply(slopes[t], exactCapacity(space, pair))
    if (isForced[k]) return sum + toNumber(whole)
    return sum + Math.min(0, toNumber(whole) + prices[k] * space.capacity[pair])
  }, toNumber(constant))
}

function bestOf(moves: readonly WorstMove[], worth: (move: WorstMove) => number): WorstMove {
  return moves.map((move) => ({ move, value: worth(move) })).reduce((a, b) => (b.value > a.value ? b : a)).move
}

/** A share and a direction as exact numbers, the direction pulled into the ellipsoid by as little as it takes. */
function moveOf(
  { law, confidence }: EllipsoidProblem,
  account: GaussianAccount,
  share: number,
  direction: readonly number[],
): WorstMove {
  const alpha = toNumber(confidence)
  const size = Math.sqrt(toNumber(squareOf(law, account, direction.map(decimalOf))))
  const most = Math.sqrt(alpha / (1 - alpha))
  for (const inside of [0, 1e-15, 1e-14, 1e-12, 1e-9]) {
    const factor = size > most ? (most / size) * (1 - inside) : 1 - inside
    const move = { share: decimalOf(share), direction: direction.map((z) => decimalOf(z * factor)) }
    if (isWorstMove(law, account, move, confidence)) return move
  }
  return noMove(account.markets.length)
}

/** −κ y/s: where the account loses most. Where s is zero any direction will do. */
function worstDirection(
  { law, confidence }: EllipsoidProblem,
  account: GaussianAccount,
  state: GaussianState,
): number[] {
  const alpha = toNumber(confidence)
  const spread = Math.sqrt(toNumber(squareOf(law, account, state.exposure)))
  if (!(spread > 0)) return account.markets.map(() => 0)
  return state.exposure.map((y) => (-Math.sqrt(alpha / (1 - alpha)) * toNumber(y)) / spread)
}

function squareOf({ covariance, mean }: EllipsoidProblem['law'], { markets }: GaussianAccount, v: readonly Decimal[]) {
  const square = dotDecimals(v, covarianceTimes({ covariance, mean }, markets, v))
  return square.digits > 0n ? square : zero
}

/** z with F'z = −ν/λ, from the last pivot to the first; entries without a pivot are zero. */
function directionOf({ share, slopes, factor: { order, pivots, columns } }: RowDuals): number[] {
  const z = Array.from(columns[0] ?? [], () => 0)
  for (let f = order.length - 1; f >= 0; f--) {
    const wanted = -slopes[f] / share / Math.sqrt(pivots[f])
    const others = columns[f].reduce((sum, l, i) => (i === order[f] ? sum : sum + l * z[i]), 0)
    z[order[f]] = wanted - others
  }
  return z.map((entry) => (Number.isFinite(entry) ? entry : 0))
}
