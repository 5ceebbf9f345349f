import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OPTIMAL, resolvePolicy } from '../models/analysis/index.js'
import {
  type Objective,
  type ObjectiveInputs,
  type ObjectiveKind,
  objectives,
  optimalPolicy,
  type Policy,
  SpillwayError,
} from '../models/index.js'
import { choices } from './arguments.js'
import type { ErrorCode } from './error-codes.js'
import { isModulePath } from './module-path.js'
import { mistake } from './usage.js'

/** What may stand where a name stands: the default export of a module of one's own. */
interface Kind<Value> {
  readonly what: string
  readonly code: ErrorCode
  readonly cure: string
  readonly lacks: string
  is(value: object): value is Value & object
}

const POLICY: Kind<Policy> = {
  what: 'policy',
  code: 'bad-policy',
  lacks: 'a name, or a function `allocate`',
  cure: 'Write `export default definePolicy({ … })`, or export an object with `name` and `allocate(space, context)`.',
  is: (value): value is Policy => has(value, 'allocate'),
}

const OBJECTIVE: Kind<Objective | ObjectiveKind> = {
  what: 'objective',
  code: 'bad-objective',
  lacks: 'a name, or a function `prepare` or `make`',
  cure: 'Write `export default defineObjective({ … })`, or `export default { name, …, needs: ["moves"], make: (inputs) => objective }` where it needs inputs.',
  is: (value): value is Objective | ObjectiveKind => has(value, 'prepare') || has(value, 'make'),
}

function has(value: object, method: string): boolean {
  const { name, [method]: made } = value as Readonly<Record<string, unknown>>
  return typeof name === 'string' && name !== '' && typeof made === 'function'
}

/** A policy by its name and options, or of a module; `optimal:` goes before the path of an objective as before its name. */
export async function policyAt(text: string, path: string, inputs: ObjectiveInputs = {}): Promise<Policy> {
  const ofObjective = text.startsWith(OPTIMAL) ? text.slice(OPTIMAL.length) : ''
  if (isModulePath(ofObjective)) return optimalPolicy(await objectiveAt(ofObjective, path, inputs))
  return isModulePath(text) ? load(text, path, POLICY) : resolvePolicy(text, inputs, path)
}

/** A policy to be audited: audits make books of their own, so nothing that needs price moves can be. */
export async function auditedPolicyAt(text: string): Promise<Policy> {
  try {
    return await policyAt(text, 'POLICY')
  } catch (error) {
    if (!(error instanceof SpillwayError) || error.code !== 'missing-input') throw error
    const cure =
      'Audit another policy; a program can audit this one, as `audit(optimalPolicy(objective))`, with moves for the markets of those books.'
    throw mistake('missing-input', 'POLICY', text, 'it needs price moves, and an audit makes books of its own', cure)
  }
}

/** An objective by its name, or of a module, given its inputs. */
export async function objectiveAt(text: string, path: string, inputs: ObjectiveInputs): Promise<Objective> {
  if (!isModulePath(text)) return objectiveNamed(text, path).make(inputs)
  const found = await load(text, path, OBJECTIVE)
  return 'make' in found ? found.make(inputs) : found
}

/** Throws where a text is neither the path of a module nor the name of an objective: before any file is read. */
export function checkObjectiveName(text: string, path: string): void {
  if (!isModulePath(text)) objectiveNamed(text, path)
}

function objectiveNamed(name: string, path: string): ObjectiveKind {
  const kind = objectives.get(name)
  if (kind !== undefined) return kind
  const cure = `${choices(name, [...objectives.keys()])} The path of a module stands for an objective of your own.`
  throw mistake('unknown-objective', path, name, 'no objective has this name', cure)
}

const INSTALL =
  'Install what it imports where it lies, or further up: for `spillway`, `npm install` with the file that `npm pack` makes.'

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'

async function load<Value>(file: string, path: string, { what, code, lacks, cure, is }: Kind<Value>): Promise<Value> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) {
    const named = `Give the path of a module, or the name of ${what === 'objective' ? 'an' : 'a'} ${what}.`
    throw mistake('file-missing', path, file, 'there is no such file', named)
  }
  let exported: { readonly default?: unknown }
  try {
    exported = await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    const reason = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split('\n')[0]
    const problem = `the module cannot be loaded: ${reason}`
    throw mistake('module-unusable', path, file, problem, isMissing(error) ? INSTALL : 'Run it with `node` to see why.')
  }
  const { default: made } = exported
  if (made === undefined) throw mistake(code, path, file, 'the module has no default export', cure)
  if (typeof made === 'object' && made !== null && is(made)) return made
  throw mistake(code, path, file, `the default export is no ${what}: it lacks ${lacks}`, cure)
}
