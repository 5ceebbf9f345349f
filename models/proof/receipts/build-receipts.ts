// A little above three hundred lines: the rule of every market is read, checked and written into leaves in one pass.
import { SpillwayError } from '../../../src/errors.js'
import {
  add,
  compare,
  type Decimal,
  DecimalTotal,
  decimalOf,
  multiply,
  negate,
  signOf,
  subtract,
  toNumber,
  toText,
  zero,
} from '../../../src/numeric/index.js'
import { type DecisionSpace, decisionSpace } from '../../book/decision-space.js'
import { exactCapacity, exactGross, exactRemarkedEquity, excess } from '../../book/exact-amounts.js'
import type { AdlEvent, Allocation } from '../../book/index.js'
import { placeAllocation } from '../match-allocation.js'
import { commonLevel, leverageOf, middleLevel, unitAbove } from './common-level.js'
import { distanceOf, followsRule, isWithin, type RuleAccount, type RuleMarket } from './follow-rule.js'
import { type PublicReceipts, type Receipt, type RuleName, SUMS } from './format.js'
import { accountHash, publicDigest, saltOf } from './hashes.js'
import { buildTree, type Tree } from './tree.js'

/** Everything that is published and handed out, receipts made one by one. */
export interface Receipts {
  readonly given: PublicReceipts
  /** One per eligible account, in the order of the event; numbers count from 1. */
  readonly accounts: readonly string[]
  receipt(number: number): Receipt
}

/** The share of a demand that a cut may be off the rule by: what doubles leave, as in `verify`. */
export const LARGEST_UNIT = decimalOf(1e-9)

/**
 * Receipts of an allocation that follows a rule. Every leaf is an eligible account in a demanded market. The unit that is published is the
 * least power of ten to which all cuts follow the rule.
 *
 * @param key the venue's secret, 32 bytes: salts are HMACs of leaf numbers under it
 * @throws SpillwayError `off-rule` with the first account whose cut contradicts the rule, `broken-allocation` where the allocation is
 * not feasible, `not-expressible` for books whose rule cannot be checked by one account, `duplicate-leaf`
 */
export function buildReceipts(event: AdlEvent, allocation: Allocation, rule: RuleName, key: Uint8Array): Receipts {
  const space = decisionSpace(event)
  if (event.markets.some(({ inverse }) => inverse === true)) {
    throw notExpressible('markets', 'coin-margined contracts', 'Receipts of linear contracts only are written.')
  }
  if (space.markets.length === 0) {
    throw notExpressible('demand', 'a demand of nothing', 'Without a cut there is nothing to receipt.')
  }
  const { reductions, violations } = placeAllocation(space, allocation, LARGEST_UNIT)
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
  const markets = ruleMarkets(space, rule, reductions)
  const accounts = ownersOf(space, markets, reductions)
  const names = Array.from(space.owners, (account) => event.accounts.names[account] as string)
  const units = unitsOf(space, rule, accounts, names)
  return publication(event, allocation, rule, key, { space, markets, accounts, names, units })
}

function ruleMarkets(space: DecisionSpace, rule: RuleName, reductions: readonly Decimal[]): RuleMarket[] {
  const capacity = space.markets.map(() => new DecimalTotal())
  const first = space.markets.map(() => new DecimalTotal())
  for (let pair = 0; pair < space.capacity.length; pair++) {
    const k = space.pairMarket[pair] as number
    const held = exactCapacity(space, pair)
    capacity[k]?.add(held)
    if (signOf(exactRemarkedEquity(space, space.pairOwner[pair] as number)) <= 0) first[k]?.add(held)
  }
  const known = space.markets.map(({ market: { market }, price, concession, quantity }, k) => ({
    market,
    price,
    concession,
    quantity,
    capacity: capacity[k]?.value ?? zero,
    first: first[k]?.value ?? zero,
    level: undefined,
  }))
  return rule === 'pro-rata'
    ? known
    : known.map((market, k) => ({ ...market, level: levelOf(space, known, k, reductions) }))
}

/** λ_k. Undefined where the accounts with g ≤ 0 take all of the demand. */
function levelOf(
  space: DecisionSpace,
  markets: readonly Omit<RuleMarket, 'level'>[],
  k: number,
  reductions: readonly Decimal[],
): Decimal | undefined {
  const { market, price, concession, quantity, capacity, first } = markets[k] as RuleMarket
  const rest = excess(quantity, first)
  if (signOf(rest) === 0) return undefined
  // Everything is closed whole: whoever holds nothing else is left with nothing.
  if (compare(quantity, capacity) === 0) return zero
  const pairs: number[] = []
  for (let pair = 0; pair < space.pairMarket.length; pair++) {
    const owner = space.pairOwner[pair] as number
    if (space.pairMarket[pair] === k && signOf(exactRemarkedEquity(space, owner)) > 0) pairs.push(pair)
  }
  const owners = pairs.map((pair) => space.pairOwner[pair] as number)
  const gives = (pair: number): boolean => {
    const { quantity: asked, first: taken } = markets[space.pairMarket[pair] as number] as RuleMarket
    return compare(asked, taken) > 0
  }
  const isLinked = pairs.some((pair, t) => {
    const owner = owners[t] as number
    for (let other = space.starts[owner] as number; other < (space.starts[owner + 1] as number); other++) {
      if (other !== pair && gives(other)) return true
    }
    return false
  })
  const level = isLinked
    ? middleLevel(pairs.map((pair) => standing(space, pair, reductions)))
    : commonLevel({
        price,
        quantity: rest,
        gross: owners.map((owner) => exactGross(space, owner)),
        remarked: owners.map((owner) => exactRemarkedEquity(space, owner)),
        capacity: pairs.map((pair) => exactCapacity(space, pair)),
      })
  const leverage = leverageOf(level, price, concession)
  if (leverage !== undefined) return leverage
  throw notExpressible(`demand.${market}`, 'a level at which equity is gone', 'Close at the mark, or demand more.')
}

function standing(space: DecisionSpace, pair: number, reductions: readonly Decimal[]) {
  const owner = space.pairOwner[pair] as number
  let left = exactGross(space, owner)
  for (let own = space.starts[owner] as number; own < (space.starts[owner + 1] as number); own++) {
    const { price } = space.markets[space.pairMarket[own] as number] as DecisionSpace['markets'][number]
    left = subtract(left, multiply(price, reductions[own] as Decimal))
  }
  const closed = reductions[pair] as Decimal
  return {
    level: toNumber(left) / toNumber(exactRemarkedEquity(space, owner)),
    isCut: signOf(closed) > 0,
    isLeft: compare(closed, exactCapacity(space, pair)) < 0,
  }
}

function ownersOf(space: DecisionSpace, markets: readonly RuleMarket[], reductions: readonly Decimal[]): RuleAccount[] {
  return Array.from(space.owners, (_, owner) => {
    const from = space.starts[owner] as number
    const count = (space.starts[owner + 1] as number) - from
    return {
      gross: exactGross(space, owner),
      remarked: exactRemarkedEquity(space, owner),
      held: Array.from({ length: count }, (_, j) => ({
        market: markets[space.pairMarket[from + j] as number] as RuleMarket,
        capacity: exactCapacity(space, from + j),
        closed: reductions[from + j] as Decimal,
      })),
    }
  })
}

/** By market, the least unit to which every cut follows the rule and the demand is met. Throws `off-rule` where it is above 1e-9 Q. */
function unitsOf(
  space: DecisionSpace,
  rule: RuleName,
  accounts: readonly RuleAccount[],
  names: readonly string[],
): ReadonlyMap<string, Decimal> {
  const given = new Map(space.markets.map(({ market: { market } }) => [market, zero]))
  const worst = new Map(space.markets.map(({ market: { market } }) => [market, zero]))
  const limits = new Map(
    space.markets.map(({ market: { market }, quantity }) => [market, multiply(LARGEST_UNIT, quantity)]),
  )
  accounts.forEach((account, owner) => {
    const most = account.held.map(({ market: { market } }) => limits.get(market) ?? zero)
    account.held.forEach(({ market: { market }, closed, capacity }, k) => {
      given.set(market, add(given.get(market) ?? zero, closed))
      const distance = distanceOf(rule, account, k)
      if (signOf(distance.over) === 0) return
      if (!followsRule(rule, account, k, most)) throw offRule(rule, names[owner] as string, market, closed, capacity)
      // Only what is beyond the unit so far is made a unit of.
      if (!isWithin(distance, worst.get(market) ?? zero)) worst.set(market, unitAbove(distance.over, distance.under))
    })
  })
  for (const { market, quantity } of space.markets) {
    const gap = subtract(given.get(market.market) ?? zero, quantity)
    const unit = unitAbove(signOf(gap) < 0 ? negate(gap) : gap, { digits: 1n, scale: 0 })
    if (compare(unit, worst.get(market.market) ?? zero) > 0) worst.set(market.market, unit)
  }
  return worst
}

interface Prepared {
  readonly space: DecisionSpace
  readonly markets: readonly RuleMarket[]
  readonly accounts: readonly RuleAccount[]
  readonly names: readonly string[]
  readonly units: ReadonlyMap<string, Decimal>
}

function publication(
  event: AdlEvent,
  allocation: Allocation,
  rule: RuleName,
  key: Uint8Array,
  { space, markets, accounts, names, units }: Prepared,
): Receipts {
  const statement = (owner: number) => {
    const { gross, remarked, held } = accounts[owner] as RuleAccount
    return {
      number: owner + 1,
      account: names[owner] as string,
      salt: saltOf(key, owner + 1),
      grossNotional: toText(gross),
      remarkedEquity: toText(remarked),
      markets: held.map(({ market: { market }, capacity, closed }) => ({
        market,
        capacity: toText(capacity),
        closed: toText(closed),
      })),
    }
  }
  const commitments = accounts.map((_, owner) => accountHash(statement(owner)))
  const trees = new Map<string, { readonly tree: Tree; readonly places: ReadonlyMap<number, number> }>()
  for (const { market } of markets) {
    const owners = accounts.flatMap(({ held }, owner) =>
      held.some((own) => own.market.market === market) ? [owner] : [],
    )
    const leaves = owners.map((owner) => {
      const { held, remarked } = accounts[owner] as RuleAccount
      const { capacity, closed } = held.find((own) => own.market.market === market) as RuleAccount['held'][number]
      return { account: commitments[owner] as string, capacity, closed, first: signOf(remarked) <= 0 ? capacity : zero }
    })
    trees.set(market, {
      tree: buildTree(market, leaves),
      places: new Map(owners.map((owner, place) => [owner, place])),
    })
  }
  const byMarket = <Value>(from: (market: RuleMarket, tree: Tree) => Value): Record<string, Value> =>
    Object.fromEntries(
      markets.map((market) => [market.market, from(market, (trees.get(market.market) as { tree: Tree }).tree)]),
    )
  const content: Omit<PublicReceipts, 'digest'> = {
    format: 'spillway/receipts@1',
    rule,
    event: event.digest(),
    allocation: allocation.digest(),
    markets: space.markets.map(({ market: { market, adlPrice }, price }) => ({
      market,
      markPrice: toText(price),
      adlPrice: toText(adlPrice),
      unit: toText(units.get(market) ?? zero),
    })),
    roots: byMarket((_, { root }) => root),
    levels: byMarket(({ level }) => (level === undefined ? null : toText(level))),
    demand: space.markets.map(({ market: { market }, side, quantity }) => ({
      market,
      side: side > 0 ? 'long' : 'short',
      quantity: toText(quantity),
    })),
    totals: byMarket((_, { sums }) =>
      Object.fromEntries(SUMS.map((name, i) => [name, sums[i]])),
    ) as PublicReceipts['totals'],
    leaves: byMarket((_, { sums }) => Number(sums[0])),
  }
  const given = { ...content, digest: publicDigest(content) }
  return {
    given,
    accounts: names,
    receipt(number) {
      const { markets: held, ...own } = statement(number - 1)
      const withPaths = held.map((one) => {
        const { tree, places } = trees.get(one.market) as NonNullable<ReturnType<typeof trees.get>>
        return { ...one, path: tree.path(places.get(number - 1) as number) }
      })
      return { format: 'spillway/receipt@1', public: given.digest, ...own, markets: withPaths }
    },
  }
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

function notExpressible(path: string, what: string, cure: string): SpillwayError {
  return new SpillwayError({
    code: 'not-expressible',
    path,
    value: what,
    problem: 'no receipt says this in numbers that one account can check',
    cure,
  })
}
