import { type Ratio, toText } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { forcedMarkets } from '../book/exact-amounts.js'
import { eventOf } from '../book/given.js'
import type { AdlEvent, EventJson } from '../book/index.js'
import type { Objective, Reductions } from '../objectives/index.js'
import { finite } from '../proof/finite.js'
import { relativeGap } from '../proof/gap.js'
import { toleranceOf } from '../proof/match-allocation.js'
import { countAccounts, factorBefore, maxLeverage, seconds } from './counts.js'
import { expectJudgeOptions, objectiveOf, optionsOf } from './given.js'
import { defaultOptions, type JudgeOptions, type MethodRun, prepare, runMethod } from './methods.js'
import { objectiveReport } from './objective-report.js'
import { perAccount } from './per-account.js'
import { remarksOn } from './remarks/index.js'
import type { Reduction, Solution } from './solution.js'

export type { FoundSolution, MissingSolution, OptimalSolution, Reduction, Solution } from './solution.js'

/**
 * The allocation of an event that minimises an objective, with a bound that proves how good it is. The hops, in order:
 *
 * 1. `optionsOf`, `eventOf`, `objectiveOf`: what was given is validated; JSON becomes an event, a name an objective.
 * 2. `prepare`: the objective looks at the event, what it claims and what can find answers to it.
 * 3. `runMethod`: a closed form where there is one and no `solver` is named, else the solver that was chosen; a program of the objective
 *    goes by `canonicalize` and `solveForm` and comes back in the objective's own terms.
 * 4. The claim computes the value of the reductions anew, and a judge the bound of their evidence, both exact; the two give the gap.
 * 5. `remarksOn`, `perAccount`, `countAccounts`: what there is to say besides.
 *
 * `status` is `optimal` only where value and bound meet within `tolerance`. Throws `SpillwayError` on options that make no sense,
 * on a solver that is missing or cannot take the program (exit status 2), and on one that breaks (`fault` `engine`).
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
  // Preparing has used a part of the time.
  const { timeLimitSeconds = defaultOptions.timeLimitSeconds } = options
  const methodRun = await runMethod(prepared, {
    ...options,
    timeLimitSeconds: Math.max(0.001, timeLimitSeconds - prepareTime / 1000),
  })
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
  const asked = objectiveReport(objective, prepared, plan?.reductions)
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
  const found = {
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
  }
  if (isProved) return { status: 'optimal', ...found, relativeGap: gap, seconds: times }
  const reason = options.stop?.aborted
    ? 'the run was stopped before the bound met the value'
    : 'the bound is farther from the value than the tolerance allows'
  return { status: methodRun.isLimited ? 'limit' : 'unproved', ...found, reason, seconds: times }
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
