import { z } from 'zod'
import { checkShape } from '../../book/check-shape.js'
import type { ReadOptions } from '../../book/file.js'
import { readJsonAs } from '../../book/json-file.js'
import { schemaText } from '../../book/json-schema.js'
import { readDecimal } from '../../book/number.js'
import { mistake } from '../../book/place.js'
import { nameSchema, numberSchema } from '../../book/schema.js'
import { parseVenue, venueSchema } from '../venue.js'

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
  venue: venueSchema.omit({ format: true }).optional().meta({ description: 'Or its fields themselves.' }),
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

type PlanJson = z.infer<typeof planSchema>

/** Parameters of a model of paths, as the flags of `simulate`. */
export type ModelParameters = Omit<PlanJson['paths'][number], 'name' | 'file' | 'model' | 'draws'>

export type PlannedPaths =
  | { readonly name: string; readonly file: string }
  | { readonly name: string; readonly model: string; readonly draws: number; readonly parameters: ModelParameters }

export interface PlannedVenue {
  readonly name: string
  readonly file?: string
  readonly venue?: z.infer<typeof venueSchema>
  readonly funds?: readonly (number | string)[]
}

/** What is to be run: every book in every venue, with every size of its fund, on all paths, and every policy on each. */
export interface SweepPlan {
  readonly books: readonly { readonly name: string; readonly event: string }[]
  readonly paths: readonly PlannedPaths[]
  readonly policies: readonly string[]
  readonly venues: readonly PlannedVenue[]
  readonly seeds: readonly number[]
}

/**
 * Reads a plan from a parsed JSON value; files that it names are not looked at.
 *
 * @throws SpillwayError with the code of the first mistake and its place, such as `paths[1].draws`
 * @example parsePlan({ format: 'spillway/plan@1', books: ['crisis.json'], paths: ['paths.csv'], policies: ['pro-rata'] })
 */
export function parsePlan(json: unknown): SweepPlan {
  const given = checkShape(planSchema, spelledOut(json), 'plan')
  const { policies, seeds = [1] } = given
  const books = given.books.map(({ name, event }) => ({ name: name ?? stem(event), event }))
  const paths = given.paths.map(plannedPaths)
  const venues = (given.venues ?? [{}]).map(plannedVenue)
  for (const [field, list] of Object.entries({ books, paths, venues })) {
    refuseTwice(
      list.map(({ name }) => name),
      (at) => `${field}[${at}].name`,
    )
  }
  refuseTwice(policies, (at) => `policies[${at}]`)
  refuseTwice(seeds.map(String), (at) => `seeds[${at}]`)
  return { books, paths, policies, venues, seeds }
}

/** Reads a plan from a JSON file. */
export async function readPlan(path: string, options: ReadOptions = {}): Promise<SweepPlan> {
  return readJsonAs(path, 'plan', parsePlan, options)
}

/** The published JSON Schema, the text of `docs/schema/plan.schema.json`. */
export function planSchemaText(): string {
  return schemaText('A sweep: books, paths, policies, venues, seeds', planSchema)
}

const SHORT = { books: 'event', paths: 'file', venues: 'file' } as const

/** Texts as the objects that they stand for. */
function spelledOut(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json
  const given = json as Readonly<Record<string, unknown>>
  const lists = Object.entries(SHORT).flatMap(([field, key]) => {
    const list = given[field]
    if (!Array.isArray(list)) return []
    return [[field, list.map((entry: unknown) => (typeof entry === 'string' ? { [key]: entry } : entry))] as const]
  })
  return { ...given, ...Object.fromEntries(lists) }
}

function plannedPaths(
  { name, file, model, draws, ...parameters }: PlanJson['paths'][number],
  at: number,
): PlannedPaths {
  const place = `paths[${at}]`
  if ((file === undefined) === (model === undefined)) {
    const problem = file === undefined ? 'there is neither a file nor a model' : 'a file and a model are both given'
    throw mistake('one-of', place, problem, file, 'Give either "file", or "model" and its parameters.')
  }
  if (model !== undefined) return { name: name ?? model, model, draws: draws ?? 1, parameters }
  const [extra] = draws === undefined ? Object.keys(parameters) : ['draws']
  if (extra !== undefined) {
    const cure = 'Leave it out; it is a parameter of "model".'
    throw mistake('unneeded-flag', `${place}.${extra}`, 'a file of paths takes no such parameter', extra, cure)
  }
  return { name: name ?? stem(file ?? ''), file: file ?? '' }
}

function plannedVenue({ name, file, venue, funds }: NonNullable<PlanJson['venues']>[number], at: number): PlannedVenue {
  const place = `venues[${at}]`
  if (file !== undefined && venue !== undefined) {
    throw mistake('one-of', place, 'a file and a configuration are both given', file, 'Give one of the two.')
  }
  funds?.forEach((fund, f) => {
    readDecimal(fund, () => `${place}.funds[${f}]`, 'the fund', 'not-negative')
  })
  const own = { ...(funds && { funds }) }
  if (file !== undefined) return { name: name ?? stem(file), file, ...own }
  const json = { format: 'spillway/venue@1' as const, ...venue }
  parseVenue(json)
  return { name: name ?? 'venue', venue: json, ...own }
}

/** The last part of a path, without its extension. */
function stem(path: string): string {
  const last =
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? ''
  return last.replace(/\.(json|csv|parquet)$/i, '') || path
}

function refuseTwice(names: readonly string[], place: (at: number) => string): void {
  const at = names.findIndex((name, k) => names.indexOf(name) !== k)
  if (at < 0) return
  const cure = 'Give each once; two of one name are told apart by "name".'
  throw mistake('duplicate-name', place(at), 'this stands before', names[at], cure)
}
