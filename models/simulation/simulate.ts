import type { AdlEvent } from '../book/index.js'
import { type CrisisOptions, openCrisis } from './open-crisis.js'
import type { Paths } from './path.js'
import type { PathResult } from './path-result.js'

/** Options of `simulate`. */
export interface SimulateOptions extends Omit<CrisisOptions, 'markets'> {
  readonly paths: Paths
  /** Called before each path. */
  readonly onProgress?: (progress: { readonly path: string; readonly done: number; readonly total: number }) => void
}

/** Crises, each once for every policy. Definitions: docs/simulation.md. */
export interface Simulation {
  /** Digest of the event. */
  readonly event: string
  readonly seed: number
  readonly paths: readonly {
    readonly name: string
    readonly policies: Readonly<Record<string, PathResult>>
  }[]
}

/**
 * Runs a crisis on a book: prices move as a path says, accounts below maintenance are liquidated, what the insurance
 * fund cannot pay becomes an ADL, the policy says who is closed, and the book that it leaves meets the next prices.
 * Every policy runs on the same paths. The event's own demand and ADL prices have no part in it.
 *
 * @throws SpillwayError `unknown-policy`, `duplicate-name`, `missing-market` where paths lack a market of the event, `policy-input` and
 * others of policies, `conservation-broken` (never seen, always looked for)
 * @example
 * const venue = parseVenue({ format: 'spillway/venue@1', insuranceFund: 10000 })
 * const { paths: results } = await simulate(event, { paths, venue, policies: ['water-filling', 'pro-rata'] })
 */
export async function simulate(event: AdlEvent, options: SimulateOptions): Promise<Simulation> {
  const { paths, seed = 1, signal } = options
  const crisis = openCrisis(event, { ...options, markets: paths.markets })
  const results: Simulation['paths'][number][] = []
  for (const [done, path] of paths.paths.entries()) {
    // Lets go of the thread, so that an interrupt is noticed.
    await new Promise((resolve) => setTimeout(resolve, 0))
    signal?.throwIfAborted()
    options.onProgress?.({ path: path.name, done, total: paths.paths.length })
    results.push({ name: path.name, policies: await crisis.run(path) })
  }
  return { event: event.digest(), seed, paths: results }
}
