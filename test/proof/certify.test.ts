import { describe, expect, it } from 'vitest'
import { parseAllocation, parseEvent } from '#models/book/index.js'
import { certify, type Subject } from '#models/proof/certificate.js'
import { minMaxLeverageClaims } from '#models/proof/claims/min-max-leverage.js'
import { parseRatio } from '#src/numeric/index.js'
import { best, book, leverage, worked } from './worked.js'

describe('a certificate', () => {
  const subject = (change: Partial<Subject> = {}): Subject => ({
    event: parseEvent(book),
    allocation: parseAllocation(best),
    objective: minMaxLeverageClaims(),
    ...{ lots: false, keepSolvent: false, demand: 'event', exact: false, feasibility: 1e-9 },
    ...change,
  })
  const one = parseRatio('1')
  const bound = { bound: one, prices: [0.1], evidence: () => ({ group: ['A', 'B'] }) }

  it('states what was proved, under which terms, and no more', () => {
    expect(certify(subject(), one, bound)).toEqual(worked(leverage).certificate)
    const terms = { lots: true, keepSolvent: true, demand: 'filled', exact: true } as const
    expect(certify(subject({ ...terms, feasibility: 1e-6 }), one, bound)).toEqual(
      worked({ ...leverage, ...terms, feasibility: '0.000001' }).certificate,
    )
    const withLoadings = { ...minMaxLeverageClaims(), inputs: { confidence: 0.5 } }
    expect(certify(subject({ objective: withLoadings }), one, bound)).toEqual(
      worked({ ...leverage, inputs: { confidence: '0.5' } }).certificate,
    )
  })

  it('has null for infinity, and fractions for what is finite', () => {
    const { value, bound: stated } = certify(subject(), undefined, { ...bound, bound: undefined })
    expect([value, stated]).toEqual([null, null])
    const third = parseRatio('1/3')
    expect(certify(subject(), third, { ...bound, bound: third })).toMatchObject({ value: '1/3', bound: '1/3' })
  })

  it('has what its value follows from beside what its bound does', () => {
    const { evidence } = certify(subject(), one, bound, { temperature: '2' })
    expect(evidence).toEqual({ group: ['A', 'B'], temperature: '2' })
  })

  it('is not made without evidence', () => {
    expect(() => certify(subject(), one, { bound: one, prices: [] })).toThrow(
      expect.objectContaining({ code: 'no-evidence', path: 'objective' }),
    )
  })
})
