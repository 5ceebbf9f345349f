import { SpillwayError } from '../../../src/errors.js'
import { parseDecimal, toNumber } from '../../../src/numeric/index.js'
import { suggest } from '../../book/place.js'
import type { PolicyOption, PolicyOptions } from '../policy.js'

/** What a policy lets users choose, by name, in the order in which its name spells them. */
export type OptionSpecs = Readonly<Record<string, Choice<string> | NumberChoice>>

interface Choice<Word extends string> {
  readonly summary: string
  readonly values: readonly [Word, ...Word[]]
  readonly default: Word
}

interface NumberChoice {
  readonly summary: string
  readonly range: readonly [least: number, most: number]
  readonly default: number
}

/** One value per option. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends Choice<infer Word> ? Word : number
}

/** A choice of words; the first is the default. */
export function choice<const Word extends string>(values: readonly [Word, ...Word[]], summary: string): Choice<Word> {
  return { summary, values, default: values[0] }
}

export function numberFrom(least: number, most: number, standard: number, summary: string): NumberChoice {
  return { summary, range: [least, most], default: standard }
}

export function listOptions(specs: OptionSpecs): PolicyOption[] {
  return Object.entries(specs).map(([name, spec]) => ({ name, ...spec }))
}

/** The options given, checked, with defaults for the others. */
export function readOptions<Specs extends OptionSpecs>(
  policy: string,
  specs: Specs,
  given: PolicyOptions,
): OptionValues<Specs> {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(specs, name)) throw unknownOption(policy, name, value, Object.keys(specs))
  }
  const values = Object.entries(specs).map(([name, spec]) => {
    const value = Object.hasOwn(given, name) ? given[name] : spec.default
    return [name, 'values' in spec ? readWord(policy, name, spec, value) : readNumber(policy, name, spec, value)]
  })
  return Object.fromEntries(values) as OptionValues<Specs>
}

/** The name with the options that differ from their defaults: `hyperliquid:side=literal`. */
export function spellName(
  policy: string,
  specs: OptionSpecs,
  values: Readonly<Record<string, string | number>>,
): string {
  const chosen = Object.entries(specs).filter(([name, spec]) => values[name] !== spec.default)
  return [policy, ...chosen.map(([name]) => `${name}=${values[name]}`)].join(':')
}

export function unknownOption(policy: string, name: string, value: unknown, known: readonly string[]): SpillwayError {
  return new SpillwayError({
    code: 'unknown-policy-option',
    path: `${policy}:${name}`,
    problem: `policy ${JSON.stringify(policy)} has no option ${JSON.stringify(name)}`,
    value,
    cure: known.length === 0 ? 'It takes no options.' : suggest(name, known),
  })
}

function readWord(policy: string, name: string, { values }: Choice<string>, value: string | number): string {
  if (values.includes(String(value))) return String(value)
  throw badOption(policy, name, value, 'is none of the choices', `Choose ${values.join(' or ')}.`)
}

function readNumber(policy: string, name: string, { range }: NumberChoice, value: string | number): number {
  const decimal = typeof value === 'string' ? parseDecimal(value) : undefined
  const number = typeof value === 'number' ? value : decimal === undefined ? Number.NaN : toNumber(decimal)
  if (number >= range[0] && number <= range[1]) return number
  throw badOption(policy, name, value, 'is no number in range', `Give a number from ${range[0]} to ${range[1]}.`)
}

function badOption(policy: string, name: string, value: unknown, problem: string, cure: string): SpillwayError {
  return new SpillwayError({
    code: 'bad-policy-option',
    path: `${policy}:${name}`,
    problem: `option ${JSON.stringify(name)} of policy ${JSON.stringify(policy)} ${problem}`,
    value,
    cure,
  })
}
