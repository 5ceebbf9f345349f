import { SpillwayError } from '../../src/errors.js'
import { suggest } from '../book/place.js'
import { type Objective, type ObjectiveInputs, objectives } from '../objectives/index.js'
import { type Policy, policies, policyNamed } from '../policies/index.js'
import { type JudgeOptions, type MethodRun, runMethod } from './methods.js'

/** What stands before the name of an objective that is used as a policy. */
export const OPTIMAL = 'optimal:'

/** A policy that closes whatever minimises an objective. */
export interface OptimalPolicy extends Policy {
  readonly objective: Objective
}

/**
 * An objective as a policy: the allocation that minimises it, by the fastest method that can answer (`solve` takes the
 * same). Where an objective has many optima it is the one that this method finds. Throws `no-allocation` where no method
 * gives a feasible point.
 */
export function optimalPolicy(objective: Objective, options: JudgeOptions = {}): OptimalPolicy {
  return {
    name: OPTIMAL + objective.name,
    objective,
    summary: `the least ${objective.name}: ${objective.summary}`,
    formula: `argmin ${objective.formula}`,
    source: objective.source,
    ties: 'as the method to the optimum leaves them',
    closing: 'shares',
    ranking: 'none',
    markets: 'jointly',
    equity: 'as the objective',
    needs: [],
    async allocate(space, context) {
      const { signal = options.signal } = context ?? {}
      const methodRun = await runMethod(objective.prepare(space.event), { ...options, ...(signal && { signal }) })
      return reductionsOf(objective, methodRun)
    },
  }
}

/** The reductions that a method found; throws `no-allocation` where it found none. */
export function reductionsOf(objective: Objective, { plan, stopped, solver }: MethodRun) {
  if (plan !== undefined) return plan.reductions
  throw new SpillwayError({
    code: 'no-allocation',
    path: OPTIMAL + objective.name,
    value: stopped?.status,
    problem: `${solver.name} found no allocation: ${stopped?.reason ?? 'it stopped'}`,
    cure: 'Give more seconds, or another solver.',
    fault: 'engine',
  })
}

export function isOptimalPolicy(policy: Policy): policy is OptimalPolicy {
  return 'objective' in policy && policy.name.startsWith(OPTIMAL)
}

/**
 * The policy of a text as on the command line: a name of the registry with its options, or `optimal:NAME` for any objective,
 * which is given `inputs`. Throws `unknown-policy`, `unknown-objective`, `missing-input`.
 */
export function resolvePolicy(text: string, inputs: ObjectiveInputs = {}, path = 'options.policies'): Policy {
  if (text.startsWith(OPTIMAL)) return optimalPolicy(resolveObjective(text.slice(OPTIMAL.length), inputs, path))
  const [name = ''] = text.split(':')
  if (!policies.has(name)) throw unknown('policy', path, name, [...policies.keys(), `${OPTIMAL}NAME`])
  return policyNamed(text)
}

/** The objective of a name. Throws `unknown-objective`, `missing-input`. */
export function resolveObjective(name: string, inputs: ObjectiveInputs = {}, path = 'options.objectives'): Objective {
  const kind = objectives.get(name)
  if (kind !== undefined) return kind.make(inputs)
  throw unknown('objective', path, name, [...objectives.keys()])
}

function unknown(what: 'policy' | 'objective', path: string, value: string, known: readonly string[]): SpillwayError {
  const near = suggest(value, known)
  return new SpillwayError({
    code: what === 'policy' ? 'unknown-policy' : 'unknown-objective',
    path,
    value,
    problem: `no ${what} has this name`,
    cure: near.startsWith('Did') ? `${near} There are: ${known.join(', ')}.` : `There are: ${known.join(', ')}.`,
  })
}
