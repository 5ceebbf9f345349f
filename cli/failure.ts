import { SpillwayError } from '../src/errors.js'
import type { ErrorCode } from './error-codes.js'

/** An error as JSON has it. */
export interface ErrorJson {
  readonly code: ErrorCode
  readonly message: string
  readonly path: string
  readonly value: unknown
  readonly cure: string
}

/** An error as it is reported: a text for standard error, objects for --json, and the exit status. */
export interface Failure {
  readonly status: 2 | 3
  readonly text: string
  readonly json: ErrorJson
  /** The first twenty mistakes of the input, or this one. */
  readonly errors: readonly ErrorJson[]
}

/** Any error in the words of this program: options of the library become flags, what nobody foresaw is `internal`. */
export function failureOf(error: unknown): Failure {
  const known = error instanceof SpillwayError ? error : internal(error)
  const errors = known.errors ?? [known]
  const stack = process.env.SPILLWAY_DEBUG && error instanceof Error ? `\n${error.stack}` : ''
  const lines = errors.map((one) => (hasLine(one) ? messageOf(one) : `error: ${asParagraph(one)}`))
  const more =
    errors.length > 1 ? `\nerror: ${errors.length} mistakes, all to be corrected before anything is done` : ''
  return {
    status: known.fault === 'engine' ? 3 : 2,
    text: printable(lines.join('\n') + more) + stack,
    json: errorJson(known),
    errors: errors.map(errorJson),
  }
}

function errorJson(error: SpillwayError): ErrorJson {
  const { code, cure, path, value } = error
  return { code, message: messageOf(error), path: flagOf(path), value: shown(value), cure }
}

/** Whether the message begins with a file and a line: such a one stays in one line, for editors and `grep`. */
const hasLine = (error: SpillwayError): boolean => /^[^\s]*:\d+/.test(error.message)

/** The message with options as flags. */
function messageOf({ message, path }: SpillwayError): string {
  return message.startsWith(path) ? flagOf(path) + message.slice(path.length) : message
}

/** The cure on a line of its own. */
function asParagraph(error: SpillwayError): string {
  const message = messageOf(error)
  const ending = `. ${error.cure} [${error.code}]`
  return message.endsWith(ending)
    ? `${message.slice(0, -ending.length)}\n  ${error.cure} [${error.code}]`
    : `${message} [${error.code}]`
}

function internal(error: unknown): SpillwayError {
  return new SpillwayError({
    code: 'internal',
    path: 'spillway',
    value: error instanceof Error ? error.message : error,
    problem: 'something happened that was not foreseen',
    cure: 'Please report it with the command line; SPILLWAY_DEBUG=1 shows where it happened.',
    fault: 'engine',
  })
}

/** `options.timeLimitSeconds` of the library is `--time-limit` here, and `inputs.moves` is `--moves`. */
function flagOf(path: string): string {
  const option = /^(?:options|inputs)\.([A-Za-z]+)$/.exec(path)?.[1]
  if (option === undefined) return path
  return `--${option.replace(/Seconds$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

const LONGEST = 200

/** A value as JSON can hold it, never a whole book. */
function shown(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? null
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return value.length > LONGEST ? `${value.slice(0, LONGEST - 3)}...` : value
  return Array.isArray(value) ? `a list of ${value.length}` : typeof value
}

/** Names come from files: what could steer a terminal is shown, not sent. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, (control) => {
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
