import {
  absolute,
  add,
  compare,
  type Decimal,
  DecimalTotal,
  decimalOf,
  multiply,
  negate,
  roundedQuotient,
  signOf,
  smallerOf,
  subtract,
  toNumber,
  zero,
} from '../../src/numeric/index.js'
import type { Demand } from '../book/index.js'
import { sized } from './crisis-book.js'
import type { Ledger } from './ledger.js'
import { lastDigitOf, roundSignificant } from './significant.js'

/** Marks of a step, per contract and per unit. */
export interface Marks {
  readonly prices: readonly Decimal[]
  readonly quoted: readonly Decimal[]
}

/** What the accounts taken over hold in one market, and what is to be done about it. */
export interface TakenMarket {
  /** Index of the market. */
  readonly market: number
  /** N_k, their net contracts, signed. */
  readonly net: Decimal
  /** a_k: the price per contract at which their positions, and those of the ADL, are closed; and the same per unit. */
  readonly price: Decimal
  readonly quotedPrice: Decimal
  /** Q_k ≤ |N_k|: what is demanded of the other side. */
  readonly demanded: Decimal
  /** |N_k| − Q_k: what the other side does not hold, and the market takes. */
  readonly excess: Decimal
}

const PRICE_DIGITS = 12
/** Places of e_i/M_i: far more than the twelve digits to which the price is rounded. */
const RATIO_PLACES = 40
const one = decimalOf(1)

/**
 * Nets the accounts taken over, market by market. Markets that none of them holds are not listed; one in which they net to zero
 * is closed at the mark and demands nothing.
 *
 * @param isOut by account, 1 where an ADL may not reduce it
 */
export function netTakenOver(
  ledger: Ledger,
  { prices, quoted }: Marks,
  takenOver: readonly number[],
  isOut: Uint8Array,
): TakenMarket[] {
  const { crisis } = ledger
  const { markets, positions } = crisis.book
  const net = markets.map(() => zero)
  const isHeld = new Uint8Array(markets.length)
  for (const j of positionsOf(ledger, takenOver)) {
    const k = positions.market[j]
    net[k] = add(net[k], ledger.quantity.exact(j))
    isHeld[k] = 1
  }
  const most = withinRoom(ledger, net, isOut)
  const pricing = crisis.venue.adlPrice === 'mark' ? undefined : bankruptcyPricing(ledger, prices, takenOver)
  return markets.flatMap((_, k): TakenMarket[] => {
    if (isHeld[k] === 0) return []
    const size = absolute(net[k])
    const demanded = most(k, size)
    const shift = pricing?.(k, signOf(net[k]))
    const quotedPrice = shift === undefined ? quoted[k] : shiftedPrice(quoted[k], shift)
    const price = sized(quotedPrice, crisis.quoted.markets[k].contractSize)
    return [{ market: k, net: net[k], price, quotedPrice, demanded, excess: subtract(size, demanded) }]
  })
}

/** The demand that a policy is given: the side against the net. */
export function demandOf(taken: readonly TakenMarket[]): Demand[] {
  return taken
    .filter(({ demanded }) => signOf(demanded) > 0)
    .map(({ market, net, demanded }) => ({ market, side: signOf(net) > 0 ? -1 : 1, quantity: demanded }))
}

/** Positions of some accounts that are not zero. */
export function positionsOf(ledger: Ledger, accounts: readonly number[]): number[] {
  const { starts } = ledger.crisis.book.positions
  const { quantityValues } = ledger
  const held: number[] = []
  for (const i of accounts) {
    for (let j = starts[i]; j < starts[i + 1]; j++) if (quantityValues[j] !== 0) held.push(j)
  }
  return held
}

/**
 * Of a size in a market, what eligible accounts hold against the net. Doubles decide where they can: a sum of t of them
 * is off by at most (t + 1) 2⁻⁵³ of itself, far less than is granted for any book that fits in memory.
 */
function withinRoom(ledger: Ledger, net: readonly Decimal[], isOut: Uint8Array) {
  const { book, holder } = ledger.crisis
  const { market } = book.positions
  const { exempt } = book.accounts
  const { quantity, quantityValues } = ledger
  const side = Int8Array.from(net, signOf)
  const isEligible = (j: number): boolean => isOut[holder[j]] === 0 && exempt?.[holder[j]] !== 1
  const rooms = new Float64Array(net.length)
  for (let j = 0; j < market.length; j++) {
    const against = -side[market[j]] * quantityValues[j]
    if (against > 0 && isEligible(j)) rooms[market[j]] += against
  }
  return (k: number, size: Decimal): Decimal => {
    if (toNumber(size) < rooms[k] * (1 - GRANTED)) return size
    const room = new DecimalTotal()
    for (let j = 0; j < market.length; j++) {
      if (market[j] === k && side[k] * quantityValues[j] < 0 && isEligible(j)) room.add(absolute(quantity.exact(j)))
    }
    return smallerOf(size, room.value)
  }
}

const GRANTED = 1e-6

/**
 * The mean of the bankruptcy prices of the accounts on the side of the net, weighted by their contracts:
 *
 *     p_k (1 − s μ_k e_i / M_i),   M_i = Σ_l μ_l |n_il| p_l,   s the sign of n_ik,
 *
 * at which closing everything leaves an account exactly nothing. Where M_i = 0, as with maintenance rates of zero,
 * notional takes the place of margin. A net of zero has no side, and the mark is the price.
 *
 * @returns by market and side of the net, the mean of s μ_k e_i / M_i
 */
function bankruptcyPricing(ledger: Ledger, prices: readonly Decimal[], takenOver: readonly number[]) {
  const { book, maintenance, holder } = ledger.crisis
  const ratios = new Map(
    takenOver.map((i) => {
      const margin = ledger.notional(i, prices, maintenance)
      const isMargined = signOf(margin) > 0
      const base = isMargined ? margin : ledger.notional(i, prices)
      const equity = ledger.equity(i, prices)
      return [i, { isMargined, ratio: (weight: Decimal) => quotient(multiply(weight, equity), base) }] as const
    }),
  )
  return (k: number, side: -1 | 0 | 1): Decimal | undefined => {
    if (side === 0) return undefined
    let held = zero
    let sum = zero
    for (const j of positionsOf(ledger, takenOver)) {
      if (book.positions.market[j] !== k || side * ledger.quantityValues[j] < 0) continue
      const { isMargined, ratio } = ratios.get(holder[j])!
      const contracts = absolute(ledger.quantity.exact(j))
      held = add(held, contracts)
      sum = add(sum, multiply(contracts, ratio(isMargined ? maintenance[k] : one)))
    }
    const mean = quotient(sum, held)
    return side > 0 ? mean : negate(mean)
  }
}

/**
 * p (1 − shift) per unit, to twelve significant digits, halves away from zero, and at least one unit of the mark's
 * twelfth digit.
 */
function shiftedPrice(mark: Decimal, shift: Decimal): Decimal {
  const price = roundSignificant(multiply(mark, subtract(one, shift)), PRICE_DIGITS)
  const least = lastDigitOf(mark, PRICE_DIGITS)
  return compare(price, least) < 0 ? least : price
}

const quotient = (a: Decimal, b: Decimal): Decimal => roundedQuotient(a, b, RATIO_PLACES, 'down')
