import {
  absolute,
  add,
  compare,
  type Decimal,
  decimalOf,
  multiply,
  roundedQuotient,
  signOf,
  smallerOf,
  subtract,
  zero,
} from '../../src/index.js'
import type { Demand } from '../book/index.js'
import type { Ledger } from './ledger.js'
import { lastDigitOf, roundSignificant } from './significant.js'

/** What the accounts taken over hold in one market, and what is to be done about it. */
export interface TakenMarket {
  /** Index of the market. */
  readonly market: number
  /** N_k, their net contracts, signed. */
  readonly net: Decimal
  /** Σ |n_ik| over those on the side of the net. */
  readonly held: Decimal
  /** a_k: the price at which their positions, and those of the ADL, are closed. */
  readonly price: Decimal
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
 * @param isEligible accounts that an ADL may reduce
 */
export function netTakenOver(
  ledger: Ledger,
  prices: readonly Decimal[],
  takenOver: readonly number[],
  isEligible: (account: number) => boolean,
): TakenMarket[] {
  const { markets, positions } = ledger.crisis.book
  const net = markets.map(() => zero)
  const isHeld = new Uint8Array(markets.length)
  for (const j of positionsOf(ledger, takenOver)) {
    const k = positions.market[j]
    net[k] = add(net[k], ledger.quantity[j])
    isHeld[k] = 1
  }
  const room = heldAgainst(ledger, net, isEligible)
  const pricing = ledger.crisis.venue.adlPrice === 'mark' ? undefined : bankruptcyPricing(ledger, prices, takenOver)
  return markets.flatMap((_, k): TakenMarket[] => {
    if (isHeld[k] === 0) return []
    const size = absolute(net[k])
    const demanded = smallerOf(size, room[k])
    const { price, held } = pricing?.(k, signOf(net[k])) ?? { price: prices[k], held: zero }
    return [{ market: k, net: net[k], held, price, demanded, excess: subtract(size, demanded) }]
  })
}

/** The demand that a policy is given: the side against the net. */
export function demandOf(taken: readonly TakenMarket[]): Demand[] {
  return taken
    .filter(({ demanded }) => signOf(demanded) > 0)
    .map(({ market, net, demanded }) => ({ market, side: signOf(net) > 0 ? -1 : 1, quantity: demanded }))
}

/** Positions of some accounts that are not zero. */
export function* positionsOf(ledger: Ledger, accounts: readonly number[]): Generator<number> {
  const { starts } = ledger.crisis.book.positions
  for (const i of accounts) {
    for (let j = starts[i]; j < starts[i + 1]; j++) if (ledger.quantityValues[j] !== 0) yield j
  }
}

/** By market, what eligible accounts hold against the net. */
function heldAgainst(ledger: Ledger, net: readonly Decimal[], isEligible: (account: number) => boolean): Decimal[] {
  const { book, holder } = ledger.crisis
  const side = net.map(signOf)
  const sums = net.map(() => zero)
  for (let j = 0; j < ledger.quantity.length; j++) {
    const k = book.positions.market[j]
    if (side[k] * ledger.quantityValues[j] >= 0 || !isEligible(holder[j])) continue
    sums[k] = add(sums[k], absolute(ledger.quantity[j]))
  }
  return sums
}

/**
 * The mean of the bankruptcy prices of the accounts on the side of the net, weighted by their contracts:
 *
 *     p_k (1 − s μ_k e_i / M_i),   M_i = Σ_l μ_l |n_il| p_l,   s the sign of n_ik,
 *
 * at which closing everything leaves an account exactly nothing. Where M_i = 0, as with maintenance rates of zero, notional takes the
 * place of margin. Rounded to twelve significant digits, halves away from zero, and at least one unit of the mark's twelfth digit. A
 * net of zero has no side, and the mark is the price.
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
  return (k: number, side: -1 | 0 | 1): { readonly price: Decimal; readonly held: Decimal } => {
    if (side === 0) return { price: prices[k], held: zero }
    let held = zero
    let sum = zero
    for (const j of positionsOf(ledger, takenOver)) {
      if (book.positions.market[j] !== k || side * ledger.quantityValues[j] < 0) continue
      const { isMargined, ratio } = ratios.get(holder[j])!
      const contracts = absolute(ledger.quantity[j])
      held = add(held, contracts)
      sum = add(sum, multiply(contracts, ratio(isMargined ? maintenance[k] : one)))
    }
    const shift = multiply({ digits: BigInt(side), scale: 0 }, quotient(sum, held))
    const price = roundSignificant(multiply(prices[k], subtract(one, shift)), PRICE_DIGITS)
    const least = lastDigitOf(prices[k], PRICE_DIGITS)
    return { price: compare(price, least) < 0 ? least : price, held }
  }
}

const quotient = (a: Decimal, b: Decimal): Decimal => roundedQuotient(a, b, RATIO_PLACES, 'down')
