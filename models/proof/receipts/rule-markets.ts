import { SpillwayError } from '../../../src/errors.js'
import {
  add,
  compare,
  type Decimal,
  DecimalTotal,
  multiply,
  negate,
  signOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity, exactGross, exactRemarkedEquity, excess } from '../../book/exact-amounts.js'
import { resolveLoadings } from '../factor/loadings.js'
import { factorProblem } from '../factor/problem.js'
import { commonLevel, leverageOf, middleLevel } from './common-level.js'
import type { RuleMarket } from './follow-rule.js'
import type { LastLot } from './lots-taken.js'
import { lotLevel } from './lots-taken.js'
import type { RuleName } from './rules.js'

/** What a rule makes public of a book: of each demanded market, and what levels measure of each owner, before. */
export interface RuleBook {
  readonly markets: readonly RuleMarket[]
  readonly size: (owner: number) => Decimal
}

/** Throws `not-expressible` where the rule cannot be checked by one account, `missing-loading` and `missing-input`. */
export function ruleBook(space: DecisionSpace, rule: RuleName, reductions: readonly Decimal[]): RuleBook {
  const capacity = space.markets.map(() => new DecimalTotal())
  const first = space.markets.map(() => new DecimalTotal())
  for (let pair = 0; pair < space.capacity.length; pair++) {
    const k = space.pairMarket[pair]
    const held = exactCapacity(space, pair)
    capacity[k].add(held)
    if (signOf(exactRemarkedEquity(space, space.pairOwner[pair])) <= 0) first[k].add(held)
  }
  const factor = rule === 'factor-water-filling' ? factorProblem(space, resolveLoadings(space, {}).byMarket) : undefined
  const known = space.markets.map(({ market: { market }, price, concession, quantity }, k): RuleMarket => {
    if (factor !== undefined && signOf(factor.effect[k]) === 0) {
      throw notExpressible(
        `markets.${market}`,
        'a market that the factor does not move',
        'Use receipts of another rule.',
      )
    }
    return {
      market,
      price,
      concession,
      effect: factor?.effect[k] ?? price,
      quantity,
      capacity: capacity[k].value,
      first: first[k].value,
      level: undefined,
      ...(rule === 'water-filling-lots' && { lot: lotOf(space, k) }),
    }
  })
  const size = (owner: number): Decimal => factor?.start[owner] ?? exactGross(space, owner)
  return {
    size,
    markets: known.map((market, k) => ({ ...market, ...levelOf(space, rule, known, size, k, reductions) })),
  }
}

function lotOf(space: DecisionSpace, k: number): Decimal {
  const lot = space.lots?.[k]
  if (lot !== undefined) return lot
  const { market } = space.markets[k].market
  throw notExpressible(`markets.${market}.lotSize`, 'no lot size', 'Give one, or leave --lots out.')
}

type Level = Pick<RuleMarket, 'level' | 'last'>
const none: Level = { level: undefined }

/** λ_k, or what stands for it. Undefined where the accounts with g ≤ 0 take all of the demand, and where a rule has none. */
function levelOf(
  space: DecisionSpace,
  rule: RuleName,
  markets: readonly RuleMarket[],
  size: RuleBook['size'],
  k: number,
  reductions: readonly Decimal[],
): Level {
  const { market, price, concession, quantity, capacity, first, lot, effect } = markets[k]
  if (rule !== 'water-filling' && rule !== 'water-filling-lots' && rule !== 'factor-water-filling') return none
  const rest = excess(quantity, first)
  if (signOf(rest) === 0) return none
  const pairs: number[] = []
  for (let pair = 0; pair < space.pairMarket.length; pair++) {
    const isSolvent = signOf(exactRemarkedEquity(space, space.pairOwner[pair])) > 0
    if (space.pairMarket[pair] === k && isSolvent) pairs.push(pair)
  }
  const isLinked = pairs.some((pair) => givesElsewhere(space, markets, pair))
  if (lot !== undefined) {
    if (!isLinked) return lastLot(space, pairs, lot, price, reductions)
    throw notExpressible(`demand.${market}`, 'lots of accounts that give in several markets', 'Leave --lots out.')
  }
  const isFactor = rule === 'factor-water-filling'
  if (isLinked || isFactor) {
    const standings = pairs.map((pair) => standing(space, markets, size, pair, reductions))
    const level = middleLevel(standings, signOf(effect) > 0, isFactor ? Number.NEGATIVE_INFINITY : 0)
    return isFactor ? { level } : leverage(level)
  }
  // Everything is closed whole: whoever holds nothing else is left with nothing.
  if (compare(quantity, capacity) === 0) return { level: zero }
  const owners = pairs.map((pair) => space.pairOwner[pair])
  return leverage(
    commonLevel({
      price,
      quantity: rest,
      gross: owners.map((owner) => exactGross(space, owner)),
      remarked: owners.map((owner) => exactRemarkedEquity(space, owner)),
      capacity: pairs.map((pair) => exactCapacity(space, pair)),
    }),
  )

  function leverage(level: Decimal): Level {
    const found = leverageOf(level, price, concession)
    if (found !== undefined) return { level: found }
    throw notExpressible(`demand.${market}`, 'a level at which equity is gone', 'Close at the mark, or demand more.')
  }
}

/** Whether the owner of a pair gives in another market as well. */
function givesElsewhere(space: DecisionSpace, markets: readonly RuleMarket[], pair: number): boolean {
  const owner = space.pairOwner[pair]
  for (let other = space.starts[owner]; other < space.starts[owner + 1]; other++) {
    const { quantity, first } = markets[space.pairMarket[other]]
    if (other !== pair && compare(quantity, first) > 0) return true
  }
  return false
}

function standing(
  space: DecisionSpace,
  markets: readonly RuleMarket[],
  size: RuleBook['size'],
  pair: number,
  reductions: readonly Decimal[],
) {
  const owner = space.pairOwner[pair]
  let left = size(owner)
  for (let own = space.starts[owner]; own < space.starts[owner + 1]; own++) {
    left = subtract(left, multiply(markets[space.pairMarket[own]].effect, reductions[own]))
  }
  const closed = reductions[pair]
  return {
    level: toNumber(left) / toNumber(exactRemarkedEquity(space, owner)),
    isCut: signOf(closed) > 0,
    isLeft: compare(closed, exactCapacity(space, pair)) < 0,
  }
}

/** Of the last lots of all accounts, the one that ranks last: the lowest level before it, then the larger g, then the larger number. */
function lastLot(
  space: DecisionSpace,
  pairs: readonly number[],
  lot: Decimal,
  price: Decimal,
  reductions: readonly Decimal[],
): Level {
  let last: LastLot | undefined
  for (const pair of pairs) {
    const closed = reductions[pair]
    if (signOf(closed) <= 0) continue
    const owner = space.pairOwner[pair]
    const notional = add(exactGross(space, owner), negate(multiply(price, subtract(closed, lot))))
    const own = { notional, equity: exactRemarkedEquity(space, owner), number: owner + 1 }
    if (last === undefined || isBehind(own, last)) last = own
  }
  return last === undefined ? none : { level: lotLevel(last.notional, last.equity), last }
}

function isBehind(a: LastLot, b: LastLot): boolean {
  const order =
    compare(multiply(b.notional, a.equity), multiply(a.notional, b.equity)) ||
    compare(a.equity, b.equity) ||
    a.number - b.number
  return order > 0
}

export function notExpressible(path: string, what: string, cure: string): SpillwayError {
  return new SpillwayError({
    code: 'not-expressible',
    path,
    value: what,
    problem: 'no receipt says this in numbers that one account can check',
    cure,
  })
}
