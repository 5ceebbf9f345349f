/** What accounts may do in a crisis: one file each, and one line here. */
import { compare, decimalOf, parseDecimal, signOf } from '../../../src/numeric/index.js'
import { mistake, suggest } from '../../book/place.js'
import { addMargin } from './add-margin.js'
import type { Behaviour, BehaviourKind } from './behaviour.js'
import { none } from './none.js'
import { reopen } from './reopen.js'

/** Every behaviour, in the order in which they are listed. */
export const behaviours: readonly BehaviourKind[] = [none, reopen, addMargin]

/**
 * The behaviour of a text, with its option: `none`, `reopen`, `add-margin:share=0.2`.
 *
 * @throws SpillwayError `unknown-behaviour`, `bad-behaviour-option`
 */
export function behaviourNamed(text: string, path: string): Behaviour {
  const [name = '', ...options] = text.split(':')
  const kind = behaviours.find((candidate) => candidate.name === name)
  if (kind === undefined) {
    const names = behaviours.map((candidate) => candidate.name)
    const cure = `${suggest(name, names)} There are: ${names.join(', ')}.`
    throw mistake('unknown-behaviour', path, 'no behaviour has this name', text, cure)
  }
  const { option, summary } = kind
  const [given] = options
  const raw = given?.startsWith(`${option?.name}=`) ? given.slice(given.indexOf('=') + 1) : undefined
  const value = given === undefined ? decimalOf(option?.default ?? 0) : parseDecimal(raw ?? '')
  const isOne = option !== undefined && value !== undefined && signOf(value) > 0 && compare(value, decimalOf(1)) <= 0
  if (options.length > 1 || (given !== undefined && !isOne)) {
    const cure =
      option === undefined
        ? 'Leave out what follows the name.'
        : `Write ${name}:${option.name}=0.5 (${option.summary}).`
    throw mistake('bad-behaviour-option', path, 'the behaviour has no such option, or not this value', text, cure)
  }
  const respond = kind.make(value ?? decimalOf(0))
  return { name: text, summary, ...(respond && { respond }) }
}

export type { Behaviour, BehaviourKind, Moment } from './behaviour.js'
