import { z } from 'zod'
import { decimalPattern } from './number.js'

/**
 * The JSON forms of events and allocations (docs/formats.md), in one place: checks and the published JSON Schemas come
 * from here. Their types stand in `json-forms.ts`, so that whoever uses the package needs no types of the schema
 * library. Optional fields may be null, which says the same as leaving them out. What a schema cannot say (prices above
 * zero, names that exist, nothing twice) `EventBuilder` checks for both forms.
 */
export const numberSchema = z
  .union([z.number(), z.string().regex(decimalPattern)])
  .meta({ description: 'A JSON number, or a decimal in a string, taken exactly as written.' })
export const nameSchema = z.string().min(1)
const moment = z
  .union([z.number(), z.string()])
  .meta({ description: 'Milliseconds since 1970 (UTC), or ISO-8601 text; without an offset it is UTC.' })

/** What some policies want to know of an account or a position. */
const extras = {
  maintenanceMargin: numberSchema.nullish(),
  walletBalance: numberSchema.nullish(),
  openedAt: moment.nullish(),
}

export const marketSchema = z.strictObject({
  market: nameSchema,
  markPrice: numberSchema.meta({
    description:
      'Quote currency per unit (a contract is contractSize units), above zero where anybody holds the market or it is demanded.',
  }),
  adlPrice: numberSchema
    .nullish()
    .meta({ description: 'The price at which the ADL closes, above zero; default the mark.' }),
  lotSize: numberSchema.nullish().meta({ description: 'Contracts, above zero.' }),
  factorLoading: numberSchema.nullish().meta({ description: 'Relative move of the market per unit of the factor.' }),
  contractSize: numberSchema
    .nullish()
    .meta({ description: 'One contract stands for this many units of the price, above zero; default 1.' }),
  inverse: z.boolean().nullish().meta({
    description:
      'Whether a contract is worth contractSize of the quote currency and settles in the coin: equity is then in the coin. Default no.',
  }),
  settles: nameSchema
    .nullish()
    .meta({ description: 'The currency in which equity and losses are; one for all markets.' }),
})

export const positionSchema = z.strictObject({
  market: nameSchema,
  quantity: numberSchema.meta({
    description: 'Contracts, long positive, short negative; a position of zero is dropped.',
  }),
  entryPrice: numberSchema.nullish().meta({ description: 'Quote currency per unit, above zero.' }),
  ...extras,
})

export const accountSchema = z.strictObject({
  account: nameSchema,
  equity: numberSchema.meta({ description: 'Quote currency at the mark: cash plus unrealized profit.' }),
  positions: z.array(positionSchema),
  exempt: z
    .boolean()
    .nullish()
    .meta({ description: 'Whether nothing of the account is closed, and it is never taken over; default no.' }),
  ...extras,
})

export const demandSchema = z.strictObject({
  market: nameSchema,
  side: z.enum(['long', 'short']).meta({ description: 'The side whose positions are closed.' }),
  quantity: numberSchema.meta({ description: 'Contracts to close, not negative.' }),
})

export const eventSchema = z.strictObject({
  format: z.literal('spillway/event@1'),
  markets: z.array(marketSchema),
  accounts: z.array(accountSchema),
  demand: z
    .array(demandSchema)
    .nullish()
    .meta({ description: 'Without it, it follows from the accounts with negative equity, which then leave the book.' }),
})

export const reductionSchema = z.strictObject({
  account: nameSchema,
  market: nameSchema,
  quantity: numberSchema.meta({ description: 'Contracts closed, not negative.' }),
})

export const allocationSchema = z.strictObject({
  format: z.literal('spillway/allocation@1'),
  reductions: z.array(reductionSchema),
})
