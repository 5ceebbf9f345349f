import { describe, expectTypeOf, it } from 'vitest'
import type { Solution } from '#models/index.js'
import type { Outcome } from '#src/index.js'

/** Compiled by `npm run typecheck`; the assertions are the compiler's. */
describe('outcomes tell by their status what they hold', () => {
  it('a solution that is optimal has reductions, a bound and prices', () => {
    type Optimal = Extract<Solution, { status: 'optimal' }>
    expectTypeOf<Optimal['reductions']>().toExtend<readonly object[]>()
    expectTypeOf<Optimal['bound']>().toEqualTypeOf<number | null>()
    expectTypeOf<Optimal['objective']['value']>().toEqualTypeOf<number | null>()
    expectTypeOf<Optimal['relativeGap']>().toEqualTypeOf<number>()
    type Missing = Exclude<Solution, { reductions: readonly object[] }>
    expectTypeOf<Missing['reductions']>().toEqualTypeOf<undefined>()
    expectTypeOf<Missing['reason']>().toEqualTypeOf<string>()
  })

  it('an outcome of a form that is optimal has a point, and an infeasible one has none', () => {
    type Optimal = Extract<Outcome, { status: 'optimal' }>
    expectTypeOf<Optimal['x']>().toEqualTypeOf<Float64Array>()
    expectTypeOf<Optimal['objective']>().toEqualTypeOf<number>()
    type Infeasible = Extract<Outcome, { status: 'infeasible' }>
    expectTypeOf<NonNullable<Infeasible['x']>>().toEqualTypeOf<never>()
  })
})
