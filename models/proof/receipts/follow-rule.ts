import {
  absolute,
  add,
  compare,
  type Decimal,
  largerOf,
  multiply,
  negate,
  signOf,
  smallerOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import { type LastLot, lotsTaken } from './lots-taken.js'
import type { RuleName } from './rules.js'

/** What is public of a market. */
export interface RuleMarket {
  readonly market: string
  /** p_k and d_k = σ_k (p_k − a_k) of a contract. */
  readonly price: Decimal
  readonly concession: Decimal
  /** v_k, what a contract takes away from what levels measure: p_k, or σ_k p_k β_k with a factor. */
  readonly effect: Decimal
  /** Q_k, and capacity of all and of those with g_i ≤ 0. */
  readonly quantity: Decimal
  readonly capacity: Decimal
  readonly first: Decimal
  /** Undefined where no solvent account is cut. */
  readonly level: Decimal | undefined
  /** In lots: their size, and the last one taken of an account with g > 0. */
  readonly lot?: Decimal | undefined
  readonly last?: LastLot | undefined
}

/** An account's own numbers. */
export interface RuleAccount {
  readonly number: number
  /** What levels measure before: G_i, or z_i with a factor. */
  readonly size: Decimal
  readonly remarked: Decimal
  readonly held: readonly RuleHolding[]
}

export interface RuleHolding {
  readonly market: RuleMarket
  readonly capacity: Decimal
  readonly closed: Decimal
  /** In queues: contracts of those before it, and of those who stand with it, its own included. */
  readonly ahead?: Decimal | undefined
  readonly together?: Decimal | undefined
}

/** How far a cut is from the rule: at most over/under contracts. */
export interface Distance {
  readonly over: Decimal
  readonly under: Decimal
}

const one: Decimal = { digits: 1n, scale: 0 }
const exact: Distance = { over: zero, under: one }

/**
 * How far the cut of one holding is from what the rule makes of public numbers and the account's own, contracts.
 *
 * pro-rata: x = c Q/C. In queues those before an account hold A and those of its own score T: x = c min(1, max(0, Q − A)/T). Else with g ≤ 0
 * x = c min(1, Q/F), F the capacity of all such accounts (in lots to less than one of them; with a factor where F ≤ Q only); and with g > 0, z' = z − Σ_k v_k x_k what the
 * account is left with, at the level Λ of z'/g, in a market with v > 0 (the other way round where v < 0):
 *
 *     x < c only where z' ≤ Λ g,    x > 0 only where z' ≥ Λ g.
 *
 * Of gross notional, z = G and v = p, the level is Λ = λ p/(p − λ d); of an account that holds nothing else this is x = clip((p c − λ e)/(p − λ d), 0, c).
 * In lots x is what stands up to the last lot (`lots-taken.ts`).
 */
export function distanceOf(rule: RuleName, account: RuleAccount, k: number): Distance {
  const { market, capacity, closed, ahead, together } = account.held[k]
  const { quantity, lot, last } = market
  if (rule === 'pro-rata') return fromShare(closed, capacity, quantity, market.capacity)
  if (ahead !== undefined && together !== undefined) {
    const left = largerOf(zero, subtract(quantity, ahead))
    return fromShare(closed, capacity, smallerOf(left, together), together)
  }
  if (signOf(account.remarked) <= 0) {
    // With a factor the split among them is not part of the rule.
    if (rule === 'factor-water-filling' && compare(quantity, market.first) < 0) return exact
    const share = fromShare(closed, capacity, smallerOf(quantity, market.first), market.first)
    if (lot === undefined) return share
    return { over: largerOf(zero, subtract(share.over, multiply(lot, share.under))), under: share.under }
  }
  if (lot !== undefined) {
    const taken = last === undefined ? zero : lotsTaken(account, market.price, lot, capacity, last)
    return { over: absolute(subtract(closed, taken)), under: one }
  }
  const { level, price, concession, effect } = market
  if (level === undefined) return { over: closed, under: one }
  const left = account.held.reduce((sum, own) => subtract(sum, multiply(own.market.effect, own.closed)), account.size)
  // z' − Λ g, times the divisor of Λ, which is above zero.
  const isFactor = rule === 'factor-water-filling'
  const scale = isFactor ? one : subtract(price, multiply(level, concession))
  const above = subtract(multiply(left, scale), multiply(isFactor ? level : multiply(level, price), account.remarked))
  const sign = signOf(above) * signOf(effect)
  const isWrong = sign > 0 ? compare(closed, capacity) < 0 : sign < 0 && signOf(closed) > 0
  return isWrong ? { over: absolute(above), under: multiply(absolute(effect), scale) } : exact
}

/** |x − c part/whole|. */
function fromShare(closed: Decimal, capacity: Decimal, part: Decimal, whole: Decimal): Distance {
  return { over: absolute(subtract(multiply(closed, whole), multiply(capacity, part))), under: whole }
}

/** Whether a distance is at most so many contracts. */
export function isWithin({ over, under }: Distance, contracts: Decimal): boolean {
  return compare(over, multiply(contracts, under)) <= 0
}

/** Whether holdings are judged together: by what an account is left with. */
const isLevelled = (rule: RuleName, { remarked }: RuleAccount, { level }: RuleMarket): boolean =>
  (rule === 'water-filling' || rule === 'factor-water-filling') && signOf(remarked) > 0 && level !== undefined

/**
 * Whether a cut follows the rule to one unit. An account that is cut in several markets may be off by the units of all of them, in money.
 */
export function followsRule(rule: RuleName, account: RuleAccount, k: number, units: readonly Decimal[]): boolean {
  const { market } = account.held[k]
  const distance = distanceOf(rule, account, k)
  if (!isLevelled(rule, account, market)) return isWithin(distance, units[k])
  const size = (effect: Decimal): Decimal => (signOf(effect) < 0 ? negate(effect) : effect)
  const all = account.held.reduce((sum, own, j) => add(sum, multiply(size(own.market.effect), units[j])), zero)
  return compare(multiply(distance.over, size(market.effect)), multiply(all, distance.under)) <= 0
}
