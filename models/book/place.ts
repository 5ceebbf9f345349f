import { type ErrorCode, SpillwayError } from '../../src/errors.js'

export { nearest, suggest } from '../../src/names.js'

/** Where a field of the row being read stands: `accounts[3].equity`, `positions.csv:70001 quantity`. */
export type Place = (field: string) => string

/** A field of a JSON value: `accounts[3].positions[0].market`; keys that are no plain words are quoted. */
export function jsonPath(segments: readonly PropertyKey[], root: string): string {
  let path = ''
  for (const segment of segments) {
    if (typeof segment === 'number') path += `[${segment}]`
    else if (/^[A-Za-z_$][\w$]*$/.test(String(segment))) path += `${path === '' ? '' : '.'}${String(segment)}`
    else path += `[${JSON.stringify(String(segment))}]`
  }
  return path === '' ? root : path
}

/** The segments of a path that `jsonPath` wrote, as far as it is one. */
export function jsonSegments(path: string): readonly PropertyKey[] {
  const segments: PropertyKey[] = []
  const token = /\.?([A-Za-z_$][\w$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y
  for (let match = token.exec(path); match !== null; match = token.exec(path)) {
    const [, word, index, quoted] = match
    segments.push(word ?? (index === undefined ? (JSON.parse(quoted!) as string) : Number(index)))
  }
  return segments
}

/** A mistake in the input; the arguments stand in the order of the sentence that it makes. */
export function mistake(code: ErrorCode, path: string, problem: string, value: unknown, cure: string): SpillwayError {
  return new SpillwayError({ code, path, problem, value, cure })
}
