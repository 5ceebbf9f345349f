import { pointForm, relaxation } from '../canonical/evidence-forms.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { boundOf, exactFarkas, type Side } from '../certificates/exact-farkas.js'
import { type Ratio, ratioText } from '../numeric/ratio.js'
import { fromCoordinates } from '../numeric/sparse-matrix.js'
import { solveForm } from '../solve/solve-form.js'
import type { Clock } from './clock.js'
import { type NamedParts, type NamedSide, namedSide, sidesOf, solveBeside, withSides } from './subject.js'

/** What stays or goes as one: a side, or both sides of an equation. */
type Unit = readonly Side[]

/** Constraints and bounds of the modeller that no point keeps all of. */
export interface Conflict {
  readonly members: readonly (NamedSide & {
    /** By what the member is multiplied in the proof, an exact fraction; the first one is 1. */
    readonly weight?: string
  })[]
  /** Without any one of its members the rest can be kept: false where time ran out before that was known. */
  readonly isIrreducible: boolean
  /**
   * `exact`: the weighted members add up to a contradiction in exact fractions. `solved`: the members alone were shown
   * infeasible as any program is: by duals, or by a tree of cases where variables are integer. `claimed`: by the word
   * of two solvers.
   */
  readonly proof: 'exact' | 'solved' | 'claimed'
}

/** Entries of a vertex at or below this share of the largest are none. */
const NOTHING = 1e-9

/**
 * A small conflicting set of a form that has no feasible point.
 *
 * *Continuous variables.* The sides g_s x ≥ b_s contradict each other where weights y have
 *
 *     Σ_s y_s g_s = 0,   Σ_s y_s b_s > 0,   y ≥ 0,   and, to fix their length, Σ_s y_s = 1.
 *
 * At a vertex of these weights the sides with y_s > 0 are an irreducible conflicting set (Gleeson and Ryan 1990, ORSA Journal on
 * Computing 2(1)): one linear program gives it, and exact fractions prove it (`exactFarkas`).
 *
 * *Integer variables, and what fractions do not prove,* go through a deletion filter: sides are left out, half of them,
 * a quarter, …, one, and stay out where the others are still infeasible (Chinneck and Dravnieks 1991); both sides of an
 * equation go together. What fractions prove goes through it too where variables are integer: fewer sides may
 * contradict each other then. Rows and columns that stand for atoms are always kept, and are not named: each can be
 * kept whatever the variables are. The same goes for cones.
 *
 * Undefined where the form was not shown infeasible in time.
 */
export async function conflictOf(parts: NamedParts, clock: Clock): Promise<Conflict | undefined> {
  const { form } = parts
  const isOwn = ({ kind, index }: Side): boolean => index < (kind === 'row' ? parts.ownRows : parts.ownColumns)
  const all = sidesOf(form)
  const hasAtoms = parts.curved !== undefined || all.some((side) => !isOwn(side))
  const vertex = await vertexOf(form, all, clock)
  const weights = vertex && exactFarkas(form, vertex)
  const isOfIntegers = form.integer.some((isInteger) => isInteger)
  if (vertex !== undefined && weights !== undefined && !hasAtoms && !isOfIntegers) {
    const alone = vertex.map((side) => [side])
    return { members: members(parts, alone, weights), isIrreducible: true, proof: 'exact' }
  }
  const background = all.filter((side) => !isOwn(side))
  const filter = new DeletionFilter(parts, background, clock)
  const own = unitsOf(form, all.filter(isOwn))
  const seeds = new Set(vertex)
  const seeded = own.filter((unit) => unit.some((side) => seeds.has(side)))
  const isSeed = seeded.length > 0 && (await filter.isInfeasible(seeded)) !== 'no'
  const start = isSeed ? seeded : own
  if (!isSeed && (await filter.isInfeasible(own)) === 'no') return undefined
  const { kept, isIrreducible } = await filter.reduce(start)
  if (filter.proof === undefined) return undefined
  const proved = hasAtoms ? undefined : await provedInFractions(form, kept, clock)
  return {
    members: members(parts, proved?.units ?? kept, proved?.weights),
    isIrreducible: isIrreducible || (proved !== undefined && !isOfIntegers),
    proof: proved === undefined ? filter.proof : 'exact',
  }
}

/** Weights by which units contradict each other, one side of each; undefined where integers are needed for that. */
async function provedInFractions(form: StandardForm, units: readonly Unit[], clock: Clock) {
  const vertex = new Set((await vertexOf(form, units.flat(), clock)) ?? [])
  const sides = units.map((unit) => unit.filter((side) => vertex.has(side)))
  if (sides.some((own) => own.length !== 1)) return undefined
  const weights = exactFarkas(form, sides.flat())
  return weights && { units: sides, weights }
}

function members(
  parts: NamedParts,
  units: readonly Unit[],
  weights: readonly Ratio[] | undefined,
): Conflict['members'] {
  return units.map(([side], s) => {
    const weight = weights?.[s]
    return { ...namedSide(parts, side), ...(weight && { weight: ratioText(weight) }) }
  })
}

/** Sides one by one, and the two of an equation as one, where the first of them stands. */
function unitsOf(form: StandardForm, sides: readonly Side[]): Unit[] {
  const units = new Map<string, Side[]>()
  for (const side of sides) {
    const other: Side = { ...side, side: side.side === 'lower' ? 'upper' : 'lower' }
    const isEquation = boundOf(form, side) === boundOf(form, other)
    const key = `${side.kind} ${side.index} ${isEquation ? '=' : side.side}`
    units.set(key, [...(units.get(key) ?? []), side])
  }
  return [...units.values()]
}

/** The sides with a weight at a vertex with the largest contradiction; undefined where the relaxation has a point. */
async function vertexOf(form: StandardForm, sides: readonly Side[], clock: Clock): Promise<Side[] | undefined> {
  const weights = weightForm(relaxation(form), sides)
  const { x, objective } = await solveForm(weights, { ...clock.options(), method: 'simplex', refine: false })
  if (x === undefined || objective === undefined || !(objective < 0)) return undefined
  const largest = x.reduce((most, weight) => Math.max(most, weight), 0)
  return sides.filter((_, s) => (x[s] as number) > NOTHING * largest)
}

/** minimise −Σ y_s b_s  subject to  Σ y_s g_s = 0,  Σ y_s = 1,  y ≥ 0. */
function weightForm(form: StandardForm, sides: readonly Side[]): StandardForm {
  const { matrix } = form
  const n = matrix.columns
  const sidesOfRow: { readonly lower: number[]; readonly upper: number[] } = { lower: [], upper: [] }
  const row: number[] = []
  const column: number[] = []
  const value: number[] = []
  const add = (r: number, c: number, v: number): void => {
    row.push(r)
    column.push(c)
    value.push(v)
  }
  const linear = new Float64Array(sides.length)
  sides.forEach((side, s) => {
    const sign = side.side === 'lower' ? 1 : -1
    const bounds = side.kind === 'row' ? { lower: form.rowLower, upper: form.rowUpper } : form
    linear[s] = -sign * (bounds[side.side][side.index] as number)
    if (side.kind === 'row') sidesOfRow[side.side][side.index] = s
    else add(side.index, s, sign)
    add(n, s, 1)
  })
  for (let j = 0; j < n; j++) {
    for (let p = matrix.starts[j] as number; p < (matrix.starts[j + 1] as number); p++) {
      const i = matrix.indices[p] as number
      const { lower, upper } = { lower: sidesOfRow.lower[i], upper: sidesOfRow.upper[i] }
      if (lower !== undefined) add(j, lower, matrix.values[p] as number)
      if (upper !== undefined) add(j, upper, -(matrix.values[p] as number))
    }
  }
  const sum = new Float64Array(n + 1)
  sum[n] = 1
  const size = sides.length
  return {
    linear,
    quadratic: fromCoordinates(size, size, new Int32Array(0), new Int32Array(0), new Float64Array(0)),
    offset: 0,
    matrix: fromCoordinates(n + 1, size, Int32Array.from(row), Int32Array.from(column), Float64Array.from(value)),
    rowLower: sum,
    rowUpper: sum,
    lower: new Float64Array(size),
    upper: new Float64Array(size).fill(Infinity),
    integer: new Uint8Array(size),
  }
}

/**
 * Seconds that one question of the filter may take, when others took so long: without the bounds of its integers a program can keep
 * a solver busy without end, and the bounds are then kept.
 */
const QUESTION = { least: 0.5, times: 10 } as const

class DeletionFilter {
  /** What shows the last set that was found infeasible; undefined before there is one. */
  proof: 'solved' | 'claimed' | undefined
  readonly #parts: NamedParts
  readonly #form: StandardForm
  readonly #background: readonly Side[]
  readonly #clock: Clock
  #longest = 0

  constructor(parts: NamedParts, background: readonly Side[], clock: Clock) {
    this.#parts = parts
    this.#form = pointForm(parts.form)
    this.#background = background
    this.#clock = clock
  }

  /** Whether no point keeps these sides and the background. */
  async isInfeasible(units: readonly Unit[]): Promise<'yes' | 'no' | 'unknown'> {
    if (this.#clock.isOver()) return 'unknown'
    const form = withSides(this.#form, [...units.flat(), ...this.#background])
    const started = performance.now()
    const most = this.proof === undefined ? Infinity : Math.max(QUESTION.least, QUESTION.times * this.#longest)
    const { status, x } = await solveBeside(this.#parts, form, this.#clock.options(most))
    if (status === 'infeasible') {
      this.proof = 'solved'
      this.#longest = Math.max(this.#longest, (performance.now() - started) / 1000)
      return 'yes'
    }
    if (status === 'infeasible-claimed') {
      this.proof ??= 'claimed'
      return this.proof === 'claimed' ? 'yes' : 'unknown'
    }
    return x === undefined ? 'unknown' : 'no'
  }

  async reduce(units: readonly Unit[]): Promise<{ readonly kept: readonly Unit[]; readonly isIrreducible: boolean }> {
    let kept = units
    let isIrreducible = true
    const chunks: (readonly Unit[])[] = [units]
    for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop()) {
      const leftOut = new Set(chunk)
      const rest = kept.filter((unit) => !leftOut.has(unit))
      const verdict = rest.length === 0 && this.#background.length === 0 ? 'no' : await this.isInfeasible(rest)
      if (verdict === 'yes') kept = rest
      else if (chunk.length > 1) {
        const half = chunk.length >> 1
        // Bounds stand last, and are tried first: constraints say more.
        chunks.push(chunk.slice(0, half), chunk.slice(half))
      } else if (verdict === 'unknown') isIrreducible = false
    }
    return { kept, isIrreducible }
  }
}
