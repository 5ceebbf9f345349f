import { compare, signOf, zero } from '../../src/numeric/index.js'
import { entry } from './fill-waves.js'
import type { Ledger } from './ledger.js'
import type { VenueBalance } from './venue-rows.js'

/** What an account has for its cross positions. */
export interface CrossEquity {
  readonly balance: VenueBalance
  /** Currencies besides the one of settlement that may stand for its positions too, and whose worth is not known. */
  readonly elsewhere: readonly VenueBalance[]
}

/**
 * The equity of every account in the currency in which positions settle:
 *
 * - one that is stated for all currencies, else
 * - the total in dollars by which the venue margins, where the account has other currencies and a dollar is what positions settle in, else
 * - the balance of the currency; others are dropped, and named where the venue may margin by them.
 */
export function crossEquities(
  balances: readonly VenueBalance[],
  settles: string,
  ledger: Ledger,
): ReadonlyMap<string, CrossEquity> {
  const byAccount = new Map<string, VenueBalance[]>()
  for (const balance of balances) entry(byAccount, balance.account, () => []).push(balance)
  const equities = new Map<string, CrossEquity>()
  for (const [account, own] of byAccount) {
    const found = equityOf(own, settles, ledger)
    if (found !== undefined) equities.set(account, found)
  }
  return equities
}

function equityOf(own: readonly VenueBalance[], settles: string, ledger: Ledger): CrossEquity | undefined {
  const direct = own.filter(({ currency, isDollarTotal }) => !isDollarTotal && (currency ?? settles) === settles)
  const [first] = direct
  const others = own.filter(({ currency }) => currency !== undefined && currency !== settles)
  const held = others.filter(({ equity }) => signOf(equity) !== 0)
  const isStated = first !== undefined && first.currency === undefined
  const total = own.find(({ isDollarTotal }) => isDollarTotal)
  if (!isStated && held.length > 0 && total !== undefined && isDollar(settles)) {
    ledger.repair('account-total', total.at)
    return { balance: total, elsewhere: [] }
  }
  for (const { at } of others) ledger.drop('other-currency', at)
  for (const { at, equity } of direct.slice(1)) {
    if (compare(first.equity, equity) !== 0) ledger.repair('equity-disagrees', at)
  }
  const elsewhere = isStated ? [] : held.filter(({ isApart }) => !isApart)
  if (first !== undefined) return { balance: first, elsewhere }
  const [other] = elsewhere
  return other && { balance: { ...other, currency: settles, equity: zero, walletBalance: undefined }, elsewhere }
}

const isDollar = (currency: string): boolean => /USD|^DAI$/.test(currency)
