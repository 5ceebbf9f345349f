import { SpillwayError } from '../../src/errors.js'
import { loadingsFor } from '../analysis/compare/choice.js'
import { resolvePolicy } from '../analysis/optimal-policy.js'
import type { AdlEvent } from '../book/index.js'
import { suggest } from '../book/place.js'
import type { ObjectiveInputs } from '../objectives/index.js'
import type { Policy, PolicyContext } from '../policies/index.js'
import { crisisBook, perContract } from './crisis-book.js'
import { Ledger } from './ledger.js'
import { type Path, rowOf } from './path.js'
import { type PathResult, type PathTotals, pathResult, pathTotals } from './path-result.js'
import { type Asked, runPath } from './run-path.js'
import type { Venue } from './venue.js'

/** Options of a crisis, whatever the number of its paths. */
export interface CrisisOptions {
  /** Markets of the paths, in their order; they may have others than the event. */
  readonly markets: readonly string[]
  /** Names, with options where a policy has them, `optimal:NAME`, or policies of your own; at least one. */
  readonly policies: readonly (string | Policy)[]
  readonly venue: Venue
  /** What objectives and policies are given. */
  readonly inputs?: ObjectiveInputs
  /** For policies that draw lots, the same in every step and on every path; default 1. */
  readonly seed?: number
  readonly signal?: AbortSignal
  /** Called with every event that is handed to a policy, and what the policy answered. */
  readonly onAsked?: (asked: Asked) => void | Promise<void>
}

/** A book, a venue and policies, made ready once, for any number of paths. */
export interface OpenCrisis {
  /** By name of the policy: what it did on a path, step by step. */
  run(path: Path): Promise<Readonly<Record<string, PathResult>>>
  /** The same without the steps, in the order of the policies. */
  totals(path: Path): Promise<readonly PathTotals[]>
}

/** @throws SpillwayError as `simulate` does */
export function openCrisis(event: AdlEvent, options: CrisisOptions): OpenCrisis {
  const { markets, venue, inputs = {}, seed = 1, signal, onAsked } = options
  const policies = options.policies.map((policy) =>
    typeof policy === 'string' ? resolvePolicy(policy, inputs) : policy,
  )
  refuseTwice(policies.map(({ name }) => name))
  const crisis = crisisBook(event, venue)
  const columns = columnsOf(markets, event)
  const { loadings } = loadingsFor(event, inputs)
  const context: PolicyContext = { seed, ...(loadings && { loadings }), ...(signal && { signal }) }
  const opening = Ledger.open(crisis)
  const width = markets.length
  const isEventKept = onAsked !== undefined || options.policies.some((policy) => typeof policy !== 'string')
  const stepsOf = (path: Path, isBrief = false) =>
    runPath(opening, path, {
      policies,
      context,
      behaviour: venue.behaviour,
      columns,
      width,
      isBrief,
      isEventKept,
      ...(onAsked && { onAsked }),
    })
  const lastOf = (path: Path) => perContract(crisis, rowOf(path, path.rows - 1, columns, width))
  return {
    async run(path) {
      const steps = await stepsOf(path)
      const last = lastOf(path)
      return Object.fromEntries(policies.map(({ name }, p) => [name, pathResult(crisis, steps[p], last)]))
    },
    async totals(path) {
      const steps = await stepsOf(path, true)
      const last = lastOf(path)
      return steps.map((one) => pathTotals(crisis, one, last))
    },
  }
}

/** Where each market of the event stands in the paths. */
function columnsOf(markets: readonly string[], event: AdlEvent): Int32Array {
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
