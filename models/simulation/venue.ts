import { z } from 'zod'
import { add, compare, type Decimal, decimalOf, zero } from '../../src/numeric/index.js'
import { checkShape } from '../book/check-shape.js'
import type { ReadOptions } from '../book/file.js'
import { readJsonAs } from '../book/json-file.js'
import { schemaText } from '../book/json-schema.js'
import { readDecimal } from '../book/number.js'
import { jsonPath, mistake } from '../book/place.js'
import { nameSchema, numberSchema } from '../book/schema.js'
import { type Behaviour, behaviourNamed } from './behaviours/index.js'
import type { VenueRules } from './venue-rules.js'

/** The JSON form of a venue's configuration; every field but `format` may be left out. */
export const venueSchema = z.strictObject({
  format: z.literal('spillway/venue@1'),
  insuranceFund: numberSchema
    .optional()
    .meta({ description: 'What the insurance fund holds before the crisis, quote currency, not negative; default 0.' }),
  maintenance: z.record(nameSchema, numberSchema).optional().meta({
    description:
      'Maintenance margin as a share of notional, from 0 up to, not including, 1: by market, and "default" for the others; default 0.005.',
  }),
  liquidation: z
    .strictObject({
      impact: numberSchema
        .optional()
        .meta({ description: 'How far below the mark a liquidated position is closed, as a share of it; default 0.' }),
      fee: numberSchema.optional().meta({
        description: 'What a liquidated account pays besides, as a share of notional at the mark; default 0.',
      }),
    })
    .optional(),
  feeTo: z.enum(['fund', 'outside']).optional().meta({ description: 'Who gets liquidation fees; default fund.' }),
  adlPrice: z
    .enum(['bankruptcy', 'mark'])
    .optional()
    .meta({ description: 'The price at which an ADL closes; default bankruptcy.' }),
  surplusTo: z.enum(['account', 'fund']).optional().meta({
    description:
      'Who keeps what is left of an account that was taken over, once its positions are closed; default account.',
  }),
  response: z.string().optional().meta({
    description: 'What accounts do after a step: the name of a behaviour, with its options; default none.',
  }),
})

/** A venue's configuration in its JSON form. */
export type VenueJson = z.infer<typeof venueSchema>

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
  const given = checkShape(venueSchema, json, 'venue')
  const { insuranceFund, maintenance = {}, liquidation = {} } = given
  const rates = new Map(
    Object.entries(maintenance).map(([market, raw]) => [market, share(raw, jsonPath(['maintenance', market], ''))]),
  )
  const impact = share(liquidation.impact ?? 0, 'liquidation.impact')
  const fee = share(liquidation.fee ?? 0, 'liquidation.fee')
  if (compare(add(impact, fee), one) >= 0) {
    const cure = 'Give shares of notional that are below 1 together, such as 0.005.'
    throw mistake('out-of-range', 'liquidation', 'impact and fee take the whole notional', liquidation.fee, cure)
  }
  const standard = rates.get('default') ?? DEFAULT_MAINTENANCE
  rates.delete('default')
  return {
    insuranceFund:
      insuranceFund === undefined
        ? zero
        : readDecimal(insuranceFund, (field) => field, 'insuranceFund', 'not-negative'),
    maintenance: rates,
    defaultMaintenance: standard,
    impact,
    fee,
    feeTo: given.feeTo ?? 'fund',
    adlPrice: given.adlPrice ?? 'bankruptcy',
    surplusTo: given.surplusTo ?? 'account',
    behaviour: behaviourNamed(given.response ?? 'none', 'response'),
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

/** The published JSON Schema, the text of `docs/schema/venue.schema.json`. */
export function venueSchemaText(): string {
  return schemaText('A venue: insurance fund, margins, liquidation, ADL price, responses', venueSchema)
}
