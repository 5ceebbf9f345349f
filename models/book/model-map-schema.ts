import { z } from 'zod'

const amount = z.string().regex(/^\d+(\.\d+)?$/)
const name = z.string().min(1)
/** The map that an exported model comes with. */
export const modelMapSchema = z.strictObject({
  format: z.literal('spillway/map@1'),
  objective: name,
  event: name,
  columns: z.array(
    z.strictObject({
      column: name,
      name,
      account: name.optional(),
      market: name.optional(),
      contracts: z.number().optional(),
    }),
  ),
  rows: z.array(z.strictObject({ row: name, name })),
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
