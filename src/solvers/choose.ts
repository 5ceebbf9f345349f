import { hasEntries } from '../canonical/by-rows.js'
import type { Cones, ConicForm } from '../canonical/conic-form.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { type ErrorCode, SpillwayError } from '../errors.js'
import { COMMAND, commandSolver, programs } from './command.js'
import { unloaded } from './load-package.js'
import { conicPreferences, preferences } from './preference.js'
import { solvers } from './registry.js'
import type { Solver } from './solver.js'

/** The solver asked for, checked against the form; without one the first that is preferred, present and able to take the form. */
export async function choose(form: StandardForm, requested: string | Solver | undefined): Promise<Solver> {
  if (requested !== undefined) {
    const solver = typeof requested === 'string' ? await named(requested) : requested
    const refusal = refusalOf(solver, form)
    if (refusal !== undefined) throw refusal
    return solver
  }
  let first: SpillwayError | undefined
  for (const solver of preferred(form)) {
    if (!(await solver.isPresent())) continue
    const refusal = refusalOf(solver, form)
    if (refusal === undefined) return solver
    first ??= refusal
  }
  throw first ?? missing(solvers[0] as Solver)
}

/**
 * The solver that is given the cones of a form as they are: the one asked for where it takes them, without one the
 * first that is preferred and present. Undefined where tangents are to stand in for them.
 */
export async function chooseForCones(
  form: ConicForm,
  requested: string | Solver | undefined,
): Promise<Solver | undefined> {
  const { solvers: names = [] } = conicPreferences.find(({ fits }) => fits(form)) ?? {}
  const chosen = requested === undefined ? names : [requested]
  for (const one of chosen) {
    const solver = typeof one === 'string' ? solvers.find(({ name }) => name === one) : one
    if (solver !== undefined && takesCones(solver, form) && (await solver.isPresent())) return solver
  }
  return undefined
}

/** Whether a solver takes a form with its cones; each of these is as large as its rows and its z. */
function takesCones(solver: Solver, { relaxation, cones }: ConicForm): boolean {
  const { cones: kinds = [], largest } = solver.capabilities
  const more = (count: (cone: Cones) => number): number => cones.reduce((sum, cone) => sum + count(cone), 0)
  return (
    cones.every(({ kind }) => kinds.includes(kind)) &&
    refusalOf(solver, relaxation) === undefined &&
    relaxation.matrix.rows + 3 * more(({ height }) => height.length) <= largest.rows &&
    relaxation.matrix.values.length + 3 * more(({ height, of }) => height.length + of.values.length) <= largest.entries
  )
}

/** Every solver, in the order of the table of preferences. */
function preferred(form: StandardForm): readonly Solver[] {
  const { solvers: names = [] } = preferences.find(({ fits }) => fits(form)) ?? {}
  const rank = ({ name }: Solver): number => (names.includes(name) ? names.indexOf(name) : names.length)
  return solvers.toSorted((a, b) => rank(a) - rank(b))
}

async function named(name: string): Promise<Solver> {
  const solver = solvers.find((candidate) => candidate.name === name) ?? commandSolver(name)
  if (solver === undefined) {
    const present = await presentSolvers()
    throw new SpillwayError({
      code: 'unknown-solver',
      path: 'options.solver',
      value: name,
      problem: 'no solver has this name',
      cure: `Choose one of those present (--solver): ${present.map((candidate) => candidate.name).join(', ')}, ${COMMAND}PROGRAM with one of ${programs.join(', ')}.`,
    })
  }
  if (!(await solver.isPresent())) throw missing(solver)
  return solver
}

/** The solvers whose package is installed. */
export async function presentSolvers(): Promise<readonly Solver[]> {
  const presence = await Promise.all(solvers.map((solver) => solver.isPresent()))
  return solvers.filter((_, s) => presence[s])
}

const missing = (solver: Solver): SpillwayError => unloaded(solver, { installed: undefined, why: '' })

/** Why a solver cannot take a form; undefined when it can. */
export function refusalOf(solver: Solver, form: StandardForm): SpillwayError | undefined {
  const { capabilities, name } = solver
  const refuse = (code: ErrorCode, path: string, value: unknown, problem: string, cure: string): SpillwayError =>
    new SpillwayError({ code, path, value, problem, cure })
  const integer = form.integer.findIndex((flag) => flag !== 0)
  const isQuadratic = hasEntries(form.quadratic)
  if (isQuadratic && !capabilities.quadratic) {
    const cure = 'Choose a solver for quadratic objectives: highs, clarabel, scs.'
    return refuse('not-expressible', 'quadratic', name, 'this solver has no quadratic objective', cure)
  }
  if (integer >= 0 && !capabilities.integer) {
    return refuse(
      'not-expressible',
      `integer[${integer}]`,
      name,
      'this solver has no integer variables',
      'Choose highs.',
    )
  }
  if (isQuadratic && integer >= 0 && !capabilities.integerQuadratic) {
    const squared = form.quadratic.starts.findIndex((start) => start > firstEntry(form.quadratic)) - 1
    const problem = `this solver has no integer variables (the first is ${integer}) beside a quadratic objective (its first entry is in column ${squared})`
    const cure = 'Leave out the quadratic objective, or let the integer variables be continuous.'
    return refuse('not-expressible', `integer[${integer}]`, name, problem, cure)
  }
  const free = form.integer.findIndex(
    (flag, j) => flag !== 0 && form.lower[j] === -Infinity && form.upper[j] === Infinity,
  )
  if (free >= 0 && !capabilities.freeInteger) {
    const cure = 'Give the column a bound on one side, or choose highs.'
    return refuse(
      'not-expressible',
      `integer[${free}]`,
      name,
      'this solver has no integer variable without a bound',
      cure,
    )
  }
  const size = { rows: form.matrix.rows, columns: form.linear.length, entries: form.matrix.values.length }
  const { rows, columns, entries, cells } = capabilities.largest
  const tooMany = cells !== undefined && size.rows * size.columns > cells
  if (size.rows <= rows && size.columns <= columns && size.entries <= entries && !tooMany) return solver.refusal?.(form)
  const message = `${size.rows} rows, ${size.columns} columns and ${size.entries} entries, about ${megabytes(size, tooMany)} MB to solve`
  const limit = `${name} takes ${rows} rows, ${columns} columns, ${entries} entries${cells === undefined ? '' : `, ${cells} cells`}`
  const cure = `Make the form smaller, split it, or choose a solver without the limit (${limit}).`
  return refuse('too-large', 'matrix', message, 'the form is larger than this solver can hold', cure)
}

const firstEntry = ({ values }: StandardForm['quadratic']): number => values.findIndex((value) => value !== 0)

/** Measured on HiGHS: about 400 bytes a column and row and 180 an entry while solving; 8 a cell of a dense tableau. */
const megabytes = (size: { rows: number; columns: number; entries: number }, isDense: boolean): number =>
  Math.ceil(
    (isDense ? 8 * size.rows * size.columns : 400 * (size.rows + size.columns) + 180 * size.entries) / 1_048_576,
  )
