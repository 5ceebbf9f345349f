// Above three hundred lines: the form, and the ways back from its points, share the columns that one pass over a program makes.
import { SpillwayError } from '../errors.js'
import type { AboveCurve, Auxiliary, Constraint, Range, Ranges, SquaresAtom } from '../language/index.js'
import { Expression, Program, perspective, rangeOf, rangeOfAtom } from '../language/index.js'
import { fromCoordinates } from '../numeric/sparse-matrix.js'
import { wrongType } from '../validation.js'
import { Assembly, withoutZeros } from './assembly.js'
import { type Canonical, type ConicCanonical, hasCones } from './canonical.js'
import type { Cones } from './conic-form.js'

/**
 * The standard form of a program, and the way back.
 *
 *     minimise s f(x)   s.t.  lower ≤ g(x) ≤ upper      →      minimise ½ z'Qz + linear·z + offset  s.t.  Az between bounds
 *
 * with s = 1, or −1 when maximising. z is x followed by what the atoms in use need. Rows of the program come first, in
 * order of declaration, then those of atoms. Every convex f_k(a) with a multiple that convexity allows becomes a column
 * u with rows that hold just where u ≥ f_k(a): lowering u never hurts, so u = f_k(a) may be assumed, and feasible sets and
 * optima are the same. A square w (Σ_p c_p x_p + b)² is multiplied out, w c_p c_q into Q, 2 w c_p b into `linear` and w b²
 * into `offset`, where Q stays a block of at most eight columns that no other square touches: solvers like those better than
 * a column z = a(x) with a row of its own, which all other rows of several variables get.
 *
 * *Prices.* The form's price of a row is d min(s f) / d bound, so the modeller's is s times that.
 *
 * Time and memory are linear in the nonzeros. The program is not changed; what is added to it later is not in the form.
 * Throws `form-number` where multiples overflow, and `not-expressible` where atoms bend as no linear or quadratic program does.
 *
 *     const { form, recover } = canonicalize(program)
 *     const { objective, values } = recover(outcome.x, outcome.rowPrices)
 */
export function canonicalize(program: Program): Canonical {
  const canonical = canonicalizeWithCones(program)
  if (!hasCones(canonical)) return canonical
  const [{ kind, height }] = canonical.form.cones as [Cones, ...Cones[]]
  throw new SpillwayError({
    code: 'not-expressible',
    path: canonical.columnName(height[0]),
    value: kind,
    problem: 'lies above a curve, which no linear or quadratic form says',
    cure: 'Take its form with cones, by `canonicalizeWithCones`; hand the program to `solveProgram`, or write it with other atoms.',
  })
}

/**
 * The standard form of any program: as `canonicalize` gives it, or with cones where the program has curves.
 *
 *     const canonical = canonicalizeWithCones(program)
 *     if ('cones' in canonical.form) canonical.form.cones.map(({ kind }) => kind) // ['second-order', 'exponential']
 */
export function canonicalizeWithCones(program: Program): Canonical | ConicCanonical {
  if (!(program instanceof Program))
    throw wrongType('wrong-type', 'canonicalize', program, 'a program, `new Program()`')
  const { objective } = program
  const sign = objective?.sense === 'maximize' ? -1 : 1
  const canonicalizer = new Canonicalizer(program)
  for (const { name, labels, size, lower, upper, integer } of program.variableBlocks) {
    canonicalizer.assembly.addColumns({ size, lower, upper, integer, name: naming(name, labels) })
  }
  const blocks = program.constraintBlocks.map(({ name, labels, ...constraint }) => {
    return { name, size: constraint.body.rows, first: canonicalizer.addRows(constraint, naming(name, labels)) }
  })
  for (const { body } of program.constraintBlocks) canonicalizer.meet(body)
  if (objective !== undefined) canonicalizer.addObjective(objective.expression, sign)

  const { form, columnName, rowName } = canonicalizer.assembly.finish(canonicalizer.columnOf)
  const variables = program.variableBlocks.slice()
  const { lifts, curves, variableCount: count } = canonicalizer
  const canonical: Canonical = {
    form,
    columnName,
    rowName,
    inNames(text) {
      return text.replace(/\b(row|column) (\d+)\b/g, (_, kind: string, index: string) => {
        return kind === 'row' ? rowName(Number(index)) : columnName(Number(index))
      })
    },
    lift(point) {
      expectEntries('lift', point, count)
      const x = new Float64Array(form.linear.length)
      x.set(point)
      for (const { first, valueAt } of lifts) x.set(valueAt(x), first)
      return x
    },
    impliedBox(known = { lower: form.lower, upper: form.upper }) {
      const lower = known.lower.slice()
      const upper = known.upper.slice()
      const variablesOnly = { lower: known.lower, upper: known.upper }
      const seen: Ranges = new Map()
      for (const { first, rangeOver } of lifts) {
        const range = rangeOver(variablesOnly, seen)
        range.lower.forEach((low, e) => {
          lower[first + e] = Math.max(lower[first + e], low)
          upper[first + e] = Math.min(upper[first + e], range.upper[e])
        })
      }
      return { lower, upper }
    },
    recover(x, rowPrices) {
      expectEntries('recover.x', x, form.linear.length)
      const point = Float64Array.from({ length: count }, (_, j) => x[j])
      const evaluate = (expression: Expression) => {
        // By what it can do: copies of the class mix.
        if (typeof Object(expression).evaluate !== 'function')
          throw wrongType('wrong-type', 'evaluate', expression, 'an expression')
        return expression.evaluate(point)
      }
      const recovered = {
        objective: objective === undefined ? 0 : evaluate(objective.expression)[0],
        point,
        values: new Map(variables.map(({ name, first, size }) => [name, point.subarray(first, first + size)])),
        evaluate,
      }
      if (rowPrices === undefined) return recovered
      expectEntries('recover.rowPrices', rowPrices, form.rowLower.length)
      const pricesOf = (first: number, size: number) =>
        Float64Array.from({ length: size }, (_, r) => sign * rowPrices[first + r])
      return { ...recovered, prices: new Map(blocks.map(({ name, first, size }) => [name, pricesOf(first, size)])) }
    },
  }
  if (curves.length === 0) return canonical
  return {
    ...canonical,
    form: { relaxation: form, cones: curves.map((curved) => conesOf(curved, form.linear.length)) },
    variableCount: count,
    ratiosAt: (x) => curves.map(({ ratiosAt }) => ratiosAt(x)),
  }
}

/** Columns that lie above a curve: v ≥ t φ(z/t), row by row. */
interface Curved extends Omit<AboveCurve, 'name'> {
  /** v, columns. */
  readonly output: Expression
  ratiosAt(x: Float64Array): ArrayLike<number>
}

function conesOf({ curve, output, of, scale }: Curved, columns: number): Cones {
  const { row, column, value } = of.coordinates()
  return {
    kind: curve.cone,
    height: output.coordinates().column,
    of: fromCoordinates(of.rows, columns, row, column, value),
    ...(scale && { scale: scale.coordinates().column[0] }),
  }
}

/** What the columns from `first` on are at a point of the program, and between what they lie over a box of its variables. */
interface Lift {
  readonly first: number
  valueAt(x: Float64Array): ArrayLike<number>
  rangeOver(box: Range, seen: Ranges): Range
}

/** The largest block of Q that is multiplied out. */
const MULTIPLIED_OUT = 8

/** The rewriting of atoms, each when it is first met, and for each new column the way to its value. */
class Canonicalizer {
  readonly assembly = new Assembly()
  readonly variableCount: number
  /** The column of each atom entry that was met, −1 for the others. */
  readonly columnOf: Int32Array
  readonly lifts: Lift[] = []
  readonly curves: Curved[] = []
  readonly #space: Program['space']

  constructor({ space }: Program) {
    this.#space = space
    this.variableCount = space.variableCount
    this.columnOf = new Int32Array(space.entryCount).fill(-1)
  }

  addRows({ body, lower, upper }: Constraint, name: (entry: number) => string): number {
    return this.assembly.addRows({ ...body.coordinates(), lower, upper, name })
  }

  /** Rewrites the atoms that the expression has multiples of, and those inside them. */
  meet(expression: Expression): void {
    const { column, value } = expression.coordinates()
    for (let t = 0; t < column.length; t++) {
      if (column[t] < 0 && value[t] !== 0 && this.columnOf[~column[t]] < 0) this.#rewrite(~column[t])
    }
  }

  #rewrite(entry: number): void {
    const application = this.#space.applicationOf(entry)
    const { atom, argument, label, first, entries } = application
    if (atom.rewriting !== 'epigraph') return
    const add = (name: string, lower: number, size: number, lift: Omit<Lift, 'first'>) => {
      const entryName = (e: number) => (size === 1 && atom.shape === 'scalar' ? name : `${name}[${e}]`)
      return this.#addColumns(entryName, size, lower, lift)
    }
    const output = add(label, atom.lower ?? -Infinity, entries, {
      valueAt: (x) => atom.value(argument.evaluate(x)),
      rangeOver: (box, seen) => rangeOfAtom(application, box, seen).entries,
    })
    this.columnOf.set(output.coordinates().column, first)
    const auxiliary = (columns: Auxiliary) =>
      add(`${label}.${columns.name}`, columns.lower ?? -Infinity, columns.size, {
        valueAt: (x) => columns.valueAt(argument.evaluate(x)),
        rangeOver: (box, seen) => columns.rangeOver(rangeOfAtom(application, box, seen).argument),
      })
    const copies: Constraint[] = []
    const entriesOf = (): Expression => {
      if (isColumns(argument)) return argument
      const copy = auxiliary({ name: 'entry', size: argument.rows, valueAt: (a) => a, rangeOver: (range) => range })
      copies.push(atom.monotonicity === 'increasing' ? argument.minus(copy).atMost(0) : argument.minus(copy).equals(0))
      return copy
    }
    const above = ({ name, curve, of, scale, ratiosAt }: AboveCurve): Expression => {
      const scaleAt = (x: Float64Array): number => scale?.evaluate(x)[0] ?? 1
      const heightAt = (x: Float64Array): Float64Array => {
        const t = scaleAt(x)
        return of.evaluate(x).map((z) => perspective(curve, z, t))
      }
      const rangeOver = (): Range => ({
        lower: new Float64Array(of.rows),
        upper: new Float64Array(of.rows).fill(Infinity),
      })
      const height = add(`${label}.${name}`, 0, of.rows, { valueAt: heightAt, rangeOver })
      const touching = (x: Float64Array): ArrayLike<number> => {
        if (ratiosAt !== undefined) return ratiosAt(argument.evaluate(x))
        const t = scaleAt(x)
        return of.evaluate(x).map((z) => z / t)
      }
      this.curves.push({ curve, output: height, of, ...(scale && { scale }), ratiosAt: touching })
      return height
    }
    const rows = atom.epigraph({ argument, output, auxiliary, entries: entriesOf, above })
    const constraints = [...copies, ...rows]
    for (const constraint of constraints) this.addRows(constraint, (row) => `${label}.epigraph[${row}]`)
    for (const { body } of constraints) this.meet(body)
  }

  addObjective(expression: Expression, sign: number): void {
    this.meet(expression)
    const { column, value, constant } = expression.coordinates()
    this.assembly.offset += sign * constant[0]
    for (let t = 0; t < column.length; t++) {
      const multiple = sign * value[t]
      const j = column[t] >= 0 ? column[t] : this.columnOf[~column[t]]
      if (multiple === 0) continue
      if (j >= 0) this.assembly.addCost(j, multiple)
      else this.#addSquares(~column[t], multiple)
    }
  }

  /** Adds multiple · Σ_r w_r a_r², a_r = Σ_p c_p x_p + b_r with its terms put together and zeros gone. */
  #addSquares(entry: number, multiple: number): void {
    const { atom, argument, label } = this.#space.applicationOf(entry)
    const { weights } = atom as SquaresAtom
    const { row, column, value, constant } = argument.coordinates()
    // Compressed by "columns", which here are the rows of the block.
    const terms = withoutZeros(fromCoordinates(this.variableCount, argument.rows, column, row, value))
    const several: number[] = []
    const uses = new Uint8Array(this.variableCount)
    for (const j of terms.indices) if (uses[j] < 2) uses[j]++
    const isBlock = (first: number, size: number): boolean =>
      size <= 1 || (size <= MULTIPLIED_OUT && terms.indices.subarray(first, first + size).every((j) => uses[j] === 1))
    for (let r = 0; r < argument.rows; r++) {
      const weight = multiple * weights[r]
      const first = terms.starts[r]
      const size = terms.starts[r + 1] - first
      if (weight === 0) continue
      if (!isBlock(first, size)) {
        several.push(r)
        continue
      }
      const b = constant[r]
      this.assembly.offset += weight * b * b
      for (let p = first; p < first + size; p++) {
        const j = terms.indices[p]
        this.assembly.addCost(j, 2 * weight * terms.values[p] * b)
        this.assembly.addProduct(j, j, weight * terms.values[p] ** 2)
        for (let q = first; q < p; q++) {
          this.assembly.addProduct(j, terms.indices[q], 2 * weight * terms.values[p] * terms.values[q])
        }
      }
    }
    if (several.length === 0) return
    const name = (e: number) => `${label}[${several[e]}]`
    const block = argument.gather(several)
    const z = this.#addColumns(name, block.rows, -Infinity, {
      valueAt: (x) => block.evaluate(x),
      rangeOver: (box, seen) => rangeOf(block, box, seen),
    })
    this.addRows(block.minus(z).equals(0), name)
    const { column: squared } = z.coordinates()
    several.forEach((r, e) => {
      this.assembly.addProduct(squared[e], squared[e], multiple * weights[r])
    })
  }

  /** New columns as an expression. */
  #addColumns(name: (e: number) => string, size: number, lower: number, lift: Omit<Lift, 'first'>): Expression {
    const first = this.assembly.addColumns({ size, lower, upper: Infinity, integer: false, name })
    this.lifts.push({ first, ...lift })
    return Expression.ofColumns(this.#space, size, (e) => first + e)
  }
}

/** Whether row r is a column and nothing else. */
function isColumns(expression: Expression): boolean {
  const { row, column, value, constant } = expression.coordinates()
  const isPlain = row.length === expression.rows && row.every((r, t) => r === t && column[t] >= 0 && value[t] === 1)
  return isPlain && constant.every((own) => own === 0)
}

function naming(name: string, labels: readonly string[] | undefined): (entry: number) => string {
  return (entry) => `${name}[${labels?.[entry] ?? entry}]`
}

function expectEntries(path: string, given: ArrayLike<number>, wanted: number): void {
  if (given.length === wanted) return
  throw new SpillwayError({
    code: 'form-shape',
    path,
    value: given.length,
    problem: `has ${given.length} entries where ${wanted} are wanted`,
    cure: 'Hand in the arrays as they came from the solver, and to lift one entry per variable of the program.',
  })
}
