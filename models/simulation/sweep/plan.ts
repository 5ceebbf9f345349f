import type { z } from 'zod'
import { toText } from '../../../src/numeric/index.js'
import { checkShape } from '../../book/check-shape.js'
import type { ReadOptions } from '../../book/file.js'
import { readJsonAs } from '../../book/json-file.js'
import { readDecimal } from '../../book/number.js'
import { mistake } from '../../book/place.js'
import { schemaText } from '../../book/schema-text.js'
import type { VenueJson } from '../json-forms.js'
import { venueAt } from '../venue.js'
import { planSchema } from './plan-schema.js'

type PlanJson = z.infer<typeof planSchema>

/** One number for all markets, or one by market. */
type ByMarket = number | string | Record<string, number>

/** Parameters of a model of paths, as the flags of `simulate`; `docs/schema/plan.schema.json` says what each means. */
export interface ModelParameters {
  steps?: number | undefined
  horizonDays?: number | undefined
  volatility?: ByMarket | undefined
  correlation?: number | undefined
  covariance?: string | undefined
  drift?: ByMarket | undefined
  degrees?: number | undefined
  jumps?: number | undefined
  jumpMean?: number | undefined
  jumpDeviation?: number | undefined
  history?: string | undefined
  block?: number | undefined
}

export type PlannedPaths =
  | { readonly name: string; readonly file: string }
  | { readonly name: string; readonly model: string; readonly draws: number; readonly parameters: ModelParameters }

export interface PlannedVenue {
  readonly name: string
  readonly file?: string
  readonly venue?: VenueJson
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
      'Give each once; two of one name are told apart by "name".',
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
  const sizes = funds?.map((fund, f) =>
    toText(readDecimal(fund, () => `${place}.funds[${f}]`, 'the fund', 'not-negative')),
  )
  // A size that stands twice, as 1 and 1.0 do, would count each path twice, and errors would look smaller than they are.
  refuseTwice(sizes ?? [], (at) => `${place}.funds[${at}]`)
  const own = { ...(funds && { funds }) }
  if (file !== undefined) return { name: name ?? stem(file), file, ...own }
  const { format = 'spillway/venue@1', ...fields } = venue ?? {}
  const json: VenueJson = { format, ...fields }
  venueAt(`${place}.venue`, json)
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

function refuseTwice(names: readonly string[], place: (at: number) => string, cure = 'Give each once.'): void {
  const at = names.findIndex((name, k) => names.indexOf(name) !== k)
  if (at < 0) return
  throw mistake('duplicate-name', place(at), 'this stands before', names[at], cure)
}
