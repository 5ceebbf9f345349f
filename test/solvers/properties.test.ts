import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { dualBound, exactDualBound, impliedBounds, objectiveValue } from '#src/certificates/index.js'
import {
  type FormInput,
  fromTriplets,
  type Outcome,
  type SparseMatrix,
  solveForm,
  solvers,
  standardForm,
  type Triplet,
} from '#src/index.js'
import { ratioNumber } from '#src/numeric/index.js'
import { refusalOf } from '#src/solvers/choose.js'

const seed = 20260122
const runs = 40
process.stderr.write(`laws of solveForm: seed ${seed}\n`)

/** Small forms with whole data, most of them feasible: row bounds are drawn around the activity of a drawn point. */
interface Drawn {
  readonly form: FormInput
  readonly triplets: readonly Triplet[]
  readonly point: readonly number[]
  readonly isPointFeasible: boolean
}

const drawn = (options: { integer?: boolean; quadratic?: boolean } = {}): fc.Arbitrary<Drawn> =>
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) => {
    const list = (length: number, min: number, max: number) =>
      fc.array(fc.integer({ min, max }), { minLength: length, maxLength: length })
    return fc
      .record({
        entries: list(rows * columns, -6, 6),
        cost: list(columns, -5, 6),
        point: list(columns, 0, 4),
        below: list(rows, -1, 4),
        above: list(rows, -1, 4),
        lower: list(columns, 0, 3),
        upper: list(columns, 0, 3),
        whole: list(columns, 0, 1),
        factor: list(columns * columns, -1, 2),
        strict: fc.boolean(),
      })
      .map((d): Drawn => {
        const triplets: Triplet[] = []
        const activity = new Float64Array(rows)
        d.entries.forEach((value, k) => {
          const [i, j] = [Math.floor(k / columns), k % columns]
          if (value % 3 === 0) return
          triplets.push([i, j, value])
          activity[i] += value * d.point[j]
        })
        const side = (slack: number, i: number, sign: number): number =>
          slack < 0 ? sign * Infinity : slack === 4 && d.strict ? activity[i] - sign * 2 : activity[i] + sign * slack
        const bounds = {
          rowLower: d.below.map((s, i) => side(s, i, -1)),
          rowUpper: d.above.map((s, i) => side(s, i, 1)),
        }
        const form: FormInput = {
          linear: d.cost,
          matrix: fromTriplets(rows, columns, triplets),
          ...bounds,
          lower: d.lower.map((kind, j) => (kind === 0 ? -Infinity : kind === 1 ? 0 : d.point[j] - kind)),
          upper: d.upper.map((kind, j) => (kind === 0 ? Infinity : d.point[j] + kind)),
          ...(options.integer && {
            integer: d.whole,
            lower: d.point.map((x) => x - 4),
            upper: d.point.map((x) => x + 3),
          }),
          ...(options.quadratic && { quadratic: gram(d.factor, columns) }),
        }
        const isPointFeasible =
          activity.every((value, i) => value >= bounds.rowLower[i] && value <= bounds.rowUpper[i]) &&
          d.point.every((value, j) => value >= form.lower[j] && value <= form.upper[j])
        return { form, triplets, point: d.point, isPointFeasible }
      })
  })

/** FᵀF, lower triangle. */
function gram(factor: readonly number[], n: number): SparseMatrix {
  const triplets: Triplet[] = []
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      for (let k = 0; k < n; k++) triplets.push([i, j, factor[k * n + i] * factor[k * n + j]])
    }
  }
  return fromTriplets(n, n, triplets)
}

const refusals = new Map<string, number>()
const answers = new Map<string, number>()
async function solve(form: FormInput, solver: string): Promise<Outcome> {
  const outcome = await solveForm(form, { solver, timeLimitSeconds: 20 })
  answers.set(solver, (answers.get(solver) ?? 0) + 1)
  if (outcome.status === 'unproved' || outcome.status === 'limit') refusals.set(solver, (refusals.get(solver) ?? 0) + 1)
  return outcome
}

/** The solvers that take a form: some want a shape. */
const takers = (form: FormInput) => solvers.filter((solver) => refusalOf(solver, standardForm(form)) === undefined)

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 4e-6 * Math.max(1, Math.abs(a), Math.abs(b))

/** Statuses agree, refusals aside, and so do optima. */
function agree(a: Outcome, b: Outcome, factor = 1, shift = 0): void {
  const isRefusal = (o: Outcome) => o.status === 'unproved' || o.status === 'limit'
  if (isRefusal(a) || isRefusal(b)) return
  expect(b.status, JSON.stringify([a, b])).toBe(a.status)
  if (a.status !== 'optimal' || b.status !== 'optimal') return
  expect(near(a.objective * factor + shift, b.objective), `${a.objective} and ${b.objective}`).toBe(true)
}

const property = <T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => Promise<void>, numRuns = runs): Promise<void> =>
  fc.assert(fc.asyncProperty(arbitrary, law), { seed, numRuns })

describe('all solvers against each other', () => {
  for (const kind of ['linear', 'integer'] as const) {
    it(`${kind}: never a wrong optimum, never above a feasible point`, () =>
      property(
        drawn({ integer: kind === 'integer' }),
        async ({ form, point, isPointFeasible }) => {
          const first = await solve(form, 'highs')
          const worth = objectiveValue(standardForm(form), Float64Array.from(point))
          for (const { name } of takers(form)) {
            const outcome = name === 'highs' ? first : await solve(form, name)
            agree(first, outcome)
            if (isPointFeasible) expect(outcome.status).not.toBe('infeasible')
            if (isPointFeasible && outcome.status === 'optimal') {
              expect(outcome.objective).toBeLessThanOrEqual(worth + 1e-6 * Math.max(1, Math.abs(worth)))
            }
          }
        },
        60,
      ))
  }

  afterAll(() => {
    for (const [name, count] of answers)
      process.stderr.write(`${name}: ${refusals.get(name) ?? 0} of ${count} refused\n`)
    // A suite that refuses everything proves nothing.
    for (const [name, count] of answers) expect((refusals.get(name) ?? 0) / count).toBeLessThan(0.05)
  })
})

describe('the answer follows the form', () => {
  const kinds = fc.oneof(drawn(), drawn({ quadratic: true }), drawn({ integer: true }))

  it('columns in another order', () =>
    property(kinds, async ({ form, triplets }) => {
      const n = form.linear.length
      const flip = <T>(list: ArrayLike<T>): T[] => Array.from(list).reverse()
      const q = form.quadratic
      const turned: Triplet[] = []
      if (q !== undefined) {
        for (let j = 0; j < n; j++) {
          for (let p = q.starts[j]; p < q.starts[j + 1]; p++)
            turned.push([n - 1 - j, n - 1 - q.indices[p], q.values[p]])
        }
      }
      const other: FormInput = {
        ...form,
        linear: flip(form.linear),
        lower: flip(form.lower),
        upper: flip(form.upper),
        ...(form.integer && { integer: flip(form.integer) }),
        ...(q && { quadratic: fromTriplets(n, n, turned) }),
        matrix: fromTriplets(
          form.matrix.rows,
          n,
          triplets.map(([i, j, a]) => [i, n - 1 - j, a]),
        ),
      }
      agree(await solve(form, 'highs'), await solve(other, 'highs'))
    }))

  it('the objective times 8, and shifted', () =>
    property(drawn(), async ({ form }) => {
      const other = { ...form, linear: Array.from(form.linear, (c) => 8 * c), offset: 3 }
      agree(await solve(form, 'yalps'), await solve(other, 'yalps'), 8, 3)
    }))

  it('a slack row and an unused column', () =>
    property(kinds, async ({ form, triplets }) => {
      const n = form.linear.length
      const m = form.matrix.rows
      const extended: FormInput = {
        linear: [...Array.from(form.linear), 0],
        matrix: fromTriplets(m + 1, n + 1, [...triplets, [m, 0, 1]]),
        rowLower: [...Array.from(form.rowLower), -Infinity],
        rowUpper: [...Array.from(form.rowUpper), Infinity],
        lower: [...Array.from(form.lower), 0],
        upper: [...Array.from(form.upper), 1],
        ...(form.integer && { integer: [...Array.from(form.integer), 0] }),
        ...(form.quadratic && {
          quadratic: {
            ...form.quadratic,
            rows: n + 1,
            columns: n + 1,
            starts: Int32Array.of(...form.quadratic.starts, form.quadratic.values.length),
          },
        }),
      }
      agree(await solve(form, 'highs'), await solve(extended, 'highs'))
    }))
})

describe('bounds', () => {
  const withMultipliers = fc.tuple(
    fc.oneof(drawn(), drawn({ quadratic: true })),
    fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5, maxLength: 5 }),
    fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 5, maxLength: 5 }),
  )

  it('rough duals never give a bound above a feasible value; the exact bound agrees', () => {
    let compared = 0
    fc.assert(
      fc.property(withMultipliers, ([{ form: input, point, isPointFeasible }, rough, around]) => {
        const form = standardForm(input)
        const y = Float64Array.from({ length: form.matrix.rows }, (_, i) => rough[i])
        const x = Float64Array.from({ length: form.linear.length }, (_, j) => around[j])
        const bounds = impliedBounds(form)
        if (bounds.conflict !== undefined) return
        // Without `around` no box is assumed, so the bound holds everywhere.
        const { bound } = dualBound(form, y, { bounds })
        if (isPointFeasible) {
          const worth = objectiveValue(form, Float64Array.from(point))
          expect(bound).toBeLessThanOrEqual(worth)
          const drawnBoxes = {
            lower: form.lower.map((l, j) => Math.max(l, -50, point[j] - 60)),
            upper: form.upper.map((u) => Math.min(u, 50)),
          }
          const finite = dualBound(form, y, { bounds: drawnBoxes, around: x })
          expect(finite.assumed).toBe(0)
          expect(finite.bound).toBeGreaterThan(-Infinity)
          expect(finite.bound).toBeLessThanOrEqual(worth)
        }
        if (input.quadratic !== undefined) return
        const exact = exactDualBound(form, y, { bounds })
        if (exact === undefined) expect(bound).toBe(-Infinity)
        else {
          compared++
          expect(bound).toBeLessThanOrEqual(ratioNumber(exact) + Math.abs(ratioNumber(exact)) * 2 ** -52)
          expect(Math.abs(bound - ratioNumber(exact))).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(bound)))
        }
      }),
      { seed, numRuns: 500 },
    )
    expect(compared).toBeGreaterThan(20)
  })

  it('prices are rates of change, by every solver', () =>
    property(
      fc.oneof(drawn(), drawn({ quadratic: true })),
      async ({ form }) => {
        for (const solver of form.quadratic === undefined ? ['highs', 'jslp', 'glpk'] : ['highs']) {
          const outcome = await solve(form, solver)
          if (outcome.status !== 'optimal') continue
          for (let i = 0; i < form.matrix.rows; i++) {
            const price = outcome.rowPrices![i]
            const step = 1e-3
            const moved = async (by: number): Promise<number> => {
              const change = (side: ArrayLike<number>) => Array.from(side, (b, k) => (k === i ? b + by : b))
              const other = { ...form, rowLower: change(form.rowLower), rowUpper: change(form.rowUpper) }
              const at = await solve(other, solver)
              return at.status === 'optimal' ? at.objective : Number.NaN
            }
            // Both sides of the row move, so the price lies between the left and the right rate, kinks included.
            const right = ((await moved(step)) - outcome.objective) / step
            const left = (outcome.objective - (await moved(-step))) / step
            const slack = 2e-2 * Math.max(1, Math.abs(price))
            if (!Number.isNaN(left)) expect(price).toBeGreaterThanOrEqual(left - slack)
            if (!Number.isNaN(right)) expect(price).toBeLessThanOrEqual(right + slack)
          }
        }
      },
      15,
    ))
})

it('an optimum ten million away, behind a price of 1e-7, is not called optimal nearby', async () => {
  // A vertex near the origin is optimal to GLPK's tolerance; the true optimum is 7.7e-4 lower.
  const form: FormInput = {
    linear: [-0.04856418971903623, -1367.310200445354, -42.31583662563935, -217.74478905182332],
    matrix: fromTriplets(4, 4, [
      [0, 2, -0.004564044533763081],
      [0, 3, 0.05303523503243923],
      [1, 1, 478.0920334160328],
      [1, 2, 14.199486211873591],
      [1, 3, -20.582262659445405],
      [2, 2, 0.1413110049907118],
      [2, 3, 0.00032423390075564384],
      [3, 0, -0.024282094859518114],
      [3, 1, 33.482949901372194],
      [3, 3, -139.74611274898052],
    ]),
    rowLower: [-Infinity, 518.6904920516536, -0.5760669850278646, 33.43438571165316],
    rowUpper: [1.9863078663987108, 520.6904920516536, 1.4239330149721354, 35.43438571165316],
    lower: [-Infinity, -Infinity, 0, -Infinity],
    upper: [Infinity, Infinity, Infinity, 4],
  }
  for (const { name } of takers(form)) {
    const outcome = await solveForm(form, { solver: name })
    if (outcome.status === 'optimal') expect(outcome.objective).toBeCloseTo(-1496.3548387, 5)
    else expect(outcome.status).toBe('unproved')
  }
})
