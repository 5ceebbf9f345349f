import { describe, expect, it } from 'vitest'
import { verdictOf } from '#models/analysis/verify/verdict-of.js'
import { decimalOf, ratioOf } from '#src/numeric/index.js'

const ratio = (value: number) => ratioOf(decimalOf(value))
const base = {
  feasible: true,
  violations: [],
  forgiving: undefined,
  broken: undefined,
  gap: 0.5,
  value: ratio(100),
  ours: ratio(100),
  tolerance: 1e-6,
  floor: 1e-12,
}

describe('the verdict on a feasible allocation', () => {
  it('is optimal within the tolerance of a bound, and not beyond it', () => {
    expect(verdictOf({ ...base, gap: 1e-6 }).verdict).toBe('optimal')
    expect(verdictOf({ ...base, gap: 1.1e-6 }).verdict).not.toBe('optimal')
    expect(verdictOf({ ...base, gap: null }).verdict).not.toBe('optimal')
  })

  it('is suboptimal where a better allocation is known, by more than the tolerance', () => {
    expect(verdictOf({ ...base, ours: ratio(99.9998) }).verdict).toBe('suboptimal')
    expect(verdictOf({ ...base, value: undefined }).verdict).toBe('suboptimal')
    expect(verdictOf({ ...base, broken: 'an order' })).toEqual({
      verdict: 'suboptimal',
      relativeGap: 0.5,
      reason: 'an order',
    })
  })

  it('is unproved where the improvement is smaller than the tolerance: rounding is no better allocation', () => {
    for (const ours of [99.99999, 99.999999999, 100, 101]) {
      expect(verdictOf({ ...base, ours: ratio(ours) }).verdict, String(ours)).toBe('unproved')
    }
    expect(verdictOf({ ...base, ours: 'unknown' }).verdict).toBe('unproved')
  })

  it('is infeasible whatever its value', () => {
    const violations = [{ code: 'demand-short' as const, market: 'BTC', by: 1 }]
    expect(verdictOf({ ...base, feasible: false, violations, gap: 0 }).verdict).toBe('infeasible')
  })
})
