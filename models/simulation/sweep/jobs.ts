import { SpillwayError } from '../../../src/errors.js'
import { toText } from '../../../src/numeric/index.js'
import { resolvePolicy } from '../../analysis/optimal-policy.js'
import { contentDigest } from '../../book/digest.js'
import type { AdlEvent } from '../../book/index.js'
import { mistake } from '../../book/place.js'
import { version } from '../../version.js'
import { openCrisis } from '../open-crisis.js'
import type { Path } from '../path.js'
import type { Venue } from '../venue.js'

/** Where a job stands in its sweep; all jobs of one cell are compared with each other. */
export interface Cell {
  readonly book: string
  readonly venue: string
  /** What the insurance fund holds before the crisis. */
  readonly fund: number | string
  readonly paths: string
}

/** One path of one cell, for all policies. */
export interface Job extends Cell {
  /** From 1. */
  readonly number: number
  /** Of all that the result depends on, 64 hexadecimal digits; a result belongs to a digest. */
  readonly digest: string
  /** Name of the path, and where it stands among the paths of its source and seed, from 0. */
  readonly path: string
  readonly draw: number
  readonly seed: number
}

/** Paths that a book meets: of a file, each once; or drawn, each when it is asked for, so that none has to be kept. */
export interface PathSource {
  readonly name: string
  readonly markets: readonly string[]
  /** Paths for each seed. */
  readonly count: number
  /** The first only, where paths do not depend on it. */
  readonly seeds: readonly number[]
  drawer(seed: number): Promise<(draw: number) => Path>
}

/** A book that was read, and the paths that it meets. */
export interface SweepBook {
  readonly event: AdlEvent
  readonly sources: readonly PathSource[]
}

/** What a plan names. Books are read when they are asked for, and need not all be held. */
export interface SweepInputs {
  readonly books: readonly { readonly name: string; open(): Promise<SweepBook> }[]
  readonly venues: readonly { readonly name: string; readonly fund: number | string; readonly venue: Venue }[]
  readonly policies: readonly string[]
}

/** Numbers the jobs: by book, venue, fund, source, seed and path, in the order of the plan. */
export async function* numberJobs({ books, venues, policies }: SweepInputs): AsyncGenerator<Job> {
  policies.forEach((policy, at) => {
    expectPlanned(policy, `policies[${at}]`)
  })
  let number = 0
  for (const { name: book, open } of books) {
    const { event, sources } = await open()
    for (const { name: venue, fund, venue: rules } of venues) {
      const common = { event: event.digest(), venue: venueContent(rules), policies }
      for (const { name: paths, markets, seeds, count, drawer } of sources) {
        // The first job shows mistakes that files alone do not: a policy without what it needs, a market without paths.
        within(`book ${book}, venue ${venue}, paths ${paths},`, () => {
          openCrisis(event, { markets, policies, venue: rules })
        })
        for (const seed of seeds) {
          const draw = await drawer(seed)
          for (let p = 0; p < count; p++) {
            const path = draw(p)
            const digest = jobDigest({ ...common, seed, prices: priceLines(path, markets) })
            yield { number: ++number, digest, book, venue, fund, paths, path: path.name, draw: p, seed }
          }
        }
      }
    }
  }
}

/** Mistakes of a policy that the plan alone shows, at their place in it. */
function expectPlanned(policy: string, path: string): void {
  try {
    resolvePolicy(policy, {}, path)
  } catch (error) {
    if (!(error instanceof SpillwayError) || error.code !== 'missing-input') throw error
    const cure = 'Name another policy, such as optimal:squared-leverage; a program can run this one by `simulate`.'
    throw mistake('missing-input', path, 'it needs an input that a plan does not name', policy, cure)
  }
}

/** Mistakes say of which part of the plan they are. */
function within(location: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof SpillwayError) || error.location !== undefined) throw error
    throw error.with({ location })
  }
}

/** What a result depends on, and nothing else: names of books, venues and files do not matter, and neither does their form. */
export interface JobContent {
  readonly event: string
  readonly venue: object
  readonly policies: readonly string[]
  readonly seed: number
  readonly prices: readonly string[]
}

export function jobDigest(content: JobContent): string {
  return contentDigest({ format: 'spillway/job@1', spillway: version, ...content }).replace('sha256:', '')
}

/** Names of markets, then a line per row, in exact decimals. */
export function priceLines({ rows, prices }: Path, markets: readonly string[]): string[] {
  const m = markets.length
  const lines = Array.from({ length: rows }, (_, t) => markets.map((_, k) => prices.text(t * m + k)).join())
  return [JSON.stringify(markets), ...lines]
}

/** A configuration as its meaning: defaults filled in, numbers as plain decimals. */
export function venueContent(venue: Venue): object {
  const { maintenance, behaviour, insuranceFund, defaultMaintenance, impact, fee, feeTo, adlPrice, surplusTo } = venue
  return {
    insuranceFund: toText(insuranceFund),
    maintenance: Object.fromEntries([...maintenance].map(([market, rate]) => [market, toText(rate)])),
    defaultMaintenance: toText(defaultMaintenance),
    impact: toText(impact),
    fee: toText(fee),
    feeTo,
    adlPrice,
    surplusTo,
    response: behaviour.name,
  }
}
