import { SpillwayError } from '../../src/errors.js'
import { isObject } from '../../src/validation.js'
import { parseAllocation } from './allocation.js'
import { type Certificate, parseCertificate } from './certificate.js'
import type { AdlEvent, Allocation } from './event.js'
import { formatOf } from './looks-like.js'
import { parseEvent } from './parse-event.js'

/**
 * What callers hand to the public functions, in plain JavaScript too: an event, an allocation or a certificate as it
 * was read, or the JSON value that stands for one, which is then read here. Anything else is refused in words that say
 * what it is.
 */
export function eventOf(given: unknown, path = 'event'): AdlEvent {
  if (isEvent(given)) return given
  if (isJson(given)) return parseEvent(given)
  throw notWhatIsMeant(given, path, 'an event', 'await readEvent(path)')
}

export function allocationOf(given: unknown, path = 'allocation'): Allocation {
  if (isAllocation(given)) return given
  if (isJson(given)) return parseAllocation(given)
  throw notWhatIsMeant(given, path, 'an allocation', 'await readAllocation(path)')
}

export function certificateOf(given: unknown, path = 'certificate'): Certificate {
  if (isJson(given)) return parseCertificate(given)
  throw notWhatIsMeant(given, path, 'a certificate', 'await readCertificate(path)')
}

function isEvent(given: unknown): given is AdlEvent {
  return (
    hasDigest(given) && 'accounts' in given && isObject(given.positions) && given.positions.starts instanceof Int32Array
  )
}

function isAllocation(given: unknown): given is Allocation {
  return hasDigest(given) && Array.isArray(given.accounts) && Array.isArray(given.markets) && isObject(given.quantity)
}

const hasDigest = (given: unknown): given is Readonly<Record<string, unknown>> =>
  isObject(given) && typeof given.digest === 'function'

/** A JSON value that may stand for one of ours: an object or a list without methods. */
function isJson(given: unknown): boolean {
  if (Array.isArray(given)) return true
  return isObject(given) && !Object.values(given).some((field) => typeof field === 'function') && !isPromise(given)
}

const isPromise = (given: unknown): boolean => isObject(given) && typeof given.then === 'function'

/** The error of a value that is none of those that are meant; `reader` is what makes one of a path. */
export function notWhatIsMeant(given: unknown, path: string, what: string, reader: string): SpillwayError {
  const refuse = (problem: string, cure: string): SpillwayError =>
    new SpillwayError({ code: 'wrong-type', path, value: given, problem, cure })
  if (isPromise(given)) return refuse(`this must be ${what}, and is a promise of something`, `Write \`${reader}\`.`)
  if (typeof given === 'string')
    return refuse(`this must be ${what}, and is a text`, `If it is a path, write \`${reader}\`.`)
  const kind = kindOf(given)
  if (kind === undefined)
    return refuse(`this must be ${what}`, `Give ${what}, such as \`${reader}\`, or its JSON value.`)
  return refuse(`this must be ${what}, and is ${kind}`, `Give ${what} here; mind the order of the arguments.`)
}

/** What a value of ours is, in words. */
function kindOf(given: unknown): string | undefined {
  if (isEvent(given)) return 'an event'
  if (isAllocation(given)) return 'an allocation'
  if (!isObject(given)) return undefined
  if (given.kind === 'scenarios' || given.kind === 'gaussian') return 'price moves'
  if (typeof given.prepare === 'function') return 'an objective'
  if (typeof given.allocate === 'function') return 'a policy'
  return formatOf(given)?.title
}
