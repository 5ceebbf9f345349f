import {
  add,
  compare,
  type Decimal,
  decimalOf,
  multiply,
  signOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import { decimalJson } from '../../book/decimal-column.js'
import type { AdlEvent, Book, Market } from '../../book/event.js'
import { EventBuilder } from '../../book/event-builder.js'
import { mistake } from '../../book/place.js'
import { accountJson, demandJson, marketJson, positionJson } from '../../book/write-event.js'

/** How far the row of an account is from the book that was carried there. */
export interface Drift {
  readonly account: string
  /**
   * Listed less carried, at the marks of the wave; quote currency. `null` where either was made up, and the difference
   * says nothing.
   */
  readonly equity: number | null
  /** Listed less carried, net, by market; long is positive. */
  readonly contracts: Readonly<Record<string, number>>
}

export interface JoinedBook {
  readonly event: AdlEvent
  readonly drift: readonly Drift[]
  /** Accounts that the wave does not list, and that were carried on. */
  readonly carriedOn: number
}

/**
 * The book of a wave: every account that the wave lists has that row; the others are carried on from the book that the
 * wave before left, re-marked where the wave states another mark:
 *
 *     e_i + Σ_k n_ik (p_k − p_k before).
 *
 * Markets that only those hold keep their mark. A maintenance margin at another mark is left out.
 */
export function joinBooks(own: AdlEvent, carried: AdlEvent): JoinedBook {
  const [isAssumed, wasAssumed] = [new Set(own.assumedEquity), new Set(carried.assumedEquity)]
  const listed: Book = own.given ?? own
  const held: Book = carried.given ?? carried
  const builder = new EventBuilder(() => (field) => field)
  const place = (field: string): string => field
  const changeOf = priceChanges(own, carried)
  const accountOf = new Map(listed.accounts.names.map((name, i) => [name, i]))
  const isListed = (i: number): boolean => accountOf.has(held.accounts.names[i])

  for (const market of listed.markets) builder.addMarket(marketJson(market), place)
  const known = new Set(listed.markets.map(({ market }) => market))
  for (const k of heldMarkets(held, isListed)) {
    if (!known.has(held.markets[k].market)) builder.addMarket(marketJson(held.markets[k]), place)
  }
  for (let i = 0; i < listed.accounts.count; i++) {
    const account = builder.addAccount(accountJson(listed, i), place)
    for (const p of positionsOf(listed, i)) builder.addPosition(account, positionJson(listed, p), 0, place)
  }
  const drift: Drift[] = []
  let carriedOn = 0
  for (let i = 0; i < held.accounts.count; i++) {
    const equity = remarked(carried, changeOf, i)
    const row = accountOf.get(held.accounts.names[i])
    if (row !== undefined) {
      const name = held.accounts.names[i]
      const isKnown = !isAssumed.has(name) && !wasAssumed.has(name)
      const found = driftOf(listed, row, held, i, isKnown ? equity : undefined)
      if (found !== undefined) drift.push(found)
      continue
    }
    carriedOn++
    if (wasAssumed.has(held.accounts.names[i])) isAssumed.add(held.accounts.names[i])
    const isMoved = positionsOf(held, i).some((p) => changeOf.has(held.positions.market[p]))
    const account = builder.addAccount(
      { ...withoutMargin(accountJson(held, i), isMoved), equity: decimalJson(equity) },
      place,
    )
    for (const p of positionsOf(held, i)) {
      const position = withoutMargin(positionJson(held, p), changeOf.has(held.positions.market[p]))
      builder.addPosition(account, position, 0, place)
    }
  }
  if (own.demandSource === 'given') for (const demand of demandJson(own)) builder.addDemand(demand, place)
  const event = builder.finish(own.demandSource)
  const notes = {
    ...(own.notKnown && { notKnown: own.notKnown }),
    ...(isAssumed.size > 0 && { assumedEquity: [...isAssumed] }),
  }
  return { event: { ...event, ...notes }, drift, carriedOn }
}

const positionsOf = ({ positions }: Book, i: number): number[] =>
  Array.from({ length: positions.starts[i + 1] - positions.starts[i] }, (_, j) => positions.starts[i] + j)

function heldMarkets(held: Book, isListed: (i: number) => boolean): ReadonlySet<number> {
  const markets = new Set<number>()
  for (let i = 0; i < held.accounts.count; i++) {
    if (isListed(i)) continue
    for (const p of positionsOf(held, i)) markets.add(held.positions.market[p])
  }
  return markets
}

/** By market of the carried book that the wave marks elsewhere: the change, per contract in the terms that are computed with. */
function priceChanges(own: AdlEvent, carried: AdlEvent): ReadonlyMap<number, Decimal> {
  const changes = new Map<number, Decimal>()
  const indexOf = new Map(own.markets.map(({ market }, k) => [market, k]))
  const [listed, held] = [own.given ?? own, carried.given ?? carried]
  carried.markets.forEach((before, k) => {
    const index = indexOf.get(before.market)
    if (index === undefined) return
    refuseOtherContracts(held.markets[k], listed.markets[index])
    const change = subtract(own.markets[index].markPrice, before.markPrice)
    if (signOf(change) !== 0) changes.set(k, change)
  })
  return changes
}

function refuseOtherContracts(before: Market, now: Market): void {
  const sizeOf = ({ contractSize = decimalOf(1) }: Market): Decimal => contractSize
  const isSame = compare(sizeOf(before), sizeOf(now)) === 0 && before.inverse === now.inverse
  if (isSame) return
  const problem = 'the market has another contract size, or is inverse in one of two waves only'
  const cure = 'State all waves in the same contracts.'
  throw mistake('market-changed', `markets.${now.market}.contractSize`, problem, now.market, cure)
}

function remarked({ accounts, positions }: AdlEvent, changeOf: ReadonlyMap<number, Decimal>, i: number): Decimal {
  let equity = accounts.equity.exact(i)
  for (let p = positions.starts[i]; p < positions.starts[i + 1]; p++) {
    const change = changeOf.get(positions.market[p])
    if (change !== undefined) equity = add(equity, multiply(positions.quantity.exact(p), change))
  }
  return equity
}

function withoutMargin<Row extends { readonly maintenanceMargin?: unknown }>(row: Row, isStale: boolean): Row {
  if (!isStale) return row
  const { maintenanceMargin: _, ...kept } = row
  return kept as Row
}

/** What an account holds: contracts by market and side. */
function legsOf(book: Book, i: number): ReadonlyMap<string, { readonly market: string; readonly quantity: Decimal }> {
  return new Map(
    positionsOf(book, i).map((p) => {
      const { market } = book.markets[book.positions.market[p]]
      const quantity = book.positions.quantity.exact(p)
      return [`${signOf(quantity)} ${market}`, { market, quantity }]
    }),
  )
}

/** `carriedEquity` is undefined where the difference of equities is not known. */
function driftOf(
  listed: Book,
  row: number,
  held: Book,
  i: number,
  carriedEquity: Decimal | undefined,
): Drift | undefined {
  const equity = carriedEquity && subtract(listed.accounts.equity.exact(row), carriedEquity)
  const [now, before] = [legsOf(listed, row), legsOf(held, i)]
  const contracts = new Map<string, Decimal>()
  for (const leg of new Set([...now.keys(), ...before.keys()])) {
    const market = (now.get(leg) ?? before.get(leg))!.market
    const change = subtract(now.get(leg)?.quantity ?? zero, before.get(leg)?.quantity ?? zero)
    if (signOf(change) !== 0) contracts.set(market, add(contracts.get(market) ?? zero, change))
  }
  if ((equity === undefined || signOf(equity) === 0) && contracts.size === 0) return undefined
  return {
    account: listed.accounts.names[row],
    equity: equity === undefined ? null : toNumber(equity),
    contracts: Object.fromEntries([...contracts].map(([market, change]) => [market, toNumber(change)])),
  }
}
