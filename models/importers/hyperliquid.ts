import { resolve } from 'node:path'
import {
  absolute,
  add,
  compare,
  type Decimal,
  multiply,
  signOf,
  subtract,
  toText,
  zero,
} from '../../src/numeric/index.js'
import { decimalJson } from '../book/decimal-column.js'
import type { AdlEvent } from '../book/event.js'
import { EventBuilder } from '../book/event-builder.js'
import { readDecimal } from '../book/number.js'
import { mistake, type Place } from '../book/place.js'
import { type Fill, readFills, unknownCoin } from './hyperliquid-fills.js'
import type { Disagreement, Imported, ImportOptions } from './importer.js'

/** What one account held and lost in one coin. */
interface Holding {
  readonly first: Fill
  closed: Decimal
}

interface Holder {
  readonly first: Fill
  readonly holdings: Map<string, Holding>
}

interface Coin {
  readonly first: Fill
  demand: Decimal
}

/** Everything that the fills of a wave say, by account and by coin, in the order of the rows. */
interface Tally {
  readonly holders: Map<string, Holder>
  readonly coins: Map<string, Coin>
  readonly holdings: readonly Holding[]
  readonly disagreements: readonly Disagreement[]
}

/**
 * Reads replay tables of Hyperliquid's auto-deleveraging: CSV files with a row per fill and the columns user, coin, time,
 * adl_price, adl_size, position_size, entry_price and total_equity; others are ignored. Several files are one table.
 *
 * - markPrice_k = adlPrice_k = adl_price; the side is that of the positions; Q_k = Σ adl_size, exactly.
 * - n_ik = position_size of the first row of account i in coin k; x_ik = Σ adl_size over its rows there.
 * - e_i = total_equity of the account's first row. Every other row that says something else is a disagreement.
 * - With `remark`, e_i = total_equity + Σ_k n_ik (adl_price_k − P_k) over the coins given, P_k the price given.
 * - An entry price that is empty or not above zero is left out.
 *
 * @throws SpillwayError `several-times`, `several-prices` or `both-sides` where a coin has more than one wave, and the
 * mistakes of the table, each with its `FILE:LINE column`. Demand beyond what the rows hold is `demand-exceeds-holdings`.
 * @example const { event } = await importHyperliquid(['replay.csv'], { market: ['AVAX'], remark: { AVAX: 15.122 } })
 */
export async function importHyperliquid(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  checkFiles(files)
  const fills = await readFills(files, options)
  const tally = tallyOf(fills)
  const { coins, holders, holdings, disagreements } = tally
  const event = eventOf(tally, readRemark(options.remark ?? {}, coins))
  return {
    event,
    reductions: holdings.map(({ first: { user, coin }, closed }) => {
      return { account: user, market: coin, quantity: String(decimalJson(closed)) }
    }),
    disagreements,
    overReductions: holdings.flatMap(({ first: { user, coin, position }, closed }) => {
      const held = absolute(position)
      if (compare(closed, held) <= 0) return []
      return [{ account: user, market: coin, held: toText(held), closed: toText(closed) }]
    }),
    counts: {
      rows: fills.length,
      markets: coins.size,
      accounts: holders.size,
      positions: holdings.length,
      reductions: holdings.length,
      withoutEntryPrice: holdings.filter(({ first }) => first.entryPrice === undefined).length,
    },
  }
}

/** A file that is given twice would be demanded twice. */
function checkFiles(files: readonly string[]): void {
  if (files.length === 0) throw mistake('no-file', 'FILE', 'nothing to read', undefined, 'Name a replay table.')
  files.forEach((file, i) => {
    if (files.findIndex((other) => resolve(other) === resolve(file)) === i) return
    throw mistake('duplicate-file', file, 'this file is given twice', file, 'Name each file once.')
  })
}

function tallyOf(fills: readonly Fill[]): Tally {
  const holders = new Map<string, Holder>()
  const coins = new Map<string, Coin>()
  const holdings: Holding[] = []
  const disagreements: Disagreement[] = []
  for (const fill of fills) {
    const coin = entry(coins, fill.coin, () => ({ first: fill, demand: zero }))
    coin.demand = add(coin.demand, fill.size)
    const holder = entry(holders, fill.user, () => ({ first: fill, holdings: new Map<string, Holding>() }))
    const holding = entry(holder.holdings, fill.coin, () => {
      const fresh = { first: fill, closed: zero }
      holdings.push(fresh)
      return fresh
    })
    holding.closed = add(holding.closed, fill.size)
    if (compare(holder.first.equity, fill.equity) === 0) continue
    const [kept, other] = [toText(holder.first.equity), toText(fill.equity)]
    disagreements.push({ account: fill.user, kept, other, file: fill.file, line: fill.line })
  }
  return { holders, coins, holdings, disagreements }
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

/** adl_price − P of every coin to be re-marked. */
function readRemark(remark: NonNullable<ImportOptions['remark']>, coins: ReadonlyMap<string, Coin>) {
  return new Map(
    Object.entries(remark).map(([coin, price]) => {
      const found = coins.get(coin)
      if (found === undefined) throw unknownCoin(coin, 'options.remark', coins.keys())
      return [
        coin,
        subtract(
          found.first.price,
          readDecimal(price, () => 'options.remark', coin, 'positive'),
        ),
      ]
    }),
  )
}

/** The builder checks what any event must obey, and reports it where the value stands in the source. */
function eventOf({ coins, holders }: Tally, remark: ReadonlyMap<string, Decimal>): AdlEvent {
  const builder = new EventBuilder(() => (field) => field)
  for (const [market, { first }] of coins) {
    builder.addMarket({ market, markPrice: decimalJson(first.price) }, placeIn(first))
  }
  for (const [account, { first, holdings }] of holders) {
    let equity = first.equity
    for (const [coin, change] of remark) {
      const held = holdings.get(coin)
      if (held !== undefined) equity = add(equity, multiply(held.first.position, change))
    }
    const i = builder.addAccount({ account, equity: decimalJson(equity) }, placeIn(first))
    for (const [market, { first: fill }] of holdings) {
      const { position, entryPrice } = fill
      const row = {
        market,
        quantity: decimalJson(position),
        ...(entryPrice && { entryPrice: decimalJson(entryPrice) }),
      }
      builder.addPosition(i, row, fill.line, placeIn(fill))
    }
  }
  for (const [market, { first, demand }] of coins) {
    const side = signOf(first.position) > 0 ? 'long' : 'short'
    builder.addDemand({ market, side, quantity: decimalJson(demand) }, placeIn(first, 'adl_size'))
  }
  return builder.finish('given')
}

/** Where our fields stand in a row of the source. */
function placeIn(fill: Fill, quantity = 'position_size'): Place {
  const columns: Readonly<Record<string, string>> = {
    account: 'user',
    market: 'coin',
    markPrice: 'adl_price',
    equity: 'total_equity',
    entryPrice: 'entry_price',
    quantity,
  }
  return (field) => fill.place(columns[field] ?? field)
}
