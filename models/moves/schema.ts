import { z } from 'zod'
import { nameSchema, numberSchema } from '../book/schema.js'

/**
 * The JSON form of moves (docs/moves.md). What a schema cannot say (either `moves` or `gaussian`, one number per
 * market, a covariance that is one) `parseMoves` checks.
 */
const gaussianSchema = z.strictObject({
  mean: z.array(numberSchema).optional().meta({ description: 'By market; zero unless given.' }),
  covariance: z
    .array(z.array(numberSchema))
    .optional()
    .meta({ description: 'Of relative moves, a row per market; symmetric and positive semidefinite.' }),
  loadings: z
    .array(z.array(numberSchema))
    .optional()
    .meta({ description: 'Instead of the covariance: per market its loading on each factor, of unit variance.' }),
  idiosyncraticVariance: z
    .array(numberSchema)
    .optional()
    .meta({ description: 'With loadings: per market the variance that no factor explains, not negative; default 0.' }),
})

export const movesSchema = z.strictObject({
  format: z.literal('spillway/moves@1'),
  markets: z.array(nameSchema),
  moves: z
    .array(z.array(numberSchema))
    .optional()
    .meta({ description: 'One row per move, one relative price change per market, not below -1; -0.1 is -10 %.' }),
  weights: z.array(numberSchema).optional().meta({ description: 'One per move, not negative; default equal.' }),
  gaussian: gaussianSchema.optional().meta({ description: 'Instead of moves: jointly normal ones, exact.' }),
})
