import {
  type Fraction,
  frac,
  least,
  minus,
  most,
  num,
  order,
  over,
  plus,
  sign,
  size,
  times,
  total,
  ZERO,
} from '../../fraction.js'
import type { ReductionText } from '../leverage/oracle.js'
import type { FactorEvent } from './books.js'

/** Exact judges of factor exposures, from the event as it stands in JSON; nothing is shared with `src/` and `models/`. */
export interface Holder {
  readonly account: string
  readonly equity: Fraction
  /** g. */
  readonly remarked: Fraction
  readonly isSolvent: boolean
  /** z before, z' after, and gross notional before. */
  readonly before: Fraction
  readonly after: Fraction
  readonly gross: Fraction
  /** Σ |n b|. */
  readonly unhedged: Fraction
  /** c and x by demanded market. */
  readonly capacity: ReadonlyMap<string, Fraction>
  readonly closed: ReadonlyMap<string, Fraction>
}

export interface Demanded {
  readonly market: string
  /** v = σ p β. */
  readonly effect: Fraction
  readonly quantity: Fraction
  /** What is left for the solvent. */
  readonly remaining: Fraction
}

export interface FactorBook {
  readonly markets: readonly Demanded[]
  readonly holders: readonly Holder[]
}

export function read(event: FactorEvent, reductions: readonly ReductionText[] = []): FactorBook {
  const info = new Map(
    event.markets.map((m) => {
      const price = frac(m.markPrice)
      return [m.market, { price, adl: frac(m.adlPrice ?? m.markPrice), b: times(price, frac(m.factorLoading ?? '0')) }]
    }),
  )
  const asked = event.demand
    .map((d) => ({ ...d, sigma: d.side === 'long' ? 1 : -1, amount: frac(d.quantity) }))
    .filter(({ amount }) => sign(amount) > 0)
  const closedAt = new Map(reductions.map((r) => [JSON.stringify([r.account, r.market]), frac(r.quantity)]))
  const holders = event.accounts.flatMap(({ account, equity, positions }): Holder[] => {
    const capacity = new Map<string, Fraction>()
    const closed = new Map<string, Fraction>()
    let [before, gross, unhedged, remarked] = [ZERO, ZERO, ZERO, frac(equity)]
    let after = ZERO
    for (const { market, quantity } of positions) {
      const { price, adl, b } = info.get(market)!
      const held = frac(quantity)
      before = plus(before, times(held, b))
      unhedged = plus(unhedged, size(times(held, b)))
      gross = plus(gross, times(size(held), price))
      after = plus(after, times(held, b))
      const demand = asked.find((d) => d.market === market)
      if (demand === undefined) continue
      remarked = plus(remarked, times(held, minus(adl, price)))
      if (sign(held) !== demand.sigma) continue
      const x = closedAt.get(JSON.stringify([account, market])) ?? ZERO
      capacity.set(market, size(held))
      closed.set(market, x)
      after = minus(after, times(times(frac(demand.sigma), b), x))
    }
    if (capacity.size === 0) return []
    return [
      {
        account,
        equity: frac(equity),
        remarked,
        isSolvent: sign(remarked) > 0,
        before,
        after,
        gross,
        unhedged,
        capacity,
        closed,
      },
    ]
  })
  const markets = asked.map(({ market, sigma, amount }) => {
    const theirs = total(holders.filter((h) => !h.isSolvent).map((h) => h.capacity.get(market) ?? ZERO))
    return {
      market,
      effect: times(frac(sigma), info.get(market)!.b),
      quantity: amount,
      remaining: most(ZERO, minus(amount, theirs)),
    }
  })
  return { markets, holders }
}

/** Some holders with weights, and what is removed from them together in each market. */
export interface Group {
  readonly holders: readonly Holder[]
  readonly weightOf: (holder: Holder) => Fraction
  readonly removed: ReadonlyMap<string, Fraction>
}

export const solventGroup = ({ markets, holders }: FactorBook): Group => ({
  holders: holders.filter((h) => h.isSolvent),
  weightOf: (h) => h.remarked,
  removed: new Map(markets.map((m) => [m.market, m.remaining])),
})

export const insolventGroup = ({ markets, holders }: FactorBook): Group => ({
  holders: holders.filter((h) => !h.isSolvent),
  weightOf: (h) => h.gross,
  removed: new Map(markets.map((m) => [m.market, minus(m.quantity, m.remaining)])),
})

export const sumOfSquares = ({ holders, weightOf }: Group): Fraction =>
  total(holders.map((h) => over(times(h.after, h.after), weightOf(h))))

/**
 * How far Σ z'²/w may be above its least value: 2 ∫ (ρ − y)(A_λ) dλ over the groups A_λ of those above λ, where y is the flow that
 * a group was sent and ρ(A) = Σ_k min(s_k, u_k(A)) the most it could be. Zero exactly at the optimum.
 */
export function chainGap({ markets }: FactorBook, { holders, weightOf, removed }: Group): Fraction {
  const flows = markets
    .filter(({ effect }) => sign(effect) !== 0)
    .map(({ market, effect }) => {
      const all = total(holders.map((h) => h.capacity.get(market) ?? ZERO))
      const gone = least(removed.get(market)!, all)
      const supply = times(size(effect), sign(effect) > 0 ? gone : minus(all, gone))
      return { market, effect, supply, held: ZERO }
    })
  const ranked = holders.map((h) => ({ h, level: over(h.after, weightOf(h)) })).sort((a, b) => order(b.level, a.level))
  let gap = ZERO
  let sent = ZERO
  ranked.forEach(({ h, level }, n) => {
    for (const flow of flows) {
      const c = h.capacity.get(flow.market)
      if (c === undefined) continue
      const x = h.closed.get(flow.market)!
      flow.held = plus(flow.held, times(size(flow.effect), c))
      sent = plus(sent, times(size(flow.effect), sign(flow.effect) > 0 ? x : minus(c, x)))
    }
    const next = ranked[n + 1]
    if (next === undefined) return
    const most = total(flows.map(({ supply, held }) => least(supply, held)))
    gap = plus(gap, times(minus(most, sent), minus(level, next.level)))
  })
  return plus(gap, gap)
}

/**
 * The largest unfairness between two holders of one market: i could be sent more flow, j has been sent some, and i stands above j. The
 * distance of their levels as a share of what each holds without hedges per weight, so that the smallest holder counts as the largest.
 */
export function exchangeFault({ markets }: FactorBook, { holders, weightOf }: Group): number {
  const stand = holders.map((h) => ({
    level: num(over(h.after, weightOf(h))),
    scale: num(over(h.unhedged, weightOf(h))),
  }))
  let worst = 0
  for (const { market, effect } of markets) {
    if (sign(effect) === 0) continue
    const open: number[] = []
    const sent: number[] = []
    holders.forEach((h, i) => {
      const c = h.capacity.get(market)
      if (c === undefined || sign(c) === 0) return
      const x = h.closed.get(market)!
      const isKept = order(x, c) < 0
      if (sign(effect) > 0 ? isKept : sign(x) > 0) open.push(i)
      if (sign(effect) > 0 ? sign(x) > 0 : isKept) sent.push(i)
    })
    for (const i of open) {
      for (const j of sent) {
        const above = stand[i].level - stand[j].level
        if (above > 0) worst = Math.max(worst, above / Math.max(stand[i].scale, stand[j].scale))
      }
    }
  }
  return worst
}

/** Σ_i (−e_i − F z'_i)⁺ at the mark. */
export const shortfall = ({ holders }: FactorBook, move: number): number =>
  holders.reduce((sum, h) => sum + Math.max(0, -num(h.equity) - move * num(h.after)), 0)
