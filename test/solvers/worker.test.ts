import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { standardForm } from '#src/canonical/standard-form.js'
import { type FormInput, SpillwayError, solveForm } from '#src/index.js'
import { loadAhead, runSolver } from '#src/solvers/runner.js'
import { form } from './cases/case.js'
import { fake } from './fakes/fake.js'

const simple = (first: number): FormInput => form({ cost: [first, 2], rows: [[3, [1, 1], Infinity]], upper: [10, 10] })

async function refusal(promise: Promise<unknown>): Promise<SpillwayError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SpillwayError)
  return error as SpillwayError
}

describe('a solver that never comes back', () => {
  it('is ended at the time limit, and the next solve has a thread', async () => {
    const started = Date.now()
    const outcome = await solveForm(simple(1), { solver: fake('hanging'), timeLimitSeconds: 0.3 })
    expect(outcome.status).toBe('limit')
    expect(outcome).not.toHaveProperty('objective')
    // At most 0.2 s late, and as much again for a busy machine.
    expect(Date.now() - started).toBeLessThan(300 + 2 * 200)
    expect((await solveForm(simple(1))).status).toBe('optimal')
  })

  it('is ended by the signal', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 200)
    const error = await refusal(solveForm(simple(1), { solver: fake('hanging'), signal: controller.signal }))
    expect(error).toMatchObject({ code: 'cancelled', fault: 'engine' })
  })

  it('is not even started with an aborted signal', async () => {
    const error = await refusal(solveForm(simple(1), { signal: AbortSignal.abort() }))
    expect(error.code).toBe('cancelled')
  })
})

describe('a solver that loads ahead', () => {
  it('and does not come back is waited for no longer than a run may take, which has a thread of its own', async () => {
    const slow = fake('slow-loading')
    loadAhead(slow)
    // Waited for without end, it would outlast the runner's own limit.
    const options = { settings: {}, signal: undefined, onProgress: undefined, timeLimitSeconds: 1 }
    const { answer } = await runSolver(slow, standardForm(simple(1)), options)
    expect(answer.status).toBe('at once')
  })
})

describe('a solver that rounds', () => {
  it('is asked again for what it left undone, until its answer is as good as doubles are', async () => {
    const input = form({ cost: [1, 2, 3], rows: [[1, [1, 1, 1], Infinity]], upper: [1 / 3, 1 / 7, 5] })
    const outcome = await solveForm(input, { solver: fake('rounding', { rowPrices: false }) })
    expect(outcome.status).toBe('optimal')
    const exact = [1 / 3, 1 / 7, 1 - 1 / 3 - 1 / 7]
    exact.forEach((value, j) => {
      // Two refinements, each worth 2²⁰, take 5e-5 to rounding; one would leave 5e-11.
      expect(Math.abs((outcome.x?.[j] ?? Number.NaN) - value)).toBeLessThan(1e-12)
    })
  })
})

describe('a solver that lies', () => {
  const cases: readonly (readonly [lie: number, what: string])[] = [
    [1, 'calls a broken row optimal'],
    [2, 'calls a feasible form infeasible'],
    [3, 'calls a bounded form unbounded'],
    [4, 'backs a poor point with wild duals'],
    [5, 'returns NaN'],
  ]
  it.each(cases)('%i: %s', async (lie) => {
    const outcome = await solveForm(simple(lie), { solver: fake('liar', { rowPrices: lie !== 5 }) })
    expect(outcome.status).toBe('unproved')
  })

  it('cannot hide behind integer variables: a proof outranks its word', async () => {
    for (const [lie] of cases) {
      const integer = { ...simple(lie), integer: [true, true] }
      const truth = await solveForm(integer, { solver: 'highs' })
      const outcome = await solveForm(integer, { solver: fake('liar') })
      expect(truth.status).toBe('optimal')
      expect(outcome).toMatchObject({ status: 'optimal', objective: truth.objective, boundProof: 'tree' })
    }
  })
})

describe('a solver that aborts', () => {
  it('is reported in one short line, and its thread is not used again', async () => {
    const first = await refusal(solveForm(simple(1), { solver: fake('breaking') }))
    const second = await refusal(solveForm(simple(1), { solver: fake('breaking') }))
    for (const error of [first, second]) {
      expect(error).toMatchObject({ code: 'engine-failed', fault: 'engine' })
      expect(error.message).toMatch(/runs in this thread: 1\b/)
      expect(error.message.length).toBeLessThan(500)
    }
  })
})

describe('a process', () => {
  const module = fileURLToPath(new URL('../../dist/src/index.js', import.meta.url))
  const program = (rest: string): string => `
    import { solveForm, fromTriplets } from ${JSON.stringify(module)}
    const form = { linear: [1], matrix: fromTriplets(1, 1, [[0, 0, 1]]), rowLower: [3], rowUpper: [Infinity], lower: [0], upper: [9] }
    ${rest}`
  const run = (rest: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', program(rest)], { encoding: 'utf8', timeout: 20_000 })

  it('ends by itself after solves, and solvers print nothing', () => {
    const { status, stdout, stderr } = run(
      `for (const solver of ['highs', 'jslp', 'yalps', 'glpk']) process.stdout.write((await solveForm(form, { solver })).objective + ' ')`,
    )
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '3 3 3 3 ', stderr: '' })
  })

  it('ends by itself after a cancelled solve', () => {
    const { status, stdout } = run(`
      const controller = new AbortController()
      const solving = solveForm(form, { signal: controller.signal })
      controller.abort()
      await solving.catch((error) => process.stdout.write(error.code))`)
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'cancelled' })
  })
})

it('progress is given, phase by phase', async () => {
  const phases: string[] = []
  await solveForm(simple(1), { solver: 'yalps', onProgress: ({ phase, solver }) => phases.push(`${phase} ${solver}`) })
  expect(phases).toContain('solve yalps')
  expect(phases).toContain('prove highs')
})
