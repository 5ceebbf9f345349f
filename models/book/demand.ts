import {
  absolute,
  add,
  compare,
  type Decimal,
  negate,
  signOf,
  toNumber,
  toText,
  zero,
} from '../../src/numeric/index.js'
import type { Book, Demand } from './event.js'
import { withoutAccounts } from './group-positions.js'
import { mistake } from './place.js'

/** Sums of doubles this far apart, relatively, are in the same order as the exact sums: a million terms err by 1e-10. */
const CLEARLY = 1e-9

/**
 * The demand that follows from a book (docs/formats.md). Accounts with e_i < 0 that are not exempt are taken over: they
 * leave, and the venue holds their net N_k = Σ n_ik, exactly. It closes N_k against the opposite side: N_k > 0 (net
 * long) demands |N_k| of the shorts that are left, N_k < 0 of the longs, N_k = 0 nothing.
 */
export function deriveDemand(given: Book): Book & { readonly demand: readonly Demand[]; readonly takenOver: string[] } {
  const { accounts, positions } = given
  const isTakenOver = (i: number): boolean => accounts.equity.values[i] < 0 && accounts.exempt?.[i] !== 1
  const takenOver = accounts.names.filter((_, i) => isTakenOver(i))
  if (takenOver.length === 0) return { ...given, demand: [], takenOver }
  const net: Decimal[] = given.markets.map(() => zero)
  for (let i = 0; i < accounts.count; i++) {
    if (!isTakenOver(i)) continue
    for (let j = positions.starts[i]; j < positions.starts[i + 1]; j++) {
      const k = positions.market[j]
      net[k] = add(net[k], positions.quantity.exact(j))
    }
  }
  const demand = net.flatMap((total, market): Demand[] => {
    const sign = signOf(total)
    return sign === 0 ? [] : [{ market, side: sign === 1 ? -1 : 1, quantity: absolute(total) }]
  })
  const book = withoutAccounts(given, isTakenOver)
  const [fault] = demandFaults(book, demand, () => 'demand', 'It is derived from accounts with negative equity. ')
  if (fault !== undefined) throw fault
  return { ...book, demand, takenOver }
}

/** `demand-exceeds-holdings` wherever a side holds less than is demanded of it, compared exactly. */
export function demandFaults(
  book: Book,
  demand: readonly Demand[],
  path: (k: number) => string,
  origin = '',
): readonly Error[] {
  const asked = demand.map((entry, k) => ({ ...entry, k, wanted: toNumber(entry.quantity), held: 0 }))
  const ofMarket = new Map(asked.map((entry) => [entry.market, entry]))
  const { market, quantity } = book.positions
  for (const j of closable(book)) {
    const entry = ofMarket.get(market[j])
    if (entry !== undefined) entry.held += Math.max(0, entry.side * quantity.values[j])
  }
  return asked.flatMap((entry) => {
    if (entry.wanted <= entry.held * (1 - CLEARLY)) return []
    const held = holdings(book, entry)
    if (compare(entry.quantity, held) <= 0) return []
    const side = entry.side === 1 ? 'long' : 'short'
    const name = JSON.stringify(book.markets[entry.market].market)
    return mistake(
      'demand-exceeds-holdings',
      path(entry.k),
      `the ${side} positions in ${name} are ${toText(held)} in all${book.accounts.exempt ? ', without exempt accounts' : ''}`,
      toText(entry.quantity),
      `${origin}Demand at most what the side holds, or add the accounts that are missing.`,
    )
  })
}

/** The positions of accounts that are not exempt. */
function* closable({ accounts, positions }: Book): Generator<number> {
  for (let i = 0; i < accounts.count; i++) {
    if (accounts.exempt?.[i] === 1) continue
    for (let j = positions.starts[i]; j < positions.starts[i + 1]; j++) yield j
  }
}

/** Σ_i c_ik: what a side of a market holds that may be closed, exactly. */
function holdings(book: Book, { market, side }: Demand): Decimal {
  const { positions } = book
  let total = zero
  for (const j of closable(book)) {
    if (positions.market[j] === market && side * positions.quantity.values[j] > 0) {
      total = add(total, positions.quantity.exact(j))
    }
  }
  return side === 1 ? total : negate(total)
}
