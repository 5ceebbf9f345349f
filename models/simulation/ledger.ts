import {
  absolute,
  add,
  type Decimal,
  DecimalArray,
  type Decimals,
  DecimalTotal,
  multiply,
  negate,
  signOf,
  splitInto,
  subtract,
  zero,
} from '../../src/numeric/index.js'
import { ChangeLog } from './change-log.js'
import type { CrisisBook } from './crisis-book.js'
import { equityOf, type Holdings } from './holdings.js'

/** Who can pay and be paid besides accounts. `clearing` is the venue in the middle of an ADL; it ends every step with nothing. */
export type Party = 'fund' | 'outside' | 'clearing'

/** What is in the middle: sums that grow by every trade of an ADL. */
export interface Clearing {
  readonly cash: DecimalTotal
  /** By market. */
  readonly contracts: readonly DecimalTotal[]
}

const emptyClearing = (markets: number): Clearing => ({
  cash: new DecimalTotal(),
  contracts: Array.from({ length: markets }, () => new DecimalTotal()),
})

/**
 * Who holds what at one moment of a crisis, in exact decimals, with doubles beside them for what only screens.
 *
 * Cash b_i is the equity that is not profit: e_i = b_i + Σ_k n_ik p_k, so that cash and positions change by trades only, never
 * by prices. Every change has two ends; hence Σ_i b_i + fund + outside − written off is constant, and what accounts and outside
 * hold nets to zero in each market (counted again after every step, over what it has changed).
 *
 * A ledger is changed in place, for a copy of a large book costs more than a step in which little happens.
 */
export class Ledger implements Holdings {
  private constructor(
    readonly crisis: CrisisBook,
    private readonly ownCash: DecimalArray,
    readonly cashValues: Float64Array,
    /** What the doubles leave of the decimals. */
    readonly cashRests: Float64Array,
    private readonly ownQuantity: DecimalArray,
    readonly quantityValues: Float64Array,
    readonly quantityRests: Float64Array,
    readonly money: Record<'fund' | 'outside', Decimal>,
    /** Contracts of the outside by market. */
    readonly outside: Decimal[],
    readonly clearing: Clearing,
    /** Debts of accounts that left, which nobody paid. */
    public writtenOff: Decimal,
    /** What this step has changed. */
    readonly step: StepChanges,
  ) {}

  /** b_i. */
  get cash(): Decimals {
    return this.ownCash
  }

  /** n_ik by position. */
  get quantity(): Decimals {
    return this.ownQuantity
  }

  /** The book before the crisis: cash is equity less the value of positions, and the outside holds the other side. */
  static open(crisis: CrisisBook): Ledger {
    const { markets, accounts, positions } = crisis.book
    const cash = new DecimalArray(accounts.count)
    const quantity = new DecimalArray(positions.count)
    const outside = markets.map(() => zero)
    for (let i = 0; i < accounts.count; i++) {
      let rest = accounts.equity.exact(i)
      for (let j = positions.starts[i]; j < positions.starts[i + 1]; j++) {
        const k = positions.market[j]
        const held = positions.quantity.exact(j)
        quantity.set(j, held)
        rest = subtract(rest, multiply(held, markets[k].markPrice))
        outside[k] = subtract(outside[k], held)
      }
      cash.set(i, rest)
    }
    const [cashValues, cashRests] = pairsOf(cash)
    const [quantityValues, quantityRests] = pairsOf(quantity)
    return new Ledger(
      crisis,
      cash,
      cashValues,
      cashRests,
      quantity,
      quantityValues,
      quantityRests,
      { fund: crisis.venue.insuranceFund, outside: zero },
      outside,
      emptyClearing(markets.length),
      zero,
      {
        cash: new ChangeLog(cash.length),
        quantity: new ChangeLog(quantity.length),
        before: { money: { fund: zero, outside: zero }, outside, writtenOff: zero },
      },
    )
  }

  /** A step begins: what is there now is what it may not lose. */
  beginStep(): void {
    this.step.cash.clear()
    this.step.quantity.clear()
    this.step.before = {
      money: { ...this.money },
      outside: this.outside.slice(),
      writtenOff: this.writtenOff,
    }
  }

  /** The same moment again, in the middle of a step or not. */
  copy(): Ledger {
    const { cash, quantity, before } = this.step
    const clearing = emptyClearing(this.outside.length)
    clearing.cash.add(this.clearing.cash.value)
    this.clearing.contracts.forEach(({ value }, k) => {
      clearing.contracts[k].add(value)
    })
    return new Ledger(
      this.crisis,
      this.ownCash.slice(),
      this.cashValues.slice(),
      this.cashRests.slice(),
      this.ownQuantity.slice(),
      this.quantityValues.slice(),
      this.quantityRests.slice(),
      { ...this.money },
      this.outside.slice(),
      clearing,
      this.writtenOff,
      { cash: cash.copy(), quantity: quantity.copy(), before },
    )
  }

  /** An account pays a party, or is paid where the amount is negative. */
  pay(account: number, party: Party, amount: Decimal): void {
    this.setCash(account, subtract(this.cash.exact(account), amount))
    this.receive(party, amount)
  }

  /** One party pays another. */
  transfer(from: Party, to: Party, amount: Decimal): void {
    this.receive(from, negate(amount))
    this.receive(to, amount)
  }

  /** A position grows by signed contracts at a price, against a party. */
  trade(position: number, contracts: Decimal, price: Decimal, party: 'outside' | 'clearing'): void {
    this.deliver(position, contracts, party)
    this.pay(this.crisis.holder[position], party, multiply(contracts, price))
  }

  /** The contracts of a trade change hands; what is paid for them is another line of it. */
  deliver(position: number, contracts: Decimal, party: 'outside' | 'clearing'): void {
    this.setQuantity(position, add(this.quantity.exact(position), contracts))
    const k = this.crisis.book.positions.market[position]
    if (party === 'clearing') this.clearing.contracts[k].subtract(contracts)
    else this.outside[k] = subtract(this.outside[k], contracts)
  }

  /** An ADL closes contracts of a position of a side against clearing; what is paid for them is `credit`. */
  reduce(position: number, side: 1 | -1, contracts: Decimal): void {
    const before = this.quantity.exact(position)
    this.setQuantity(position, side > 0 ? subtract(before, contracts) : add(before, contracts))
    const given = this.clearing.contracts[this.crisis.book.positions.market[position]]
    if (side > 0) given.add(contracts)
    else given.subtract(contracts)
  }

  /** Clearing pays an account, or is paid where the amount is negative. */
  credit(account: number, amount: Decimal): void {
    this.setCash(account, add(this.cash.exact(account), amount))
    this.clearing.cash.subtract(amount)
  }

  /** An account whose debt nobody pays leaves with nothing. */
  writeOff(account: number): void {
    this.writtenOff = subtract(this.writtenOff, this.cash.exact(account))
    this.setCash(account, zero)
  }

  /** e_i at some marks. */
  equity(account: number, prices: readonly Decimal[]): Decimal {
    return equityOf(this, account, prices)
  }

  /** Σ_k w_k |n_ik| p_k; w = 1 unless given. */
  notional(account: number, prices: readonly Decimal[], weights?: readonly Decimal[]): Decimal {
    const { starts, market } = this.crisis.book.positions
    let sum = zero
    for (let j = starts[account]; j < starts[account + 1]; j++) {
      if (this.quantityValues[j] === 0) continue
      const part = multiply(absolute(this.quantity.exact(j)), prices[market[j]])
      sum = add(sum, weights === undefined ? part : multiply(part, weights[market[j]]))
    }
    return sum
  }

  /** What is owed where cash is below zero. */
  debt(account: number): Decimal {
    return negate(this.cash.exact(account))
  }

  private receive(party: Party, amount: Decimal): void {
    if (party === 'clearing') this.clearing.cash.add(amount)
    else this.money[party] = add(this.money[party], amount)
  }

  private setCash(account: number, cash: Decimal): void {
    this.step.cash.note(account, this.ownCash)
    this.ownCash.set(account, cash)
    splitInto(cash, account, this.cashValues, this.cashRests)
  }

  private setQuantity(position: number, held: Decimal): void {
    this.step.quantity.note(position, this.ownQuantity)
    this.ownQuantity.set(position, held)
    splitInto(held, position, this.quantityValues, this.quantityRests)
    // A position that is too small for a double is there: by its double everybody knows whether an account holds it.
    if (this.quantityValues[position] === 0) this.quantityValues[position] = signOf(held) * Number.MIN_VALUE
  }
}

/** What a step has changed so far. */
export interface StepChanges {
  /** By account and by position. */
  readonly cash: ChangeLog
  readonly quantity: ChangeLog
  /** What the parties had when it began; clearing has nothing between steps. */
  before: {
    readonly money: Readonly<Record<'fund' | 'outside', Decimal>>
    readonly outside: readonly Decimal[]
    readonly writtenOff: Decimal
  }
}

/** The nearest doubles of decimals, and what these leave. */
function pairsOf(decimals: Decimals): readonly [values: Float64Array, rests: Float64Array] {
  const values = new Float64Array(decimals.length)
  const rests = new Float64Array(decimals.length)
  for (let i = 0; i < decimals.length; i++) splitInto(decimals.exact(i), i, values, rests)
  return [values, rests]
}
