import { z } from 'zod'
import { SpillwayError } from '../../src/errors.js'
import { Mistakes } from './mistakes.js'
import { readNumber } from './number.js'
import { jsonPath, mistake, nearest, suggest } from './place.js'

/**
 * Passes a JSON value through a schema, or throws its mistakes in our words: code, path, value and cure.
 *
 * @param root what messages call the whole value
 */
export function checkShape<Shape extends z.ZodType>(schema: Shape, json: unknown, root: string): z.output<Shape> {
  const mistakes = new Mistakes()
  const content = readShape(schema, json, [], mistakes, root)
  mistakes.throwAny()
  return content as z.output<Shape>
}

/**
 * The same for a part of a JSON value, which stands at `path`: its mistakes are added to the others, and nothing comes back.
 */
export function readShape<Shape extends z.ZodType>(
  schema: Shape,
  json: unknown,
  path: readonly PropertyKey[],
  mistakes: Mistakes,
  root = '',
): z.output<Shape> | undefined {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  for (const error of translateAll(result.error.issues, { schema, json, path, root })) mistakes.add(error)
  return undefined
}

/** What was checked, and where it stands. */
interface Part {
  readonly schema: z.ZodType
  readonly json: unknown
  readonly path: readonly PropertyKey[]
  readonly root: string
}

/** A wrong marker explains everything else; a misspelt field comes first and explains the one that is missing beside it. */
function translateAll(issues: readonly z.core.$ZodIssue[], part: Part): SpillwayError[] {
  const format = issues.find(({ path }) => path.length === 1 && path[0] === 'format')
  if (format !== undefined) return [translate(format, part)]
  const misspelt = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return []
    return issue.keys.map((key) => ({ key, beside: issue.path, error: unknownField(issue.path, key, part) }))
  })
  const others = issues.filter((issue) => {
    if (issue.code === 'unrecognized_keys') return false
    const beside = jsonPath(issue.path.slice(0, -1), '')
    return !misspelt.some(
      ({ key, beside: at }) => jsonPath(at, '') === beside && nearest(key, [String(issue.path.at(-1))]) !== undefined,
    )
  })
  return [...misspelt.map(({ error }) => error), ...others.map((issue) => translate(issue, part))]
}

function unknownField(path: readonly PropertyKey[], key: string, part: Part): SpillwayError {
  const cure = `${suggest(key, fieldsAt(part.schema, path))} A field that is not known is never passed over in silence.`
  const place = jsonPath([...part.path, ...path, key], part.root)
  return mistake('unknown-field', place, 'no such field', valueAt(part.json, [...path, key]), cure)
}

/** The fields that the object at a path may have; none where the schema has no object. */
function fieldsAt(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return fieldsAt(schema.unwrap(), path)
  if (schema instanceof z.ZodArray) return fieldsAt(schema.element, path.slice(1))
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsAt(option, path))
  if (!(schema instanceof z.ZodObject)) return []
  return path.length === 0 ? Object.keys(schema.shape) : fieldsAt(schema.shape[String(path[0])], path.slice(1))
}

function translate(issue: z.core.$ZodIssue, { json, path: before, root }: Part): SpillwayError {
  const path = jsonPath([...before, ...issue.path], root)
  const value = valueAt(json, issue.path)
  const field = String(issue.path.at(-1) ?? root)
  if (field === 'format') {
    const expected = issue.code === 'invalid_value' ? String(issue.values[0]) : ''
    const cure = `Write "format": ${JSON.stringify(expected)}; another marker means another kind of file.`
    return mistake('wrong-format', path, 'not the format that is read here', value, cure)
  }
  if (value === undefined && typeof issue.path.at(-1) === 'string') {
    return mistake('missing-field', path, `${field} is required`, value, `Add ${JSON.stringify(field)}.`)
  }
  if (issue.code === 'invalid_value') {
    if (field === 'side') return badSide(path, value)
    const cure = suggest(String(value), issue.values.map(String))
    return mistake('bad-value', path, `${field} is no word we know`, value, cure)
  }
  if (issue.code === 'too_small' || issue.code === 'too_big') return outOfBounds(issue, path, value)
  const isNumber = issue.code === 'invalid_union' || issue.code === 'invalid_format'
  if (isNumber && (typeof value === 'string' || typeof value === 'number')) {
    try {
      readNumber(value, () => path, field)
    } catch (error) {
      if (error instanceof SpillwayError) return error
    }
  }
  return mistake('wrong-type', path, `this must be ${expectation(issue)}`, value, `Give ${expectation(issue)}.`)
}

/** A number, a list or a text that is beyond a bound of the schema; a text that is too short is an empty one. */
function outOfBounds(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  path: string,
  value: unknown,
): SpillwayError {
  const { origin } = issue
  const [bound, words, size] =
    issue.code === 'too_small'
      ? [`at least ${issue.minimum}`, 'small', 'short']
      : [`at most ${issue.maximum}`, 'large', 'long']
  if (origin === 'string') {
    if (issue.code === 'too_small') return emptyName(path)
    return mistake('wrong-type', path, 'this text is too long', value, `Give ${bound} characters.`)
  }
  if (origin === 'array' || origin === 'set' || origin === 'map') {
    return mistake('wrong-length', path, `this list is too ${size}`, value, `Give ${bound} of them.`)
  }
  return mistake('bad-number', path, `this number is too ${words}`, value, `Give ${bound}.`)
}

export function emptyName(path: string): SpillwayError {
  return mistake('empty-name', path, 'a name must not be empty', '', 'Give the name.')
}

export function badSide(path: string, value: unknown): SpillwayError {
  return mistake('bad-side', path, 'not a side', value, 'Write long to close longs or short to close shorts.')
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return 'a number or a decimal in a string'
  if (issue.code !== 'invalid_type') return 'of the documented type'
  if (issue.expected === 'array') return 'a list'
  if (issue.expected === 'int') return 'a whole number'
  return issue.expected === 'object' ? 'an object' : `a ${issue.expected}`
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
    value = (value as Readonly<Record<PropertyKey, unknown>>)[segment]
  }
  return value
}
