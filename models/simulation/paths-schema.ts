import { z } from 'zod'
import { nameSchema, numberSchema } from '../book/schema.js'

/** The JSON form of paths. What a schema cannot say (one price per market, names once) `parsePaths` checks. */
export const pathsSchema = z.strictObject({
  format: z.literal('spillway/paths@1'),
  markets: z.array(nameSchema),
  paths: z.array(
    z.strictObject({
      name: nameSchema,
      prices: z
        .array(z.array(numberSchema))
        .meta({ description: 'A row per step, a price per market, above zero; the first row is the state before.' }),
    }),
  ),
})
