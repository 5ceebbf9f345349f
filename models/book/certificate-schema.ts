import { z } from 'zod'

const fraction = z
  .string()
  .regex(/^-?\d+(\/[1-9]\d*)?$/)
  .nullable()
  .meta({ description: 'An exact fraction "n/d" or a whole number; null for infinity.' })
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

export const certificateSchema = z.strictObject({
  format: z.literal('spillway/certificate@1'),
  objective: z.string().min(1),
  inputs: z.record(z.string(), z.unknown()).meta({
    description: 'What the objective was given: moves, confidence, loadings. Empty where it was given nothing.',
  }),
  lots: z.boolean().meta({ description: 'Whether only whole lots count.' }),
  keepSolvent: z
    .literal(true)
    .optional()
    .meta({ description: 'Nothing may be closed of an account that would end below zero.' }),
  demand: z
    .literal('filled')
    .optional()
    .meta({ description: 'What had to be closed is what the allocation filled of the demand of the event.' }),
  exact: z.boolean().optional().meta({ description: 'Whether value and bound were asked for in exact arithmetic.' }),
  feasibility: z
    .string()
    .max(400)
    .regex(/^\d+(\.\d+)?(e[+-]?\d{1,3})?$/)
    .meta({ description: 'Forgiven share of a demand or a position, a plain decimal number.' }),
  event: digest.meta({ description: 'Digest of the content of the event.' }),
  allocation: digest.meta({ description: 'Digest of the content of the allocation.' }),
  value: fraction.meta({ description: 'The objective of the allocation, exact or rounded up.' }),
  bound: fraction.meta({ description: 'A lower bound on every feasible allocation, exact or rounded down.' }),
  evidence: z
    .record(z.string(), z.unknown())
    .meta({ description: 'What the bound follows from, by objective: see the page of the objective.' }),
  digest: digest.meta({ description: 'Digest of all the rest of this certificate.' }),
})
