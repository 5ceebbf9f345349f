import type { ErrorCode } from './error-codes.js'

export type { ErrorCode }

/**
 * What went wrong, where, with which value, and what to do about it.
 *
 * Misuse and bad input throw a `SpillwayError`; outcomes of a solve (infeasible, unbounded, unproved) are values.
 * Tests and scripts match `code`; people read the message.
 */
export interface ErrorDetails {
  readonly code: ErrorCode
  /** The place: a field (`columns[3].weight`), a file and line (`demand.csv:70001`), a flag (`--solver`). */
  readonly path: string
  /** What stood there, shortened when long. */
  readonly value: unknown
  /** What to do next, as a whole sentence. */
  readonly cure: string
  /** What is wrong, as a clause without a full stop. */
  readonly problem: string
  /** The caller's fault (exit status 2, the default) or the solver's (3). */
  readonly fault?: 'input' | 'engine' | undefined
  /** File and line where a path alone does not say them: `crash.json:14`. */
  readonly location?: string | undefined
  /** What the path is about, by name, where it has only a number: `column "alice"`. */
  readonly subject?: string | undefined
  /** All that is wrong with the input, this first, where it is more than one thing. */
  readonly errors?: readonly SpillwayError[] | undefined
}

/** One mark for every copy of this class in a program: two versions of the package, or a bundle beside the files it was made of. */
const MARK = Symbol.for('spillway.error')

/**
 * Misuse or bad input, or a solver that failed: what is wrong, where, with which value, and what to do about it. Match
 * `code`; read the message.
 */
export class SpillwayError extends Error {
  override readonly name = 'SpillwayError'
  readonly [MARK] = true
  readonly code: ErrorCode
  readonly path: string
  readonly value: unknown
  readonly cure: string
  readonly fault: 'input' | 'engine'
  readonly location: string | undefined
  /** Where one input has several mistakes: the first twenty of them in its order, the first being this one. */
  readonly errors: readonly SpillwayError[] | undefined
  readonly #details: ErrorDetails

  constructor(details: ErrorDetails) {
    super(sentence(details))
    this.#details = details
    this.code = details.code
    this.path = brief(details.path)
    this.value = details.value
    this.cure = brief(details.cure)
    this.fault = details.fault ?? 'input'
    this.location = details.location
    this.errors = details.errors
  }

  /** What it was made of, for whoever carries it to another thread or process. */
  get details(): ErrorDetails {
    return this.#details
  }

  /** The same mistake with more said about where it stands. */
  with(more: Pick<ErrorDetails, 'location' | 'subject' | 'errors'>): SpillwayError {
    return new SpillwayError({ ...this.#details, ...more })
  }

  /** The same mistake with the folder that its file is in, where it does not say so. */
  within(folder: string): SpillwayError {
    const { path, location } = this.#details
    const inside = (place: string): string => (place.startsWith(folder) ? place : `${folder}/${place}`)
    return new SpillwayError({
      ...this.#details,
      ...(location === undefined ? { path: inside(path) } : { location: inside(location) }),
      errors: this.errors?.map((error) => error.within(folder)),
    })
  }

  /** `instanceof` goes by the mark and not by the copy of the class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && MARK in value
  }

  /** One error for all: the first, which lists them where there are several. */
  static ofAll(errors: readonly [SpillwayError, ...SpillwayError[]]): SpillwayError {
    return errors.length === 1 ? errors[0] : errors[0].with({ errors })
  }
}

/**
 * Place, cause, value, cure: `form.json:14 columns[3].weight (column "a"): not a number (got "x"). Write a decimal.
 * [bad-number]`.
 */
function sentence({ code, path, value, cure, problem, location, subject }: ErrorDetails): string {
  const named = subject === undefined ? brief(path) : `${brief(path)} (${brief(subject)})`
  const where = location === undefined ? named : `${brief(location)} ${named}`
  return `${where}: ${problem} (got ${shorten(value)}). ${brief(cure)} [${code}]`
}

/** Places and cures can quote the input, and the input may be hostile: never more than a few lines. */
function brief(text: string): string {
  return text.length <= 1000 ? text : `${text.slice(0, 997)}...`
}

/** A value as it can stand in one line of a message: at most eighty characters, never a whole book. */
function shorten(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 81)) : describe(value)
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}

function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || value === null) {
    return String(value)
  }
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  return typeof value === 'object' ? 'an object' : typeof value
}
