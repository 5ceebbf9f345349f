import { type Canonical, type ConicCanonical, hasCones, withRelaxation } from '../canonical/canonical.js'
import { canonicalizeWithCones } from '../canonical/canonicalize.js'
import { relaxationOf } from '../canonical/conic-form.js'
import type { Outcome } from '../canonical/outcome.js'
import { type FormInput, type StandardForm, standardForm } from '../canonical/standard-form.js'
import { boundOf, type Side } from '../certificates/exact-farkas.js'
import type { NamedForm } from '../formats/named-form.js'
import { Program } from '../language/index.js'
import type { SolveFormOptions } from '../solve/options.js'
import { solveCanonical } from '../solve/solve-canonical.js'
import { solveForm } from '../solve/solve-form.js'

/** What can be diagnosed: a program, a model that was read, or a form, whose rows and columns go by number. */
export type Subject = Program | NamedForm | StandardForm | FormInput

/** A subject as a form with names. */
export interface NamedParts {
  readonly form: StandardForm
  /** −1 where the modeller maximises and the form minimises. */
  readonly sign: 1 | -1
  rowName(index: number): string
  columnName(index: number): string
  /** Rows and columns from here on stand for atoms: nobody wrote them, and they can always be kept. */
  readonly ownRows: number
  readonly ownColumns: number
  /** Whether a column is a parameter: its value is given. */
  isParameter(index: number): boolean
  readonly canonical?: Canonical | ConicCanonical
  /**
   * Of a program with curves, whose cones stand beside the form: none of these is the modeller's, and each can be kept
   * whatever the variables are.
   */
  readonly curved?: { readonly program: Program; readonly canonical: ConicCanonical }
}

/** Solves a form that has the rows and columns of the subject's, but other sides or costs, with the subject's cones. */
export function solveBeside({ curved }: NamedParts, form: StandardForm, options: SolveFormOptions): Promise<Outcome> {
  return curved === undefined
    ? solveForm(form, options)
    : solveCanonical(withRelaxation(curved.canonical, form), options)
}

export function partsOf(subject: Subject): NamedParts {
  if (subject instanceof Program) return partsOfProgram(subject)
  const isRead = 'form' in subject && 'names' in subject && !('recover' in subject)
  const form = isRead ? subject.form : standardForm(subject as FormInput)
  const names = isRead ? subject.names : undefined
  return {
    form,
    sign: isRead && subject.sense === 'maximize' ? -1 : 1,
    rowName: (i) => names?.rows[i] ?? `row ${i}`,
    columnName: (j) => names?.columns[j] ?? `column ${j}`,
    ownRows: form.matrix.rows,
    ownColumns: form.linear.length,
    isParameter: () => false,
  }
}

function partsOfProgram(program: Program): NamedParts {
  const canonical = canonicalizeWithCones(program)
  const parameters = program.variableBlocks.filter(({ isParameter }) => isParameter)
  return {
    form: relaxationOf(canonical.form),
    sign: program.objective?.sense === 'maximize' ? -1 : 1,
    rowName: canonical.rowName,
    columnName: canonical.columnName,
    ownRows: program.constraintBlocks.reduce((sum, { body }) => sum + body.rows, 0),
    ownColumns: program.space.variableCount,
    isParameter: (j) => parameters.some(({ first, size }) => j >= first && j < first + size),
    canonical,
    ...(hasCones(canonical) && { curved: { program, canonical } }),
  }
}

/** One side of a constraint or of a variable's bounds, by name. */
export interface NamedSide {
  readonly name: string
  readonly kind: 'constraint' | 'bound'
  readonly side: 'lower' | 'upper'
  /** The number that stands there. */
  readonly value: number
  /** `demand[BTC] >= 10`; `=` where both sides of a constraint are the same number. */
  readonly says: string
}

export function namedSide({ form, rowName, columnName }: NamedParts, member: Side): NamedSide {
  const { kind, index, side } = member
  const isRow = kind === 'row'
  const name = isRow ? rowName(index) : columnName(index)
  const value = boundOf(form, member)
  const other = boundOf(form, { ...member, side: side === 'lower' ? 'upper' : 'lower' })
  const relation = value === other ? '=' : side === 'lower' ? '>=' : '<='
  return { name, kind: isRow ? 'constraint' : 'bound', side, value, says: `${name} ${relation} ${value}` }
}

/** Every finite side of a form. */
export function sidesOf(form: StandardForm): readonly Side[] {
  const sides: Side[] = []
  const collect = (kind: Side['kind'], side: Side['side'], bounds: Float64Array): void => {
    bounds.forEach((bound, index) => {
      if (Number.isFinite(bound)) sides.push({ kind, index, side })
    })
  }
  collect('row', 'lower', form.rowLower)
  collect('row', 'upper', form.rowUpper)
  collect('column', 'lower', form.lower)
  collect('column', 'upper', form.upper)
  return sides
}

/** The form with these sides only; the others are infinite. */
export function withSides(form: StandardForm, sides: readonly Side[]): StandardForm {
  const open = (bounds: Float64Array, value: number): Float64Array => new Float64Array(bounds.length).fill(value)
  const kept = {
    row: { lower: open(form.rowLower, -Infinity), upper: open(form.rowUpper, Infinity) },
    column: { lower: open(form.lower, -Infinity), upper: open(form.upper, Infinity) },
  }
  for (const side of sides) kept[side.kind][side.side][side.index] = boundOf(form, side)
  return {
    ...form,
    rowLower: kept.row.lower,
    rowUpper: kept.row.upper,
    lower: kept.column.lower,
    upper: kept.column.upper,
  }
}
