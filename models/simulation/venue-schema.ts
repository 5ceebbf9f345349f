import { z } from 'zod'
import { nameSchema, numberSchema } from '../book/schema.js'

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
