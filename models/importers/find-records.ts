import { basename } from 'node:path'
import { isObject } from '../../src/validation.js'
import type { Place } from '../book/place.js'
import { locationOf, placeOf, type SourceValue } from './source-values.js'

export type Json = Readonly<Record<string, unknown>>

/** A kind of record of a source, known by fields that no other kind of this source has together. */
export interface RecordKind<Name extends string> {
  readonly name: Name
  readonly fields: readonly string[]
  /** What else it needs to be one. */
  readonly isOne?: (record: Json) => boolean
}

/** A record, and what the values around it say. */
export interface FoundRecord<Name extends string> {
  readonly kind: Name
  readonly record: Json
  /** For records of an import. */
  readonly at: string
  /** For messages. */
  readonly place: Place
  readonly file: string
  readonly line: number
  /** Whose it is: its own field, the name or the key around it; undefined where nothing says so. */
  readonly account: string | undefined
  /** Scalars of the envelopes around it, the inner ones first: `category`, `time`, `block_time`. */
  readonly around: Json
}

/** What stands around records. */
export interface Envelope {
  readonly envelope: Json
  readonly around: Json
  readonly file: string
  readonly account: string | undefined
  /** Records of the first kind that stand in it. */
  readonly rows: number
  /** Whether records of other kinds do. */
  readonly hasOthers: boolean
}

/** Fields that name an account. */
const owners = [
  'account',
  'user',
  'address',
  'wallet',
  'accountId',
  'account_id',
  'user_id',
  'userId',
  'uid',
  'subAccount',
  'subaccount',
  'email',
  'trader',
]

/** Keys of envelopes; the outermost other key around a record is the name of its account. */
const envelopes = new Set(
  `result results list data rows items records positions position fills trades events states state successful_states
  balances balance account accounts wallet wallets payload response body markets marks tickers instruments
  assetPositions clearinghouseState clearinghouseStates spotClearinghouseState spotState perpState spot perp perps
  perpetual portfolio users user positionRisk positionRisks walletBalance wallet_balance risk futures equities equity
  account_values snapshot snapshots book linear inverse adl swap details assets coin info meta binance bybit okx ccxt hyperliquid usdm coinm fapi dapi`.split(
    /\s+/,
  ),
)

/** Lists of accounts that somebody could not fetch. */
const failures = new Set(['failed_wallets', 'failed', 'errors'])

/** Finds the records in a value, in lists, envelopes, maps by account and `[account, value]` pairs, however deep. */
export class RecordFinder<Name extends string> {
  /** Records met, of any kind. */
  count = 0
  private countOfFirst = 0

  constructor(
    private readonly kinds: readonly RecordKind<Name>[],
    private readonly onRecord: (found: FoundRecord<Name>) => void,
    /** An object that is no envelope and no record. */
    private readonly onUnknown: (at: string) => void,
    private readonly onFailure: (at: string) => void = () => undefined,
    /** An envelope with fields of its own; gives whether it is a page of an answer, which may be empty. */
    private readonly onEnvelope: (found: Envelope) => boolean = () => false,
  ) {}

  find(source: SourceValue): void {
    if (!this.visit(source, source.value, [], undefined, {})) this.isUnknown(source, [])
  }

  /** Whether it has a record, or something that was counted. */
  private visit(
    source: SourceValue,
    value: unknown,
    segments: readonly PropertyKey[],
    account: string | undefined,
    around: Json,
  ): boolean {
    if (Array.isArray(value)) return this.visitList(source, value, segments, account, around)
    if (!isObject(value)) return false
    const own = ownerOf(value) ?? account
    const kind = this.kinds.find(
      ({ fields, isOne }) => fields.every((field) => Object.hasOwn(value, field)) && (isOne?.(value) ?? true),
    )
    if (kind !== undefined) {
      this.count++
      if (kind.name === this.kinds[0].name) this.countOfFirst++
      const [at, place] = [locationOf(source, segments), placeOf(source, segments)]
      const { file, line } = source
      this.onRecord({ kind: kind.name, record: value, at, place, file, line, account: own, around })
      return true
    }
    const inner = Object.entries(value).filter(([, one]) => typeof one === 'object' && one !== null)
    const scalars = Object.entries(value).filter(([, one]) => typeof one !== 'object')
    const wider = scalars.length === 0 ? around : { ...around, ...Object.fromEntries(scalars) }
    let isKnown = false
    const before = [this.countOfFirst, this.count]
    for (const [key, one] of inner) {
      const at = [...segments, key]
      if (failures.has(key) && Array.isArray(one)) {
        for (const i of one.keys()) this.onFailure(locationOf(source, [...at, i]))
        isKnown = true
        continue
      }
      const isFound = this.visit(source, one, at, envelopes.has(key) ? own : (own ?? key), wider)
      isKnown ||= isFound
      // What stands in a map without anything else is an entry of it; beside scalars it may be a detail of no account.
      if (!isFound && scalars.length === 0 && !envelopes.has(key) && !Array.isArray(one)) {
        this.isUnknown(source, at)
        isKnown = true
      }
    }
    if (isKnown) this.countMissing(source, value, segments)
    if (scalars.length === 0) return isKnown
    const rows = this.countOfFirst - before[0]
    const hasOthers = this.count - before[1] > rows
    const isPage = this.onEnvelope({ envelope: value, around: wider, file: source.file, account: own, rows, hasOthers })
    if (isKnown || !isPage) return isKnown
    this.count++
    return true
  }

  /**
   * In a map by account, an account without a record; beside records a text is one only where its key can be nothing
   * but an account.
   */
  private countMissing(source: SourceValue, map: Json, segments: readonly PropertyKey[]): void {
    const isMap = Object.entries(map).some(
      ([key, one]) => isObject(one) && !envelopes.has(key) && ownerOf(one) === undefined,
    )
    for (const [key, one] of isMap ? Object.entries(map) : []) {
      const isBare = Array.isArray(one) && !one.some((inner) => typeof inner === 'object' && inner !== null)
      if (typeof one === 'object' && one !== null && !isBare) continue
      if ((one === null && !envelopes.has(key)) || /^0x/i.test(key)) this.isUnknown(source, [...segments, key])
    }
  }

  private visitList(
    source: SourceValue,
    list: readonly unknown[],
    segments: readonly PropertyKey[],
    account: string | undefined,
    around: Json,
  ): boolean {
    const [name, inner] = list
    const isPair = list.length === 2 && typeof name === 'string' && typeof inner === 'object' && inner !== null
    // A record that names its account is no half of a pair with another name: a text beside it is a broken record.
    const named = isPair && isObject(inner) ? ownerOf(inner) : undefined
    if (isPair && (named === undefined || named === name))
      return this.visit(source, inner, [...segments, 1], name, around)
    let isKnown = false
    const hasObjects = list.some((one) => typeof one === 'object' && one !== null)
    for (const [i, one] of list.entries()) {
      if (typeof one !== 'object' || one === null) {
        // Among records it is one that is broken; a list of nothing but texts is none of records.
        if (hasObjects) this.isUnknown(source, [...segments, i])
        continue
      }
      isKnown = true
      if (!this.visit(source, one, [...segments, i], account, around)) this.isUnknown(source, [...segments, i])
    }
    return isKnown
  }

  private isUnknown(source: SourceValue, segments: readonly PropertyKey[]): void {
    this.onUnknown(locationOf(source, segments))
  }
}

export function ownerOf(record: Json): string | undefined {
  for (const field of owners) {
    const value = record[field]
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number') return String(value)
  }
  return undefined
}

/** The name of a file up to its first dot: the account of a payload that does not name it. */
export function accountOfFile(file: string): string {
  return basename(file).replace(/(?<=.)\..*$/, '')
}

/** Whether a record has a field that only positions have, though it may lack others: it is then no price of a market. */
export function isPosition(record: Json): boolean {
  return ['entryPrice', 'avgPrice', 'avgPx', 'positionSide', 'posSide', 'side'].some((field) =>
    Object.hasOwn(record, field),
  )
}
