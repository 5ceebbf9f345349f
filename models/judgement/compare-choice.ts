import { SpillwayError } from '../../src/index.js'
import type { AdlEvent } from '../book/index.js'
import { objectives } from '../objectives/index.js'
import { type Policy, policies } from '../policies/index.js'
import type { CompareOptions } from './compare.js'
import type { Contest } from './compare-optimum.js'
import { optimalPolicy, resolveObjective, resolvePolicy } from './optimal-policy.js'

/** Named objectives must run; of the default ones those that lack an input are left out. */
export function chooseObjectives(event: AdlEvent, { objectives: wanted, inputs = {} }: CompareOptions): Contest[] {
  const isChosen = wanted !== undefined
  const contests = (wanted ?? [...objectives.keys()]).flatMap((named): Contest[] => {
    try {
      const objective = typeof named === 'string' ? resolveObjective(named, inputs) : named
      return [{ objective, prepared: objective.prepare(event) }]
    } catch (error) {
      if (!isChosen && error instanceof SpillwayError && error.code === 'missing-input') return []
      throw error
    }
  })
  refuseTwice(
    contests.map(({ objective }) => objective.name),
    'options.objectives',
  )
  return contests
}

/** By name or as they are; by default every policy of the registry, and every chosen objective as one. */
export function choosePolicies(contests: readonly Contest[], { policies: wanted, inputs }: CompareOptions): Policy[] {
  const optimal = contests.map(({ objective }) => optimalPolicy(objective))
  const chosen = wanted?.map((named): Policy => {
    if (typeof named !== 'string') return named
    // The objective of a column is solved once, for both.
    return optimal.find(({ name }) => name === named) ?? resolvePolicy(named, inputs)
  })
  const all = chosen ?? [...Array.from(policies.keys(), (name) => resolvePolicy(name, inputs)), ...optimal]
  refuseTwice(
    all.map(({ name }) => name),
    'options.policies',
  )
  return all
}

function refuseTwice(names: readonly string[], path: string): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice === undefined) return
  const cure = 'Leave one out, or give it another name.'
  throw new SpillwayError({ code: 'duplicate-name', path, value: twice, problem: 'one name stands twice', cure })
}
