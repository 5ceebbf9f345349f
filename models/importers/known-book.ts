import { compare } from '../../src/numeric/index.js'
import type { KnownAccount, KnownBook, KnownPosition } from './fill-events.js'
import { entry } from './fill-waves.js'
import type { AdlFill } from './fills.js'
import type { Ledger } from './ledger.js'
import { duplicatePosition, type VenueBalance, type VenuePosition } from './venue-book.js'

/**
 * The book that fills are joined with, of these moments, a moment undefined where it is not known. An isolated position
 * is an account of its own, and the fills that close it are its.
 */
export function joinFills(
  fills: readonly AdlFill[],
  positions: readonly VenuePosition[],
  balances: readonly VenueBalance[],
  moments: readonly (number | undefined)[],
  ledger: Ledger,
): { readonly fills: readonly AdlFill[]; readonly book: KnownBook } {
  const isolated = new Set(
    positions.flatMap(({ account, market, isolatedEquity }) =>
      isolatedEquity === undefined ? [] : [JSON.stringify([account, market])],
    ),
  )
  const owned = fills.map((fill) => {
    const { user, coin } = fill
    return isolated.has(JSON.stringify([user, coin])) ? { ...fill, user: `${user}:${coin}` } : fill
  })
  const marks = new Map<
    string,
    { readonly price: NonNullable<VenuePosition['mark']>; readonly place: VenuePosition['place'] }
  >()
  const accounts = new Map<string, KnownAccount & { readonly positions: Map<string, KnownPosition> }>()
  for (const { account, market, quantity, entryPrice, mark, isolatedEquity, place, at } of positions) {
    const name = isolatedEquity === undefined ? account : `${account}:${market}`
    if (isolatedEquity !== undefined) ledger.repair('isolated-account', at)
    const held = entry(accounts, name, () => ({ place, equity: isolatedEquity, positions: new Map() }))
    if (held.positions.has(market)) throw duplicatePosition(market, place)
    held.positions.set(market, { place, quantity, entryPrice })
    if (mark === undefined) continue
    const first = entry(marks, market, () => ({ price: mark, place }))
    if (compare(first.price, mark) !== 0) ledger.repair('mark-disagrees', at)
  }
  for (const { account, equity, place } of balances) {
    const held = accounts.get(account)?.positions ?? new Map<string, KnownPosition>()
    accounts.set(account, { place, equity, positions: held })
  }
  const isWhole = positions.length > 0
  if (isWhole) sayMoments(fills, moments, ledger)
  return { fills: owned, book: { accounts, marks, isWhole } }
}

/** A book of the moment of all fills needs no word. */
function sayMoments(fills: readonly AdlFill[], moments: readonly (number | undefined)[], ledger: Ledger): void {
  const times = new Set(fills.map(({ time }) => time))
  const isOther = (moment: number | undefined): boolean =>
    moment !== undefined && (times.size !== 1 || !times.has(moment))
  if (moments.some(isOther)) ledger.cannotSay('moment-differs')
  else if (moments.length === 0 || moments.includes(undefined)) {
    const says = 'The moment of positions and equities is not known; it may be another than that of the fills.'
    ledger.cannotSay('moment-differs', { says })
  }
}
