import { SpillwayError } from '../../../src/errors.js'
import { add, type Decimal, decimalOf, multiply, signOf, toNumber, zero } from '../../../src/numeric/index.js'
import { type DecisionSpace, decisionSpace } from '../../book/decision-space.js'
import { isOffTheMark } from '../../book/exact-amounts.js'
import type { AdlEvent } from '../../book/index.js'
import { refuseSolvencyRows } from '../../book/solvent-caps.js'
import { alignMoves, type ScenarioMoves, turnedMoves } from '../../moves/index.js'
import type { PrepareOptions } from '../claim.js'
import { byMean, type MoveRuns, moveRuns } from './move-runs.js'

/**
 * A book and what may happen to it. In move s account i falls short by (h_is + Σ_k g_sk x_ik)⁺ with
 *
 *     h_is = −e_i − Σ_k n_ik p_k r_sk,    g_sk = d_k + σ_k p_k r_sk.
 *
 * Doubles are the nearest to the exact decimals, so that every factor is off by half a unit in the last place and no more;
 * everything that is proved adds that up (`roundingOf`) or goes back to the decimals.
 */
export interface MovedBook {
  readonly space: DecisionSpace
  readonly moves: ScenarioMoves
  /** The column of each market of the event in `moves`. */
  readonly columns: readonly number[]
  /**
   * S, moves of positive weight, and the index of each in `moves`. The others change nothing and are left out. On large books
   * they stand in the order of their means over the markets, so that neighbours are alike (`move-runs.ts`).
   */
  readonly count: number
  readonly moveIndices: Int32Array
  /** w_s as given, and their total W. */
  readonly weights: readonly Decimal[]
  readonly total: Decimal
  /** r_sk by market of the event, then by move. */
  readonly returns: readonly Float64Array[]
  /** The same as written: those that were asked for (`exactReturn`). */
  readonly written: readonly Decimal[][]
  readonly runs: MoveRuns
  /** n_ik p_k of every position. */
  readonly exposure: Float64Array
  /** d_k and σ_k p_k by demanded market; |d_k| beside. */
  readonly concession: Float64Array
  readonly signedPrice: Float64Array
  /** e_i by account. */
  readonly equity: Float64Array
  readonly isOffMark: boolean
  /** Whether values and bounds are exact decimals, not doubles rounded away from the optimum: small books, or on request. */
  readonly isExact: boolean
}

/** Positions and accounts × moves up to which losses are exact decimals by themselves. */
const EXACT_WORK = 200_000

export function movedBook(event: AdlEvent, stated: ScenarioMoves, options?: PrepareOptions): MovedBook {
  const space = decisionSpace(event, { ...options, hasSolvencyRows: true })
  if (space.lots !== undefined) refuseSolvencyRows(space, 'and in whole lots that is no linear program')
  const moves = turnedMoves(stated, event)
  const columns = Array.from(alignMoves(moves, event))
  const all = Array.from({ length: moves.count }, (_, s) => moves.weights?.exact(s) ?? decimalOf(1))
  const negative = all.findIndex((weight) => signOf(weight) < 0)
  if (negative >= 0) throw badWeights(`moves.weights[${negative}]`, toNumber(all[negative]), 'is negative')
  const given = Int32Array.from(all.keys()).filter((s) => signOf(all[s]) > 0)
  if (given.length === 0) throw badWeights('moves.weights', 0, 'add up to nothing')
  const { positions, markets } = event
  const isExact = options?.exact === true || (positions.count + event.accounts.count) * given.length <= EXACT_WORK
  const moveIndices = isExact ? given : byMean(given, moves.returns.values, moves.markets.length, columns)
  const weights = Array.from(moveIndices, (s) => all[s])
  const width = moves.markets.length
  const returns = columns.map((column) =>
    Float64Array.from(moveIndices, (s) => moves.returns.values[s * width + column]),
  )
  return {
    space,
    moves,
    columns,
    count: moveIndices.length,
    moveIndices,
    weights,
    total: weights.reduce(add, zero),
    returns,
    written: columns.map(() => []),
    runs: moveRuns(returns, moveIndices.length),
    exposure: Float64Array.from({ length: positions.count }, (_, p) =>
      toNumber(multiply(positions.quantity.exact(p), markets[positions.market[p]].markPrice)),
    ),
    concession: Float64Array.from(space.markets, ({ concession }) => toNumber(concession)),
    signedPrice: Float64Array.from(space.markets, ({ price, side }) => side * toNumber(price)),
    equity: event.accounts.equity.values,
    isOffMark: isOffTheMark(space),
    isExact,
  }
}

/** r_sk as written; `market` counts in the event, s in the moves of positive weight. Each is read once. */
export function exactReturn({ moves, moveIndices, columns, written }: MovedBook, s: number, market: number): Decimal {
  const own = written[market]
  own[s] ??= moves.returns.exact(moveIndices[s] * moves.markets.length + columns[market])
  return own[s]
}

const UNIT = 2 ** -53

/**
 * How far a sum of `terms` products of at most four factors, each off by half a unit in the last place, may be from its
 * exact value, relative to the sum of the magnitudes.
 */
export function roundingOf(terms: number): number {
  return (terms + 12) * UNIT
}

/** Positions of account i: from, up to not including. */
export function positionsOf({ space }: MovedBook, account: number): [from: number, to: number] {
  const { starts } = space.event.positions
  return [starts[account], starts[account + 1]]
}

function badWeights(path: string, value: number, problem: string): SpillwayError {
  const cure = 'Give every move a weight that is not negative, and at least one above zero.'
  return new SpillwayError({ code: 'moves-weight', path, value, problem, cure })
}
