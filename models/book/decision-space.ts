import { SpillwayError } from '../../src/errors.js'
import {
  add,
  compare,
  type Decimal,
  multiply,
  signOf,
  subtract,
  toNumber,
  toText,
  zero,
} from '../../src/numeric/index.js'
import { checkRange } from './check-range.js'
import type { AdlEvent } from './event.js'
import { exactCapacity, excess, wholeLots } from './exact-amounts.js'
import { refuseSolvencyRows, solventCaps, withoutDebtors } from './solvent-caps.js'
import type { DecisionSpace, DemandedMarket } from './space.js'

export type { DecisionSpace, DemandedMarket } from './space.js'

/**
 * The decisions of an event. With `lots`, capacities in markets that have a lot size are the whole lots of what is
 * held, ⌊c_ik/L_k⌋ L_k, and the rest of a holding cannot be closed; throws `demand-off-lots` where a demand is no whole
 * number of lots, `number-range` where sizes cannot be computed with (`check-range.ts`), and `not-expressible` where an
 * owner is kept solvent by a row and not by a cap (`solvent-caps.ts`), unless the caller has that row.
 */
export function decisionSpace(
  event: AdlEvent,
  { lots = false, keepSolvent = false, hasSolvencyRows = false }: SpaceOptions = {},
): DecisionSpace {
  const known = heldByEvents.get(event) ?? spaces.get(event)?.deref()
  const space = known ?? wholeSpace(event)
  if (known === undefined) spaces.set(event, new WeakRef(space))
  const kept = keepSolvent ? withSolventCaps(space) : space
  if (!hasSolvencyRows) refuseSolvencyRows(kept, 'and this objective has no row for that')
  return lots ? inWholeLots(kept) : kept
}

export interface SpaceOptions {
  /** Whole lots only, in markets that have a lot size. */
  readonly lots?: boolean
  /** Nothing is closed of an account that would end below zero. */
  readonly keepSolvent?: boolean
  /** Whether who asks minds `solvencyRows`; else owners of that kind are refused. */
  readonly hasSolvencyRows?: boolean
}

/** Accounts with e_i < 0 are out, the others close at most what leaves them at zero (`solvent-caps.ts`). */
function withSolventCaps({ event, markets }: DecisionSpace): DecisionSpace {
  const space = { event, markets, ...eligiblePairs(withoutDebtors(event), markets) }
  const capped = { ...space, ...solventCaps(space) }
  return { ...capped, capacity: space.capacity.map((_, pair) => toNumber(exactCapacity(capped, pair))) }
}

/**
 * The same, known for as long as the event: for one that soon nobody holds. What a weak reference was made of, or gave,
 * stays until the turn of the event loop ends, and a turn may be a crisis of a hundred events.
 */
export function spaceWithEvent(event: AdlEvent): DecisionSpace {
  const space = heldByEvents.get(event) ?? wholeSpace(event)
  heldByEvents.set(event, space)
  return space
}

const heldByEvents = new WeakMap<AdlEvent, DecisionSpace>()

/** The space of an event as long as anybody uses it: verdicts side by side share what they read of it. */
const spaces = new WeakMap<AdlEvent, WeakRef<DecisionSpace>>()

function wholeSpace(event: AdlEvent): DecisionSpace {
  checkRange(event)
  const markets = event.demand
    .filter((demand) => signOf(demand.quantity) > 0)
    .map((demand): DemandedMarket => {
      const market = event.markets[demand.market]
      const gap = subtract(market.markPrice, market.adlPrice)
      return {
        index: demand.market,
        market,
        side: demand.side,
        price: market.markPrice,
        concession: demand.side > 0 ? gap : subtract(zero, gap),
        quantity: demand.quantity,
      }
    })
  return { event, markets, ...eligiblePairs(event, markets) }
}

function inWholeLots(space: DecisionSpace): DecisionSpace {
  const lots = space.markets.map(({ market }) => market.lotSize)
  space.markets.forEach(({ market: { market }, quantity }, k) => {
    const lot = lots[k]
    if (lot === undefined || compare(multiply(wholeLots(quantity, lot), lot), quantity) === 0) return
    throw new SpillwayError({
      code: 'demand-off-lots',
      path: `demand.${market}.quantity`,
      value: toText(quantity),
      problem: `is not a whole number of lots of ${toText(lot)}`,
      cure: 'Demand whole lots, or solve without lots.',
    })
  })
  const inLots = { ...space, lots }
  const capacity = space.capacity.map((held, pair) =>
    lots[space.pairMarket[pair]] === undefined ? held : toNumber(exactCapacity(inLots, pair)),
  )
  return { ...inLots, capacity }
}

/** The demanded markets whose whole lots, or what solvency allows, do not reach the demand, and by how much they fall short. */
export function shortage(space: DecisionSpace): readonly { readonly market: string; readonly short: Decimal }[] {
  if (space.lots === undefined && space.caps === undefined) return []
  const held = space.markets.map(() => zero)
  for (let pair = 0; pair < space.capacity.length; pair++) {
    const k = space.pairMarket[pair]
    held[k] = add(held[k], exactCapacity(space, pair))
  }
  return space.markets.flatMap(({ market: { market }, quantity }, k) => {
    const short = excess(quantity, held[k])
    return signOf(short) > 0 ? { market, short } : []
  })
}

function eligiblePairs(event: AdlEvent, markets: readonly DemandedMarket[]) {
  const slotOf = new Int32Array(event.markets.length).fill(-1)
  // Zero where nothing is demanded, so that one product says whether a position is a pair.
  const sideOf = new Int8Array(event.markets.length)
  markets.forEach(({ index, side }, slot) => {
    slotOf[index] = slot
    sideOf[index] = side
  })
  const count = countPairs(event, sideOf)
  const pairs = {
    pairOwner: new Int32Array(count + 1),
    pairMarket: new Int32Array(count + 1),
    pairPosition: new Int32Array(count + 1),
    capacity: new Float64Array(count + 1),
    owners: new Int32Array(event.accounts.count + 1),
    starts: new Int32Array(event.accounts.count + 2),
  }
  const owners = writePairs(event, sideOf, slotOf, pairs)
  return {
    owners: pairs.owners.slice(0, owners),
    starts: pairs.starts.slice(0, owners + 1),
    pairOwner: pairs.pairOwner.subarray(0, count),
    pairMarket: pairs.pairMarket.subarray(0, count),
    pairPosition: pairs.pairPosition.subarray(0, count),
    capacity: pairs.capacity.subarray(0, count),
  }
}

function countPairs({ accounts, positions }: AdlEvent, sideOf: Int8Array): number {
  const { starts, market, quantity } = positions
  const { values } = quantity
  let pairs = 0
  for (let account = 0; account < accounts.count; account++) {
    const end = accounts.exempt?.[account] === 1 ? starts[account] : starts[account + 1]
    for (let p = starts[account]; p < end; p++) pairs += Number(values[p] * sideOf[market[p]] > 0)
  }
  return pairs
}

/**
 * Writes an entry for every position, and moves on where it is a pair: which side somebody is on is a coin's toss, and
 * a branch on it costs more. So each list has room for one more than there are. Returns the number of owners.
 */
function writePairs(
  { accounts, positions }: AdlEvent,
  sideOf: Int8Array,
  slotOf: Int32Array,
  into: Pick<DecisionSpace, 'pairOwner' | 'pairMarket' | 'pairPosition' | 'capacity' | 'owners' | 'starts'>,
): number {
  const { starts, market, quantity } = positions
  const { values } = quantity
  const { pairOwner, pairMarket, pairPosition, capacity, owners, starts: offsets } = into
  let pair = 0
  let owner = 0
  for (let account = 0; account < accounts.count; account++) {
    const end = accounts.exempt?.[account] === 1 ? starts[account] : starts[account + 1]
    for (let p = starts[account]; p < end; p++) {
      const k = market[p]
      const size = values[p] * sideOf[k]
      pairOwner[pair] = owner
      pairMarket[pair] = slotOf[k]
      pairPosition[pair] = p
      capacity[pair] = size
      pair += Number(size > 0)
    }
    owners[owner] = account
    offsets[owner + 1] = pair
    owner += Number(pair > offsets[owner])
  }
  return owner
}
