import { createHmac } from 'node:crypto'
import { type Decimal, signOf, toText, zero } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity, exactEquity, exactGross } from '../../book/exact-amounts.js'
import type { AdlEvent, Allocation } from '../../book/index.js'
import type { RuleAccount, RuleMarket } from './follow-rule.js'
import type { PublicMarket, PublicReceipts, Receipt } from './format.js'
import { maintenanceMarginOf, walletBalanceOf } from './given-amounts.js'
import { accountHash, publicDigest } from './hashes.js'
import type { Queue } from './queue-order.js'
import { type RuleName, shapeOf } from './rules.js'
import { buildTree, type Tree } from './tree.js'

/** Everything that is published and handed out, receipts made one by one. */
export interface Receipts {
  readonly given: PublicReceipts
  /** One per eligible account, in the order of the event; numbers count from 1. */
  readonly accounts: readonly string[]
  receipt(number: number): Receipt
}

/** All that is known of a publication, by owner of the space and by its markets. */
export interface Publication {
  readonly event: AdlEvent
  readonly allocation: Allocation
  readonly rule: RuleName
  readonly key: Uint8Array
  readonly space: DecisionSpace
  readonly markets: readonly RuleMarket[]
  readonly accounts: readonly RuleAccount[]
  readonly names: readonly string[]
  readonly units: ReadonlyMap<string, Decimal>
  readonly queues: readonly (Queue | undefined)[]
}

export const saltOf = (key: Uint8Array, number: number): string =>
  createHmac('sha256', key).update(String(number)).digest('hex')

/** Hashes everything, and hands out what each account gets. */
export function publish(publication: Publication): Receipts {
  const { event, allocation, rule, space, markets, accounts, names, units } = publication
  // Statements are made twice rather than kept.
  const commitments = accounts.map((_, owner) => accountHash(rule, statementOf(publication, owner)))
  const trees = markets.map((_, k) => treeOf(publication, commitments, k))
  const indexOf = new Map(markets.map(({ market }, k) => [market, k]))
  const byMarket = <Value>(from: (market: RuleMarket, tree: Tree) => Value): Record<string, Value> =>
    Object.fromEntries(markets.map((market, k) => [market.market, from(market, trees[k].tree)]))
  const content: Omit<PublicReceipts, 'digest'> = {
    format: 'spillway/receipts@1',
    rule,
    event: event.digest(),
    allocation: allocation.digest(),
    markets: markets.map((market, k) => publicMarket(publication, market, k, units.get(market.market) ?? zero)),
    roots: byMarket((_, { root }) => root),
    levels: byMarket(({ level }) => (level === undefined ? null : toText(level))),
    demand: space.markets.map(({ market: { market }, side, quantity }) => ({
      market,
      side: side > 0 ? 'long' : 'short',
      quantity: toText(quantity),
    })),
    totals: byMarket((_, { sums }) => {
      const values = sums.split(',')
      return Object.fromEntries(shapeOf(rule).sums.map((name, i) => [name, values[i]]))
    }),
    leaves: byMarket((_, { sums }) => Number(sums.split(',')[0])),
  }
  const given = { ...content, digest: publicDigest(content) }
  return {
    given,
    accounts: names,
    receipt(number) {
      const { markets: held, ...own } = statementOf(publication, number - 1)
      const withPaths = held.map((one) => {
        const { tree, leafIndices } = trees[indexOf.get(one.market)!]
        return { ...one, path: tree.path(leafIndices[number - 1]) }
      })
      return { format: 'spillway/receipt@1', public: given.digest, ...own, markets: withPaths }
    },
  }
}

function statementOf({ key, rule, space, accounts, names }: Publication, owner: number) {
  const { size, remarked, held } = accounts[owner]
  const { own, held: extra } = shapeOf(rule)
  const first = space.starts[owner]
  return {
    number: owner + 1,
    account: names[owner],
    salt: saltOf(key, owner + 1),
    grossNotional: toText(exactGross(space, owner)),
    remarkedEquity: toText(remarked),
    ...(own.includes('factorExposure') && { factorExposure: toText(size) }),
    ...(own.includes('equity') && { equity: toText(exactEquity(space, owner)) }),
    ...(own.includes('maintenanceMargin') && { maintenanceMargin: toText(maintenanceMarginOf(space, owner) ?? zero) }),
    markets: held.map(({ market: { market }, capacity, closed }, j) => ({
      market,
      capacity: toText(capacity),
      closed: toText(closed),
      ...(extra.includes('entryPrice') && {
        entryPrice: toText(space.event.positions.entryPrice!.exact(space.pairPosition[first + j])),
      }),
      ...(extra.includes('walletBalance') && { walletBalance: toText(walletBalanceOf(space, first + j) ?? zero) }),
    })),
  }
}

/** The tree of a market, its leaves by number or in the order of its queue, and by owner where each stands. */
function treeOf(
  { space, accounts, queues }: Publication,
  commitments: readonly string[],
  k: number,
): { readonly tree: Tree; readonly leafIndices: Int32Array } {
  const { pairMarket, pairOwner, starts, owners } = space
  const queue = queues[k]
  const pairs = queue?.pairs ?? Array.from(pairMarket.keys()).filter((pair) => pairMarket[pair] === k)
  const leafIndices = new Int32Array(owners.length)
  const leaves = pairs.map((pair, index) => {
    const owner = pairOwner[pair]
    leafIndices[owner] = index
    const { remarked, held } = accounts[owner]
    const capacity = exactCapacity(space, pair)
    const score = queue?.scores.get(pair)
    return {
      account: commitments[owner],
      capacity,
      closed: held[pair - starts[owner]].closed,
      first: queue === undefined && signOf(remarked) <= 0 ? capacity : zero,
      ...(score !== undefined && { score }),
    }
  })
  return { tree: buildTree(space.markets[k].market.market, leaves), leafIndices }
}

function publicMarket({ space, rule }: Publication, market: RuleMarket, k: number, unit: Decimal): PublicMarket {
  const { adlPrice, factorLoading } = space.markets[k].market
  const { lot, last } = market
  return {
    market: market.market,
    markPrice: toText(market.price),
    adlPrice: toText(adlPrice),
    unit: toText(unit),
    ...(rule === 'factor-water-filling' && { factorLoading: toText(factorLoading ?? zero) }),
    ...(lot !== undefined && {
      lotSize: toText(lot),
      lastNotional: last === undefined ? null : toText(last.notional),
      lastEquity: last === undefined ? null : toText(last.equity),
      lastNumber: last?.number ?? null,
    }),
  }
}
