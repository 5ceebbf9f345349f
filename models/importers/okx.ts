import { absolute, add, compare, type Decimal, multiply, signOf, subtract, zero } from '../../src/numeric/index.js'
import { mistake } from '../book/place.js'
import {
  amount,
  listIn,
  neededAmount,
  neededText,
  onSide,
  price,
  printedSlack,
  quotientWithin,
  sideOf,
  text,
} from './amounts.js'
import { type FoundRecord, isPosition, type RecordKind } from './find-records.js'
import { importVenue, type VenueReader } from './import-venue.js'
import type { Imported, ImportOptions } from './importer.js'
import type { Ledger } from './ledger.js'
import type { VenueBalance, VenuePosition } from './venue-book.js'

type Kind = 'position' | 'balance' | 'contract' | 'mark'

const kinds: readonly RecordKind<Kind>[] = [
  { name: 'position', fields: ['instId', 'pos'] },
  { name: 'balance', fields: ['details', 'totalEq'] },
  { name: 'balance', fields: ['details'], isOne: ({ details }) => Array.isArray(details) },
  { name: 'contract', fields: ['instId', 'ctVal'] },
  { name: 'mark', fields: ['instId', 'markPx'], isOne: (record) => !isPosition(record) },
]

/**
 * Reads positions of OKX (`account/positions`) with the balance (`account/balance`) and, where it is at hand, `public/instruments`.
 *
 * - n_ik = `pos` in contracts, unsigned where `posSide` is long or short; p_k = `markPx`; size of a contract `ctVal` · `ctMult`.
 * - Without the instruments the size follows from `upl` = n s (p − entry), as venues size contracts: a power of ten.
 * - e_i = `eq` of the currency less `isoEq`; of an account that is margined over several currencies `adjEq`, else `totalEq`; of an isolated position, which is an account of its own, `margin` + `upl`.
 * - Margin trading and options are left out.
 */
export async function importOkx(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const asks = 'Give the answer of /api/v5/account/balance of this account in a file more.'
  const reader = (ledger: Ledger) => new OkxReader(ledger)
  return importVenue({ source: 'okx', kinds, shared: ['contract', 'mark'], reader, asks }, files, options)
}

interface Row {
  readonly found: FoundRecord<Kind>
  readonly account: string
}

class OkxReader implements VenueReader<Kind> {
  private readonly rows: Row[] = []
  private readonly infos: Row[] = []
  private readonly sizes = new Map<string, Decimal>()
  private readonly marks = new Map<string, Decimal>()

  constructor(private readonly ledger: Ledger) {}

  take(found: FoundRecord<Kind>, account: string): void {
    this.ledger.row()
    const { kind, record, place } = found
    if (kind === 'position') this.rows.push({ found, account })
    else if (kind === 'balance') this.infos.push({ found, account })
    else if (kind === 'mark')
      this.marks.set(neededText(record, place, ['instId']), neededAmount(record, place, ['markPx']))
    else if (text(record, ['ctVal']) !== undefined) {
      const size = neededAmount(record, place, ['ctVal'], 'positive')
      const times = amount(record, place, ['ctMult'], 'positive')
      this.sizes.set(neededText(record, place, ['instId']), times === undefined ? size : multiply(size, times))
    }
  }

  /** Where one position of a market does not show its contract size, another one may. */
  positions(): readonly VenuePosition[] {
    const rows = this.rows.flatMap((row) => this.positionOf(row) ?? [])
    return rows.map(({ position, found }) => {
      const contractSize = this.sizes.get(position.market)
      if (contractSize !== undefined) return { ...position, contractSize }
      const cure = 'Give the answer of /api/v5/public/instruments in a file more.'
      const problem = `the size of a contract of ${position.market} is not given and does not follow from the profit`
      throw mistake('missing-contract-size', found.place('ctVal'), problem, undefined, cure)
    })
  }

  private positionOf({ found, account }: Row) {
    const { record, place, at } = found
    const market = neededText(record, place, ['instId'])
    const type = text(record, ['instType']) ?? ''
    if (type === 'OPTION' || /-[CP]$/.test(market)) return this.drop('option', at)
    if (type === 'MARGIN' || type === 'SPOT' || market.split('-').length < 3) return this.drop('not-a-derivative', at)
    const given = neededAmount(record, place, ['pos'])
    if (signOf(given) === 0) return this.drop('flat-position', at)
    const word = text(record, ['posSide']) ?? 'net'
    const quantity =
      word === 'net' ? given : onSide(given, sideOf(word, place, 'posSide', ['long'], ['short']), place, 'pos')
    const [base, quote] = market.split('-')
    const isInverse = quote === 'USD'
    const mark = price(record, place, ['markPx']) ?? this.marks.get(market)
    const entryPrice = price(record, place, ['avgPx'])
    const profit = amount(record, place, ['upl'])
    if (!this.sizes.has(market)) this.sizeFrom(found, market, { quantity, mark, entryPrice, profit, isInverse })
    const isIsolated = text(record, ['mgnMode']) === 'isolated'
    const margin = isIsolated ? neededAmount(record, place, ['margin']) : undefined
    const position: VenuePosition = {
      ...{ at, place, account, market, quantity, entryPrice, mark },
      ...(isInverse && { isInverse }),
      settles: isInverse ? base : quote,
      isolatedEquity: margin && add(margin, profit ?? zero),
      maintenanceMargin: amount(record, place, ['mmr']),
    }
    return { position, found }
  }

  private drop(reason: 'option' | 'not-a-derivative' | 'flat-position', at: string): undefined {
    this.ledger.drop(reason, at)
  }

  /** s = upl / (n (p − entry)); of an inverse contract s = upl p entry / (n (p − entry)). */
  private sizeFrom(
    found: FoundRecord<Kind>,
    market: string,
    row: {
      readonly quantity: Decimal
      readonly mark: Decimal | undefined
      readonly entryPrice: Decimal | undefined
      readonly profit: Decimal | undefined
      readonly isInverse: boolean
    },
  ): void {
    const { quantity, mark, entryPrice, profit, isInverse } = row
    if (mark === undefined || entryPrice === undefined || profit === undefined) return
    const move = multiply(quantity, subtract(mark, entryPrice))
    if (signOf(move) === 0 || signOf(profit) !== signOf(move)) return
    const factor = isInverse ? multiply(mark, entryPrice) : { digits: 1n, scale: 0 }
    // Entry prices are averages and profits are rounded: a twentieth of either is allowed for, and of powers of ten one fits.
    const rough = quotientWithin(
      multiply(absolute(profit), factor),
      absolute(move),
      multiply(printedSlack(profit), factor),
    )
    const size = powerOfTenNear(rough)
    if (size === undefined) return
    this.ledger.repair('contract-size-from-profit', found.at)
    this.sizes.set(market, size)
  }

  balances(): readonly VenueBalance[] {
    return this.infos.flatMap(({ found, account }) => {
      const { record, place, at } = found
      const details = listIn(record, place, 'details')
      const isApart = accountFields.every((field) => record[field] === '')
      const inCurrencies = details.map((detail, i): VenueBalance => {
        this.ledger.row()
        const inside = (field: string) => `${place('details')}[${i}].${field}`
        const total = neededAmount(detail, inside, ['eq'])
        const isolated = amount(detail, inside, ['isoEq'])
        return {
          ...{ at: `${at} details[${i}]`, place: inside, account },
          currency: neededText(detail, inside, ['ccy']),
          equity: isolated === undefined ? total : subtract(total, isolated),
          hasIsolated: isolated === undefined,
          walletBalance: amount(detail, inside, ['cashBal']),
          isApart,
        }
      })
      return [...inCurrencies, ...totalOf(found, account)]
    })
  }
}

/** What OKX fills in where it margins an account over all its currencies, and leaves empty where it does so by currency. */
const accountFields = ['adjEq', 'imr', 'mmr', 'mgnRatio'] as const

/** `adjEq`, after haircuts, else `totalEq` without isolated margins; of an account that is margined over all its currencies. */
function totalOf({ record, place, at }: FoundRecord<Kind>, account: string): readonly VenueBalance[] {
  const row = { at, place, account, currency: undefined, isDollarTotal: true }
  const adjusted = amount(record, place, ['adjEq'])
  if (adjusted !== undefined) return [{ ...row, equity: adjusted, hasIsolated: false }]
  const total = amount(record, place, ['totalEq'])
  if (total === undefined || text(record, accountFields) === undefined) return []
  const isolated = amount(record, place, ['isoEq'])
  const equity = isolated === undefined ? total : subtract(total, isolated)
  return [{ ...row, equity, hasIsolated: isolated === undefined }]
}

/** The power of ten within a twentieth of a number. */
function powerOfTenNear(value: Decimal): Decimal | undefined {
  for (let scale = 12; scale >= -6; scale--) {
    const power: Decimal = scale >= 0 ? { digits: 1n, scale } : { digits: 10n ** BigInt(-scale), scale: 0 }
    const miss = multiply(absolute(subtract(value, power)), { digits: 20n, scale: 0 })
    if (compare(miss, power) <= 0) return power
  }
  return undefined
}
