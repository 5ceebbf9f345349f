import { SpillwayError } from '../../../src/errors.js'
import type { AdlEvent } from '../../book/index.js'
import { asLoadings, type Loadings, principalLoadings } from '../../moves/index.js'
import { type ObjectiveInputs, objectives } from '../../objectives/index.js'
import { type Policy, policies } from '../../policies/index.js'
import { checkedPolicy } from '../audit/options.js'
import { objectiveOf } from '../given.js'
import { isOptimalPolicy, optimalPolicy, resolveObjective, resolvePolicy } from '../optimal-policy.js'
import type { Contest } from './optimum.js'
import type { CompareOptions } from './options.js'

/** Why an objective cannot run on these inputs, though they are good ones. */
const UNFIT: ReadonlySet<string> = new Set(['missing-input', 'missing-loading', 'moves-kind', 'no-variance'])

/** Named objectives must run; of the default ones those that lack an input are left out. */
export function chooseObjectives(event: AdlEvent, { objectives: wanted, inputs = {} }: CompareOptions): Contest[] {
  const isChosen = wanted !== undefined
  const contests = (wanted ?? [...objectives.keys()]).flatMap((named): Contest[] => {
    try {
      const objective =
        typeof named === 'string' ? resolveObjective(named, inputs) : objectiveOf(named, 'options.objectives')
      return [{ objective, prepared: objective.prepare(event), ...(typeof named === 'string' && { text: named }) }]
    } catch (error) {
      if (!isChosen && error instanceof SpillwayError && UNFIT.has(error.code)) return []
      throw error
    }
  })
  refuseTwice(
    contests.map(({ objective }) => objective.name),
    'options.objectives',
  )
  return contests
}

/** A policy, and the text that names it in the registry, where one does. */
export interface ChosenPolicy {
  readonly policy: Policy
  readonly text?: string
}

/** By name or as they are; by default every policy of the registry, and every chosen objective as one. */
export function choosePolicies(
  contests: readonly Contest[],
  { policies: wanted, inputs }: CompareOptions,
): ChosenPolicy[] {
  const optimal = contests.map(({ objective }) => optimalPolicy(objective))
  const chosen = (wanted ?? [...policies.keys(), ...optimal]).map((named): ChosenPolicy => {
    if (typeof named !== 'string') return { policy: checkedPolicy(named, 'options.policies') }
    // The objective of a column is solved once, for both.
    const policy = optimal.find(({ name }) => name === named) ?? resolvePolicy(named, inputs)
    return isOptimalPolicy(policy) ? { policy } : { policy, text: named }
  })
  refuseTwice(
    chosen.map(({ policy }) => policy.name),
    'options.policies',
  )
  return chosen
}

function refuseTwice(names: readonly string[], path: string): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice === undefined) return
  const cure = 'Leave one out, or give it another name.'
  throw new SpillwayError({ code: 'duplicate-name', path, value: twice, problem: 'one name stands twice', cure })
}

/** Where the loadings of policies and charts come from, and the share of the moves' variance that estimated ones explain. */
export interface LoadingsSource {
  readonly source: 'given' | 'event' | 'moves' | 'none'
  readonly explained?: number
}

/**
 * The loadings that policies and charts are given, as for `factor-leverage`: those given, else the event's (which policies read
 * themselves), else the leading principal component of the moves.
 */
export function loadingsFor(
  event: AdlEvent,
  { loadings, moves }: ObjectiveInputs,
): { readonly loadings?: Loadings; readonly source: LoadingsSource } {
  if (loadings !== undefined) return { loadings: asLoadings(loadings), source: { source: 'given' } }
  if (event.markets.some(({ factorLoading }) => factorLoading !== undefined)) return { source: { source: 'event' } }
  if (moves === undefined) return { source: { source: 'none' } }
  try {
    const estimate = principalLoadings(moves, event)
    return { loadings: estimate.loadings, source: { source: 'moves', explained: estimate.share } }
  } catch (error) {
    // Moves that do not move have no factor; whoever needs one says so.
    if (error instanceof SpillwayError && error.code === 'no-variance') return { source: { source: 'none' } }
    throw error
  }
}
