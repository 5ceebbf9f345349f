import { expect, it } from 'vitest'
import { type FormInput, fromTriplets, solveForm, solvers } from '#src/index.js'
import { seededUniform } from '#src/numeric/index.js'
import { type Fraction, num } from '../fraction.js'
import { exactOptimum } from './exact-optimum.js'

/**
 * Two rows that are nearly parallel, x + a ≤ y ≤ (1 + e) x + b, with e of 1e-3 down to 1e-12 of either sign: optima and feasible
 * points lie far out, and no solver's tolerance tells them from a fall without end or from rows that contradict each other. Whatever
 * is said of them, by every solver, is right in fractions. NEARLY_PARALLEL=500 runs the campaign:
 *
 *     NEARLY_PARALLEL=500 node node_modules/vitest/vitest.mjs run test/solvers/nearly-parallel.test.ts
 */
const SEED = 20262
const PROGRAMS = Number(process.env.NEARLY_PARALLEL ?? 30)
/** Beyond every vertex: they lie at about (b − a)/e. */
const WIDTH = 1e14

it.each(solvers.map(({ name }) => name))('%s: no wrong word', { timeout: 600_000 }, async (solver) => {
  const uniform = seededUniform(SEED)
  const draw = (least: number, most: number): number => least + Math.floor(uniform() * (most - least + 1))
  const pick = <T>(list: readonly T[]): T => list[draw(0, list.length - 1)]
  const counts: Record<string, number> = {}
  for (let k = 0; k < PROGRAMS; k++) {
    const steep = Number(
      (1 + pick([-1, 1]) * draw(1, 4) * pick([1e-3, 1e-6, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 0])).toPrecision(15),
    )
    const form: FormInput = {
      linear: [pick([-1, 1]), pick([0, 1, -1, -steep])],
      matrix: fromTriplets(2, 2, [
        [0, 0, 1],
        [0, 1, -1],
        [1, 0, -steep],
        [1, 1, 1],
      ]),
      rowLower: [-Infinity, -Infinity],
      rowUpper: [-draw(-1, 1), draw(-1, 5)],
      lower: [pick([0, -Infinity]), pick([0, -Infinity])],
      upper: [Infinity, Infinity],
    }
    const { status, objective } = await solveForm(form, { solver, timeLimitSeconds: 5 }).catch((error) => ({
      status: error.code as string,
      objective: undefined,
    }))
    counts[status] = (counts[status] ?? 0) + 1
    const truth = exactOptimum(form, WIDTH)
    const says = `program ${k} of seed ${SEED}: 1 + e = ${steep}`
    if (status === 'infeasible' || status === 'unbounded') expect(status, says).toBe(truth)
    if (status === 'optimal')
      expect(isNear(objective!, truth), `${says}: ${objective} for ${numberOf(truth)}`).toBe(true)
  }
  process.stderr.write(`nearly parallel rows, ${solver}: ${JSON.stringify(counts)}\n`)
})

const numberOf = (truth: Fraction | string): number => (typeof truth === 'string' ? Number.NaN : num(truth))

/** The coefficients are rounded to doubles before anybody computes: 1e-16 over an e of 1e-10 moves a vertex by 1e-6 of itself. */
const isNear = (value: number, truth: Fraction | string): boolean =>
  Math.abs(value - numberOf(truth)) <= 1e-3 * Math.max(1e-9, Math.abs(numberOf(truth)))
