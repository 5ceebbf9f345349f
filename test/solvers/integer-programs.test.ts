import { expect, it } from 'vitest'
import { objectiveValue } from '#src/certificates/index.js'
import { type FormInput, fromTriplets, type Outcome, solveForm, solvers, standardForm } from '#src/index.js'
import { refusalOf } from '#src/solvers/choose.js'
import { runSolver } from '#src/solvers/runner.js'
import { randomFrom } from '../books.js'
import { type Exact, exactIntegerOptimum } from './exact-integer-optimum.js'
import { type DrawnProgram, drawProgram } from './integer-programs.js'

/**
 * Random integer programs with big M against exact enumeration, on the default pipeline and on every solver.
 * INTEGER_PROGRAMS=10000 runs the campaign on the default pipeline, INTEGER_SEED=7 begins elsewhere:
 *
 *     INTEGER_PROGRAMS=10000 node node_modules/vitest/vitest.mjs run test/solvers/integer-programs.test.ts
 */
const SEED = Number(process.env.INTEGER_SEED ?? 9100)
const PROGRAMS = Number(process.env.INTEGER_PROGRAMS ?? 50)
/** On each solver; what it says without us is compared, too. */
const EACH = Math.max(12, Math.ceil(PROGRAMS / 20))
/** A big M up to this is a modest one. */
const MODEST = 1e7
const PROVED = new Set<Outcome['status']>(['optimal', 'infeasible', 'unbounded'])
const HOURS = 4 * 3_600_000

function formOf({ cost, rows, lower, upper, integer }: DrawnProgram): FormInput {
  const triplets = rows.flatMap(({ a }, i) =>
    a.map((value, j) => [i, j, value] as const).filter(([, , value]) => value !== 0),
  )
  return {
    linear: cost,
    matrix: fromTriplets(rows.length, cost.length, triplets),
    rowLower: rows.map((row) => row.lower),
    rowUpper: rows.map((row) => row.upper),
    lower,
    upper,
    integer,
  }
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 2e-6 * Math.max(Math.abs(a), Math.abs(b)) + 1e-9

/** Why a proved word is wrong; undefined where it is right, or where nothing was proved. */
function fault(outcome: Outcome, truth: Exact): string | undefined {
  const { status } = outcome
  if (!PROVED.has(status)) return undefined
  const isRight = status === 'optimal' ? typeof truth === 'number' && near(outcome.objective, truth) : status === truth
  return isRight ? undefined : `${status} ${outcome.objective ?? ''} where ${truth} is right`
}

const programAt = (index: number): DrawnProgram => drawProgram(randomFrom(SEED + index).unit)

it(`${PROGRAMS} programs, seed ${SEED}: proved words are right, and most are proved`, { timeout: HOURS }, async () => {
  const counts = { modest: 0, modestProved: 0, all: 0, proved: 0 }
  const open = new Map<string, number>()
  for (let index = 0; index < PROGRAMS; index++) {
    const program = programAt(index)
    const outcome = await solveForm(formOf(program), { timeLimitSeconds: 20 })
    const truth = exactIntegerOptimum(program)
    expect(fault(outcome, truth), `program ${index}, ${program.family}, M = ${program.bigM}`).toBeUndefined()
    const isProved = PROVED.has(outcome.status)
    counts.all++
    if (isProved) counts.proved++
    else open.set(`${outcome.status}, ${program.family}`, (open.get(`${outcome.status}, ${program.family}`) ?? 0) + 1)
    if (program.bigM <= MODEST) counts.modest++
    if (program.bigM <= MODEST && isProved) counts.modestProved++
  }
  const list = [...open].map(([what, count]) => `${what}: ${count}`).join('; ') || 'none'
  process.stderr.write(
    `integer programs: ${counts.proved} of ${counts.all} proved, ${counts.modestProved} of ${counts.modest} with M up to ${MODEST}; open: ${list}\n`,
  )
  expect(counts.modestProved).toBeGreaterThanOrEqual(0.95 * counts.modest)
  expect(counts.proved).toBeGreaterThanOrEqual(0.8 * counts.all)
})

it.each(solvers.map(({ name }) => name))('%s: no wrong word', { timeout: HOURS }, async (name) => {
  const solver = solvers.find((one) => one.name === name)!
  const counts = { programs: 0, stood: 0, repaired: 0, refused: 0 }
  for (let index = 0; index < EACH; index++) {
    const program = programAt(index)
    const form = standardForm(formOf(program))
    if (refusalOf(solver, form) !== undefined) continue
    const outcome = await solveForm(form, { solver: name, timeLimitSeconds: 10 })
    const truth = exactIntegerOptimum(program)
    expect(fault(outcome, truth), `program ${index}, ${program.family}, M = ${program.bigM}`).toBeUndefined()
    const run = await runSolver(solver, form, {
      settings: solver.settingsToTry(form, {})[0] ?? {},
      timeLimitSeconds: 2,
    }).catch(() => undefined)
    const { claim = 'failed', x } = run?.answer ?? {}
    const value = x === undefined ? undefined : objectiveValue(form, x)
    const isSame =
      claim === outcome.status &&
      (outcome.objective === undefined || (value !== undefined && near(value, outcome.objective)))
    counts.programs++
    if (!PROVED.has(outcome.status)) counts.refused++
    else if (isSame) counts.stood++
    else counts.repaired++
  }
  const { programs, stood, repaired, refused } = counts
  process.stderr.write(
    `${name}: of ${programs} integer programs its own answer stood ${stood} times, was repaired ${repaired} times, refused ${refused} times\n`,
  )
})
