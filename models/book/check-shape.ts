import { z } from 'zod'
import { readNumber } from './number.js'
import { jsonPath, mistake, suggest } from './place.js'

/**
 * Passes a JSON value through a schema, or throws the first mistake in our words: code, path, value and cure.
 *
 * @param root what messages call the whole value
 */
export function checkShape<Shape extends z.ZodType>(schema: Shape, json: unknown, root: string): z.output<Shape> {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  throw translate(choose(result.error.issues), schema, json, root)
}

/** A wrong marker explains everything else; a misspelt field explains the one that is missing beside it. */
function choose(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const first = issues[0]!
  const beside = jsonPath(first.path.slice(0, -1), '')
  return (
    issues.find(({ path }) => path.length === 1 && path[0] === 'format') ??
    issues.find((issue) => issue.code === 'unrecognized_keys' && jsonPath(issue.path, '') === beside) ??
    first
  )
}

/** The fields that the object at a path may have; none where the schema has no object. */
function fieldsAt(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (schema instanceof z.ZodOptional) return fieldsAt(schema.unwrap(), path)
  if (schema instanceof z.ZodArray) return fieldsAt(schema.element, path.slice(1))
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsAt(option, path))
  if (!(schema instanceof z.ZodObject)) return []
  return path.length === 0 ? Object.keys(schema.shape) : fieldsAt(schema.shape[String(path[0])], path.slice(1))
}

function translate(issue: z.core.$ZodIssue, schema: z.ZodType, json: unknown, root: string): Error {
  const path = jsonPath(issue.path, root)
  const value = valueAt(json, issue.path)
  const field = String(issue.path.at(-1) ?? root)
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    const cure = `${suggest(key, fieldsAt(schema, issue.path))} A field that is not known is never passed over in silence.`
    const place = jsonPath([...issue.path, key], root)
    return mistake('unknown-field', place, 'no such field', valueAt(json, [...issue.path, key]), cure)
  }
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
    return mistake(
      'bad-value',
      path,
      `${field} is no word we know`,
      value,
      suggest(String(value), issue.values.map(String)),
    )
  }
  if (issue.code === 'too_small') return emptyName(path)
  const isNumber = issue.code === 'invalid_union' || issue.code === 'invalid_format'
  if (isNumber && (typeof value === 'string' || typeof value === 'number')) {
    readNumber(value, () => path, field)
  }
  return mistake('wrong-type', path, `this must be ${expectation(issue)}`, value, `Give ${expectation(issue)}.`)
}

export function emptyName(path: string): Error {
  return mistake('empty-name', path, 'a name must not be empty', '', 'Give the name.')
}

export function badSide(path: string, value: unknown): Error {
  return mistake('bad-side', path, 'not a side', value, 'Write long to close longs or short to close shorts.')
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return 'a number or a decimal in a string'
  if (issue.code !== 'invalid_type') return 'of the documented type'
  if (issue.expected === 'array') return 'a list'
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
