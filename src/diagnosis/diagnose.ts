import type { Side } from '../certificates/exact-farkas.js'
import { SpillwayError } from '../errors.js'
import { Program } from '../language/index.js'
import { suggest } from '../names.js'
import type { SolveFormOptions } from '../solve/options.js'
import { aNumber, aSignal, expectOptions, isObject, typed, wrongType } from '../validation.js'
import { Clock } from './clock.js'
import { type Conflict, conflictOf } from './conflict.js'
import { type LeastChange, leastChange } from './least-change.js'
import { type Ray, recessionRay } from './ray.js'
import { type NamedParts, partsOf, type Subject, solveBeside } from './subject.js'

/** Options of `diagnose`. */
export interface DiagnoseOptions {
  /** The solver of every step; default: by kind and size. */
  readonly solver?: SolveFormOptions['solver']
  /** For the whole diagnosis; default 60. */
  readonly timeLimitSeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * The numbers that may be changed to make the program feasible: blocks of constraints or of variables (`demand`), or
   * single ones of them (`demand[BTC]`). Default: the parameters where there are any; all constraints where these will
   * not do, and then the bounds, too.
   */
  readonly change?: readonly string[] | undefined
}

/** Why a program has no optimum. */
export type Diagnosis =
  | {
      readonly status: 'infeasible'
      readonly conflict: Conflict
      /** Absent where no change of the numbers that may be changed makes the program feasible, or none was found in time. */
      readonly leastChange?: LeastChange
      /** The conflict, in a sentence. */
      readonly reason: string
    }
  | { readonly status: 'unbounded'; readonly ray: Ray; readonly reason: string }
  /** There is a point; nothing is the matter, as far as constraints go. */
  | { readonly status: 'feasible'; readonly reason: string }
  /** Nothing was shown, or not in time. */
  | { readonly status: 'unproved'; readonly reason: string }

const expectDiagnoseOptions = expectOptions<DiagnoseOptions>({
  solver: typed(
    'the name of a solver, or a solver of your own',
    (value) => typeof value === 'string' || (isObject(value) && typeof value.answer === 'function'),
  ),
  timeLimitSeconds: aNumber,
  signal: aSignal,
  change: typed('a list of names', (value) => Array.isArray(value) && value.every((name) => typeof name === 'string')),
})

const SECONDS = 60

/**
 * Why a program has no optimum: of an infeasible one a small set of its own constraints that contradict each other, by
 * name, and the least change of named numbers that makes it feasible; of an unbounded one the direction in which it
 * improves without end. Takes a program, a model that was read, or a form, whose parts go by number (`row 3`,
 * `column 0`).
 *
 * Throws as `solveForm` does, `wrong-type` on anything else, `option-value`, and `unknown-name` where `change` names nothing.
 *
 * @example
 * const diagnosis = await diagnose(program)
 * if (diagnosis.status === 'infeasible') {
 *   diagnosis.conflict.members.map(({ says }) => says) // ['demand[BTC] = 10', 'kept[alice] >= 0', …]
 *   diagnosis.leastChange?.changes // [{ name: 'demand[BTC]', value: 10, to: 8, by: 2, … }]
 * }
 */
export async function diagnose(subject: Subject, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  if (!isObject(subject))
    throw wrongType('wrong-type', 'diagnose', subject, 'a program, a model that was read, or a form')
  expectDiagnoseOptions('options', options)
  const { timeLimitSeconds = SECONDS } = options
  if (!(timeLimitSeconds > 0)) {
    const cure = 'Give a number of seconds above zero.'
    const problem = 'is not a number that makes sense here'
    throw new SpillwayError({
      code: 'option-value',
      path: 'options.timeLimitSeconds',
      value: timeLimitSeconds,
      problem,
      cure,
    })
  }
  const parts = partsOf(subject)
  const mayChange = options.change && changeable(parts, subject, options.change)
  const clock = new Clock(timeLimitSeconds, options.signal, options.solver)
  const outcome = await solveBeside(parts, parts.form, clock.options())
  const named = (text: string): string => parts.canonical?.inNames(text) ?? text
  const isCurved = parts.curved !== undefined
  const isOpen = outcome.x === undefined && isCurved && outcome.status === 'unproved'
  if (outcome.status === 'unbounded' || outcome.status === 'infeasible-or-unbounded' || isOpen) {
    const ray = await recessionRay(parts, clock)
    if (ray !== undefined && (outcome.status === 'unbounded' || isCurved))
      return { status: 'unbounded', ray, reason: saidOfRay(ray) }
  } else if (outcome.x !== undefined) {
    return { status: 'feasible', reason: `the program has a point, and its solve ends ${outcome.status}` }
  }
  const conflict = await conflictOf(parts, clock)
  if (conflict === undefined)
    return { status: 'unproved', reason: named(outcome.reason ?? 'nothing was shown in time') }
  const change = await changeOf(parts, mayChange, clock)
  return { status: 'infeasible', conflict, ...(change && { leastChange: change }), reason: saidOfConflict(conflict) }
}

async function changeOf(
  parts: NamedParts,
  mayChange: ((side: Side) => boolean) | undefined,
  clock: Clock,
): Promise<LeastChange | undefined> {
  if (mayChange !== undefined) return leastChange(parts, mayChange, clock)
  const isOwn = ({ kind, index }: Side): boolean => index < (kind === 'row' ? parts.ownRows : parts.ownColumns)
  const choices: readonly ((side: Side) => boolean)[] = [
    (side) => side.kind === 'column' && parts.isParameter(side.index),
    (side) => side.kind === 'row' && isOwn(side),
    isOwn,
  ]
  for (const choice of choices) {
    const found = await leastChange(parts, choice, clock)
    if (found !== undefined) return found
  }
  return undefined
}

const SHOWN = 8

function saidOfConflict({ members, isIrreducible }: Conflict): string {
  const shown = members.slice(0, SHOWN).map(({ says }) => says)
  const more = members.length > SHOWN ? `, and ${members.length - SHOWN} more` : ''
  const without = isIrreducible && members.length > 1 ? '; without any one of them the others can be kept' : ''
  return `no point keeps all of ${shown.join(', ')}${more}${without}`
}

function saidOfRay({ steps, slope }: Ray): string {
  const shown = steps.slice(0, SHOWN).map(({ name, step }) => `${name} by ${Number(step.toPrecision(6))}`)
  const more = steps.length > SHOWN ? `, and ${steps.length - SHOWN} more` : ''
  return `the objective changes by ${Number(slope.toPrecision(6))} each time ${shown.join(', ')}${more} move together, without end`
}

/** Which sides the names stand for. Throws `unknown-name`. */
function changeable(parts: NamedParts, subject: Subject, names: readonly string[]): (side: Side) => boolean {
  const rows = new Set<number>()
  const columns = new Set<number>()
  const known: string[] = []
  const sets = new Map<string, readonly [Set<number>, first: number, size: number]>()
  const put = (name: string, set: Set<number>, first: number, size: number): void => {
    if (!sets.has(name)) sets.set(name, [set, first, size])
  }
  if (subject instanceof Program) {
    let first = 0
    for (const { name, body } of subject.constraintBlocks) {
      put(name, rows, first, body.rows)
      first += body.rows
      known.push(name)
    }
    for (const { name, first: column, size } of subject.variableBlocks) {
      put(name, columns, column, size)
      known.push(name)
    }
  }
  for (let i = 0; i < parts.ownRows; i++) put(parts.rowName(i), rows, i, 1)
  for (let j = 0; j < parts.ownColumns; j++) put(parts.columnName(j), columns, j, 1)
  names.forEach((name, k) => {
    const found = sets.get(name)
    if (found === undefined) {
      const cure = suggest(name, known.length > 0 ? known : [...sets.keys()])
      throw new SpillwayError({
        code: 'unknown-name',
        path: `options.change[${k}]`,
        value: name,
        problem: 'the program has none of this name',
        cure,
      })
    }
    const [set, first, size] = found
    for (let index = first; index < first + size; index++) set.add(index)
  })
  return ({ kind, index }) => (kind === 'row' ? rows : columns).has(index)
}
