import { describe, expect, it } from 'vitest'
import type { MethodRun } from '#models/analysis/methods.js'
import { bestMethod, referenceMethod } from '#models/analysis/verify/methods.js'
import { decimalOf, ratioOf } from '#src/numeric/index.js'

/** A method that found a plan of this value, or none. */
function methodOf(name: string, value: number | undefined): MethodRun {
  return {
    solver: { name, version: '1', status: 'optimal' },
    relativeGap: null,
    isLimited: false,
    milliseconds: { build: 0, solve: 0, certify: 0 },
    ...(value !== undefined && {
      plan: { reductions: [], bound: () => ({ bound: undefined, prices: [] }) },
      value: ratioOf(decimalOf(value)),
    }),
  }
}

const nameOf = ({ solver }: MethodRun): string => solver.name
const reference = (...methods: readonly MethodRun[]): string => nameOf(referenceMethod(methods, 1e-12, 1e-6))

describe('the method that allocations are held against', () => {
  it('is the first whose value is as good as the best, not the best by a last digit', () => {
    const [closed, solver] = [methodOf('closed-form', 100), methodOf('solver', 99.99999)]
    expect(nameOf(bestMethod([closed, solver]))).toBe('solver')
    expect(reference(closed, solver)).toBe('closed-form')
    expect(reference(solver, closed)).toBe('solver')
  })

  it('is the best where the first is worse than the tolerance, or found nothing', () => {
    expect(reference(methodOf('closed-form', 100), methodOf('solver', 99.9))).toBe('solver')
    expect(reference(methodOf('closed-form', undefined), methodOf('solver', 5))).toBe('solver')
  })
})
