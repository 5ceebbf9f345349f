import { SpillwayError } from '../../src/index.js'
import { loadingsFor } from '../analysis/compare/choice.js'
import { resolvePolicy } from '../analysis/optimal-policy.js'
import type { AdlEvent } from '../book/index.js'
import { suggest } from '../book/place.js'
import type { ObjectiveInputs } from '../objectives/index.js'
import type { Policy, PolicyContext } from '../policies/index.js'
import { crisisBook, perContract } from './crisis-book.js'
import { Ledger } from './ledger.js'
import { measurePath, type PathResult } from './measure-path.js'
import { type Paths, rowOf } from './path.js'
import { type Asked, runPath } from './run-path.js'
import type { Venue } from './venue.js'

export interface SimulateOptions {
  readonly paths: Paths
  /** Names, with options where a policy has them, `optimal:NAME`, or policies of your own; at least one. */
  readonly policies: readonly (string | Policy)[]
  readonly venue: Venue
  /** What objectives and policies are given. */
  readonly inputs?: ObjectiveInputs
  /** For policies that draw lots, the same in every step and on every path; default 1. */
  readonly seed?: number
  readonly signal?: AbortSignal
  /** Called before each path. */
  readonly onProgress?: (progress: { readonly path: string; readonly done: number; readonly total: number }) => void
  /** Called with every event that is handed to a policy, and what the policy answered. */
  readonly onAsked?: (asked: Asked) => void | Promise<void>
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
 * Runs a crisis on a book: prices move as a path says, accounts below maintenance are liquidated, what the insurance fund cannot pay
 * becomes an ADL, the policy says who is closed, and the book that it leaves meets the next prices. Every policy runs on the same
 * paths. The event's own demand and ADL prices have no part in it.
 *
 * @throws SpillwayError `unknown-policy`, `duplicate-name`, `missing-market` where paths lack a market of the event, `policy-input` and
 * others of policies, `conservation-broken` (never seen, always looked for)
 * @example
 * const venue = parseVenue({ format: 'spillway/venue@1', insuranceFund: 10000 })
 * const { paths: results } = await simulate(event, { paths, venue, policies: ['water-filling', 'pro-rata'] })
 */
export async function simulate(event: AdlEvent, options: SimulateOptions): Promise<Simulation> {
  const { paths, venue, inputs = {}, seed = 1, signal } = options
  const policies = options.policies.map((policy) =>
    typeof policy === 'string' ? resolvePolicy(policy, inputs) : policy,
  )
  refuseTwice(policies.map(({ name }) => name))
  const crisis = crisisBook(event, venue)
  const columns = columnsOf(paths, event)
  const { loadings } = loadingsFor(event, inputs)
  const context: PolicyContext = { seed, ...(loadings && { loadings }), ...(signal && { signal }) }
  const opening = Ledger.open(crisis)
  const width = paths.markets.length
  const { onAsked } = options
  const results: Simulation['paths'][number][] = []
  for (const [done, path] of paths.paths.entries()) {
    // Lets go of the thread, so that an interrupt is noticed.
    await new Promise((resolve) => setTimeout(resolve, 0))
    signal?.throwIfAborted()
    options.onProgress?.({ path: path.name, done, total: paths.paths.length })
    const steps = await runPath(opening, path, { policies, context, columns, width, ...(onAsked && { onAsked }) })
    const last = perContract(crisis, rowOf(path, path.rows - 1, columns, width))
    const byName = policies.map(({ name }, p) => [name, measurePath(crisis, steps[p], last)] as const)
    results.push({ name: path.name, policies: Object.fromEntries(byName) })
  }
  return { event: event.digest(), seed, paths: results }
}

/** Where each market of the event stands in the paths; they may have others. */
function columnsOf({ markets }: Paths, event: AdlEvent): Int32Array {
  return Int32Array.from(event.markets, ({ market }) => {
    const column = markets.indexOf(market)
    if (column >= 0) return column
    throw new SpillwayError({
      code: 'missing-market',
      path: 'paths.markets',
      value: market,
      problem: `the paths lack the market ${JSON.stringify(market)}`,
      cure: `${suggest(market, markets)} Paths must name every market of the event.`,
    })
  })
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice === undefined) return
  const cure = 'Leave one out, or give it another name.'
  throw new SpillwayError({
    code: 'duplicate-name',
    path: 'options.policies',
    value: twice,
    problem: 'one policy stands twice',
    cure,
  })
}
