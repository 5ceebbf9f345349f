import { type Expression, Program } from '../../src/language/index.js'
import { toNumber } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { notionals } from '../book/exact-amounts.js'
import type { AdlEvent } from '../book/index.js'
import { noteBlock } from './block-notes.js'
import { noteDecisions } from './decisions.js'
import { evenly, type UnitOf } from './units.js'

/**
 * The words in which an objective of one's own is written: blocks of expressions over the reductions, one row per eligible
 * account or per pair of eligible account and demanded market, and the numbers of the book beside them, in the same order.
 */
export interface ObjectiveBook {
  readonly event: AdlEvent
  /** Names of the eligible accounts, those that hold something demanded. */
  readonly accounts: readonly string[]
  /** By pair: its account (a row of the blocks by account) and its market (an index into `event.markets`). */
  readonly pairAccount: Int32Array
  readonly pairMarket: Int32Array
  /** x_ik, contracts closed, by pair: the variables, 0 ≤ x_ik ≤ c_ik and Σ_i x_ik = Q_k. */
  readonly closed: Expression
  /** Σ_k |n'_ik| p_k after the ADL, by account; and before it. */
  readonly exposure: Expression
  readonly exposureBefore: Float64Array
  /** e'_i = e_i − Σ_k d_k x_ik, by account; and e_i. */
  readonly equity: Expression
  readonly equityBefore: Float64Array
  /**
   * What each account is short of when prices move by r_k (relative changes, one per market of the event), by account:
   * −e'_i − Σ_k n'_ik p_k r_k, a loss to the exchange where it is positive. Eligible accounts only: the others are constants.
   */
  loss(returns: ArrayLike<number>): Expression
  /** Sums of rows by pair, by account. */
  byAccount(perPair: Expression): Expression
}

/** A program of reductions without an objective, and the book over its variables. */
export interface BookProgram {
  readonly program: Program
  readonly book: ObjectiveBook
  /** Contracts closed, by pair, from the values of the program's variables; and those values from contracts. */
  closedOf(values: ReadonlyMap<string, Float64Array>): Float64Array
  pointOf(closed: ArrayLike<number>): Float64Array
}

/**
 * For solvers variables are shares of what is held, so that every column and every demand row is about 1; for people `unitOf` says
 * otherwise.
 *
 * `beyond` are contracts by pair that an allocation closes beyond zero: |n'_ik| is then c_ik − x_ik + 2 beyond_ik, and
 * the blocks hold at that allocation alone.
 */
export function bookProgram(space: DecisionSpace, beyond?: Float64Array, unitOf: UnitOf = evenly): BookProgram {
  const { event, markets, owners, pairOwner, pairMarket, capacity } = space
  const program = new Program()
  const size = capacity.map((most) => (most > 0 ? unitOf(most) : 1))
  const variables = program.variables('closed', capacity.length, {
    lower: 0,
    upper: capacity.map((most, pair) => most / size[pair]),
  })
  noteDecisions(program, 'closed', Int32Array.from(capacity.keys()), size)
  const closed = variables.times(capacity.map((most, pair) => (most > 0 ? size[pair] : 0)))
  const wanted = markets.map(({ quantity }) => toNumber(quantity))
  const unit = wanted.map((quantity) => unitOf(quantity))
  const demanded = variables.times(capacity.map((most, pair) => (most > 0 ? size[pair] / unit[pairMarket[pair]] : 0)))
  program.subjectTo(
    'demand',
    demanded.sumBy(pairMarket, markets.length).equals(wanted.map((quantity, k) => quantity / unit[k])),
    markets.map(({ market }) => market.market),
  )
  noteBlock(program, 'rows', 'demand', { of: 'contracts', unit, market: [...markets.keys()] })
  const byAccount = (perPair: Expression): Expression => perPair.sumBy(pairOwner, owners.length)
  const each = (of: (k: number) => number): Float64Array => {
    const values = markets.map((_, k) => of(k))
    return Float64Array.from(pairMarket, (k) => values[k])
  }
  const price = each((k) => toNumber(markets[k].price))
  const concession = each((k) => toNumber(markets[k].concession))
  const exposureBefore = notionals(space).gross
  const equityBefore = Float64Array.from(owners, (account) => event.accounts.equity.values[account])
  const equity = byAccount(closed.times(concession)).negated().plus(equityBefore)
  const book: ObjectiveBook = {
    event,
    accounts: Array.from(owners, (account) => event.accounts.names[account]),
    pairAccount: pairOwner,
    pairMarket: pairMarket.map((k) => markets[k].index),
    closed,
    exposure: byAccount(closed.times(price))
      .negated()
      .plus(exposureBefore)
      .plus(flippedNotional(space, price, beyond)),
    exposureBefore,
    equity,
    equityBefore,
    loss(given) {
      const returns = linearReturns(event, given)
      const gain = each((k) => markets[k].side * toNumber(markets[k].price) * returns[markets[k].index])
      return byAccount(closed.times(gain)).minus(equity).minus(gains(space, returns))
    },
    byAccount,
  }
  return {
    program,
    book,
    closedOf: (values) => values.get('closed')!.map((amount, pair) => amount * size[pair]),
    pointOf: (amounts) => capacity.map((most, pair) => (most > 0 ? amounts[pair] / size[pair] : 0)),
  }
}

/** Relative changes of the prices that the event computes with: those of inverse markets are turned over (`turnedMoves`). */
function linearReturns({ markets }: AdlEvent, returns: ArrayLike<number>): ArrayLike<number> {
  if (!markets.some(({ inverse }) => inverse)) return returns
  return Float64Array.from(markets, ({ inverse }, k) => (inverse ? -returns[k] / (1 + returns[k]) : returns[k]))
}

/** 2 Σ_k p_k beyond_ik by owner; `price` by pair. */
function flippedNotional(
  { owners, pairOwner }: DecisionSpace,
  price: Float64Array,
  beyond?: Float64Array,
): Float64Array {
  const sum = new Float64Array(owners.length)
  beyond?.forEach((contracts, pair) => {
    sum[pairOwner[pair]] += 2 * price[pair] * contracts
  })
  return sum
}

/** Σ_k n_ik p_k r_k of what an account holds before the ADL, by owner. */
function gains({ event, owners }: DecisionSpace, returns: ArrayLike<number>): Float64Array {
  const { starts, market, quantity } = event.positions
  const perContract = event.markets.map(({ markPrice }, k) => toNumber(markPrice) * returns[k])
  return Float64Array.from(owners, (account) => {
    let sum = 0
    for (let p = starts[account]; p < starts[account + 1]; p++) sum += quantity.values[p] * perContract[market[p]]
    return sum
  })
}
