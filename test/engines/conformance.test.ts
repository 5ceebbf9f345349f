import { afterAll, describe, expect, it } from 'vitest'
import { type Outcome, solveForm, solvers, standardForm } from '#src/index.js'
import { refusalOf } from '#src/solvers/choose.js'
import { cases } from './cases/index.js'

/**
 * Every solver over every case that its capabilities cover. `unproved` is never wrong, but it is a refusal: those are
 * declared here with their reason, counted and printed, and a solver that improves makes its declaration fail.
 */
const declared: Readonly<Record<string, Readonly<Record<string, string>>>> = {}

const close = (a: number, b: number): number => Math.abs(a - b) / Math.max(1e-9, Math.abs(a), Math.abs(b))

describe.each(solvers.map((solver) => [solver.name, solver] as const))('%s', (name, solver) => {
  let refusals = 0
  let answers = 0
  for (const [title, { form, status, objective, x, prices }] of Object.entries(cases)) {
    const refusal = refusalOf(solver, standardForm(form))
    if (refusal !== undefined) {
      it.skip(`${title}: ${refusal.message}`)
      continue
    }
    const exclusion = declared[name]?.[title]
    it(exclusion === undefined ? title : `${title} (unproved: ${exclusion})`, async () => {
      const outcome: Outcome = await solveForm(form, { solver: name })
      answers++
      if (outcome.status === 'unproved') refusals++
      expect(outcome.status, JSON.stringify(outcome)).toBe(exclusion === undefined ? status : 'unproved')
      if (outcome.status !== 'optimal') return
      expect(close(outcome.objective, objective!), `${outcome.objective} for ${objective}`).toBeLessThan(2e-6)
      expect(outcome.bound).toBeLessThanOrEqual(outcome.objective)
      expect(outcome.relativeGap).toBeLessThanOrEqual(1e-6)
      expect(outcome.solver.name).toBe(name)
      if (x !== undefined) {
        expect(outcome.x.length).toBe(x.length)
        x.forEach((value, j) => {
          expect(Math.abs(outcome.x[j] - value)).toBeLessThan(2e-6 * Math.max(1, Math.abs(value)))
        })
      }
      prices?.forEach((price, i) => {
        expect(Math.abs(outcome.rowPrices![i] - price)).toBeLessThan(1e-6 * Math.max(1e-9, Math.abs(price)) + 1e-9)
      })
    })
  }
  afterAll(() => process.stderr.write(`${name}: ${refusals} of ${answers} cases refused (unproved)\n`))
})
