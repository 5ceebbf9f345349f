import { SpillwayError } from '../../../src/errors.js'
import { suggest } from '../../book/place.js'
import type { Policy } from '../../policies/index.js'
import { uncalled } from '../../proof/given-claimants.js'
import { resolvePolicy } from '../optimal-policy.js'
import type { Axiom } from './axiom.js'
import { axioms } from './axioms/index.js'

/** The axioms of these names, in the order in which they are reported. Throws `unknown-axiom`. */
export function chosenAxioms(names: readonly string[] | undefined): readonly Axiom[] {
  if (names === undefined) return axioms
  const known = axioms.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return axioms.filter(({ name }) => names.includes(name))
  throw new SpillwayError({
    code: 'unknown-axiom',
    path: 'options.axioms',
    value: unknown,
    problem: 'no axiom has this name',
    cure: choices(unknown, known),
  })
}

/** A policy that can be run: one of the registry by its name and options, or whatever has a name and allocates. */
export function checkedPolicy(policy: unknown, path = 'policy'): Policy {
  if (typeof policy === 'string') return resolvePolicy(policy, {}, path)
  if (typeof policy === 'function') throw uncalled(policy, path, 'policy')
  const { name, allocate } = (policy ?? {}) as Partial<Policy>
  if (typeof name === 'string' && name !== '' && typeof allocate === 'function') return policy as Policy
  throw new SpillwayError({
    code: 'bad-policy',
    path,
    value: policy,
    problem: 'this is no policy: it has no name, or no function `allocate`',
    cure: 'Give an object with `name` and `allocate(space, context)`, or the name of a policy.',
  })
}

function choices(name: string, known: readonly string[]): string {
  const near = suggest(name, known)
  return near.startsWith('Did') ? `${near} There are: ${known.join(', ')}.` : `There are: ${known.join(', ')}.`
}

export function wholeNumber(value: number, path: string, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value
  throw new SpillwayError({
    code: 'option-value',
    path,
    value,
    problem: `is no whole number from ${least} to ${most}`,
    cure: 'Give a whole number, such as 1000.',
  })
}
