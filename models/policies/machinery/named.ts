import { SpillwayError } from '../../../src/errors.js'
import { suggest } from '../../book/place.js'
import type { Policy, PolicyMaker } from '../policy.js'
import { unknownOption } from './options.js'

/** A policy's name and its options as they were written: `hyperliquid:side=literal:score=gain`. */
export interface PolicyText {
  readonly name: string
  readonly options: Readonly<Record<string, string>>
}

/** Takes a policy's text apart, without a look at what names and values there are. Throws `bad-policy-option` on `a:b`. */
export function parsePolicyText(text: string): PolicyText {
  const [name = '', ...parts] = text.split(':').map((part) => part.trim())
  const options: Record<string, string> = {}
  for (const part of parts) {
    const [key = '', value, ...more] = part.split('=')
    if (key === '' || value === undefined || more.length > 0 || Object.hasOwn(options, key)) {
      throw new SpillwayError({
        code: 'bad-policy-option',
        path: name,
        problem: 'an option is written NAME=VALUE, each once',
        value: part,
        cure: 'Write for example hyperliquid:side=literal:score=gain.',
      })
    }
    options[key] = value
  }
  return { name, options }
}

/**
 * The policy of a registry that a text names, with its options.
 *
 * @throws SpillwayError `unknown-policy`, `unknown-policy-option`, `bad-policy-option`
 */
export function findPolicy(text: string, registry: ReadonlyMap<string, PolicyMaker>): Policy {
  const { name, options } = parsePolicyText(text)
  const make = registry.get(name)
  if (make === undefined) {
    const known = [...registry.keys()]
    const near = suggest(name, known)
    throw new SpillwayError({
      code: 'unknown-policy',
      path: 'policy',
      problem: 'no policy has this name',
      value: name,
      cure: near.startsWith('Did') ? `${near} There are: ${known.join(', ')}.` : `There are: ${known.join(', ')}.`,
    })
  }
  const [first] = Object.entries(options)
  if (make.options === undefined && first !== undefined) throw unknownOption(name, ...first, [])
  return make(options)
}
