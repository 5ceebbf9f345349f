import { waterFill } from '../../../src/closed-forms/index.js'
import {
  apportion,
  compare,
  type Decimal,
  doublesOf,
  signOf,
  subtract,
  sumOf,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { MarketBook } from './market-book.js'

/**
 * A queue whose ranks are taken again after every contract, in the limit of small contracts: whoever is first is closed
 * until the next one is level with him, then both, and so on. Scores are proportional to the gross notional that is left,
 * s_i(x) = (G_i − p x_i)/w_i, so it is water-filling with weights w_i, tier after tier:
 *
 *     p x_i = clip(G_i − λ w_i, 0, p c_i),   Σ x_i = Q.
 *
 * A tier gives only when the one before it is closed. Weights of a tier are all above zero, or infinite: such a tier
 * is level already and gives in proportion to what it holds.
 */
export interface Standing {
  /** 0 is closed first. */
  readonly tier: number
  readonly weight: number
}

export function levelScores(market: MarketBook, standingOf: (i: number) => Standing): Decimal[] {
  const { capacity, count, demanded } = market
  const given: Decimal[] = new Array(count).fill(zero)
  const tiers: { row: number; weight: number }[][] = []
  for (let row = 0; row < count; row++) {
    const { tier, weight } = standingOf(row)
    tiers[tier] ??= []
    tiers[tier].push({ row, weight })
  }
  let rest = demanded.quantity
  for (const members of tiers) {
    if (members === undefined || signOf(rest) === 0) continue
    const capacities = members.map(({ row }) => capacity.exact(row))
    const held = sumOf(capacities)
    const isWhole = compare(held, rest) <= 0
    const closed = isWhole ? capacities : levelTier(market, members, capacities, subtract(held, rest), rest)
    members.forEach(({ row }, t) => {
      given[row] = closed[t]
    })
    rest = isWhole ? subtract(rest, held) : zero
  }
  return given
}

/** What the members of one tier give, from what they keep: where little is kept, that has the digits. */
function levelTier(
  { capacity, grossNotional, markPrice, notional }: MarketBook,
  members: readonly { readonly row: number; readonly weight: number }[],
  capacities: readonly Decimal[],
  keep: Decimal,
  rest: Decimal,
): Decimal[] {
  if (members[0].weight === Infinity) {
    const share = toNumber(rest) / members.reduce((sum, { row }) => sum + capacity.values[row], 0)
    return apportion(
      doublesOf(members.length, (t) => share * capacity.values[members[t].row]),
      capacities,
      rest,
    )
  }
  const amount = doublesOf(members.length, (t) => notional.values[members[t].row])
  const weight = doublesOf(members.length, (t) => members[t].weight)
  // What else the account holds; a difference of nearly equal numbers where it holds nothing else.
  const fixed = amount.map((own, t) => {
    const others = grossNotional.values[members[t].row] - own
    return others > 1e-14 * own ? others : 0
  })
  const isAlone = fixed.every((others) => others === 0)
  const removed = markPrice * toNumber(rest)
  const { kept } = waterFill(isAlone ? { amount, weight, removed } : { amount, weight, fixed, removed })
  const keeps = apportion(
    kept.map((value, t) => (value === amount[t] ? capacity.values[members[t].row] : value / markPrice)),
    capacities,
    keep,
  )
  return capacities.map((contracts, t) => subtract(contracts, keeps[t]))
}
