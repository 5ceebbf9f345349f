import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Policy, resolvePolicy, SpillwayError } from '../models/index.js'
import { mistake } from './usage.js'

/** A policy by its name, or the default export of a module: whatever ends like one, or has a separator, is a path. */
export async function policyAt(place: string): Promise<Policy> {
  if (/[/\\]|\.[cm]?[jt]s$/.test(place)) return policyOfModule(place)
  try {
    return resolvePolicy(place, {}, 'POLICY')
  } catch (error) {
    if (!(error instanceof SpillwayError) || error.code !== 'missing-input') throw error
    const cure =
      'Audit another policy; a program can audit this one, as `audit(optimalPolicy(objective))`, with moves for the markets of those books.'
    throw mistake('missing-input', 'POLICY', place, 'it needs price moves, and an audit makes books of its own', cure)
  }
}

const EXPORT =
  'Write `export default definePolicy({ … })`, or export an object with `name` and `allocate(space, context)`.'

async function policyOfModule(place: string): Promise<Policy> {
  const found = await stat(place).catch(() => undefined)
  if (!found?.isFile()) {
    throw mistake(
      'file-missing',
      'POLICY',
      place,
      'there is no such file',
      'Give the path of a module, or the name of a policy.',
    )
  }
  let exported: { readonly default?: unknown }
  try {
    exported = await import(pathToFileURL(resolve(place)).href)
  } catch (error) {
    const reason = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split('\n')[0]
    throw mistake(
      'module-unusable',
      'POLICY',
      place,
      `the module cannot be loaded: ${reason}`,
      'Run it with `node` to see why.',
    )
  }
  const { default: made } = exported
  if (made === undefined) throw mistake('bad-policy', 'POLICY', place, 'the module has no default export', EXPORT)
  if (isPolicy(made)) return made
  throw mistake(
    'bad-policy',
    'POLICY',
    place,
    'the default export is no policy: it lacks a name, or a function `allocate`',
    EXPORT,
  )
}

function isPolicy(value: unknown): value is Policy {
  const { name, allocate } = (value ?? {}) as Partial<Policy>
  return typeof value === 'object' && typeof name === 'string' && name !== '' && typeof allocate === 'function'
}
