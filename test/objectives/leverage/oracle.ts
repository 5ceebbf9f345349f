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

/**
 * Slow and plain answers to hold the fast ones against: exact fractions, sorting, and every group of accounts. They read
 * the event as it stands in JSON and share no code with `src/` and `models/`.
 */
export interface EventText {
  readonly format: 'spillway/event@1'
  readonly markets: readonly { market: string; markPrice: string; adlPrice?: string }[]
  readonly accounts: readonly {
    account: string
    equity: string
    positions: readonly { market: string; quantity: string }[]
  }[]
  readonly demand: readonly { market: string; side: 'long' | 'short'; quantity: string }[]
}

export interface ReductionText {
  readonly account: string
  readonly market: string
  readonly quantity: string
}

export interface DemandedText {
  readonly market: string
  readonly side: 1 | -1
  readonly price: Fraction
  /** d_k. */
  readonly concession: Fraction
  readonly quantity: Fraction
  /** R_k: what is left for accounts with g > 0. */
  readonly remaining: Fraction
  readonly solventCapacity: Fraction
}

export interface OwnerText {
  readonly account: string
  readonly equity: Fraction
  /** g. */
  readonly remarked: Fraction
  readonly isSolvent: boolean
  /** Gross notional. */
  readonly gross: Fraction
  /** c_ik by demanded market; absent where nothing can be closed. */
  readonly capacity: ReadonlyMap<string, Fraction>
}

export interface Problem {
  readonly markets: readonly DemandedText[]
  readonly owners: readonly OwnerText[]
}

export function problemOf(event: EventText): Problem {
  const prices = new Map(event.markets.map(({ market, markPrice }) => [market, frac(markPrice)]))
  const demanded = event.demand
    .map(({ market, side, quantity }) => ({
      market,
      side: side === 'long' ? (1 as const) : (-1 as const),
      quantity: frac(quantity),
    }))
    .filter(({ quantity }) => sign(quantity) > 0)
    .map(({ market, side, quantity }) => {
      const adl = event.markets.find((entry) => entry.market === market)!.adlPrice
      const gap = adl === undefined ? ZERO : minus(prices.get(market)!, frac(adl))
      return { market, side, quantity, price: prices.get(market)!, concession: side > 0 ? gap : minus(ZERO, gap), gap }
    })
  const owners = event.accounts.flatMap(({ account, equity, positions }): OwnerText[] => {
    const capacity = new Map<string, Fraction>()
    let gross = ZERO
    let remarked = frac(equity)
    for (const { market, quantity } of positions) {
      const held = frac(quantity)
      gross = plus(gross, times(size(held), prices.get(market)!))
      const asked = demanded.find((entry) => entry.market === market)
      if (asked === undefined) continue
      remarked = minus(remarked, times(held, asked.gap))
      if (sign(held) === asked.side) capacity.set(market, size(held))
    }
    if (capacity.size === 0) return []
    return [{ account, equity: frac(equity), remarked, isSolvent: sign(remarked) > 0, gross, capacity }]
  })
  const held = (market: string, isSolvent: boolean): Fraction =>
    total(owners.filter((o) => o.isSolvent === isSolvent).map((o) => o.capacity.get(market) ?? ZERO))
  const markets = demanded.map((entry) => ({
    ...entry,
    remaining: most(ZERO, minus(entry.quantity, held(entry.market, false))),
    solventCapacity: held(entry.market, true),
  }))
  return { markets, owners }
}

export interface Standing extends OwnerText {
  readonly exposureAfter: Fraction
  readonly equityAfter: Fraction
}

/** Where every eligible account stands after these reductions. */
export function standings({ markets, owners }: Problem, reductions: readonly ReductionText[]): Standing[] {
  const closed = new Map(reductions.map((r) => [JSON.stringify([r.account, r.market]), frac(r.quantity)]))
  return owners.map((owner) => {
    let exposureAfter = owner.gross
    let equityAfter = owner.equity
    for (const { market, price, concession } of markets) {
      const x = closed.get(JSON.stringify([owner.account, market])) ?? ZERO
      exposureAfter = minus(exposureAfter, times(price, x))
      equityAfter = minus(equityAfter, times(concession, x))
    }
    return { ...owner, exposureAfter, equityAfter }
  })
}

/** The largest leverage among those with g > 0; undefined for ∞. */
export function largestLeverage(all: readonly Standing[]): Fraction | undefined {
  let largest: Fraction = ZERO
  for (const { isSolvent, exposureAfter, equityAfter } of all) {
    if (!isSolvent || sign(exposureAfter) === 0) continue
    if (sign(equityAfter) <= 0) return undefined
    largest = most(largest, over(exposureAfter, equityAfter))
  }
  return largest
}

/** Σ exposure²/g over those with g > 0. */
export function sumOfSquares(all: readonly Standing[]): Fraction {
  return total(all.filter((s) => s.isSolvent).map((s) => over(times(s.exposureAfter, s.exposureAfter), s.remarked)))
}

/**
 * Water-filling of one market by sorting: kept notional clip(λ w − o, 0, u) with Σ u − Σ kept = s, exact. Every
 * breakpoint is tried from the top; between two of them what is removed is linear in λ.
 */
export function fillBySorting(
  columns: readonly { readonly amount: Fraction; readonly weight: Fraction; readonly fixed: Fraction }[],
  removed: Fraction,
): Fraction[] {
  const taken = (level: Fraction): Fraction =>
    total(
      columns.map(({ amount, weight, fixed }) =>
        least(amount, most(ZERO, minus(plus(fixed, amount), times(level, weight)))),
      ),
    )
  const points = columns
    .flatMap(({ amount, weight, fixed }) => [over(plus(fixed, amount), weight), over(fixed, weight)])
    .sort((a, b) => order(b, a))
  let high = points[0]
  for (const low of points) {
    const below = taken(low)
    if (order(below, removed) < 0) {
      high = low
      continue
    }
    const above = taken(high)
    const level =
      order(below, above) === 0
        ? low
        : minus(high, times(minus(high, low), over(minus(removed, above), minus(below, above))))
    return columns.map(({ amount, weight, fixed }) => least(amount, most(ZERO, minus(times(level, weight), fixed))))
  }
  throw new Error('more is removed than there is')
}

/** The allocation of one market, as fractions by account: the insolvent first and pro rata, the others by sorting. */
export function oneMarket(problem: Problem): ReadonlyMap<string, Fraction> {
  const [asked] = problem.markets
  if (asked === undefined || problem.markets.length !== 1) throw new Error('not one market')
  const { market, price, quantity, remaining, solventCapacity } = asked
  const solvent = problem.owners.filter((o) => o.isSolvent)
  const insolvent = problem.owners.filter((o) => !o.isSolvent)
  const theirs = total(insolvent.map((o) => o.capacity.get(market)!))
  const closed = new Map<string, Fraction>()
  for (const o of insolvent) {
    const c = o.capacity.get(market)!
    closed.set(o.account, order(quantity, theirs) >= 0 ? c : times(c, over(quantity, theirs)))
  }
  if (order(remaining, solventCapacity) > 0) throw new Error('more is demanded than there is')
  const columns = solvent.map((o) => {
    const amount = times(price, o.capacity.get(market)!)
    return { amount, fixed: minus(o.gross, amount), weight: sign(asked.concession) === 0 ? o.equity : o.remarked }
  })
  if (columns.length === 0) return closed
  const kept = fillBySorting(columns, times(price, remaining))
  solvent.forEach((o, i) => {
    closed.set(o.account, minus(o.capacity.get(market)!, over(kept[i], price)))
  })
  return closed
}

/**
 * The least possible largest leverage, without any program: level λ can be reached exactly when no group A of accounts is
 * in its way,  a(A) − λ e(A) ≤ Σ_k (p_k − λ d_k) z_k,  z_k the most that A can be given where p_k > λ d_k and the least
 * elsewhere (a network, so groups decide). Bisection over λ, all groups: up to about ten accounts. ∞ where none will do.
 */
export function leastLeverage({ markets, owners }: Problem): number {
  const solvent = owners.filter((o) => o.isSolvent)
  const groups = Array.from({ length: 2 ** solvent.length - 1 }, (_, g) => {
    const members = solvent.filter((_, i) => ((g + 1) >> i) & 1)
    return {
      amount: num(total(members.map((o) => o.gross))),
      weight: num(total(members.map((o) => o.equity))),
      given: markets.map(({ market, remaining, solventCapacity }) => {
        const held = total(members.map((o) => o.capacity.get(market) ?? ZERO))
        return {
          most: num(least(remaining, held)),
          least: num(most(ZERO, minus(remaining, minus(solventCapacity, held)))),
        }
      }),
    }
  })
  const [prices, concessions] = [markets.map((m) => num(m.price)), markets.map((m) => num(m.concession))]
  const isReached = (level: number): boolean =>
    groups.every(({ amount, weight, given }) => {
      let left = amount - level * weight
      let scale = amount + level * Math.abs(weight)
      given.forEach((z, k) => {
        const gain = prices[k] - level * concessions[k]
        const term = gain * (gain > 0 ? z.most : z.least)
        left -= term
        scale += Math.abs(term)
      })
      return left <= 1e-14 * scale
    })
  let [low, high] = [0, 1]
  while (!isReached(high)) {
    if (high > 1e30) return Number.POSITIVE_INFINITY
    ;[low, high] = [high, high * 4]
  }
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2
    if (isReached(middle)) high = middle
    else low = middle
  }
  return high
}

/**
 * How far a sum of squares may be from the least one, by the chain of groups above each level: at most
 * 2 ∫ (ρ − y)(A_λ) dλ, with ρ(A) = Σ_k p_k min(R_k, c_k(A)) and y what a group gave up. Zero exactly at the optimum.
 */
export function squaresGap({ markets }: Problem, all: readonly Standing[]): Fraction {
  const solvent = all
    .filter((s) => s.isSolvent)
    .map((s) => ({ ...s, level: over(s.exposureAfter, s.remarked) }))
    .sort((a, b) => order(b.level, a.level))
  // What the insolvent do in markets where they meet the demand moves nobody else: y counts free markets only.
  let gap = ZERO
  const held = markets.map(() => ZERO)
  let given = ZERO
  solvent.forEach((owner, n) => {
    markets.forEach(({ market }, k) => {
      held[k] = plus(held[k], owner.capacity.get(market) ?? ZERO)
    })
    given = plus(given, minus(owner.gross, owner.exposureAfter))
    const next = solvent[n + 1]
    if (next === undefined) return
    const most = total(markets.map(({ price, remaining }, k) => times(price, least(remaining, held[k]))))
    gap = plus(gap, times(minus(most, given), minus(owner.level, next.level)))
  })
  return plus(gap, gap)
}
