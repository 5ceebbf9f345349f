import { resolve } from 'node:path'
import { type AdlEvent, parseVenue, readEvent, readPaths, readVenue, type Venue } from '../../models/index.js'
import {
  type ModelParameters,
  type PathSource,
  type PlannedPaths,
  type PlannedVenue,
  pathDrawer,
  type SweepInputs,
  type SweepPlan,
} from '../../models/simulation/index.js'
import { parseDecimal } from '../../src/numeric/index.js'
import { choices } from '../arguments.js'
import type { Reader } from '../command.js'
import { isCertain, type PathModelFlags, pathModel, pathModelNames } from '../path-models.js'
import { mistake } from '../usage.js'
import { isOwnError } from './own-error.js'

/** What a plan names, with its files relative to a folder. Books and paths are read when they are asked for. */
export async function openSweep(plan: SweepPlan, folder: string, reader: Reader): Promise<SweepInputs> {
  const at = (file: string): string => resolve(folder, file)
  const venues = await Promise.all(plan.venues.map((planned, v) => withFunds(planned, v, at, reader)))
  return {
    policies: plan.policies,
    venues: venues.flat(),
    books: plan.books.map(({ name, event: file }) => ({
      name,
      open: async () => {
        const event = await readEvent(at(file), reader.reading())
        const sources: PathSource[] = []
        for (const [p, planned] of plan.paths.entries()) {
          sources.push(await sourceOf(planned, p, event, plan.seeds, at, reader))
        }
        return { event, sources }
      },
    })),
  }
}

async function withFunds(
  planned: PlannedVenue,
  v: number,
  at: (file: string) => string,
  reader: Reader,
): Promise<SweepInputs['venues']> {
  const { name, file, venue: given, funds } = planned
  const venue: Venue =
    file === undefined
      ? await within(`venues[${v}].venue`, async () => parseVenue(given))
      : await readVenue(at(file), reader.reading())
  if (funds === undefined) return [{ name, fund: Number(textOf(venue)), venue }]
  return funds.map((fund) => ({ name, fund, venue: { ...venue, insuranceFund: parseDecimal(String(fund))! } }))
}

const textOf = ({ insuranceFund: { digits, scale } }: Venue): string => `${digits}e-${scale}`

async function sourceOf(
  planned: PlannedPaths,
  p: number,
  event: AdlEvent,
  seeds: readonly number[],
  at: (file: string) => string,
  reader: Reader,
): Promise<PathSource> {
  const { name } = planned
  if ('file' in planned) {
    const { markets, paths } = await readPaths(at(planned.file), reader.reading())
    // Paths of a file do not depend on a seed; run twice they would count twice.
    return { name, markets, count: paths.length, seeds: seeds.slice(0, 1), drawer: async () => (draw) => paths[draw] }
  }
  const { model, draws, parameters } = planned
  return within(`paths[${p}]`, async () => {
    if (!pathModelNames.includes(model)) {
      throw mistake('unknown-model', 'model', model, 'no model of paths has this name', choices(model, pathModelNames))
    }
    const made = await pathModel(reader, model, event, flagsOf(parameters, at))
    const isOne = isCertain(model)
    return {
      name,
      markets: made.markets,
      count: isOne ? 1 : draws,
      seeds: isOne ? seeds.slice(0, 1) : seeds,
      drawer: (seed) => pathDrawer(made, event, seed),
    }
  })
}

/** Parameters of a plan as the flags of `simulate`: files found, values by market as text. */
export function flagsOf(parameters: ModelParameters, at: (file: string) => string): PathModelFlags {
  const { volatility, drift, covariance, history, ...rest } = parameters
  return Object.fromEntries(
    Object.entries({
      ...rest,
      volatility: valuesText(volatility),
      drift: valuesText(drift),
      covariance: covariance && at(covariance),
      history: history && at(history),
    }).filter(([, value]) => value !== undefined),
  )
}

function valuesText(values: ModelParameters['volatility']): string | undefined {
  if (values === undefined) return undefined
  if (typeof values !== 'object') return String(values)
  return Object.entries(values)
    .map(([market, value]) => `${market}=${value}`)
    .join()
}

/** A mistake with the place of the plan that it comes from. */
async function within<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isOwnError(error) || error.location !== undefined) throw error
    throw error.with({ location: place })
  }
}
