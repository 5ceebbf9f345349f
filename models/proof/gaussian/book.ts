import {
  add,
  type Decimal,
  dotDecimals,
  multiply,
  negate,
  signOf,
  subtract,
  toNumber,
} from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { GaussianDistribution } from './covariance.js'

/** One account of the whole book, exact: what it stands to gain and how that moves, before any reduction. */
export interface GaussianAccount {
  /** Index in `event.accounts`. */
  readonly account: number
  /** Markets in which it holds something, indices into `event.markets`. */
  readonly markets: readonly number[]
  /** y_k = n_ik p_k by held market: what a relative move of one gains. */
  readonly exposure: readonly Decimal[]
  /** m_i = e_i + y·μ. */
  readonly gain: Decimal
  readonly pairs: readonly GaussianPair[]
}

/** What closing one contract changes. */
export interface GaussianPair {
  /** Index into the decision space. */
  readonly pair: number
  /** Index of its market among the held ones. */
  readonly index: number
  /** Change of y at `index`, −σ_k p_k, and of m, −d_k − σ_k p_k μ_k. */
  readonly exposure: Decimal
  readonly gain: Decimal
}

/** Mean gain and exposures after the ADL. */
export interface GaussianState {
  readonly gain: Decimal
  readonly exposure: readonly Decimal[]
}

/** Every account of the book; those without decisions have no pairs. */
export function gaussianAccounts(space: DecisionSpace, { mean }: GaussianDistribution): readonly GaussianAccount[] {
  const { event } = space
  const { positions, accounts } = event
  const pairAt = new Map(Array.from(space.pairPosition, (position, pair) => [position, pair]))
  return Array.from({ length: accounts.count }, (_, account) => {
    const markets: number[] = []
    const exposure: Decimal[] = []
    const pairs: GaussianPair[] = []
    let gain = accounts.equity.exact(account)
    for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
      const market = positions.market[p]
      const held = multiply(positions.quantity.exact(p), event.markets[market].markPrice)
      gain = add(gain, multiply(held, mean[market]))
      // Of two sides of one market the net counts: one move of its price is for both.
      const known = markets.indexOf(market)
      const index = known < 0 ? markets.length : known
      const pair = pairAt.get(p)
      if (pair !== undefined) pairs.push(pairOf(space, pair, index, mean[market]))
      if (known < 0) markets.push(market)
      exposure[index] = known < 0 ? held : add(exposure[index], held)
    }
    return { account, markets, exposure, gain, pairs }
  })
}

function pairOf(space: DecisionSpace, pair: number, index: number, mean: Decimal): GaussianPair {
  const { price, side, concession } = space.markets[space.pairMarket[pair]]
  const exposure = side === 1 ? negate(price) : price
  return { pair, index, exposure, gain: subtract(multiply(exposure, mean), concession) }
}

export function stateAfter(account: GaussianAccount, reductionOf: (pair: number) => Decimal): GaussianState {
  let { gain } = account
  const exposure = account.exposure.slice()
  for (const { pair, index, exposure: change, gain: lost } of account.pairs) {
    const closed = reductionOf(pair)
    if (signOf(closed) === 0) continue
    exposure[index] = add(exposure[index], multiply(change, closed))
    gain = add(gain, multiply(lost, closed))
  }
  return { gain, exposure }
}

/** (Cv)_k by held market, exact. */
export function covarianceTimes(
  { covariance }: GaussianDistribution,
  markets: readonly number[],
  v: readonly Decimal[],
) {
  return markets.map((i) =>
    dotDecimals(
      v,
      markets.map((j) => covariance[i][j]),
    ),
  )
}

/** Σ |n_ik| p_k over the whole book. */
export function grossNotional({ event }: DecisionSpace): number {
  const { market, quantity, count } = event.positions
  const prices = event.markets.map(({ markPrice }) => toNumber(markPrice))
  let sum = 0
  for (let p = 0; p < count; p++) sum += Math.abs(quantity.values[p]) * prices[market[p]]
  return sum
}
