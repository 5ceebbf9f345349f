import { toNumber } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { Loadings } from '../../moves/index.js'

/** Equity and exposure of every account of a book to one factor, quote currency, before an ADL. */
export interface FactorBook {
  /** e_i. */
  readonly equity: Float64Array
  /** z_i = Σ_k n_ik p_k β_k. */
  readonly exposure: Float64Array
  /** β_k by market of the event. */
  readonly loading: Float64Array
  /** What moves: every price by the same share (β_k = 1), or one factor. */
  readonly moves: 'common' | 'factor'
}

/** Loadings as given, else those of the event where every market has one, else 1: one common relative move. */
export function factorBook({ event }: DecisionSpace, loadings?: Loadings): FactorBook {
  const { markets, accounts, positions } = event
  const given = markets.map(({ market, factorLoading, inverse }) => {
    const stated = loadings?.get(market)
    // Those of the event are turned over already.
    if (stated !== undefined) return inverse ? -stated : stated
    return factorLoading && toNumber(factorLoading)
  })
  const isFactor = given.length > 0 && given.every((loading) => loading !== undefined)
  const loading = Float64Array.from(given, (value, k) => (isFactor ? value! : markets[k].inverse ? -1 : 1))
  const exposure = new Float64Array(accounts.count)
  const weight = Float64Array.from(markets, ({ markPrice }, k) => toNumber(markPrice) * loading[k])
  for (let i = 0; i < accounts.count; i++) {
    for (let p = positions.starts[i]; p < positions.starts[i + 1]; p++) {
      exposure[i] += positions.quantity.values[p] * weight[positions.market[p]]
    }
  }
  return { equity: accounts.equity.values, exposure, loading, moves: isFactor ? 'factor' : 'common' }
}

/** The same book after an ADL: e'_i = e_i − Σ_k d_k x_ik, z'_i = z_i − Σ_k σ_k p_k β_k x_ik. `closed` by pair, contracts. */
export function closeInFactorBook(book: FactorBook, space: DecisionSpace, closed: Float64Array): FactorBook {
  const equity = book.equity.slice()
  const exposure = book.exposure.slice()
  const concession = Float64Array.from(space.markets, (market) => toNumber(market.concession))
  const weight = Float64Array.from(space.markets, ({ price, side, index }) => {
    return side * toNumber(price) * book.loading[index]
  })
  for (let pair = 0; pair < closed.length; pair++) {
    const account = space.owners[space.pairOwner[pair]]
    const k = space.pairMarket[pair]
    equity[account] -= concession[k] * closed[pair]
    exposure[account] -= weight[k] * closed[pair]
  }
  return { ...book, equity, exposure }
}

/**
 * Total shortfall over the whole book at each move f, in quote currency, `moves` ascending:
 *
 *     L(f) = Σ_i (−e_i − z_i f)⁺.
 *
 * Each account loses on a half-line of f, so its line is added where that begins and summed along it: one pass over the
 * accounts, whatever the number of moves. In doubles, for a chart.
 */
export function lossCurve({ equity, exposure }: FactorBook, moves: readonly number[]): number[] {
  const count = moves.length
  // [base, slope] of the accounts that lose from a move on upwards, and from a move on downwards.
  const up = [new Float64Array(count + 1), new Float64Array(count + 1)] as const
  const down = [new Float64Array(count + 1), new Float64Array(count + 1)] as const
  const firstAtOrAbove = (f: number): number => {
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >> 1
      if (moves[middle] < f) low = middle + 1
      else high = middle
    }
    return low
  }
  for (let i = 0; i < equity.length; i++) {
    const [e, z] = [equity[i], exposure[i]]
    if (z === 0 && e >= 0) continue
    const at = z === 0 ? 0 : firstAtOrAbove(-e / z)
    // z > 0 loses below −e/z, z < 0 above it; at the threshold itself the loss is zero.
    const [base, slope] = z > 0 ? down : up
    base[at] -= e
    slope[at] -= z
  }
  const losses = new Array<number>(count).fill(0)
  let [base, slope] = [0, 0]
  for (let g = 0; g < count; g++) {
    base += up[0][g]
    slope += up[1][g]
    losses[g] = base + slope * moves[g]
  }
  ;[base, slope] = [down[0][count], down[1][count]]
  for (let g = count - 1; g >= 0; g--) {
    losses[g] = Math.max(0, losses[g] + base + slope * moves[g])
    base += down[0][g]
    slope += down[1][g]
  }
  return losses
}
