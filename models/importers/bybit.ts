import { add, type Decimal, signOf, zero } from '../../src/numeric/index.js'
import { mistake } from '../book/place.js'
import { amount, inMilliseconds, listIn, neededAmount, neededText, price, sideOf, text, withSign } from './amounts.js'
import { type FoundRecord, isPosition, type RecordKind } from './find-records.js'
import { importVenue, type VenueReader } from './import-venue.js'
import type { Imported, ImportOptions } from './importer.js'
import type { Ledger } from './ledger.js'
import type { VenueBalance, VenuePosition } from './venue-book.js'

type Kind = 'position' | 'wallet' | 'mark'

const kinds: readonly RecordKind<Kind>[] = [
  { name: 'position', fields: ['symbol', 'side', 'size'] },
  { name: 'wallet', fields: ['accountType', 'coin'] },
  { name: 'wallet', fields: ['totalEquity'] },
  { name: 'mark', fields: ['symbol', 'markPrice'], isOne: (record) => !isPosition(record) },
]

/**
 * Reads positions of Bybit (`/v5/position/list`) with the wallet (`/v5/account/wallet-balance`), linear and inverse.
 *
 * - n_ik = `size` with the sign of `side` (Buy, Sell); p_k = `markPrice`. `positionValue` is at the entry and is not used.
 * - e_i = `totalMarginBalance`, else `totalEquity`; where these are empty, and for inverse contracts, the `equity` of the coin.
 * - An inverse contract is worth 1 USD. Options are left out.
 */
export async function importBybit(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const asks = 'Give the answer of /v5/account/wallet-balance of this account in a file more.'
  const reader = (ledger: Ledger) => new BybitReader(ledger)
  return importVenue({ source: 'bybit', kinds, shared: ['mark'], reader, asks }, files, options)
}

class BybitReader implements VenueReader<Kind> {
  private readonly rows: VenuePosition[] = []
  private readonly wallets: { readonly found: FoundRecord<Kind>; readonly account: string }[] = []
  private readonly marks = new Map<string, Decimal>()

  constructor(private readonly ledger: Ledger) {}

  take(found: FoundRecord<Kind>, account: string): void {
    this.ledger.row()
    const { record, place, around } = found
    if (found.kind === 'wallet') this.wallets.push({ found, account })
    else if (found.kind === 'mark') {
      this.marks.set(neededText(record, place, ['symbol']), neededAmount(record, place, ['markPrice']))
    } else {
      const position = this.positionOf(found, account)
      if (position !== undefined) this.rows.push(position)
    }
    const { time } = around
    if (typeof time === 'number' && time > 1e12) this.ledger.at(inMilliseconds(time, time, () => 'time', 'time'))
  }

  private positionOf({ record, place, at, around }: FoundRecord<Kind>, account: string): VenuePosition | undefined {
    const market = neededText(record, place, ['symbol'])
    const category = text(record, ['category']) ?? text(around, ['category'])
    if (category === 'option' || /-[CP](-[A-Z]+)?$/.test(market)) return this.drop('option', at)
    if (category === 'spot') return this.drop('not-a-derivative', at)
    const size = neededAmount(record, place, ['size'], 'not-negative')
    if (signOf(size) === 0) return this.drop('flat-position', at)
    const word = neededText(record, place, ['side'])
    const quantity = withSign(size, sideOf(word, place, 'side', ['buy', 'long'], ['sell', 'short']))
    const coin = /^([A-Z0-9]+?)USD(?:[FGHJKMNQUVXZ]\d\d)?$/.exec(market)?.[1]
    const isInverse = category === 'inverse' || (category === undefined && coin !== undefined)
    if (isInverse && coin === undefined) {
      throw mistake(
        'unknown-market',
        place('symbol'),
        'an inverse contract whose coin is not in its name',
        market,
        'Import it by a table.',
      )
    }
    const isIsolated = String(record.tradeMode) === '1'
    const margin = isIsolated ? neededAmount(record, place, ['positionBalance']) : undefined
    return {
      ...{ at, place, account, market, quantity },
      entryPrice: price(record, place, ['avgPrice', 'entryPrice']),
      mark: price(record, place, ['markPrice']),
      ...(isInverse && { isInverse }),
      settles: isInverse && coin !== undefined ? coin : /(?:PERP$|USDC)|-(?:\d)/.test(market) ? 'USDC' : 'USDT',
      isolatedEquity: margin && add(margin, amount(record, place, ['unrealisedPnl']) ?? zero),
      maintenanceMargin: amount(record, place, ['positionMM']),
    }
  }

  private drop(reason: 'option' | 'not-a-derivative' | 'flat-position', at: string): undefined {
    this.ledger.drop(reason, at)
  }

  positions(): readonly VenuePosition[] {
    return this.rows.map((one) => ({ ...one, mark: one.mark ?? this.marks.get(one.market) }))
  }

  balances(positions: readonly VenuePosition[]): readonly VenueBalance[] {
    const isInverse = positions.some((one) => one.isInverse)
    return this.wallets.flatMap(({ found: { record, place, at }, account }): VenueBalance[] => {
      const total = isInverse ? undefined : amount(record, place, ['totalMarginBalance', 'totalEquity'])
      if (total !== undefined) {
        const walletBalance = amount(record, place, ['totalWalletBalance'])
        return [{ at, place, account, currency: undefined, equity: total, hasIsolated: true, walletBalance }]
      }
      return listIn(record, place, 'coin').map((coin, i) => {
        this.ledger.row()
        const inside = (field: string) => `${place('coin')}[${i}].${field}`
        return {
          ...{ at: `${at} coin[${i}]`, place: inside, account, hasIsolated: true },
          currency: neededText(coin, inside, ['coin']),
          equity: neededAmount(coin, inside, ['equity']),
          walletBalance: amount(coin, inside, ['walletBalance']),
        }
      })
    })
  }
}
