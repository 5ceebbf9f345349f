import { type Fraction, frac, minus, most, order, over, plus, times, ZERO } from '../fraction.js'
import type { PlainBook } from './support.js'

/** What the text of a book says about one eligible account of its first demand, in fractions. */
export interface Row {
  readonly pair: string
  readonly account: string
  /** Contracts; −1 for a short. */
  readonly capacity: Fraction
  readonly short: boolean
  readonly mark: Fraction
  readonly entry: Fraction
  readonly equity: Fraction
  /** Notional of the position, and of all that the account holds. */
  readonly notional: Fraction
  readonly gross: Fraction
  /** Profit of the position, of the account, and of the position per entry value. */
  readonly profit: Fraction
  readonly accountProfit: Fraction
  readonly rate: Fraction
  readonly wallet: Fraction
  readonly margin: Fraction
}

export type Score = Fraction | 'first' | 'last'

const ONE: Fraction = { n: 1n, d: 1n }
const magnitude = (a: Fraction): Fraction => most(a, minus(ZERO, a))

export function rowsOf(book: PlainBook, demanded: number): Row[] {
  const { market, side } = book.demand[demanded]
  const markOf = (name: string): Fraction => frac(book.markets.find((row) => row.market === name)!.markPrice)
  return book.accounts.flatMap((account) =>
    account.positions
      .filter((p) => p.market === market && Number(p.quantity) * (side === 'long' ? 1 : -1) > 0)
      .map((position): Row => {
        const profits = account.positions.map((p) =>
          times(frac(p.quantity), minus(markOf(p.market), frac(p.entryPrice!))),
        )
        const accountProfit = profits.reduce(plus, ZERO)
        const capacity = magnitude(frac(position.quantity))
        const [mark, entry] = [markOf(market), frac(position.entryPrice!)]
        const profit = times(frac(position.quantity), minus(mark, entry))
        const equity = frac(account.equity)
        return {
          pair: `${account.account} ${market}`,
          account: account.account,
          capacity,
          short: side === 'short',
          mark,
          entry,
          equity,
          notional: times(capacity, mark),
          gross: account.positions.map((p) => magnitude(times(frac(p.quantity), markOf(p.market)))).reduce(plus, ZERO),
          profit,
          accountProfit,
          rate: over(profit, times(capacity, entry)),
          wallet: account.walletBalance === undefined ? minus(equity, accountProfit) : frac(account.walletBalance),
          margin: frac(account.maintenanceMargin!),
        }
      }),
  )
}

const isAbove = (a: Fraction): boolean => a.n > 0n
const isBelow = (a: Fraction): boolean => a.n < 0n

/** The published text of each queue, once more, from the words: return times leverage and what becomes of losers. */
function returnTimes(lever: (row: Row) => Fraction, losers: 'divided' | 'multiplied' | 'level' | 'excluded') {
  return (row: Row): Score => {
    const owned = isAbove(row.equity)
    if (isAbove(row.profit)) return owned ? over(times(row.rate, lever(row)), row.equity) : 'first'
    if (!isBelow(row.profit) || losers === 'level') return ZERO
    if (losers === 'excluded') return 'last'
    if (losers === 'multiplied') return owned ? over(times(row.rate, lever(row)), row.equity) : 'last'
    return owned ? over(times(row.rate, row.equity), lever(row)) : ZERO
  }
}

const notional = (row: Row): Fraction => row.notional
const gross = (row: Row): Fraction => row.gross
const margin = (row: Row): Fraction => row.margin
const floor = frac('1e-8')

function hyperliquidRatio(isLiteral: boolean) {
  return (row: Row): Score => {
    if (!isAbove(row.equity)) return 'first'
    const ratio = isLiteral || !row.short ? over(row.mark, row.entry) : over(row.entry, row.mark)
    return times(ratio, over(row.notional, row.equity))
  }
}

const hyperliquidGain = (row: Row): Score => {
  if (!isAbove(row.equity)) return 'first'
  return times(
    most(over(row.notional, row.equity), floor),
    most(over(most(row.profit, ZERO), times(row.capacity, row.entry)), floor),
  )
}

function floored(profitOf: (row: Row) => Fraction, debtors: Score) {
  return (row: Row): Score => {
    if (!isAbove(profitOf(row))) return ZERO
    if (!isAbove(row.equity)) return debtors
    return times(over(profitOf(row), most(ONE, row.wallet)), over(row.margin, row.equity))
  }
}

const leverage = (row: Row): Score => (isAbove(row.equity) ? over(row.gross, row.equity) : 'first')

export const scores: Readonly<Record<string, (row: Row) => Score>> = {
  'queue-leverage': leverage,
  'queue-pnl-leverage': returnTimes(gross, 'divided'),
  'queue-pnl-leverage:losers=excluded': returnTimes(gross, 'excluded'),
  bitmex: returnTimes(notional, 'divided'),
  bybit: returnTimes(notional, 'multiplied'),
  'bybit:losers=divided': returnTimes(notional, 'divided'),
  'bybit:losers=excluded': returnTimes(notional, 'excluded'),
  okx: returnTimes(notional, 'multiplied'),
  'okx:losers=divided': returnTimes(notional, 'divided'),
  'okx:losers=excluded': returnTimes(notional, 'excluded'),
  'okx:score=margin-ratio': returnTimes(margin, 'multiplied'),
  'okx:score=margin-ratio:losers=divided': returnTimes(margin, 'divided'),
  bitget: returnTimes(margin, 'divided'),
  'bitget:text=earlier': returnTimes(notional, 'level'),
  gate: returnTimes(margin, 'multiplied'),
  'gate:score=leverage': (row) => {
    if (isAbove(row.equity)) return over(times(row.profit, row.notional), row.equity)
    return isAbove(row.profit) ? 'first' : isBelow(row.profit) ? 'last' : ZERO
  },
  'gate:score=profit': (row) => row.rate,
  hyperliquid: hyperliquidRatio(false),
  'hyperliquid:side=literal': hyperliquidRatio(true),
  'hyperliquid:score=gain': hyperliquidGain,
  'hyperliquid:side=literal:score=gain': hyperliquidGain,
  binance: floored((row) => row.profit, ZERO),
  'binance:profit=account': floored((row) => row.accountProfit, ZERO),
  aevo: floored((row) => row.profit, 'first'),
}

function compareScores(a: Score, b: Score): number {
  const height = (score: Score): number => (score === 'first' ? 1 : score === 'last' ? -1 : 0)
  if (typeof a === 'string' || typeof b === 'string') return Math.sign(height(b) - height(a))
  return order(b, a)
}

/** Sorted and closed one after the other; equals at the margin share by size. */
export function closedInOrder(
  rows: readonly Row[],
  scoreOf: (row: Row) => Score,
  demand: Fraction,
): Map<string, Fraction> {
  const byRow = new Map(rows.map((row) => [row, scoreOf(row)]))
  const place = (a: Row, b: Row): number => compareScores(byRow.get(a)!, byRow.get(b)!)
  const sorted = [...rows].sort(place)
  const closed = new Map<string, Fraction>()
  let rest = demand
  for (let at = 0; at < sorted.length; ) {
    const group = sorted.slice(at).filter((row) => place(sorted[at], row) === 0)
    const held = group.map((row) => row.capacity).reduce(plus, ZERO)
    const share = order(rest, held) >= 0 ? ONE : over(rest, held)
    for (const row of group) closed.set(row.pair, times(share, row.capacity))
    rest = minus(rest, times(share, held))
    at += group.length
  }
  return closed
}
