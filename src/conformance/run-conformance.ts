import { type Outcome, standardForm } from '../canonical/index.js'
import { SpillwayError } from '../errors.js'
import { suggest } from '../names.js'
import { solveForm } from '../solve/index.js'
import { refusalOf, type Solver } from '../solvers/index.js'
import type { ConformanceCase } from './cases/case.js'
import { cases } from './cases/index.js'

/** One case, and how the solver did. */
export interface ConformanceRow {
  readonly case: string
  readonly expected: { readonly status: ConformanceCase['status']; readonly objective?: number }
  /** Absent where the solver was not asked. */
  readonly got?: { readonly status: string; readonly objective?: number }
  /** Whether the answer is as expected; of an excluded case, whether it is as its exclusion says. */
  readonly passed: boolean
  /** Why the case does not count: a capability that the solver says it lacks, or an exclusion of the author. */
  readonly excluded?: string
  /** What is not as expected, in words. */
  readonly fault?: string
}

/** Options of `runConformance`. */
export interface ConformanceOptions {
  /**
   * By name of a case, why the solver leaves it `unproved`. Such a case fails once the solver proves it: the exclusion
   * is out of date.
   */
  readonly exclusions?: Readonly<Record<string, string>>
  /** For each case; default 60. */
  readonly timeLimitSeconds?: number
  readonly signal?: AbortSignal
}

/**
 * How near numbers are to the exact ones: relative to the larger of 1e-9 and the number for objectives, of 1 for
 * points; prices keep one digit less than the gap of the objective, 1e-6.
 */
const NEAR = { objective: 2e-6, point: 2e-6, price: 1e-6, absolutePrice: 1e-9, gap: 1e-6 } as const

/**
 * Runs a solver over every case that its capabilities cover: linear programs that cycle, are degenerate or have free
 * columns, empty rows and crossed bounds; convex quadratic programs with singular Q; integer programs whose relaxation
 * says nothing. The answers pass the same checkers as in `solveForm`, so that a wrong claim shows as `unproved`.
 *
 * A solver of one's own runs in a thread, which loads its `module` and takes its export `solver`. Throws `unknown-name`
 * on an exclusion of a case that there is not, and as `solveForm` does; a solver that breaks on a case fails that case.
 *
 * @example
 * const rows = await runConformance(solver)
 * const failed = rows.filter(({ passed }) => !passed)
 */
export async function runConformance(
  solver: Solver,
  options: ConformanceOptions = {},
): Promise<readonly ConformanceRow[]> {
  const { exclusions = {}, timeLimitSeconds = 60, signal } = options
  for (const name of Object.keys(exclusions)) expectCase(name)
  const rows: ConformanceRow[] = []
  for (const [name, wanted] of Object.entries(cases)) {
    const expected = {
      status: wanted.status,
      ...(wanted.objective !== undefined && { objective: wanted.objective }),
    }
    const refusal = refusalOf(solver, standardForm(wanted.form))
    if (refusal !== undefined) {
      rows.push({ case: name, expected, passed: true, excluded: refusal.message })
      continue
    }
    const solved = await attempt(wanted, { solver, timeLimitSeconds, ...(signal && { signal }) })
    const excluded = exclusions[name]
    const fault = excluded === undefined ? faultOf(solved, wanted, solver) : staleness(solved)
    rows.push({
      case: name,
      expected,
      got: gotOf(solved),
      passed: fault === undefined,
      ...(excluded !== undefined && { excluded }),
      ...(fault !== undefined && { fault }),
    })
  }
  return rows
}

type Solved = Outcome | { readonly status: 'broken'; readonly message: string }

async function attempt({ form }: ConformanceCase, options: Parameters<typeof solveForm>[1]): Promise<Solved> {
  try {
    return await solveForm(form, options)
  } catch (error) {
    if (error instanceof SpillwayError && error.code === 'cancelled') throw error
    return { status: 'broken', message: error instanceof Error ? error.message : String(error) }
  }
}

const gotOf = (solved: Solved): NonNullable<ConformanceRow['got']> => ({
  status: solved.status,
  ...('objective' in solved && solved.objective !== undefined && { objective: solved.objective }),
})

const staleness = ({ status }: Solved): string | undefined =>
  status === 'unproved' ? undefined : `the exclusion says unproved, and the answer is ${status}`

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(1e-9, Math.abs(a), Math.abs(b))

/** The first thing that is not as it should be. */
function faultOf(solved: Solved, wanted: ConformanceCase, solver: Solver): string | undefined {
  if (solved.status === 'broken') return solved.message
  if (solved.status !== wanted.status) return `the status is ${solved.status} (${solved.reason ?? 'without a reason'})`
  if (solved.status !== 'optimal') return undefined
  const { objective, bound, relativeGap, x, rowPrices, solver: report } = solved
  if (report.name !== solver.name) return `the answer is of ${report.name}`
  if (relative(objective, wanted.objective ?? Number.NaN) >= NEAR.objective) return `the objective is ${objective}`
  if (!(bound <= objective)) return `the bound ${bound} is above the objective ${objective}`
  if (!(relativeGap <= NEAR.gap)) return `the gap is ${relativeGap}`
  return pointFault(x, wanted.x) ?? priceFault(rowPrices, wanted.prices)
}

function pointFault(x: Float64Array, wanted: readonly number[] | undefined): string | undefined {
  if (wanted === undefined) return undefined
  if (x.length !== wanted.length) return `the point has ${x.length} entries`
  const j = wanted.findIndex((value, k) => !(Math.abs(x[k] - value) < NEAR.point * Math.max(1, Math.abs(value))))
  return j < 0 ? undefined : `x[${j}] is ${x[j]}`
}

function priceFault(prices: ArrayLike<number> | undefined, wanted: readonly number[] | undefined): string | undefined {
  if (wanted === undefined) return undefined
  if (prices === undefined) return 'there are no duals'
  const isNear = (price: number, i: number): boolean =>
    Math.abs(prices[i] - price) < NEAR.price * Math.max(1e-9, Math.abs(price)) + NEAR.absolutePrice
  const i = wanted.findIndex((price, k) => !isNear(price, k))
  return i < 0 ? undefined : `the dual of row ${i} is ${prices[i]}`
}

function expectCase(name: string): void {
  if (Object.hasOwn(cases, name)) return
  const cure = suggest(name, Object.keys(cases))
  throw new SpillwayError({
    code: 'unknown-name',
    path: 'options.exclusions',
    value: name,
    problem: 'there is no such case',
    cure,
  })
}
