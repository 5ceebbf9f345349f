import {
  absolute,
  add,
  compare,
  type Decimal,
  multiply,
  signOf,
  smallerOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import type { RuleName } from './format.js'

/** What is public of a market. */
export interface RuleMarket {
  readonly market: string
  /** p_k and d_k = σ_k (p_k − a_k) of a contract. */
  readonly price: Decimal
  readonly concession: Decimal
  /** Q_k, and capacity of all and of those with g_i ≤ 0. */
  readonly quantity: Decimal
  readonly capacity: Decimal
  readonly first: Decimal
  /** λ_k; undefined where no solvent account is cut. */
  readonly level: Decimal | undefined
}

/** An account's own numbers. */
export interface RuleAccount {
  readonly gross: Decimal
  readonly remarked: Decimal
  readonly held: readonly { readonly market: RuleMarket; readonly capacity: Decimal; readonly closed: Decimal }[]
}

/** How far a cut is from the rule: at most over/under contracts. */
export interface Distance {
  readonly over: Decimal
  readonly under: Decimal
}

const exact: Distance = { over: zero, under: { digits: 1n, scale: 0 } }

/**
 * How far the cut of one holding is from what the rule makes of public numbers and the account's own, contracts.
 *
 * pro-rata: x = c Q/C. water-filling: with g ≤ 0, x = c min(1, Q/F), F the capacity of all such accounts; with g > 0, and N' = G − Σ_k p_k x_k
 * what the account is left with, at the level Λ = λ p/(p − λ d) of N'/g:
 *
 *     x < c only where N' ≤ Λ g,    x > 0 only where N' ≥ Λ g.
 *
 * Of an account that holds nothing else this is x = clip((p c − λ e)/(p − λ d), 0, c).
 */
export function distanceOf(rule: RuleName, account: RuleAccount, k: number): Distance {
  const { market, capacity, closed } = account.held[k] as RuleAccount['held'][number]
  const { quantity } = market
  if (rule === 'pro-rata') return fromShare(closed, capacity, quantity, market.capacity)
  if (signOf(account.remarked) <= 0) {
    return fromShare(closed, capacity, smallerOf(quantity, market.first), market.first)
  }
  const { level, price, concession } = market
  if (level === undefined) return { over: closed, under: exact.under }
  const left = account.held.reduce((sum, own) => subtract(sum, multiply(own.market.price, own.closed)), account.gross)
  // N' − Λ g, times p − λ d > 0.
  const scale = subtract(price, multiply(level, concession))
  const above = subtract(multiply(left, scale), multiply(multiply(level, price), account.remarked))
  const isWrong = signOf(above) > 0 ? compare(closed, capacity) < 0 : signOf(above) < 0 && signOf(closed) > 0
  return isWrong ? { over: absolute(above), under: multiply(price, scale) } : exact
}

/** |x − c part/whole|. */
function fromShare(closed: Decimal, capacity: Decimal, part: Decimal, whole: Decimal): Distance {
  return { over: absolute(subtract(multiply(closed, whole), multiply(capacity, part))), under: whole }
}

/** Whether a distance is at most so many contracts. */
export function isWithin({ over, under }: Distance, contracts: Decimal): boolean {
  return compare(over, multiply(contracts, under)) <= 0
}

/**
 * Whether a cut follows the rule to one unit. An account that is cut in several markets may be off by the units of all of them, in money.
 */
export function followsRule(rule: RuleName, account: RuleAccount, k: number, units: readonly Decimal[]): boolean {
  const { market } = account.held[k] as RuleAccount['held'][number]
  const own = units[k] as Decimal
  const distance = distanceOf(rule, account, k)
  if (rule === 'pro-rata' || signOf(account.remarked) <= 0 || market.level === undefined) return isWithin(distance, own)
  const money = account.held.reduce(
    (sum, { market: { price } }, j) => add(sum, multiply(price, units[j] as Decimal)),
    zero,
  )
  return compare(multiply(distance.over, market.price), multiply(money, distance.under)) <= 0
}
