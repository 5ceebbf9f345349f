import { type Outcome, type Ratio, toText } from '../../src/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { forcedMarkets } from '../book/exact-amounts.js'
import { eventOf } from '../book/given.js'
import type { AdlEvent, EventJson } from '../book/index.js'
import type { Objective, Reductions } from '../objectives/index.js'
import { finite } from '../proof/finite.js'
import { relativeGap } from '../proof/gap.js'
import { toleranceOf } from '../proof/match-allocation.js'
import { type AccountCounts, countAccounts, type FactorLeverage, factorBefore, maxLeverage, seconds } from './counts.js'
import { expectJudgeOptions, objectiveOf, optionsOf } from './given.js'
import { defaultOptions, type JudgeOptions, type MethodRun, prepare, runMethod } from './methods.js'
import { type ObjectiveReport, objectiveReport } from './objective-report.js'
import { type AccountAnswer, perAccount } from './per-account.js'
import { type Remark, remarksOn } from './remarks/index.js'

export interface Solution {
  readonly status: Outcome['status']
  readonly objective: ObjectiveReport
  /** A proved lower bound; `null` where it is infinite. */
  readonly bound?: number | null
  /** (value − bound)/max(|value|, floor); `null` where it is unknown. */
  readonly relativeGap?: number | null
  readonly solver: { readonly name: string; readonly version: string; readonly status: string }
  /** By demanded market: fall of the optimal objective per extra contract demanded; `null` where it is not proved, or nothing is left to demand. */
  readonly prices?: Readonly<Record<string, number | null>>
  /** Largest gross leverage over the eligible accounts; `null` for ∞. */
  readonly leverage: { readonly maxBefore: number | null; readonly maxAfter?: number | null }
  /** In whole lots: the optimum over fractions of lots, and the relative gap of the value to it. */
  readonly lots?: { readonly continuous: number | null; readonly relativeGap: number | null }
  /** Range of signed leverage in the factor, for objectives that have one. */
  readonly factorLeverage?: FactorLeverage & { readonly minAfter?: number | null; readonly maxAfter?: number | null }
  readonly accounts?: AccountCounts
  /** Contracts closed as decimal strings that add up to each demand exactly; pairs at zero are left out. */
  readonly reductions?: readonly Reduction[]
  /** The accounts that are reduced, at most a thousand: see `perAccount`. */
  readonly perAccount?: readonly AccountAnswer[]
  /** What a careful person would say aloud of this answer. */
  readonly remarks: readonly Remark[]
  /** Losses only: pairs of an account and a move, those that cannot lose, those that lose all along, and the others. */
  readonly screening?: { readonly dropped: number; readonly linear: number; readonly kinked: number }
  /** Why there is no proof, where there is none. */
  readonly reason?: string
  readonly seconds: { readonly read: number; readonly build: number; readonly solve: number; readonly certify: number }
}

export interface Reduction {
  readonly account: string
  readonly market: string
  readonly quantity: string
}

/**
 * The allocation of an event that minimises an objective, with a bound that proves how good it is.
 *
 * Takes the fastest method that can answer, a closed form first, unless `solver` names another; whatever method it was, the
 * value is computed anew from the event and the bound by a judge, both exact. `status` is `optimal` only where the two
 * meet within `tolerance`. An event may be its JSON value, an objective its name, told `options.inputs`. Throws `SpillwayError` on options that make no sense, on a solver that is missing or cannot
 * take the program (exit status 2), and on one that breaks (`fault` `engine`).
 *
 * @example
 * const solution = await solve(event, minMaxLeverage())
 * if (solution.status === 'optimal') console.table(solution.reductions)
 */
export async function solve(
  givenEvent: AdlEvent | EventJson,
  givenObjective: Objective | string,
  given: JudgeOptions = {},
): Promise<Solution> {
  const options = optionsOf(given, expectJudgeOptions)
  const event = eventOf(givenEvent)
  const objective = objectiveOf(givenObjective, 'objective', options.inputs)
  const { tolerance = defaultOptions.tolerance } = options
  toleranceOf(tolerance, 'options.tolerance')
  const start = performance.now()
  const prepared = prepare(objective, event, options)
  const prepareTime = performance.now() - start
  const methodRun = await runMethod(prepared, options)
  const { plan, value, bound, relativeGap: gap, solver, stopped, milliseconds } = methodRun
  const { space } = prepared
  const times = {
    read: 0,
    build: seconds(prepareTime + milliseconds.build),
    solve: seconds(milliseconds.solve),
    certify: seconds(milliseconds.certify),
  }
  const maxBefore = maxLeverage(space)
  const before = factorBefore(prepared.factor)
  const remarks = remarksOn({
    space,
    objective,
    prepared,
    reductions: plan?.reductions,
    given: options.inputs ?? {},
    lots: options.lots ?? false,
    exact: options.exact ?? false,
  })
  const asked = objectiveReport(objective, prepared)
  if (plan === undefined || bound === undefined) {
    const { status, reason } = stopped!
    return {
      status,
      objective: asked,
      solver,
      leverage: { maxBefore },
      ...(before && { factorLeverage: before }),
      reason,
      remarks,
      seconds: times,
    }
  }
  const continuous = options.lots
    ? await runMethod(
        prepare(objective, event, { exact: options.exact ?? false, keepSolvent: options.keepSolvent ?? false }),
        { ...options, lots: false },
      )
    : undefined
  const isProved = gap !== null && gap <= tolerance
  const after = prepared.factor?.leverage(plan.reductions)
  return {
    status: isProved ? 'optimal' : methodRun.isLimited ? 'limit' : 'unproved',
    objective: { ...asked, value: finite(value) },
    bound: finite(bound.bound),
    relativeGap: gap,
    solver,
    prices: pricesByName(space, bound.prices),
    leverage: { maxBefore, maxAfter: maxLeverage(space, plan.reductions) },
    ...(continuous && { lots: lotGap(value, continuous, prepared.gapFloor) }),
    ...(before && after && { factorLeverage: { ...before, minAfter: after.min, maxAfter: after.max } }),
    accounts: countAccounts(space, plan.reductions),
    reductions: listReductions(space, plan.reductions),
    perAccount: perAccount(space, plan.reductions),
    remarks,
    ...(prepared.screening && { screening: prepared.screening() }),
    ...(isProved ? {} : { reason: 'the bound is farther from the value than the tolerance allows' }),
    seconds: times,
  }
}

function lotGap(value: Ratio | undefined, continuous: MethodRun, floor: number): NonNullable<Solution['lots']> {
  if (continuous.plan === undefined) return { continuous: null, relativeGap: null }
  return { continuous: finite(continuous.value), relativeGap: relativeGap(value, continuous.value, floor) }
}

function pricesByName(space: DecisionSpace, prices: readonly number[]): Record<string, number | null> {
  const isForced = forcedMarkets(space)
  return Object.fromEntries(
    space.markets.map(({ market }, k) => {
      return [market.market, Number.isFinite(prices[k]) && !isForced[k] ? prices[k] : null]
    }),
  )
}

function listReductions(space: DecisionSpace, reductions: Reductions): Reduction[] {
  const { event, owners, pairOwner, pairMarket, markets } = space
  return reductions.flatMap((quantity, pair) =>
    quantity.digits === 0n
      ? []
      : {
          account: event.accounts.names[owners[pairOwner[pair]]],
          market: markets[pairMarket[pair]].market.market,
          quantity: toText(quantity),
        },
  )
}
