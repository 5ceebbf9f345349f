import { type ErrorCode, SpillwayError } from './errors.js'
import { suggest } from './names.js'

/**
 * Validation of what callers hand to public functions, in plain JavaScript too: which fields there are and of which type each
 * is. Ranges are for the function itself, which knows what its numbers mean.
 */

/** The type of a field: in words, as messages have it ("a number"), and whether a value is of it. */
export interface FieldType {
  readonly what: string
  isOne(value: unknown): boolean
  /** Whether the field may be left out. */
  readonly isOptional: boolean
  optional(): FieldType
}

export function typed(what: string, isOne: (value: unknown) => boolean, isOptional = false): FieldType {
  return { what, isOne, isOptional, optional: () => typed(what, isOne, true) }
}

export const aNumber = typed('a number', (value) => typeof value === 'number')
export const aFlag = typed('true or false', (value) => typeof value === 'boolean')
export const aText = typed('a text', (value) => typeof value === 'string')
export const aFunction = typed('a function', (value) => typeof value === 'function')
export const aSignal = typed('an AbortSignal', (value) => isObject(value) && typeof value.aborted === 'boolean')
export const numbersOrOne = typed(
  'a number, or a list of numbers',
  (value) => typeof value === 'number' || isArrayLike(value),
)

/** The fields of a type, each with its own type: one that the type gains cannot be forgotten where they are listed. */
export type FieldsOf<T> = { readonly [Key in keyof Required<T>]: FieldType }

/** Throws the mistakes of what was given as `path`: unknown and missing fields, wrong types. */
export type Expect = (path: string, given: unknown) => void

/** Options: fields that may all be left out. Throws `unknown-option`, `option-value`, and `wrong-type` unless it is an object. */
export function expectOptions<T>(fields: FieldsOf<T>): Expect {
  const types = Object.entries<FieldType>(fields).map(([name, type]) => [name, type.optional()] as const)
  return expecting(new Map(types), 'unknown-option', 'option-value')
}

/** Fields of which some are required. Throws `unknown-field`, `missing-field` and `wrong-type`. */
export function expectFields<T>(fields: FieldsOf<T>): Expect {
  return expecting(new Map(Object.entries<FieldType>(fields)), 'unknown-field', 'wrong-type')
}

function expecting(types: ReadonlyMap<string, FieldType>, unknown: ErrorCode, wrong: ErrorCode): Expect {
  const known = [...types.keys()]
  return (path, given) => {
    if (!isObject(given)) throw wrongType('wrong-type', path, given, `an object with any of ${known.join(', ')}`)
    // A misspelt field explains the one that is missing, and comes first.
    const errors = Object.keys(given)
      .filter((key) => !types.has(key))
      .map((key) => unknownField(unknown, `${path}.${key}`, given[key], key, known))
    for (const [field, { what, isOne, isOptional }] of types) {
      const value = given[field]
      if (value === undefined && isOptional) continue
      if (isOne(value)) continue
      const at = `${path}.${field}`
      errors.push(value === undefined ? missingField(at, field, what) : wrongType(wrong, at, value, what))
    }
    if (errors.length > 0) throw SpillwayError.ofAll(errors as [SpillwayError, ...SpillwayError[]])
  }
}

function unknownField(
  code: ErrorCode,
  path: string,
  value: unknown,
  name: string,
  known: readonly string[],
): SpillwayError {
  const problem = code === 'unknown-option' ? 'there is no such option' : 'there is no such field'
  const near = suggest(name, known)
  const cure = near.startsWith('Did') ? `${near} There are: ${known.join(', ')}.` : `There are: ${known.join(', ')}.`
  return new SpillwayError({ code, path, value, problem, cure })
}

function missingField(path: string, field: string, what: string): SpillwayError {
  const cure = `Add \`${field}\`, ${what}.`
  return new SpillwayError({ code: 'missing-field', path, value: undefined, problem: `${field} is required`, cure })
}

/** The error of a value of another type; `what` is the one that is meant, in words. */
export function wrongType(code: ErrorCode, path: string, value: unknown, what: string): SpillwayError {
  return new SpillwayError({ code, path, value, problem: `this must be ${what}`, cure: `Give ${what}.` })
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether it has entries to be read by number: an array, a typed array or the like, and no text. */
export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return true
  return isObject(value) && Number.isInteger(value.length) && (value.length as number) >= 0
}
