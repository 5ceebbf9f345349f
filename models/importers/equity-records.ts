import { compare, type Decimal } from '../../src/numeric/index.js'
import { mistake, type Place } from '../book/place.js'
import { neededAmount } from './amounts.js'
import { type FoundRecord, type Json, ownerOf, type RecordKind } from './find-records.js'
import type { Ledger } from './ledger.js'
import type { VenueBalance } from './venue-book.js'

/** An account and its equity, for sources that have the equities elsewhere or not at all. To stand last among kinds. */
const fields = ['account_value', 'accountValue', 'equity']
export const equityKinds = fields.map((field): RecordKind<'equity'> => ({ name: 'equity', fields: [field], isOne }))

/** Totals inside of a payload and accounts of an event have such fields too. */
function isOne(record: Json): boolean {
  return ownerOf(record) !== undefined && !Object.hasOwn(record, 'positions')
}

export interface StatedEquity {
  readonly equity: Decimal
  readonly place: Place
}

/** Equities by account; the first counts, and every other one is counted. */
export class EquityRecords {
  readonly byAccount = new Map<string, StatedEquity>()

  constructor(private readonly ledger: Ledger) {}

  take({ record, place, account, at }: FoundRecord<string>): void {
    this.ledger.row()
    if (account === undefined) {
      const cure = 'Name the account of each equity, in a field such as "user" or "account".'
      throw mistake('empty-name', place('account'), 'an equity without an account', undefined, cure)
    }
    const equity = neededAmount(record, place, fields)
    const before = this.byAccount.get(account)
    if (before === undefined) this.byAccount.set(account, { equity, place })
    else if (compare(before.equity, equity) !== 0) this.ledger.repair('equity-disagrees', at)
    else this.ledger.drop('duplicate-row', at)
  }
  /** As balances of all currencies, without margins of isolated positions. */
  balances(): readonly VenueBalance[] {
    return [...this.byAccount].map(([account, { equity, place }]) => {
      return { at: account, place, account, equity, currency: undefined, hasIsolated: false }
    })
  }
}
