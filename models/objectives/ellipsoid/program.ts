import { absolute, Expression, norm2, Program } from '../../../src/language/index.js'
import { type PivotedFactor, pivotedFactor, toNumber } from '../../../src/numeric/index.js'
import type { EllipsoidProblem } from '../../proof/ellipsoid/bound.js'
import type { GaussianAccount } from '../../proof/gaussian/book.js'
import { noteDecisions } from '../decisions.js'
import type { Answered } from '../objective.js'

/** One account of the program: what its duals are counted in, and the factor of its covariance, C = F F'. */
export interface EllipsoidRow {
  readonly owner: number
  readonly unit: number
  readonly factor: PivotedFactor
  /** First row of its spreads. */
  readonly first: number
}

/** What duals say of an account: the share λ of its loss that counts, and ν, the slope of the optimum in each spread. */
export interface EllipsoidDuals {
  readonly share: number
  readonly slopes: Float64Array
}

export interface EllipsoidProgram {
  readonly program: Program
  readonly rows: readonly EllipsoidRow[]
  closedOf(answer: Answered): Float64Array
  /** π by demanded market and the duals by row; undefined where the solver gave none. */
  dualsOf(answer: Answered): { prices: Float64Array; rows: readonly EllipsoidDuals[] } | undefined
}

/** Losses below this share of what moves them are rounding. */
const NEVER = 1e-13

/**
 * Worst losses over an ellipsoid as a program, in shares of what is held, each account's loss in units of its own:
 *
 *     minimise   Σ_i u_i
 *     subject to κ ‖w_i‖ − m_i(x_i) ≤ u_i,   u ≥ 0     (block `loss`),
 *                w_i = F'y_i(x_i)                       (block `spread`),
 *                Σ_i x_ik = Q_k,   0 ≤ x_ik ≤ c_ik      (block `demand`),
 *
 * F' from LDL' of the account's covariance, so that s_i = ‖w_i‖. Accounts that lose nothing whatever is closed make no row.
 */
export function ellipsoidProgram({ space, law, deciding, confidence }: EllipsoidProblem): EllipsoidProgram {
  const alpha = toNumber(confidence)
  const kappa = Math.sqrt(alpha / (1 - alpha))
  const demand = space.markets.map(({ quantity }) => toNumber(quantity))
  const program = new Program()
  const closed = program.variables('closed', space.capacity.length, { lower: 0, upper: 1 })
  noteDecisions(program, 'closed', Int32Array.from(space.capacity.keys()), space.capacity)
  program.subjectTo(
    'demand',
    closed
      .times(space.capacity.map((own, pair) => own / demand[space.pairMarket[pair]]))
      .sumBy(space.pairMarket, demand.length)
      .equals(1),
    space.markets.map(({ market }) => market.market),
  )
  const rows: EllipsoidRow[] = []
  const spreads: Expression[] = []
  const gains: Expression[] = []
  let first = 0
  let whole = 0
  deciding.forEach((account, owner) => {
    const factor = factorOf(account, law.covariance)
    const spread = spreadOf(account, factor, closed, space.capacity)
    const gain = gainOf(account, closed, space.capacity)
    const reach = Math.hypot(...reachOf(spread))
    const [range] = reachOf(gain.minus(gain.coordinates().constant[0]))
    const least = gain.coordinates().constant[0] - range
    const most = kappa * reach - least
    if (!(most > NEVER * (kappa * reach + range + Math.abs(gain.coordinates().constant[0])))) return
    whole = Math.max(whole, most)
    rows.push({ owner, unit: most, factor, first })
    spreads.push(spread.times(1 / most))
    gains.push(gain.times(1 / most))
    first += spread.rows
  })
  const loss = program.variables('loss of', rows.length, { lower: 0 })
  if (rows.length > 0) {
    const spread = program.variables('spread of', first)
    program.subjectTo('spread', spread.minus(Expression.concat(spreads)).equals(0))
    const worst = rows.map((row, i) => {
      const own = Int32Array.from({ length: spreads[i].rows }, (_, f) => row.first + f)
      if (own.length === 0) return Expression.constant([0])
      const entries = spread.gather(own)
      return own.length === 1 ? absolute(entries) : norm2(entries)
    })
    program.subjectTo(
      'loss',
      Expression.concat(worst).times(kappa).minus(Expression.concat(gains)).minus(loss).atMost(0),
    )
  }
  program.minimize(loss.dot(rows.map(({ unit }) => unit / whole)))
  return {
    program,
    rows,
    closedOf: ({ values }) => values.get('closed')!.map((share, pair) => share * space.capacity[pair]),
    dualsOf({ prices }) {
      if (prices === undefined) return undefined
      const shares = prices.get('loss')
      const slopes = prices.get('spread')
      return {
        prices: prices.get('demand')!.map((price, k) => (-price * whole) / demand[k]),
        rows: rows.map(({ unit, first: at, factor }, i) => ({
          share: (-shares![i] * whole) / unit,
          slopes: slopes!.slice(at, at + factor.pivots.length).map((slope) => (slope * whole) / unit),
        })),
      }
    },
  }
}

function factorOf({ markets }: GaussianAccount, covariance: EllipsoidProblem['law']['covariance']): PivotedFactor {
  const size = markets.length
  const entries = new Float64Array(size * size)
  markets.forEach((i, a) => {
    markets.forEach((j, b) => {
      entries[a * size + b] = toNumber(covariance[i][j])
    })
  })
  return pivotedFactor(entries, size)
}

/** F'y in shares of the pairs held. */
function spreadOf(
  account: GaussianAccount,
  factor: PivotedFactor,
  closed: Expression,
  capacity: Float64Array,
): Expression {
  const exposure = account.exposure.map(toNumber)
  const own = closed.gather(account.pairs.map(({ pair }) => pair))
  const change = account.pairs.map(({ pair, exposure: moved }) => toNumber(moved) * capacity[pair])
  const rows = factor.columns.map((column, f) => {
    const root = Math.sqrt(factor.pivots[f])
    const before = exposure.reduce((sum, y, k) => sum + column[k] * y, 0)
    const slopes = account.pairs.map(({ index }, t) => root * column[index] * change[t])
    return own.dot(slopes).plus(root * before)
  })
  return rows.length === 0 ? Expression.constant([]) : Expression.concat(rows)
}

/** m in shares of the pairs held. */
function gainOf({ gain, pairs }: GaussianAccount, closed: Expression, capacity: Float64Array): Expression {
  const slopes = pairs.map(({ pair, gain: lost }) => toNumber(lost) * capacity[pair])
  return closed
    .gather(pairs.map(({ pair }) => pair))
    .dot(slopes)
    .plus(toNumber(gain))
}

/** By row, how far from zero it can be for shares from 0 to 1. */
function reachOf(expression: Expression): number[] {
  const { row, value, constant } = expression.coordinates()
  const reach = Array.from(constant, Math.abs)
  row.forEach((r, t) => {
    reach[r] += Math.abs(value[t])
  })
  return reach
}
