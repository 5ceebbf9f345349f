import { z } from 'zod'
import { nameSchema, numberSchema } from '../../book/schema.js'
import { venueSchema } from '../venue-schema.js'

const values = z.union([z.number(), z.string(), z.record(nameSchema, z.number())])
const MOST_SEED = 2 ** 32 - 1
const MOST_DRAWS = 1e6

const bookSchema = z.strictObject({
  name: nameSchema.optional().meta({ description: 'Default: the name of the file, without its extension.' }),
  event: z.string().meta({ description: 'A folder or a file, as every command takes it; relative to the plan.' }),
})

const pathsSchema = z.strictObject({
  name: nameSchema.optional().meta({ description: 'Default: the name of the file, or of the model.' }),
  file: z.string().optional().meta({ description: 'Paths as `simulate --paths` takes them; each is run once.' }),
  model: z.string().optional().meta({ description: 'Instead of a file: a model of `simulate --model`.' }),
  draws: z.int().min(1).max(MOST_DRAWS).optional().meta({ description: 'Paths drawn for each seed; default 1.' }),
  steps: z.int().min(1).max(1e5).optional().meta({ description: 'Of each path; default 12.' }),
  horizonDays: z.number().optional().meta({ description: 'How far a whole path reaches.' }),
  volatility: values.optional().meta({ description: 'Per year, as a ratio: one for all, or by market.' }),
  correlation: z.number().optional().meta({ description: 'Of every two markets.' }),
  covariance: z.string().optional().meta({ description: 'A file: of logarithmic moves over the whole path.' }),
  drift: values.optional().meta({ description: 'Over the whole path; default 0.' }),
  degrees: z.number().optional().meta({ description: 'student-t: degrees of freedom, above 2.' }),
  jumps: z.number().optional().meta({ description: 'jump-diffusion: jumps expected on a path.' }),
  jumpMean: z.number().optional().meta({ description: 'jump-diffusion: mean logarithm of a jump.' }),
  jumpDeviation: z.number().optional().meta({ description: 'jump-diffusion: its deviation; default 0.' }),
  history: z.string().optional().meta({ description: 'bootstrap, replay: a file of prices, one column per market.' }),
  block: z.int().min(1).max(1e6).optional().meta({ description: 'bootstrap: rows that stay together; default 1.' }),
})

const venuesSchema = z.strictObject({
  name: nameSchema.optional().meta({ description: 'Default: the name of the file, or `venue`.' }),
  file: z.string().optional().meta({ description: 'A configuration as `simulate --config` takes it.' }),
  venue: venueSchema
    .partial({ format: true })
    .optional()
    .meta({ description: 'Or the configuration itself, with its format or without.' }),
  funds: z
    .array(numberSchema)
    .min(1)
    .optional()
    .meta({ description: 'Sizes of the insurance fund, each a run of its own; default: that of the configuration.' }),
})

/** The JSON form of a plan. Instead of an object, a text may stand for an event, a file of paths or a configuration. */
export const planSchema = z.strictObject({
  format: z.literal('spillway/plan@1'),
  books: z.array(bookSchema).min(1),
  paths: z.array(pathsSchema).min(1),
  policies: z.array(z.string()).min(1).meta({ description: 'As `simulate --policies` takes them, with options.' }),
  venues: z.array(venuesSchema).min(1).optional().meta({ description: 'Default: one without a fund.' }),
  seeds: z
    .array(z.int().min(0).max(MOST_SEED))
    .min(1)
    .optional()
    .meta({ description: 'Of drawn paths, and of policies that draw lots; default [1].' }),
})
