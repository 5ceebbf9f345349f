import { describe, expect, it } from 'vitest'
import { cases } from '#src/conformance/cases/index.js'
import { type ConformanceRow, runConformance } from '#src/conformance/run-conformance.js'
import { type Solver, solvers } from '#src/index.js'

/**
 * Every solver over every case that its capabilities cover. `unproved` is never wrong, but it is a refusal: those are
 * declared here with their reason, counted and printed, and a solver that improves makes its declaration fail.
 */
const declared: Readonly<Record<string, Readonly<Record<string, string>>>> = {}

const failed = (rows: readonly ConformanceRow[]): readonly ConformanceRow[] => rows.filter(({ passed }) => !passed)

describe.each(solvers.map((solver) => [solver.name, solver] as const))('%s', (name, solver) => {
  it('passes every case that it can take', async () => {
    const rows = await runConformance(solver, { exclusions: declared[name] ?? {} })
    expect(rows.map((row) => row.case)).toEqual(Object.keys(cases))
    expect(failed(rows)).toEqual([])
    const asked = rows.filter(({ got }) => got !== undefined)
    expect(asked.length).toBeGreaterThan(0)
    for (const { case: title, excluded } of rows) {
      if (excluded !== undefined) process.stderr.write(`${name}: ${title} left out: ${excluded.slice(0, 160)}\n`)
    }
    process.stderr.write(`${name}: ${asked.length} of ${rows.length} cases answered\n`)
  })
})

describe('the suite can fail', () => {
  /** A solver of one's own: its answers are those of yalps, changed. It has no file, so it runs where it is called. */
  const yalps = solvers.find(({ name }) => name === 'yalps')!
  const fake = (change: Partial<Solver>): Solver => ({ ...yalps, isOutside: true, ...change })

  it('on a point that is not the best', async () => {
    const lazy = fake({
      answer: async (form, options) => {
        const answer = await yalps.answer(form, options)
        return answer.x === undefined ? answer : { ...answer, x: answer.x.map((value) => value * 0.5) }
      },
    })
    expect(failed(await runConformance(lazy)).length).toBeGreaterThan(5)
  })

  it('on a solver that breaks, case by case', async () => {
    const broken = fake({ answer: () => Promise.reject(new Error('out of order')) })
    const rows = await runConformance(broken)
    const broke = rows.filter(({ got }) => got?.status === 'broken')
    // Crossed bounds are seen before any solver is asked.
    expect(broke.length).toBeGreaterThan(rows.length / 3)
    expect(broke.every(({ passed, fault }) => !passed && fault?.includes('out of order'))).toBe(true)
  })

  it('on an exclusion that is out of date or names no case', async () => {
    const [first = ''] = Object.keys(cases)
    const rows = await runConformance(yalps, { exclusions: { [first]: 'it could not, once' } })
    expect(failed(rows)).toMatchObject([{ case: first, excluded: 'it could not, once' }])
    await expect(runConformance(yalps, { exclusions: { none: '' } })).rejects.toMatchObject({ code: 'unknown-name' })
  })
})
