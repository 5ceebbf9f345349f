import { SpillwayError } from '../models/index.js'

/** An error as it is told: a text for standard error, an object for --json, and the exit status. */
export interface Failure {
  readonly status: 2 | 3
  readonly text: string
  readonly json: {
    readonly code: string
    readonly message: string
    readonly path: string
    readonly value: unknown
    readonly cure: string
  }
}

/** Any error in the words of this program: options of the library become flags, what nobody foresaw is `internal`. */
export function failureOf(error: unknown): Failure {
  const known = error instanceof SpillwayError ? error : internal(error)
  const { code, cure, fault } = known
  const path = flagOf(known.path)
  const message = path + known.message.slice(known.message.startsWith(known.path) ? known.path.length : 0)
  const ending = `. ${cure} [${code}]`
  const says = message.endsWith(ending)
    ? `${message.slice(0, -ending.length)}\n  ${cure} [${code}]`
    : `${message} [${code}]`
  const stack = process.env.SPILLWAY_DEBUG && error instanceof Error ? `\n${error.stack}` : ''
  return {
    status: fault === 'engine' ? 3 : 2,
    text: printable(`error: ${says}`) + stack,
    json: { code, message, path, value: shown(known.value), cure },
  }
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
