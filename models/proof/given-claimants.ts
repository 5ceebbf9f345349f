import { SpillwayError } from '../../src/errors.js'
import { isObject } from '../../src/validation.js'
import { notWhatIsMeant } from '../book/given.js'
import type { Claimant } from './claim.js'

/** An objective that was made, as callers may hand one over. Throws `wrong-type`, and `not-called` for what only makes one. */
export function claimantOf(given: unknown, path: string): Claimant {
  if (isObject(given) && typeof given.name === 'string' && typeof given.prepare === 'function') {
    return given as unknown as Claimant
  }
  const isMaker = typeof given === 'function' || (isObject(given) && typeof given.make === 'function')
  if (isMaker) throw uncalled(given, path, 'objective')
  throw notWhatIsMeant(given, path, 'an objective', 'minMaxLeverage()')
}

/** The error of a function in the place of what it makes. */
export function uncalled(given: unknown, path: string, what: 'objective' | 'policy'): SpillwayError {
  const name = typeof given === 'function' ? given.name : 'make'
  return new SpillwayError({
    code: 'not-called',
    path,
    value: given,
    problem: `this makes an ${what}, and is none`.replace('an policy', 'a policy'),
    cure: `Call it: ${name}(${name === 'minMaxLeverage' || name === 'squaredLeverage' ? '' : '{ … }'}).`,
  })
}
