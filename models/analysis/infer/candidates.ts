import { SpillwayError } from '../../../src/errors.js'
import type { ObjectiveInputs } from '../../objectives/index.js'
import {
  type Policy,
  type PolicyMaker,
  type PolicyOption,
  type PolicyOptions,
  parsePolicyText,
  policies,
  policyNamed,
} from '../../policies/index.js'
import { checkedPolicy } from '../audit/options.js'
import { OPTIMAL, resolvePolicy } from '../optimal-policy.js'

/** A rule that may explain an allocation. */
export interface Candidate {
  /** The name in the registry, without options. */
  readonly policy: string
  /** Every option that the rule takes, those at their defaults included. */
  readonly options: PolicyOptions
  readonly rule: Policy
}

/**
 * The rules to try: of every name all combinations of the words that its options take, but for those that the text
 * fixes; numbers are at their defaults unless fixed. Without names, all of the registry.
 */
export function candidatesOf(
  wanted: readonly (string | Policy)[] | undefined,
  inputs: ObjectiveInputs,
): readonly Candidate[] {
  const named = wanted ?? [...policies.keys()]
  const all = named.flatMap((one): Candidate[] => {
    if (typeof one !== 'string') {
      const rule = checkedPolicy(one, 'options.policies')
      return [{ policy: rule.name, options: {}, rule }]
    }
    if (one.startsWith(OPTIMAL)) return [{ policy: one, options: {}, rule: resolvePolicy(one, inputs) }]
    return combinations(one)
  })
  const names = all.map(({ rule }) => rule.name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) {
    const problem = 'one rule stands twice'
    const cure = 'Leave one out; a name alone stands for all of its options.'
    throw new SpillwayError({ code: 'duplicate-name', path: 'options.policies', value: twice, problem, cure })
  }
  return all
}

function combinations(text: string): Candidate[] {
  // The boundary of the registry says what is wrong with a name or an option.
  policyNamed(text)
  const { name, options: fixed } = parsePolicyText(text)
  const make = policies.get(name) as PolicyMaker
  return product(make.options ?? [], fixed).map((options) => ({ policy: name, options, rule: make(options) }))
}

function product(options: readonly PolicyOption[], fixed: Readonly<Record<string, string>>): PolicyOptions[] {
  return options.reduce<PolicyOptions[]>(
    (made, option) => {
      const values = option.name in fixed ? [fixed[option.name]] : (option.values ?? [option.default])
      return made.flatMap((before) => values.map((value) => ({ ...before, [option.name]: value })))
    },
    [{}],
  )
}
