import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { solveForm, standardForm } from '#src/index.js'
import { refusalOf } from '#src/solvers/choose.js'
import { commandSolver } from '#src/solvers/command.js'
import { skipUnless } from '../notes.js'
import { form } from './cases/case.js'
import { cases } from './cases/index.js'

/**
 * Programs of this machine as solvers: conformance cases, and programs that hang, fail, lie or are not there. By default every eighth case
 * is solved, since to start processes takes time; this solves all:
 *
 *     COMMAND_CASES=all node node_modules/vitest/vitest.mjs run test/solvers/command.test.ts
 */
const EVERY = process.env.COMMAND_CASES === 'all' ? 1 : 8
const folder = mkdtempSync(join(tmpdir(), 'command-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A program named like one that is known, which does as the script says. */
function pretend(name: string, script: string): string {
  const at = mkdtempSync(join(folder, 'as-'))
  const file = join(at, name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return `command:${file}`
}

const small = form({ cost: [1, 2], rows: [[3, [1, 1], Infinity]], upper: [2, Infinity], offset: 5 })
const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => /^spillway-.{6}$/.test(name))
const ended = (solver: string, options = {}) =>
  solveForm(small, { solver, ...options }).catch((error: unknown) => error as { code?: string; message?: string })

describe.each(['glpsol', 'cbc'])('command:%s', (program) => {
  const isMissing = spawnSync(program, ['-quit'], { timeout: 10_000, input: '' }).error !== undefined
  skipUnless(!isMissing, `${program} is not installed`)
  const solver = commandSolver(`command:${program}`)!
  const taken = Object.entries(cases).filter(([, { form }]) => refusalOf(solver, standardForm(form)) === undefined)
  it('has the right word on every case', { timeout: 120_000 }, async () => {
    const refused: string[] = []
    const asked = taken.filter((_, k) => k % EVERY === 0)
    for (const [title, { form, status, objective }] of asked) {
      const outcome = await solveForm(form, { solver: solver.name })
      const story = `${title}: ${JSON.stringify(outcome)}`
      if (outcome.status === 'unproved') refused.push(title)
      else expect(outcome.status, story).toBe(status)
      if (outcome.status !== 'optimal') continue
      expect(Math.abs(outcome.objective - objective!), story).toBeLessThan(2e-6 * Math.max(1e-9, Math.abs(objective!)))
    }
    process.stderr.write(`command:${program}: ${refused.length} of ${asked.length} unproved (${refused.join('; ')})\n`)
    expect(taken.length).toBeGreaterThan(25)
    expect(refused).toEqual([])
  })
})

describe('a program outside', () => {
  skipUnless(process.platform !== 'win32', 'scripts of a shell stand for programs')
  it('that hangs is killed with its children at the limit, and leaves nothing behind', async () => {
    const solver = pretend('glpsol', `sleep 61.25 & wait`)
    const before = leftovers()
    const started = performance.now()
    expect(await ended(solver, { timeLimitSeconds: 0.5 })).toMatchObject({ status: 'limit' })
    expect(performance.now() - started).toBeLessThan(6000)
    await new Promise((done) => setTimeout(done, 200))
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('sleep 61.25')
    expect(leftovers().filter((name) => !before.includes(name))).toEqual([])
  })

  it('is killed when the caller cancels', async () => {
    const solver = pretend('cbc', 'sleep 62.25')
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 300)
    expect(await ended(solver, { signal: stop.signal })).toMatchObject({ code: 'cancelled' })
    await new Promise((done) => setTimeout(done, 200))
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('sleep 62.25')
  })

  it.each([
    ['fails', 'echo no licence >&2; exit 3', /exit 3: no licence/],
    ['writes nothing', 'echo done', /no solution file: done/],
    ['writes half a file', "printf 'c\\ns bas 1 2 f f 9\\nj 1 b 2' > answer.sol", /stopped without an answer/],
  ])('that %s is no answer', async (_, script, said) => {
    const error = await ended(pretend('glpsol', script))
    expect(error).toMatchObject({ code: 'engine-failed', message: expect.stringMatching(said) })
  })

  it('that lies is not believed', async () => {
    const wrong = await ended(pretend('cbc', "printf 'Optimal - objective value 5\\n' > answer.sol"))
    expect(wrong).toMatchObject({ status: 'unproved' })
    const poor = "printf 'Optimal - objective value 11\\n 0 x0 0 0\\n 1 x1 3 0\\n 2 one 1 0\\n' > answer.sol"
    const outcome = await ended(pretend('cbc', poor), { refine: false })
    expect(outcome).toMatchObject({ status: 'unproved', objective: 11, bound: expect.closeTo(9, 9) })
    const none = await ended(pretend('cbc', "printf 'Infeasible - objective value 0\\n' > answer.sol"))
    expect(none).toMatchObject({ status: 'unproved' })
  })

  it('that is not there, or that nobody knows how to call', async () => {
    expect(await ended(`command:${join(folder, 'none', 'scip')}`)).toMatchObject({
      code: 'solver-missing',
      cure: expect.stringMatching(/conda install/),
    })
    expect(await ended('command:rm')).toMatchObject({ code: 'unknown-solver', cure: expect.stringMatching(/glpsol/) })
  })
})
