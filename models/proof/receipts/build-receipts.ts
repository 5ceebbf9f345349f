import { SpillwayError } from '../../../src/errors.js'
import {
  add,
  compare,
  type Decimal,
  decimalOf,
  negate,
  signOf,
  subtract,
  toText,
  zero,
} from '../../../src/numeric/index.js'
import { type DecisionSpace, decisionSpace } from '../../book/decision-space.js'
import { exactCapacity, exactRemarkedEquity } from '../../book/exact-amounts.js'
import type { AdlEvent, Allocation } from '../../book/index.js'
import { matchAllocation } from '../match-allocation.js'
import { unitAbove } from './common-level.js'
import { distanceOf, followsRule, isWithin, type RuleAccount } from './follow-rule.js'
import { type Publication, publish, type Receipts } from './publish.js'
import { type Queue, queueOf } from './queue-order.js'
import { notExpressible, ruleBook } from './rule-markets.js'
import { type RuleName, shapeOf } from './rules.js'
import { largestUnit } from './unit.js'

/** The share of a demand to which an allocation is feasible, as in `verify`. */
const FEASIBILITY = decimalOf(1e-9)

/**
 * Receipts of an allocation that follows a rule. Every leaf is an eligible account in a demanded market. The unit that is published is the
 * least power of ten to which all cuts follow the rule.
 *
 * @param key the venue's secret, 32 bytes: salts are HMACs of leaf numbers under it
 * @throws SpillwayError `off-rule` with the first account whose cut contradicts the rule, `broken-allocation` where the allocation is
 * not feasible, `not-expressible` for books whose rule cannot be checked by one account, `duplicate-leaf`
 */
export function buildReceipts(event: AdlEvent, allocation: Allocation, rule: RuleName, key: Uint8Array): Receipts {
  const space = decisionSpace(event, { lots: rule === 'water-filling-lots' })
  if (event.markets.some(({ inverse }) => inverse === true)) {
    throw notExpressible('markets', 'coin-margined contracts', 'Receipts of linear contracts only are written.')
  }
  if (space.markets.length === 0) {
    throw notExpressible('demand', 'a demand of nothing', 'Without a cut there is nothing to receipt.')
  }
  const { reductions, violations } = matchAllocation(space, allocation, FEASIBILITY)
  const [broken] = violations
  if (broken !== undefined) {
    throw new SpillwayError({
      code: 'broken-allocation',
      path: ['allocation', broken.account, broken.market].filter((part) => part !== undefined).join(', '),
      value: broken.by,
      problem: `the allocation is not feasible (${broken.code})`,
      cure: 'Receipts are of allocations that `spillway verify` finds feasible.',
    })
  }
  const { markets, size } = ruleBook(space, rule, reductions)
  const names = Array.from(space.owners, (account) => event.accounts.names[account])
  const missing = (owner: number, field: string): SpillwayError =>
    notExpressible(`accounts.${names[owner]}.${field}`, `no ${field}`, `Give it for every account that ${rule} ranks.`)
  const queues: readonly (Queue | undefined)[] = space.markets.map((_, k) =>
    shapeOf(rule).isQueue ? queueOf(space, rule, k, missing) : undefined,
  )
  const accounts = Array.from(space.owners, (_, owner): RuleAccount => {
    const from = space.starts[owner]
    const held = Array.from({ length: space.starts[owner + 1] - from }, (_, j) => {
      const k = space.pairMarket[from + j]
      return {
        market: markets[k],
        capacity: exactCapacity(space, from + j),
        closed: reductions[from + j],
        ...queues[k]?.standing(from + j),
      }
    })
    return { number: owner + 1, size: size(owner), remarked: exactRemarkedEquity(space, owner), held }
  })
  const units = unitsOf(space, rule, accounts, names)
  const publication: Publication = { event, allocation, rule, key, space, markets, accounts, names, units, queues }
  return publish(publication)
}

/**
 * By market, the least unit to which every cut follows the rule and the demand is met; the largest ones where accounts that give in several
 * markets need them. Throws `off-rule` where these are too small (`unit.ts`).
 */
function unitsOf(
  space: DecisionSpace,
  rule: RuleName,
  accounts: readonly RuleAccount[],
  names: readonly string[],
): ReadonlyMap<string, Decimal> {
  const given = new Map(space.markets.map(({ market: { market } }) => [market, zero]))
  const least = new Map(given)
  const most = new Map(space.markets.map(({ market: { market }, quantity }) => [market, largestUnit(quantity)]))
  accounts.forEach((account, owner) => {
    const largest = account.held.map(({ market: { market } }) => most.get(market) ?? zero)
    account.held.forEach(({ market: { market }, closed, capacity }, k) => {
      given.set(market, add(given.get(market) ?? zero, closed))
      const distance = distanceOf(rule, account, k)
      if (signOf(distance.over) === 0) return
      if (!followsRule(rule, account, k, largest)) throw offRule(rule, names[owner] as string, market, closed, capacity)
      // Only what is beyond the unit so far is made a unit of.
      if (!isWithin(distance, least.get(market) ?? zero)) least.set(market, unitAbove(distance.over, distance.under))
    })
  })
  for (const { market, quantity } of space.markets) {
    const closed = given.get(market.market) ?? zero
    const gap = subtract(closed, quantity)
    const unit = unitAbove(signOf(gap) < 0 ? negate(gap) : gap, { digits: 1n, scale: 0 })
    if (compare(unit, most.get(market.market) ?? zero) > 0) throw offDemand(market.market, closed, quantity)
    if (compare(unit, least.get(market.market) ?? zero) > 0) least.set(market.market, unit)
  }
  const isEnough = [...least].every(([market, unit]) => compare(unit, most.get(market) ?? zero) <= 0)
  return isEnough ? least : most
}

function offDemand(market: string, closed: Decimal, quantity: Decimal): SpillwayError {
  return new SpillwayError({
    code: 'off-rule',
    path: `market ${JSON.stringify(market)}`,
    value: toText(closed),
    problem: `the cuts do not add up to the demand of ${toText(quantity)} contracts closely enough for receipts`,
    cure: 'Write the allocation with more digits, as `spillway solve` and `spillway compare --allocations` do.',
  })
}

function offRule(rule: RuleName, account: string, market: string, closed: Decimal, capacity: Decimal): SpillwayError {
  return new SpillwayError({
    code: 'off-rule',
    path: `account ${JSON.stringify(account)} in market ${JSON.stringify(market)}`,
    value: toText(closed),
    problem: `the cut, of ${toText(capacity)} contracts held, is not what ${rule} makes of the account's numbers`,
    cure: 'Name the rule that the allocation follows with --policy, or allocate anew by this one.',
  })
}
