import { describe, expectTypeOf, it } from 'vitest'
import type { Solution, Verdict } from '#models/index.js'
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

  it('a verdict that is optimal has a gap, a feasible one answers for accounts, and an infeasible one for none', () => {
    type Optimal = Extract<Verdict, { verdict: 'optimal' }>
    expectTypeOf<Optimal['relativeGap']>().toEqualTypeOf<number>()
    type Feasible = Extract<Verdict, { feasible: true }>
    expectTypeOf<Feasible['verdict']>().toEqualTypeOf<'optimal' | 'suboptimal' | 'unproved'>()
    expectTypeOf<Feasible['objective']['value']>().toEqualTypeOf<number | null>()
    expectTypeOf<Feasible['perAccount']>().toExtend<readonly object[]>()
    type Infeasible = Extract<Verdict, { feasible: false }>
    expectTypeOf<Infeasible['verdict']>().toEqualTypeOf<'infeasible'>()
    expectTypeOf<Infeasible['reason']>().toEqualTypeOf<string>()
    expectTypeOf<Infeasible['perAccount']>().toEqualTypeOf<undefined>()
  })

  it('an outcome of a form that is optimal has a point, and an infeasible one has none', () => {
    type Optimal = Extract<Outcome, { status: 'optimal' }>
    expectTypeOf<Optimal['x']>().toEqualTypeOf<Float64Array>()
    expectTypeOf<Optimal['objective']>().toEqualTypeOf<number>()
    type Infeasible = Extract<Outcome, { status: 'infeasible' }>
    expectTypeOf<NonNullable<Infeasible['x']>>().toEqualTypeOf<never>()
  })
})
