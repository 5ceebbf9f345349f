import { type Decimal, gathered, gatheredIntegers, multiply, toNumber } from '../../../src/numeric/index.js'
import type { DemandedMarket } from '../../book/decision-space.js'
import {
  exactCapacity,
  exactEquity,
  exactGross,
  exactRemarkedEquity,
  isOffTheMark,
  remarkedEquities,
} from '../../book/exact-amounts.js'
import type { BookColumn } from './book-column.js'
import { maintenanceMargins, openingTimes } from './given-columns.js'
import { accountProfits, entryPrices, positionProfits, walletBalances } from './profit-columns.js'
import { accountOf, type Rows } from './rows.js'

/**
 * One demanded market as a policy sees it: its eligible accounts, row by row, in the order of the book. Columns are
 * made when first asked for; asking for one that the book cannot give throws `SpillwayError` `policy-input`.
 */
export class MarketBook {
  /** Name of the market. */
  readonly market: string
  /** σ: +1 closes longs, −1 closes shorts. */
  readonly side: 1 | -1
  /** Quote currency per contract. */
  readonly markPrice: number
  readonly adlPrice: number
  /** Q, contracts. */
  readonly quantity: number
  /** Contracts; undefined where the market has no lot. */
  readonly lotSize?: number
  /** Eligible accounts. */
  readonly count: number
  /** The same numbers as written: mark and ADL price, Q, lot. */
  readonly demanded: DemandedMarket
  readonly #rows: Rows
  readonly #made: Map<string, unknown>

  constructor(rows: Rows, slot: number, made: Map<string, unknown>) {
    const demanded = rows.space.markets[slot]
    this.demanded = demanded
    this.market = demanded.market.market
    this.side = demanded.side
    this.markPrice = toNumber(demanded.price)
    this.adlPrice = toNumber(demanded.market.adlPrice)
    this.quantity = toNumber(demanded.quantity)
    if (demanded.market.lotSize !== undefined) this.lotSize = toNumber(demanded.market.lotSize)
    this.count = rows.pairs.length
    this.#rows = rows
    this.#made = made
  }

  get accounts(): readonly string[] {
    const { names } = this.#rows.space.event.accounts
    return this.#keep('accounts', (rows) => Array.from(rows.pairs, (_, i) => names[accountOf(rows, i)]))
  }

  /** c_i, contracts that can be closed. */
  get capacity(): BookColumn {
    return this.#keep('capacity', ({ space, pairs }) => {
      const known = new Array<Decimal | undefined>(pairs.length)
      const exact = (i: number): Decimal => {
        const contracts = known[i] ?? exactCapacity(space, pairs[i])
        known[i] = contracts
        return contracts
      }
      return { values: gathered(space.capacity, pairs), exact }
    })
  }

  /** p c_i: notional of the position at the mark. */
  get notional(): BookColumn {
    const { capacity, markPrice, demanded } = this
    return this.#keep('notional', () => ({
      values: scaled(capacity.values, markPrice),
      exact: (i) => multiply(capacity.exact(i), demanded.price),
    }))
  }

  /** e_i: equity of the whole account at the mark. */
  get equity(): BookColumn {
    return this.#keep('equity', ({ space, pairs }) => ({
      values: gathered(space.event.accounts.equity.values, gatheredIntegers(space.owners, this.#owners)),
      exact: (i) => exactEquity(space, space.pairOwner[pairs[i]]),
    }))
  }

  /** g_i: equity of the whole account, re-marked at ADL prices. */
  get remarkedEquity(): BookColumn {
    return this.#keep('remarkedEquity', ({ space, pairs }) => {
      if (!isOffTheMark(space)) return this.equity
      return {
        values: gathered(remarkedEquities(space), this.#owners),
        exact: (i) => exactRemarkedEquity(space, space.pairOwner[pairs[i]]),
      }
    })
  }

  /** Σ_k |n_ik| p_k: notional of all that the account holds. */
  get grossNotional(): BookColumn {
    return this.#keep('grossNotional', (rows) => ({
      values: grossNotionals(rows, gatheredIntegers(rows.space.owners, this.#owners)),
      exact: (i) => exactGross(rows.space, rows.space.pairOwner[rows.pairs[i]]),
    }))
  }

  /** Gross leverage of the account at the mark, grossNotional/equity; ∞ where e_i ≤ 0. */
  get leverage(): Float64Array {
    return this.#keep('leverage', () => {
      const equity = this.equity.values
      return this.grossNotional.values.map((gross, i) => (equity[i] > 0 ? gross / equity[i] : Infinity))
    })
  }

  /** Quote currency per contract, > 0. */
  get entryPrice(): BookColumn {
    return this.#keep('entryPrice', entryPrices)
  }

  /** entryPrice · c_i. */
  get entryNotional(): BookColumn {
    const { capacity, entryPrice } = this
    return this.#keep('entryNotional', () => ({
      values: capacity.values.map((contracts, i) => contracts * entryPrice.values[i]),
      exact: (i) => multiply(capacity.exact(i), entryPrice.exact(i)),
    }))
  }

  /** u_i = σ c_i (p − entryPrice_i): unrealized profit of the position. */
  get profit(): BookColumn {
    return this.#keep('profit', positionProfits)
  }

  /** Unrealized profit of all that the account holds. */
  get accountProfit(): BookColumn {
    return this.#keep('accountProfit', accountProfits)
  }

  /** The position's wallet balance, else the account's, else its equity less its unrealized profit. */
  get walletBalance(): BookColumn {
    return this.#keep('walletBalance', walletBalances)
  }

  /** Of the account, else the sum over its positions. */
  get maintenanceMargin(): BookColumn {
    return this.#keep('maintenanceMargin', maintenanceMargins)
  }

  /** Milliseconds since 1970, of the position, else of the account. */
  get openedAt(): Float64Array {
    return this.#keep('openedAt', openingTimes)
  }

  /** Of each row, its owner in the space. */
  get #owners(): Int32Array {
    return this.#keep('owners', ({ space, pairs }) => gatheredIntegers(space.pairOwner, pairs))
  }

  #keep<Made>(name: string, make: (rows: Rows) => Made): Made {
    if (!this.#made.has(name)) this.#made.set(name, make(this.#rows))
    return this.#made.get(name) as Made
  }
}

// Loops stand here and not in the functions above: those are made anew for every market, and V8 compiles them anew as often.

function scaled(column: Float64Array, factor: number): Float64Array {
  const values = new Float64Array(column.length)
  for (let i = 0; i < values.length; i++) values[i] = column[i] * factor
  return values
}

function grossNotionals({ space, prices }: Rows, accounts: Int32Array): Float64Array {
  const { starts, market, quantity } = space.event.positions
  const { values: held } = quantity
  const values = new Float64Array(accounts.length)
  for (let i = 0; i < values.length; i++) {
    const end = starts[accounts[i] + 1]
    let gross = 0
    for (let p = starts[accounts[i]]; p < end; p++) gross += Math.abs(held[p]) * prices[market[p]]
    values[i] = gross
  }
  return values
}
