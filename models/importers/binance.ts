import { absolute, add, compare, type Decimal, multiply, signOf, zero } from '../../src/numeric/index.js'
import { mistake } from '../book/place.js'
import {
  amount,
  listIn,
  neededAmount,
  neededText,
  price,
  printedSlack,
  quotientWithin,
  sideOf,
  text,
  withSign,
} from './amounts.js'
import { type FoundRecord, isPosition, type Json, type RecordKind } from './find-records.js'
import { importVenue, type VenueReader } from './import-venue.js'
import type { Imported, ImportOptions } from './importer.js'
import type { Ledger } from './ledger.js'
import type { VenueBalance, VenuePosition } from './venue-book.js'

type Kind = 'position' | 'account' | 'balance' | 'contract' | 'mark' | 'mode'

const kinds: readonly RecordKind<Kind>[] = [
  { name: 'position', fields: ['symbol', 'positionAmt'] },
  { name: 'account', fields: ['assets', 'positions'] },
  { name: 'account', fields: ['totalMarginBalance'] },
  { name: 'balance', fields: ['asset', 'balance'] },
  { name: 'mode', fields: ['multiAssetsMargin'] },
  { name: 'contract', fields: ['symbol', 'contractSize'] },
  { name: 'mark', fields: ['symbol', 'markPrice'], isOne: (record) => !isPosition(record) },
]

/**
 * Reads positions of Binance (`positionRisk`) with the account (`account`) or its balances (`balance`), of USDⓈ-M and
 * COIN-M futures.
 *
 * - n_ik = `positionAmt`; a position of `positionSide` SHORT is negative; p_k = `markPrice`.
 * - e_i = `crossWalletBalance` + `crossUnPnl`; in multi-assets mode `totalCrossWalletBalance` + `totalCrossUnPnl`; of an isolated position, which is an account of its own, `isolatedMargin`.
 * - COIN-M contracts are inverse; their size comes from `contractSize` (exchangeInfo), else from `notionalValue`.
 */
export async function importBinance(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const reader = (ledger: Ledger) => new BinanceReader(ledger)
  const asks =
    'Give the answer of /fapi/v3/account or /fapi/v3/balance (COIN-M: /dapi/v1) of this account in a file more.'
  return importVenue({ source: 'binance', kinds, shared: ['contract', 'mark'], reader, asks }, files, options)
}

interface Row {
  readonly found: FoundRecord<Kind>
  readonly account: string
}

class BinanceReader implements VenueReader<Kind> {
  private readonly rows: Row[] = []
  private readonly infos: Row[] = []
  private readonly list: VenueBalance[] = []
  /** By account, whether it is margined over all its assets. */
  private readonly modes = new Map<string, boolean>()
  private readonly sizes = new Map<string, Decimal>()
  private readonly marks = new Map<string, Decimal>()

  constructor(private readonly ledger: Ledger) {}

  take(found: FoundRecord<Kind>, account: string): void {
    const { kind, record, place } = found
    this.ledger.row()
    if (kind === 'position') this.rows.push({ found, account })
    else if (kind === 'account') this.infos.push({ found, account })
    else if (kind === 'balance') this.list.push(balanceOf(found, record, account))
    else if (kind === 'mode') this.modes.set(account, isTrue(record.multiAssetsMargin))
    else {
      const symbol = neededText(record, place, ['symbol'])
      if (kind === 'mark') this.marks.set(symbol, neededAmount(record, place, ['markPrice']))
      else this.sizes.set(symbol, neededAmount(record, place, ['contractSize'], 'positive'))
    }
  }

  /** Of positionRisk; those inside the account are the same again, and count where there is nothing else. */
  positions(): readonly VenuePosition[] {
    const own = new Set(this.rows.map(({ account }) => account))
    const inside = this.infos
      .filter(({ account }) => !own.has(account))
      .flatMap(({ found, account }) => {
        return listIn(found.record, found.place, 'positions').map((record, i): Row => {
          this.ledger.row()
          const place = (field: string) => `${found.place('positions')}[${i}].${field}`
          return { account, found: { ...found, record, place, at: `${found.at} positions[${i}]` } }
        })
      })
    return [...this.rows, ...inside].flatMap((row) => this.positionOf(row) ?? [])
  }

  private positionOf({ found: { record, place, at }, account }: Row): VenuePosition | undefined {
    const market = neededText(record, place, ['symbol'])
    const given = neededAmount(record, place, ['positionAmt', 'positionAmount'])
    if (signOf(given) === 0) {
      this.ledger.drop('flat-position', at)
      return undefined
    }
    const quantity = this.signed(given, record, place, at)
    const coin = /^(.+)USD_(?:PERP|\d{6})$/.exec(market)?.[1]
    const notional = amount(record, place, ['notional', 'notionalValue'])
    const mark = price(record, place, ['markPrice']) ?? this.marks.get(market)
    const isIsolated = isTrue(record.isolated) || text(record, ['marginType'])?.toLowerCase() === 'isolated'
    const margin = amount(record, place, ['isolatedMargin']) ?? (isIsolated ? this.marginOf(record, place) : undefined)
    return {
      ...{ at, place, account, market, quantity },
      entryPrice: price(record, place, ['entryPrice']),
      mark: mark ?? this.markFrom(notional, quantity, coin, at),
      ...(coin !== undefined && {
        isInverse: true,
        contractSize: this.sizeOf(market, quantity, mark, notional, at, place),
      }),
      settles:
        coin ??
        text(record, ['marginAsset']) ??
        /(USDT|USDC|BUSD|FDUSD|USD1|BTC)(?:_\d{6})?$/.exec(market)?.[1] ??
        'USDT',
      isolatedEquity: isIsolated || (margin !== undefined && signOf(margin) !== 0) ? margin : undefined,
      maintenanceMargin: amount(record, place, ['maintMargin']),
    }
  }

  /** Answers that leave `isolatedMargin` out have the wallet of the position and its profit: their sum. */
  private marginOf(record: Json, place: FoundRecord<Kind>['place']): Decimal {
    const profit = amount(record, place, ['unrealizedProfit', 'unRealizedProfit'])
    return add(neededAmount(record, place, ['isolatedWallet']), profit ?? zero)
  }

  private signed(given: Decimal, record: Json, place: FoundRecord<Kind>['place'], at: string): Decimal {
    const word = text(record, ['positionSide'])
    if (word === undefined || word.toUpperCase() === 'BOTH') return given
    const side = sideOf(word, place, 'positionSide', ['long'], ['short'])
    if (side === signOf(given)) return given
    if (side > 0) {
      const cure = 'A long is positive: correct the side or the amount.'
      throw mistake(
        'wrong-side',
        place('positionAmt'),
        'a position of the long side is negative',
        record.positionAmt,
        cure,
      )
    }
    this.ledger.repair('side-from-quantity', at)
    return withSign(given, side)
  }

  /** |notional| / |n|, for linear contracts. */
  private markFrom(
    notional: Decimal | undefined,
    quantity: Decimal,
    coin: string | undefined,
    at: string,
  ): Decimal | undefined {
    if (notional === undefined || signOf(notional) === 0 || coin !== undefined) return undefined
    this.ledger.repair('mark-from-notional', at)
    return absolute(quotientWithin(notional, quantity, printedSlack(notional)))
  }

  /** |notional in the coin| p / |n|, as the venue lists it or rounded to what the notional can tell. */
  private sizeOf(
    market: string,
    quantity: Decimal,
    mark: Decimal | undefined,
    notional: Decimal | undefined,
    at: string,
    place: FoundRecord<Kind>['place'],
  ): Decimal {
    const listed = this.sizes.get(market)
    if (listed !== undefined) return listed
    if (notional === undefined || signOf(notional) === 0 || mark === undefined) {
      const cure = 'Give the answer of /dapi/v1/exchangeInfo in a file more.'
      throw mistake(
        'missing-contract-size',
        place('contractSize'),
        `the size of a contract of ${market} is not given`,
        undefined,
        cure,
      )
    }
    this.ledger.repair('contract-size-from-notional', at)
    const slack = multiply(printedSlack(notional), mark)
    return absolute(quotientWithin(multiply(notional, mark), quantity, add(slack, slack)))
  }

  balances(positions: readonly VenuePosition[]): readonly VenueBalance[] {
    // COIN-M margins every coin by itself.
    const isCoin = positions.some(({ isInverse }) => isInverse)
    const rows = this.list.map((row) => ({ ...row, isApart: isCoin || this.modes.get(row.account) === false }))
    return [...rows, ...this.infos.flatMap(({ found, account }) => this.ofAccount(found, account, isCoin))]
  }

  private ofAccount(found: FoundRecord<Kind>, account: string, isCoin: boolean): readonly VenueBalance[] {
    const { record, place, at } = found
    const assets = listIn(record, place, 'assets')
    if (assets.length === 0) return [totalOf(found, account)]
    const isMulti = this.modes.get(account) ?? isMultiAssets(record, place, assets)
    const isApart = isMulti === false || (isMulti === undefined && isCoin)
    const rows = assets.map((asset: Json, i) => {
      const inside = {
        ...found,
        at: `${at} assets[${i}]`,
        place: (field: string) => `${place('assets')}[${i}].${field}`,
      }
      this.ledger.row()
      return { ...balanceOf(inside, asset, account), isApart }
    })
    return isMulti === true ? [...rows, { ...totalOf(found, account), isDollarTotal: true }] : rows
  }
}

/** `totalCrossWalletBalance` + `totalCrossUnPnl`, else `totalMarginBalance`. */
function totalOf({ record, place, at }: FoundRecord<Kind>, account: string): VenueBalance {
  const cross = amount(record, place, ['totalCrossWalletBalance'])
  const total = cross ?? neededAmount(record, place, ['totalMarginBalance'])
  const profit = cross === undefined ? zero : (amount(record, place, ['totalCrossUnPnl']) ?? zero)
  const equity = add(total, profit)
  return { at, place, account, currency: undefined, equity, hasIsolated: cross === undefined, walletBalance: cross }
}

const TOTALS = [
  ['totalMarginBalance', 'marginBalance'],
  ['totalCrossWalletBalance', 'crossWalletBalance'],
  ['totalWalletBalance', 'walletBalance'],
] as const

/**
 * Whether an account is margined over all its assets: as it says, else by its totals. In single-asset mode these are of
 * USDT alone, in multi-assets mode of all assets in dollars. Undefined where neither tells.
 */
function isMultiAssets(record: Json, place: FoundRecord<Kind>['place'], assets: readonly Json[]): boolean | undefined {
  if (text(record, ['multiAssetsMargin']) !== undefined) return isTrue(record.multiAssetsMargin)
  const tether = assets.find((asset) => asset.asset === 'USDT')
  for (const [total, one] of TOTALS) {
    const all = amount(record, place, [total])
    const own = tether === undefined ? zero : amount(tether, place, [one])
    if (all !== undefined && own !== undefined) return compare(all, own) !== 0
  }
  return undefined
}

/** An asset of `account`, or a row of `balance`. */
function balanceOf({ at, place }: FoundRecord<Kind>, record: Json, account: string): VenueBalance {
  const wallet = amount(record, place, ['crossWalletBalance'])
  const profit = amount(record, place, ['crossUnPnl', 'crossUnrealizedPnl']) ?? zero
  const equity = wallet === undefined ? neededAmount(record, place, ['marginBalance', 'balance']) : add(wallet, profit)
  const currency = neededText(record, place, ['asset'])
  return { at, place, account, currency, equity, hasIsolated: wallet === undefined, walletBalance: wallet }
}

const isTrue = (value: unknown): boolean => value === true || value === 'true'
