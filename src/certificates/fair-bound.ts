import { add, compare, type Decimal, decimalOf, multiply, signOf, subtract, toNumber } from '../numeric/decimal.js'
import { DecimalTotal } from '../numeric/decimal-total.js'

/**
 * A lower bound on Σ_i z_i²/w_i over all flows from markets to columns, in exact decimals:
 *
 *     z_i = a_i − Σ_k f_ik,   0 ≤ f_ik ≤ u_ik,   least_k ≤ Σ_i f_ik ≤ most_k,   a_i of any sign.
 *
 * The evidence is one level μ_k per market, nothing else. For any μ and any m_i, because z²/w ≥ 2 m z − m² w,
 *
 *     optimum ≥ Σ_i (2 m_i a_i − m_i² w_i) − 2 Σ_k [ max {μ_k s : least_k ≤ s ≤ most_k} + Σ_i (m_i − μ_k)⁺ u_ik ].
 *
 * Given μ the best m_i is the level at which column i stands when markets below it have sent it all they can; the judge
 * finds it in doubles and then counts exactly. At the levels of the fair flow the bound is the optimum: what rounding
 * of an m_i between market levels costs is of second order, and an m_i at a market level is that very number. The
 * argument is the one of the chain of groups A_λ = {i : m_i > λ}, whose shares ρ(A_λ) = Σ_k min(s_k, Σ_{A_λ} u_ik) the
 * right side sums up over all λ.
 */
export interface FairColumn {
  readonly start: Decimal
  /** Above zero. */
  readonly weight: Decimal
  /** The column's pairs: index of the market and capacity u_ik ≥ 0. */
  readonly pairs: readonly (readonly [market: number, capacity: Decimal])[]
}

export interface FairMarket {
  /** The same number twice where the supply is given. */
  readonly least: Decimal
  readonly most: Decimal
  readonly level: Decimal
}

export function fairBound(columns: Iterable<FairColumn>, markets: readonly FairMarket[]): Decimal {
  const levels = Float64Array.from(markets, ({ level }) => toNumber(level))
  const sentAbove = markets.map(() => new DecimalTotal())
  const bound = new DecimalTotal()
  for (const column of columns) {
    const { start, weight, pairs } = column
    const m = columnLevel(column, markets, levels)
    const near = toNumber(m)
    // With m above μ_k the term (m − μ_k) u is counted in two halves: m u here, μ_k u with the market.
    let left = start
    for (const [k, capacity] of pairs) {
      const isAbove = near === levels[k] ? compare(m, markets[k].level) > 0 : near > levels[k]
      if (!isAbove) continue
      left = subtract(left, capacity)
      sentAbove[k].add(capacity)
    }
    bound.add(multiply(m, subtract(add(left, left), multiply(m, weight))))
  }
  markets.forEach(({ least, most, level }, k) => {
    const supply = signOf(level) > 0 ? most : least
    const net = multiply(level, subtract(sentAbove[k].value, supply))
    bound.add(add(net, net))
  })
  return bound.value
}

/**
 * Where the column stands when every market below it has sent it u_ik, and at a market's level where it has room for a
 * part only.
 */
export function columnLevel(
  { start, weight, pairs }: FairColumn,
  markets: readonly FairMarket[],
  levels: Float64Array,
): Decimal {
  const w = toNumber(weight)
  let left = toNumber(start)
  const order = pairs.length > 1 ? pairs.toSorted(([k], [l]) => levels[k] - levels[l]) : pairs
  for (const [k, capacity] of order) {
    if (left <= levels[k] * w) break
    left -= toNumber(capacity)
    if (left < levels[k] * w) return markets[k].level
  }
  return decimalOf(left / w)
}
