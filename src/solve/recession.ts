import { type Atom, applyAtom, type EpigraphAtom, Expression, Program } from '../language/index.js'
import type { Application } from '../language/space.js'

/**
 * How a program behaves far out: d is a direction of recession where x + t d stays feasible for every t ≥ 0, and the
 * objective goes to −∞ along it where its recession function is negative,
 *
 *     f∞(d) = lim f(x + t d)/t as t → ∞:   a'd of affine a'x + b,   f∞(g∞(d)) of an increasing atom f of g,   0 of squares of what stands still
 *
 * (Rockafellar 1970, Convex Analysis, section 8). Most atoms are positively homogeneous, so that f∞ = f; the others name theirs.
 */
export interface Direction {
  /** By variable of the program, the largest step 1. */
  readonly steps: Float64Array
  /** f∞ of the objective, as it is minimised: below zero. */
  readonly slope: number
}

/** Constraints with atoms are kept with this to spare where they can be: a solver's point is on the edge to nine digits only. */
const SPARE = 1e-3

/**
 * The program of the steepest direction within the box −1 ≤ d ≤ 1:
 *
 *     minimise f∞(d) − worth Σ spare   subject to   g∞(d) + spare ≤ 0 of every constraint bounded above, the reverse of those bounded below,
 *     d_j ≥ 0 where x_j is bounded below, d_j ≤ 0 where it is bounded above.
 *
 * Undefined where an atom does not say how it behaves far out.
 */
export function recessionProgram(program: Program, worth: number): Program | undefined {
  if (!isKnownFar(program)) return undefined
  const far = new Program()
  const blocks = program.variableBlocks
  const sides = (pick: 'lower' | 'upper', open: number): Float64Array =>
    Float64Array.from(blocks.flatMap((block) => Array.from(block[pick], (side) => (Number.isFinite(side) ? 0 : open))))
  const steps = far.variables('step', program.space.variableCount, {
    lower: sides('lower', -1),
    upper: sides('upper', 1),
  })
  const builder = new Homogeneous(steps, program)
  const spares: Expression[] = []
  program.constraintBlocks.forEach(({ body, lower, upper }, c) => {
    const bent = new Set<number>()
    const { row, column } = body.coordinates()
    row.forEach((r, t) => {
      if (column[t] < 0) bent.add(r)
    })
    const homogeneous = builder.of(body)
    const bounded = (side: Float64Array, isBent: boolean): number[] =>
      Array.from(side.keys()).filter((r) => Number.isFinite(side[r]) && bent.has(r) === isBent)
    for (const [side, sign] of [
      [upper, 1],
      [lower, -1],
    ] as const) {
      const straight = bounded(side, false)
      if (straight.length > 0) far.subjectTo(`${c} ${sign}`, homogeneous.gather(straight).times(sign).atMost(0))
      const curved = bounded(side, true)
      if (curved.length === 0) continue
      const spare = far.variables(`spare ${c} ${sign}`, curved.length, { lower: 0, upper: SPARE })
      spares.push(spare.sum())
      far.subjectTo(`${c} ${sign} curved`, homogeneous.gather(curved).times(sign).plus(spare).atMost(0))
    }
  })
  const { objective } = program
  if (objective !== undefined) {
    const scale = largestCoefficient(objective.expression)
    let slope = builder.of(objective.expression).times((objective.sense === 'maximize' ? -1 : 1) / scale)
    for (const spare of spares) slope = slope.minus(spare.times(worth))
    far.minimize(slope)
  }
  builder.still.forEach((argument, k) => {
    far.subjectTo(`still ${k}`, argument.equals(0))
  })
  return far
}

function largestCoefficient(expression: Expression): number {
  return expression.coordinates().value.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
}

/** Expressions of a program without their constants, over the steps of another. */
class Homogeneous {
  /** What must not move: squares of it would outgrow everything. */
  readonly still: Expression[] = []
  readonly #known = new Map<Application, Expression>()

  constructor(
    private readonly steps: Expression,
    private readonly program: Program,
  ) {}

  of(expression: Expression): Expression {
    const { row, column, value } = expression.coordinates()
    const rows = expression.rows
    const parts = new Map<Application | undefined, { rows: number[]; entries: number[]; values: number[] }>()
    column.forEach((j, t) => {
      const application = j < 0 ? this.program.space.applicationOf(~j) : undefined
      const part = parts.get(application) ?? { rows: [], entries: [], values: [] }
      parts.set(application, part)
      part.rows.push(row[t])
      part.entries.push(application === undefined ? j : ~j - application.first)
      part.values.push(value[t])
    })
    let sum = Expression.constant(new Float64Array(rows))
    for (const [application, part] of parts) {
      const entries = application === undefined ? this.steps : this.#entriesOf(application)
      sum = sum.plus(entries.gather(part.entries).times(part.values).sumBy(part.rows, rows))
    }
    return sum
  }

  #entriesOf(application: Application): Expression {
    const known = this.#known.get(application)
    if (known !== undefined) return known
    const { atom, label, entries } = application
    const argument = this.of(application.argument)
    let found = Expression.constant(new Float64Array(entries))
    if (atom.rewriting === 'squares') this.still.push(argument.gather(weighted(atom.weights)))
    else found = applyAtom(farAtom(atom), argument, label)
    this.#known.set(application, found)
    return found
  }
}

/** Only of programs that `isKnownFar`. */
const farAtom = (atom: EpigraphAtom): Atom => (atom.recession === 'itself' ? atom : (atom.recession ?? atom))

/** Whether every atom says how it behaves far out. */
function isKnownFar({ space }: Program): boolean {
  return space.applications.every(({ atom }) => atom.rewriting === 'squares' || atom.recession !== undefined)
}

const weighted = (weights: Float64Array): number[] => Array.from(weights.keys()).filter((r) => weights[r] > 0)

/** Relative to the terms of a row: what the rounding of d and of the sums leaves, as in the judge of rays of forms. */
const ROUNDING = 2 ** -46
/** Steps at or below these shares of the longest are rounding; the first that leaves a direction is taken. */
const STILL = [1e-7, 1e-9, 1e-11, 0] as const

/** The direction that a point of the program above says, judged by the atoms themselves; undefined where it is none. */
export function judgedDirection(program: Program, found: Float64Array): Direction | undefined {
  const longest = found.reduce((most, step) => Math.max(most, Math.abs(step)), 0)
  if (!(longest > 0)) return undefined
  for (const still of STILL) {
    const steps = found.map((step) => (Math.abs(step) <= still * longest ? 0 : step / longest))
    const slope = slopeAlong(program, steps)
    if (slope !== undefined) return { steps, slope }
  }
  return undefined
}

function slopeAlong(program: Program, steps: Float64Array): number | undefined {
  const seen = new Map<Application, Sum[]>()
  const isKept = program.variableBlocks.every(({ first, lower, upper }) =>
    lower.every(
      (low, e) => (low === -Infinity || steps[first + e] >= 0) && (upper[e] === Infinity || steps[first + e] <= 0),
    ),
  )
  if (!isKept) return undefined
  for (const { body, lower, upper } of program.constraintBlocks) {
    const rows = recessionOf(program, body, steps, seen)
    const isBroken = rows.some(({ value, magnitude }, r) => {
      const slack = ROUNDING * magnitude
      return Number.isNaN(value) || (upper[r] < Infinity && value > slack) || (lower[r] > -Infinity && value < -slack)
    })
    if (isBroken) return undefined
  }
  const { objective } = program
  if (objective === undefined) return undefined
  const [{ value, magnitude }] = recessionOf(program, objective.expression, steps, seen)
  const slope = objective.sense === 'maximize' ? -value : value
  return slope < -ROUNDING * magnitude ? slope : undefined
}

interface Sum {
  readonly value: number
  /** Of the terms. */
  readonly magnitude: number
}

/** e∞(d), row by row. */
function recessionOf(program: Program, expression: Expression, d: Float64Array, seen: Map<Application, Sum[]>): Sum[] {
  const { row, column, value } = expression.coordinates()
  const sums = Array.from({ length: expression.rows }, () => ({ value: 0, magnitude: 0 }))
  for (let t = 0; t < column.length; t++) {
    const j = column[t]
    const term = j >= 0 ? { value: d[j], magnitude: Math.abs(d[j]) } : entryAlong(program, ~j, d, seen)
    if (term.magnitude === 0 || value[t] === 0) continue
    sums[row[t]].value += value[t] * term.value
    sums[row[t]].magnitude += Math.abs(value[t]) * term.magnitude
  }
  return sums
}

const squaresAlong = (weights: Float64Array, at: Float64Array): Float64Array =>
  Float64Array.of(weighted(weights).some((r) => at[r] !== 0) ? Infinity : 0)

function entryAlong(program: Program, entry: number, d: Float64Array, seen: Map<Application, Sum[]>): Sum {
  const application = program.space.applicationOf(entry)
  let entries = seen.get(application)
  if (entries === undefined) {
    const { atom, argument } = application
    const inner = recessionOf(program, argument, d, seen)
    const at = Float64Array.from(inner, (sum) => sum.value)
    const magnitude = inner.reduce((sum, own) => sum + own.magnitude, 0)
    const values = atom.rewriting === 'squares' ? squaresAlong(atom.weights, at) : farAtom(atom).value(at)
    entries = Array.from(values, (own) => ({ value: own, magnitude: Math.max(magnitude, Math.abs(own)) }))
    seen.set(application, entries)
  }
  return entries[entry - application.first]
}
