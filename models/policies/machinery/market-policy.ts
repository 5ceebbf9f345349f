import { type Decimal, toNumber, zero } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { Policy, PolicyContext, PolicyMaker, PolicyOptions } from '../policy.js'
import { MarketBook } from './market-book.js'
import { listOptions, type OptionSpecs, type OptionValues, readOptions, spellName } from './options.js'

/** Contracts closed by row of one market: within capacity, and adding up to the demand exactly. */
export type MarketRule = (market: MarketBook, context: PolicyContext) => readonly Decimal[]

/** A policy that acts market by market, apart from its name. */
export type MarketPolicy = Omit<Policy, 'name' | 'markets' | 'allocate'> & { readonly rule: MarketRule }

/** The maker of a policy that acts market by market, with its options. */
export function marketPolicy<const Specs extends OptionSpecs>(
  name: string,
  specs: Specs,
  make: (options: OptionValues<Specs>) => MarketPolicy,
): PolicyMaker {
  const maker = (given: PolicyOptions = {}): Policy => {
    const values = readOptions(name, specs, given)
    const { rule, ...card } = make(values)
    const spelled = spellName(name, specs, values)
    return {
      name: spelled,
      ...card,
      markets: 'one by one',
      allocate(space, context = {}) {
        const given = marketBooks(space, spelled, columnsOf(space)).map((market) => {
          context.signal?.throwIfAborted()
          return rule(market, context)
        })
        return scatter(space, given)
      },
    }
  }
  return Object.assign(maker, { options: listOptions(specs) })
}

/**
 * The demanded markets of an event as policies see them, in the order of the demand; with columns that others have
 * made, by market.
 */
export function marketBooks(
  space: DecisionSpace,
  policy: string,
  made: readonly Map<string, unknown>[] = space.markets.map(() => new Map()),
): MarketBook[] {
  const prices = Float64Array.from(space.event.markets, (market) => toNumber(market.markPrice))
  return pairsByMarket(space).map((pairs, slot) => new MarketBook({ space, pairs, policy, prices }, slot, made[slot]))
}

/**
 * Columns that a rule of ours has made, for the next one: they ask for the same, and making them was a third of their
 * work. A rule of somebody else gets columns of its own, which it may write on.
 */
function columnsOf(space: DecisionSpace): readonly Map<string, unknown>[] {
  const known = columns.get(space) ?? space.markets.map(() => new Map<string, unknown>())
  columns.set(space, known)
  return known
}

const columns = new WeakMap<DecisionSpace, readonly Map<string, unknown>[]>()

/** What each market's rows close, by pair of the space. */
export function scatter(space: DecisionSpace, given: readonly (readonly Decimal[])[]): readonly Decimal[] {
  // The rows of an only market are the pairs.
  if (given.length === 1) return given[0]
  const reductions: Decimal[] = new Array(space.capacity.length).fill(zero)
  const next = new Int32Array(given.length)
  for (let pair = 0; pair < reductions.length; pair++) {
    const slot = space.pairMarket[pair]
    reductions[pair] = given[slot][next[slot]++]
  }
  return reductions
}

/** Pairs of each market, ascending. */
function pairsByMarket({ markets, pairMarket }: DecisionSpace): Int32Array[] {
  const counts = new Int32Array(markets.length)
  for (let pair = 0; pair < pairMarket.length; pair++) counts[pairMarket[pair]]++
  const groups = Array.from(counts, (count) => new Int32Array(count))
  counts.fill(0)
  for (let pair = 0; pair < pairMarket.length; pair++) {
    const slot = pairMarket[pair]
    groups[slot][counts[slot]++] = pair
  }
  return groups
}
