import {
  add,
  apportion,
  type Decimal,
  decimalOf,
  signOf,
  subtract,
  sumOf,
  toNumber,
} from '../../../src/numeric/index.js'
import type { MarketBook } from '../machinery/market-book.js'
import { marketPolicy } from '../machinery/market-policy.js'

/**
 * Pro rata in whole lots: N = ⌊Q/L⌋ lots, everybody gets the floor of the ideal N c_i/Σ c_j, and the lots that are left go
 * out one each by largest fractional part, past positions without another whole lot, round after round until
 * none is left. The published rule stops after one round and can under-deliver; it also rounds Q up. What no whole lot
 * can meet, Q − N L and lots that fit nowhere, is shared in proportion to what is left of the positions, so
 * that the demand is met exactly. L is the lot of the market, or one contract.
 */
export const integerProRata = marketPolicy('integer-pro-rata', {}, () => ({
  summary: 'pro rata in whole lots, by largest fractional part',
  formula: '⌊N c_i/Σ c_j⌋ lots, then one each by largest fractional part; N = ⌊Q/L⌋',
  source: 'https://github.com/pluriholonomic/autodeleveraging-analysis (contract pro rata), with a second pass',
  ties: 'the larger position, then the account name by code point',
  closing: 'shares',
  ranking: 'none',
  equity: 'none',
  needs: [],
  rule: closeLots,
}))

function closeLots(market: MarketBook): Decimal[] {
  const { capacity, count, demanded } = market
  const lot = demanded.market.lotSize ?? decimalOf(1)
  const scale = commonScale(market, lot)
  const wholeAt = (value: Decimal): bigint =>
    value.scale === scale ? value.digits : value.digits * 10n ** BigInt(scale - value.scale)
  const size = wholeAt(lot)
  const held = Array.from({ length: count }, (_, i) => wholeAt(capacity.exact(i)))
  const total = held.reduce((sum, contracts) => sum + contracts, 0n)
  const wanted = wholeAt(demanded.quantity) / size
  const lots = held.map((contracts) => (wanted * contracts) / total)
  let left = lots.reduce((rest, given) => rest - given, wanted)
  const hasRoom = (i: number): boolean => (lots[i] + 1n) * size <= held[i]
  const rows = Array.from(held, (_, i) => i)
  let open = left > 0n ? byFraction(market, rows.filter(hasRoom), held, { wanted, total }) : []
  while (left > 0n && open.length > 0) {
    for (const i of open) {
      if (left === 0n) break
      lots[i]++
      left--
    }
    open = open.filter(hasRoom)
  }
  const given = lots.map((number): Decimal => ({ digits: number * size, scale }))
  return shareRest(market, given)
}

function commonScale({ capacity, count, demanded }: MarketBook, lot: Decimal): number {
  let scale = Math.max(lot.scale, demanded.quantity.scale)
  for (let i = 0; i < count; i++) scale = Math.max(scale, capacity.exact(i).scale)
  return scale
}

/** Some rows by the fractional part of their ideal, the largest first; compared exactly. */
function byFraction(
  { accounts }: MarketBook,
  rows: number[],
  held: readonly bigint[],
  { wanted, total }: { readonly wanted: bigint; readonly total: bigint },
): number[] {
  const restOf = (i: number): bigint => (wanted * held[i]) % total
  const scale = Number(total)
  const keys = new Float64Array(held.length)
  for (const i of rows) keys[i] = Number(restOf(i)) / scale
  return rows.sort((i, j) => {
    // Doubles of fractions below one are good to 1e-15; nearer ones are compared as they are.
    if (Math.abs(keys[i] - keys[j]) > 1e-12) return keys[j] - keys[i]
    return descending(restOf(i), restOf(j)) || descending(held[i], held[j]) || (accounts[i] < accounts[j] ? -1 : 1)
  })
}

const descending = (a: bigint, b: bigint): number => (a > b ? -1 : a < b ? 1 : 0)

/** What whole lots leave of the demand, in proportion to what is left of the positions. */
function shareRest({ capacity, demanded }: MarketBook, given: readonly Decimal[]): Decimal[] {
  const rest = subtract(demanded.quantity, sumOf(given))
  if (signOf(rest) === 0) return [...given]
  const rooms = given.map((contracts, i) =>
    contracts.digits === 0n ? capacity.exact(i) : subtract(capacity.exact(i), contracts),
  )
  const open = toNumber(sumOf(rooms))
  const share = toNumber(rest) / open
  const more = apportion(
    Float64Array.from(rooms, (room) => share * toNumber(room)),
    rooms,
    rest,
  )
  return given.map((contracts, i) => (contracts.digits === 0n ? more[i] : add(contracts, more[i])))
}
