import { add, compare, type Decimal, decimalOf, zero } from '../../src/numeric/index.js'
import { checkShape } from '../book/check-shape.js'
import type { ReadOptions } from '../book/file.js'
import { readJsonAs } from '../book/json-file.js'
import { readDecimal } from '../book/number.js'
import { jsonPath, mistake } from '../book/place.js'
import { type Behaviour, behaviourNamed } from './behaviours/index.js'
import type { VenueRules } from './venue-rules.js'
import { venueSchema } from './venue-schema.js'

/** A venue's configuration, read and checked. */
export interface Venue extends VenueRules {
  readonly behaviour: Behaviour
}

const DEFAULT_MAINTENANCE = decimalOf(0.005)
const one = decimalOf(1)

/**
 * Reads a venue's configuration from a parsed JSON value.
 *
 * @throws SpillwayError with the code of the first mistake and its place, such as `maintenance.BTC`
 * @example parseVenue({ format: 'spillway/venue@1', insuranceFund: 250000, maintenance: { default: 0.01 } })
 */
export function parseVenue(json: unknown): Venue {
  return venueAt('', json)
}

/** The same for a configuration that stands at `at` of another file, such as `venues[0].venue`. */
export function venueAt(at: string, json: unknown): Venue {
  const place = (field: string): string => (at === '' ? field : `${at}.${field}`)
  const given = checkShape(venueSchema, json, 'venue')
  const { insuranceFund, maintenance = {}, liquidation = {} } = given
  const rates = new Map(
    Object.entries(maintenance).map(([market, raw]) => [
      market,
      share(raw, place(jsonPath(['maintenance', market], ''))),
    ]),
  )
  const impact = share(liquidation.impact ?? 0, place('liquidation.impact'))
  const fee = share(liquidation.fee ?? 0, place('liquidation.fee'))
  if (compare(add(impact, fee), one) >= 0) {
    const cure = 'Give shares of notional that are below 1 together, such as 0.005.'
    throw mistake('out-of-range', place('liquidation'), 'impact and fee take the whole notional', liquidation.fee, cure)
  }
  const standard = rates.get('default') ?? DEFAULT_MAINTENANCE
  rates.delete('default')
  return {
    insuranceFund:
      insuranceFund === undefined ? zero : readDecimal(insuranceFund, place, 'insuranceFund', 'not-negative'),
    maintenance: rates,
    defaultMaintenance: standard,
    impact,
    fee,
    feeTo: given.feeTo ?? 'fund',
    adlPrice: given.adlPrice ?? 'bankruptcy',
    surplusTo: given.surplusTo ?? 'account',
    behaviour: behaviourNamed(given.response ?? 'none', place('response')),
  }
}

/** Reads a venue's configuration from a JSON file. */
export async function readVenue(path: string, options: ReadOptions = {}): Promise<Venue> {
  return readJsonAs(path, 'venue', parseVenue, options)
}

function share(raw: number | string, path: string): Decimal {
  const value = readDecimal(raw, () => path, path, 'not-negative')
  if (compare(value, one) < 0) return value
  throw mistake('out-of-range', path, 'a share of notional must be below 1', raw, 'Write 1 % as 0.01.')
}
