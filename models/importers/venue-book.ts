import {
  absolute,
  add,
  compare,
  type Decimal,
  multiply,
  roundedQuotient,
  signOf,
  subtract,
  toText,
  zero,
} from '../../src/numeric/index.js'
import { decimalJson } from '../book/decimal-column.js'
import type { AdlEvent } from '../book/event.js'
import { EventBuilder } from '../book/event-builder.js'
import { Mistakes } from '../book/mistakes.js'
import { mistake, type Place } from '../book/place.js'
import { withSign } from './amounts.js'
import { crossEquities } from './cross-equities.js'
import { entry } from './fill-waves.js'
import { listed, unknownCoin } from './fills.js'
import type { ImportOptions } from './importer.js'
import type { Ledger } from './ledger.js'
import type { VenueBalance, VenuePosition } from './venue-rows.js'

export type { VenueBalance, VenuePosition } from './venue-rows.js'

interface Account {
  readonly place: Place
  equity: Decimal | undefined
  readonly walletBalance?: Decimal | undefined
  readonly positions: VenuePosition[]
}

/**
 * The book of one moment from positions and balances of accounts:
 *
 * - every isolated position is an account of its own, named `account:market`, its margin is not its owner's;
 * - a market has the mark of its first row; an account whose rows have another is moved there: e_i += Σ_k n_ik s_k (p_k − p_ik), of inverse
 *   contracts n_ik s_k (1/p_ik − 1/p_k);
 * - demand is derived from accounts below zero, or none, where they hold more than the others.
 *
 * @param asks what to give where an equity is missing, as a sentence
 * @throws SpillwayError `missing-equity`, `missing-mark`, `mixed-settlement`
 */
export function bookOfVenue(
  given: readonly VenuePosition[],
  balances: readonly VenueBalance[],
  ledger: Ledger,
  options: ImportOptions,
  asks: string,
): AdlEvent {
  const positions = chosen(given, ledger, options)
  const settles = settlementOf(positions)
  const mistakes = new Mistakes()
  const marks = marksOf(positions, ledger, mistakes)
  const accounts = accountsOf(positions, balances, settles, ledger, mistakes)
  for (const [name, account] of accounts) {
    if (account.equity === undefined) {
      const problem = `the equity of account ${JSON.stringify(name)} is not given`
      mistakes.add(mistake('missing-equity', account.place('equity'), problem, undefined, asks))
    } else account.equity = remarked(account.equity, account.positions, marks, ledger)
  }
  mistakes.throwAny()
  ledger.cannotSay('allocation')
  const event = buildEvent(accounts, marks, 'derived')
  if (event !== undefined) {
    if (event.demand.length === 0) ledger.cannotSay('demand')
    return event
  }
  ledger.complete('demand-none', positions[0].at)
  ledger.cannotSay('demand')
  return buildEvent(accounts, marks, 'given') as AdlEvent
}

/** Those of the markets that were asked for, each once. */
function chosen(given: readonly VenuePosition[], ledger: Ledger, { market }: ImportOptions): readonly VenuePosition[] {
  const present = new Set(given.map((one) => one.market))
  for (const name of market ?? []) if (!present.has(name)) throw unknownCoin(name, 'options.market', present)
  const seen = new Set<string>()
  const positions = given.filter((one) => {
    if (market !== undefined && !market.includes(one.market)) {
      ledger.drop('other-market', one.at, one.market, absolute(one.quantity))
      return false
    }
    const identity = JSON.stringify([one.account, one.market, one.quantity, one.entryPrice, one.mark], (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    if (!seen.has(identity)) return seen.add(identity)
    ledger.drop('duplicate-row', one.at, one.market, absolute(one.quantity))
    return false
  })
  if (positions.length > 0) return positions
  const cure = 'Give the positions of at least one account that holds something.'
  throw mistake('no-positions', given[0]?.at ?? 'FILE', 'no position stands in the files', undefined, cure)
}

function settlementOf(positions: readonly VenuePosition[]): string {
  const byCurrency = new Map<string, Set<string>>()
  for (const { settles, market } of positions) entry(byCurrency, settles, () => new Set()).add(market)
  const [[currency], ...others] = byCurrency
  if (others.length === 0) return currency
  const [other] = others
  const groups = [...byCurrency].map(([name, markets]) => `${name}: ${listed([...markets])}`).join('; ')
  const place = positions.find(({ settles }) => settles === other[0])?.place('market') ?? ''
  const problem = `positions settle in ${byCurrency.size} currencies, and an event has one`
  const cure = `Import them apart with --market: ${groups}.`
  throw mistake('mixed-settlement', place, problem, other[0], cure)
}

interface Mark {
  readonly price: Decimal
  readonly position: VenuePosition
}

function marksOf(positions: readonly VenuePosition[], ledger: Ledger, mistakes: Mistakes): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>()
  for (const position of positions) {
    const { market, mark, at } = position
    if (mark === undefined || signOf(mark) <= 0) continue
    const first = entry(marks, market, () => ({ price: mark, position }))
    if (compare(first.price, mark) !== 0) ledger.repair('mark-disagrees', at)
  }
  for (const { market, place } of positions) {
    if (marks.has(market)) continue
    const problem = `the mark of ${JSON.stringify(market)} is not given`
    mistakes.add(
      mistake('missing-mark', place('markPrice'), problem, undefined, 'Give the mark of every market that is held.'),
    )
  }
  return marks
}

function accountsOf(
  positions: readonly VenuePosition[],
  balances: readonly VenueBalance[],
  settles: string,
  ledger: Ledger,
  mistakes: Mistakes,
): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>()
  const isolated = new Map<string, Decimal>()
  const legOf = (...leg: readonly (string | number)[]): string => JSON.stringify(leg)
  const legs = new Set(positions.map(({ account, market, quantity }) => legOf(account, market, signOf(quantity))))
  for (const position of positions) {
    const { account: owner, market, isolatedEquity, place, at, quantity } = position
    if (isolatedEquity === undefined) {
      entry(accounts, owner, (): Account => ({ place, equity: undefined, positions: [] })).positions.push(position)
      continue
    }
    const isHedged = legs.has(legOf(owner, market, -signOf(quantity)))
    const leg = isHedged ? (signOf(quantity) > 0 ? ':long' : ':short') : ''
    const name = `${owner}:${market}${leg}`
    if (accounts.has(name)) throw duplicatePosition(market, place)
    accounts.set(name, { place, equity: isolatedEquity, positions: [position] })
    isolated.set(owner, add(isolated.get(owner) ?? zero, isolatedEquity))
    ledger.repair('isolated-account', at)
  }
  for (const [name, { balance, elsewhere }] of crossEquities(balances, settles, ledger)) {
    const { equity, hasIsolated, place, walletBalance } = balance
    const held = accounts.get(name)
    const margins = hasIsolated ? (isolated.get(name) ?? zero) : zero
    const own = subtract(equity, margins)
    const isShort = elsewhere.some((other) => signOf(other.equity) < 0) || signOf(own) <= 0
    if (elsewhere.length > 0 && held === undefined && isShort) continue
    if (elsewhere.length > 0 && held !== undefined) {
      if (isShort) mistakes.add(equityElsewhere(name, settles, balance, elsewhere))
      else ledger.cannotSay('other-collateral')
    }
    // Where all positions are isolated, what is left of the balance is an account that holds nothing.
    accounts.set(name, { place: held?.place ?? place, equity: own, walletBalance, positions: held?.positions ?? [] })
  }
  return accounts
}

/** What is left in one currency says nothing of an account that has others, if it is a debt or others are owed. */
function equityElsewhere(
  account: string,
  settles: string,
  { equity, place, currency }: VenueBalance,
  elsewhere: readonly VenueBalance[],
): Error {
  const others = listed(elsewhere.map(({ currency: other, equity: has }) => `${toText(has)} ${other}`))
  const problem = `account ${JSON.stringify(account)} holds positions with ${toText(equity)} ${settles}, and has ${others} besides, whose worth is not given`
  const cure = `Give its equity over all currencies in a file more, in a record of account and equity: account,equity.`
  return mistake(
    'equity-elsewhere',
    place(currency === undefined ? 'equity' : 'currency'),
    problem,
    toText(equity),
    cure,
  )
}

/** The equity at the marks of the event. */
function remarked(
  equity: Decimal,
  positions: readonly VenuePosition[],
  marks: ReadonlyMap<string, Mark>,
  ledger: Ledger,
): Decimal {
  let moved = equity
  for (const { market, mark, quantity, contractSize = one, isInverse, at } of positions) {
    const found = marks.get(market)
    if (found === undefined || mark === undefined || compare(found.price, mark) === 0) continue
    const contracts = multiply(quantity, contractSize)
    const change = multiply(contracts, subtract(found.price, mark))
    // In the coin a contract is worth −s/p, so from one mark to the other it gains s (p − p before)/(p · p before).
    moved = add(moved, isInverse ? inCoin(change, multiply(found.price, mark)) : change)
    ledger.repair('re-marked', at)
  }
  return moved
}

const one: Decimal = { digits: 1n, scale: 0 }

/** A quotient that need not end, to thirty places: far below what a venue prints of a coin. */
const inCoin = (change: Decimal, divisor: Decimal): Decimal =>
  withSign(roundedQuotient(absolute(change), divisor, 30, 'down'), signOf(change))

export function duplicatePosition(market: string, place: Place): Error {
  const problem = 'the account has two positions of this side of the market'
  return mistake('duplicate-position', place('market'), problem, market, 'Keep the one that is right.')
}

/** Undefined where a derived demand would be more than the other accounts hold. */
function buildEvent(
  accounts: ReadonlyMap<string, Account>,
  marks: ReadonlyMap<string, Mark>,
  demand: AdlEvent['demandSource'],
): AdlEvent | undefined {
  const places: Place[] = []
  const builder = new EventBuilder((_, mark) => places[mark])
  for (const [market, { price, position }] of marks) {
    const { contractSize, isInverse, settles, place } = position
    const row = {
      market,
      markPrice: decimalJson(price),
      ...(contractSize && { contractSize: decimalJson(contractSize) }),
      ...(isInverse && { inverse: true, settles }),
    }
    builder.addMarket(row, place)
  }
  for (const [account, { equity, walletBalance, positions, place }] of accounts) {
    const row = {
      account,
      equity: decimalJson(equity ?? zero),
      ...(walletBalance && { walletBalance: decimalJson(walletBalance) }),
    }
    const i = builder.addAccount(row, place)
    for (const { market, quantity, entryPrice, maintenanceMargin, place: own } of positions) {
      const held = {
        market,
        quantity: decimalJson(quantity),
        ...(entryPrice && { entryPrice: decimalJson(entryPrice) }),
        ...(maintenanceMargin && { maintenanceMargin: decimalJson(maintenanceMargin) }),
      }
      builder.addPosition(i, held, places.push(own) - 1, own)
    }
  }
  try {
    return builder.finish(demand)
  } catch (error) {
    if (demand === 'derived' && (error as { code?: string }).code === 'demand-exceeds-holdings') return undefined
    throw error
  }
}
