import { z } from 'zod'

const amount = z.string().regex(/^\d+(\.\d+)?$/)
const name = z.string().min(1)
const about = {
  of: z.enum(['contracts', 'quote currency', 'leverage']).optional(),
  unit: z.number().positive().optional(),
  account: name.optional(),
  market: name.optional(),
  move: z.int().min(0).optional(),
}
/** The map that an exported model comes with. */
export const modelMapSchema = z.strictObject({
  format: z.literal('spillway/map@1'),
  objective: name,
  unit: z.enum(['leverage', 'quote currency']).optional(),
  event: name,
  columns: z.array(
    z.strictObject({
      column: name,
      name,
      ...about,
      contracts: z.number().optional(),
    }),
  ),
  rows: z.array(z.strictObject({ row: name, name, ...about })),
  demand: z.array(z.strictObject({ market: name, quantity: amount })),
  pairs: z.array(
    z.strictObject({
      account: name,
      market: name,
      capacity: amount,
      constant: z.number(),
    }),
  ),
})
