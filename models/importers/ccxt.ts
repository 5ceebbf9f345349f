import { absolute, type Decimal, multiply, signOf } from '../../src/numeric/index.js'
import { isObject } from '../../src/validation.js'
import { mistake } from '../book/place.js'
import {
  amount,
  moment,
  neededAmount,
  neededText,
  onSide,
  price,
  printedSlack,
  quotientWithin,
  sideOf,
  text,
} from './amounts.js'
import type { FoundRecord, RecordKind } from './find-records.js'
import { importVenue, type VenueReader } from './import-venue.js'
import type { Imported, ImportOptions } from './importer.js'
import type { Ledger } from './ledger.js'
import type { VenueBalance, VenuePosition } from './venue-book.js'

type Kind = 'position' | 'balance'

const kinds: readonly RecordKind<Kind>[] = [
  { name: 'position', fields: ['symbol', 'contracts'] },
  { name: 'balance', fields: ['total'], isOne: ({ total }) => isObject(total) },
]

const one: Decimal = { digits: 1n, scale: 0 }

/**
 * Reads positions of ccxt (`fetchPositions`) with the balance (`fetchBalance`), of any venue.
 *
 * - n_ik = `contracts` with the sign of `side`; s_k = `contractSize`; p_k = `markPrice`, else `notional` / (n s).
 * - e_i = `total` of the currency that the symbol settles in (`BTC/USDT:USDT`); of an isolated position `collateral`.
 * - A symbol that settles in its base (`BTC/USD:BTC`) is inverse. Spot symbols and options are left out.
 */
export async function importCcxt(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const asks = 'Give the answer of fetchBalance of this account in a file more.'
  const reader = (ledger: Ledger) => new CcxtReader(ledger)
  return importVenue({ source: 'ccxt', kinds, reader, asks }, files, options)
}

class CcxtReader implements VenueReader<Kind> {
  private readonly rows: VenuePosition[] = []
  private readonly infos: { readonly found: FoundRecord<Kind>; readonly account: string }[] = []

  constructor(private readonly ledger: Ledger) {}

  take(found: FoundRecord<Kind>, account: string): void {
    this.ledger.row()
    if (found.kind === 'balance') {
      this.infos.push({ found, account })
      return
    }
    const position = this.positionOf(found, account)
    if (position === undefined) return
    this.rows.push(position)
    const time = moment(found.record, found.place, ['timestamp'])
    if (time !== undefined) this.ledger.at(time)
  }

  private positionOf({ record, place, at }: FoundRecord<Kind>, account: string): VenuePosition | undefined {
    const market = neededText(record, place, ['symbol'])
    const [pair, settlement] = market.split(':')
    if (settlement === undefined) return this.drop('not-a-derivative', at)
    if (/-[CP]$/.test(settlement)) return this.drop('option', at)
    const settles = settlement.split('-')[0]
    const isInverse = pair.split('/')[0] === settles
    const notional = amount(record, place, ['notional'])
    const mark = price(record, place, ['markPrice'])
    const contractSize = this.sizeOf(record, place, at)
    const contracts =
      amount(record, place, ['contracts']) ?? this.contractsFrom(notional, mark, contractSize, isInverse, at)
    if (contracts === undefined) return this.drop('no-contracts', at)
    if (signOf(contracts) === 0) return this.drop('flat-position', at)
    const word = text(record, ['side'])
    // Without a side a negative number is a short; of a positive one nobody can tell, for ccxt gives sizes without a sign.
    if (word === undefined && signOf(contracts) > 0) {
      const cure = 'Give `side` for every position: long or short.'
      throw mistake('unknown-side', place('side'), 'a position without a side', record.side, cure)
    }
    const quantity =
      word === undefined
        ? contracts
        : onSide(contracts, sideOf(word, place, 'side', ['long', 'buy'], ['short', 'sell']), place, 'contracts')
    if (word === undefined) this.ledger.repair('side-from-quantity', at)
    const isIsolated = text(record, ['marginMode']) === 'isolated'
    return {
      ...{ at, place, account, market, quantity, contractSize },
      entryPrice: price(record, place, ['entryPrice']),
      mark: mark ?? this.markFrom(notional, multiply(contracts, contractSize), isInverse, at),
      ...(isInverse && { isInverse }),
      settles,
      isolatedEquity: isIsolated ? neededAmount(record, place, ['collateral']) : undefined,
      maintenanceMargin: amount(record, place, ['maintenanceMargin']),
    }
  }

  private drop(reason: 'option' | 'not-a-derivative' | 'flat-position' | 'no-contracts', at: string): undefined {
    this.ledger.drop(reason, at)
  }

  private sizeOf(record: FoundRecord<Kind>['record'], place: FoundRecord<Kind>['place'], at: string): Decimal {
    const size = amount(record, place, ['contractSize'], 'positive')
    if (size === undefined) this.ledger.complete('contract-size-one', at)
    return size ?? one
  }

  /** |notional| / (p s), of an inverse contract |notional| p / s. */
  private contractsFrom(
    notional: Decimal | undefined,
    mark: Decimal | undefined,
    size: Decimal,
    isInverse: boolean,
    at: string,
  ): Decimal | undefined {
    if (notional === undefined || mark === undefined || signOf(notional) === 0) return undefined
    this.ledger.repair('contracts-from-notional', at)
    const slack = printedSlack(notional)
    if (!isInverse) return quotientWithin(notional, multiply(mark, size), slack)
    return quotientWithin(multiply(notional, mark), size, multiply(slack, mark))
  }

  private markFrom(notional: Decimal | undefined, units: Decimal, isInverse: boolean, at: string): Decimal | undefined {
    if (notional === undefined || signOf(notional) === 0 || isInverse) return undefined
    this.ledger.repair('mark-from-notional', at)
    return absolute(quotientWithin(notional, units, printedSlack(notional)))
  }

  positions(): readonly VenuePosition[] {
    return this.rows
  }

  balances(): readonly VenueBalance[] {
    if (this.infos.length > 0) this.ledger.cannotSay('balance-as-equity')
    return this.infos.flatMap(({ found: { record, place, at }, account }) => {
      const total = isObject(record.total) ? record.total : {}
      const inside = (field: string) => `${place('total')}.${field}`
      return Object.keys(total).map((currency): VenueBalance => {
        if (currency !== Object.keys(total)[0]) this.ledger.row()
        const equity = neededAmount(total, inside, [currency])
        return {
          at: `${at} total.${currency}`,
          place: () => inside(currency),
          account,
          currency,
          equity,
          hasIsolated: true,
        }
      })
    })
  }
}
