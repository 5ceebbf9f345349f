import {
  add,
  type Decimal,
  DecimalTotal,
  multiply,
  signOf,
  subtract,
  sumOf,
  toNumber,
  zero,
} from '../../src/numeric/index.js'
import { decimalJson } from '../book/index.js'
import type { Fill } from './close-out.js'
import type { CrisisBook } from './crisis-book.js'
import type { LeverageRecord } from './leverage.js'
import type { KeptStep } from './run-path.js'

/** One market of an ADL. */
export interface AdlRecord {
  readonly market: string
  /** The side that was closed. */
  readonly side: 'long' | 'short'
  /** Contracts; a string where no double is the very decimal. */
  readonly quantity: number | string
  readonly price: number | string
  /** Contracts that the other side did not hold, closed in the market. */
  readonly excess: number | string
}

/** What happened in one step of a path. */
export interface StepRecord {
  /** Row of the path; row 0 is the state before. */
  readonly step: number
  readonly prices: Readonly<Record<string, number>>
  /** Accounts below maintenance at these prices. */
  readonly liquidated: number
  /** Of these, accounts that were taken over. */
  readonly takenOver: number
  /** What the fund paid in this step, quote currency. */
  readonly drawn: number
  /** What the fund holds after the step. */
  readonly fund: number
  /** Debts of accounts taken over that nobody paid. */
  readonly uncovered: number
  readonly adl: readonly AdlRecord[]
  /** Notional at the mark that the ADL closed. */
  readonly adlNotional: number
  /** Accounts that the ADL reduced, and those that lost all they held of what was demanded. */
  readonly touched: number
  readonly closed: number
  readonly leverage: LeverageRecord
}

/** What a policy left at the end of a path. */
export interface PathTotals {
  readonly uncovered: number
  readonly drawn: number
  readonly adlNotional: number
  /** Accounts that some ADL of the path reduced, and those that one closed whole; each once. */
  readonly touched: number
  readonly closed: number
  /** Σ over ADL fills of σ x (last price of the path − ADL price), quote currency; negative where closing spared a loss. */
  readonly profitForgone: number
}

/** Whom the ADLs of a path closed most of. */
export interface ClosedAccount {
  readonly account: string
  /** At the mark of each step. */
  readonly notional: number
  readonly profitForgone: number
}

/** What a policy did on a path. */
export interface PathResult {
  readonly steps: readonly StepRecord[]
  readonly totals: PathTotals
  /** At most ten, the most first; equals in the order of the book. */
  readonly mostClosed: readonly ClosedAccount[]
}

const MOST_CLOSED = 10

/** Counts what a policy did on a path, `lastPrices` per contract; sums are exact before they are rounded to doubles. */
export function pathResult(crisis: CrisisBook, steps: readonly KeptStep[], lastPrices: readonly Decimal[]): PathResult {
  const accounts = byAccount(steps, lastPrices)
  const { names } = crisis.book.accounts
  const ranked = [...accounts].map(([account, { notional, forgone }]) => {
    return { account, notional: toNumber(notional), profitForgone: toNumber(forgone) }
  })
  ranked.sort((a, b) => b.notional - a.notional || a.account - b.account)
  return {
    steps: steps.map((step) => recordOf(crisis, step)),
    totals: pathTotals(crisis, steps, lastPrices),
    mostClosed: ranked.slice(0, MOST_CLOSED).map((row) => ({ ...row, account: names[row.account] })),
  }
}

/**
 * The totals alone, for whoever runs many paths. A policy closes exactly what is demanded, all of a market at one
 * price, so that sums over fills are sums over markets.
 */
export function pathTotals(crisis: CrisisBook, steps: readonly KeptStep[], lastPrices: readonly Decimal[]): PathTotals {
  const notional = new DecimalTotal()
  const forgone = new DecimalTotal()
  const accounts = crisis.book.accounts.count
  for (const { adl, stage } of steps) {
    if (adl.touched.length === 0) continue
    for (const { market, net, demanded, price } of stage.taken) {
      notional.add(multiply(demanded, stage.prices[market]))
      forgone.add(forgoneBy({ side: signOf(net) > 0 ? -1 : 1, quantity: demanded, price }, lastPrices[market]))
    }
  }
  return {
    uncovered: toNumber(sumOf(steps.map(({ uncovered }) => uncovered))),
    drawn: toNumber(sumOf(steps.flatMap(({ drawn }) => drawn))),
    adlNotional: toNumber(notional.value),
    touched: howMany(
      accounts,
      steps.map(({ adl }) => adl.touched),
    ),
    closed: howMany(
      accounts,
      steps.map(({ adl }) => adl.closed),
    ),
    profitForgone: toNumber(forgone.value),
  }
}

/** Accounts of some lists, each counted once. */
function howMany(accounts: number, lists: readonly (readonly number[])[]): number {
  const isFound = new Uint8Array(accounts)
  let count = 0
  for (const list of lists) {
    for (const account of list) {
      count += 1 - isFound[account]
      isFound[account] = 1
    }
  }
  return count
}

type Fills = ReadonlyMap<number, { readonly notional: Decimal; readonly forgone: Decimal }>

function byAccount(steps: readonly KeptStep[], lastPrices: readonly Decimal[]): Fills {
  const found = new Map<number, { notional: Decimal; forgone: Decimal }>()
  for (const { adl, stage } of steps) {
    for (const fill of adl.fills) {
      const known = found.get(fill.account) ?? { notional: zero, forgone: zero }
      found.set(fill.account, {
        notional: add(known.notional, multiply(fill.quantity, stage.prices[fill.market])),
        forgone: add(known.forgone, forgoneBy(fill, lastPrices[fill.market])),
      })
    }
  }
  return found
}

/** σ x (p − a). */
function forgoneBy({ side, quantity, price }: Pick<Fill, 'side' | 'quantity' | 'price'>, last: Decimal): Decimal {
  const gain = multiply(quantity, subtract(last, price))
  return side > 0 ? gain : subtract(zero, gain)
}

function recordOf({ book }: CrisisBook, { stage, adl, drawn, uncovered, fund, leverage }: KeptStep): StepRecord {
  const { step, prices, quoted, liquidation, taken } = stage
  const notional = new DecimalTotal()
  if (adl.touched.length > 0) for (const { market, demanded } of taken) notional.add(multiply(demanded, prices[market]))
  return {
    step,
    prices: Object.fromEntries(book.markets.map(({ market }, k) => [market, toNumber(quoted[k])])),
    liquidated: liquidation.accounts.length,
    takenOver: liquidation.takenOver.length,
    drawn: toNumber(add(...drawn)),
    fund: toNumber(fund),
    uncovered: toNumber(uncovered),
    adl: taken
      .filter(({ demanded, excess }) => signOf(demanded) > 0 || signOf(excess) > 0)
      .map(({ market, net, demanded, quotedPrice, excess }) => ({
        market: book.markets[market].market,
        side: signOf(net) > 0 ? ('short' as const) : ('long' as const),
        quantity: decimalJson(demanded),
        price: decimalJson(quotedPrice),
        excess: decimalJson(excess),
      })),
    adlNotional: toNumber(notional.value),
    touched: adl.touched.length,
    closed: adl.closed.length,
    leverage,
  }
}
