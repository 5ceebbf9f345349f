import { add, compare, type Decimal, multiply, subtract, wholeQuotient, zero } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity } from '../../book/exact-amounts.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import type { FillColumns } from '../../proof/leverage/separate-markets.js'
import { fillMarkets, reductionsFrom } from '../leverage/plan.js'
import { isStopped, type Plan, type PreparedObjective, type Reductions } from '../objective.js'

/**
 * A prepared objective in whole lots. Its own exact answer where it has one (`lotPlan`); else the optimum over fractions of
 * lots, rounded, with the bound of that optimum: every allocation in lots is one of those.
 */
export function inLots(prepared: PreparedObjective): PreparedObjective {
  const { space, goesFirst } = prepared
  const rounded = (plan: Plan): Plan => {
    const reductions = roundToLots(space, plan.reductions, goesFirst)
    return {
      ...plan,
      reductions: prepared.lastInLots?.(reductions) ?? reductions,
      how: 'optimum over fractions of lots, rounded',
    }
  }
  return {
    ...prepared,
    closedForm() {
      const exact = prepared.lotPlan?.()
      if (exact !== undefined) return exact
      const plan = prepared.closedForm()
      return plan && rounded(plan)
    },
    async bySolver(run, pause) {
      const plan = await prepared.bySolver(run, pause)
      if (isStopped(plan)) return plan
      // A solver knows nothing of whole lots. What it proposes is rounded, and what is known of whole lots stands beside it.
      const known = this.closedForm()
      return known === undefined ? rounded(plan) : betterOf(rounded(plan), known, prepared)
    },
  }
}

/** The plan of the lower value, the first of equal ones, with the higher of the two bounds. */
function betterOf(one: Plan, other: Plan, { value }: PreparedObjective): Plan {
  const [own, theirs] = [value(one.reductions), value(other.reductions)]
  const isWorse = theirs !== undefined && (own === undefined || own.compare(theirs) > 0)
  return {
    ...(isWorse ? other : one),
    bound() {
      const [a, b] = [one.bound(), other.bound()]
      return b.bound === undefined || (a.bound !== undefined && b.bound.compare(a.bound) > 0) ? b : a
    },
  }
}

/**
 * Whole lots near given reductions, each demand met exactly: everything is cut down to whole lots, and the lots that are then
 * missing go one each to the largest remainders, as long as there is room, round after round. Ties go to the larger
 * capacity, then to the pair that stands first. Pairs for which `goesFirst` holds and the others are rounded apart, so that
 * what was given by the ones stays with them. Markets without a lot size are left alone.
 */
export function roundToLots(
  space: DecisionSpace,
  reductions: Reductions,
  goesFirst: (pair: number) => boolean = () => false,
): Decimal[] {
  const rounded = reductions.slice()
  space.lots?.forEach((lot, k) => {
    if (lot === undefined) return
    const pairs = Array.from(space.capacity.keys()).filter((pair) => space.pairMarket[pair] === k)
    const first = pairs.filter(goesFirst)
    const due = roundSome(space, lot, first, reductions, rounded, undefined)
    const rest = wholeQuotient(space.markets[k].quantity, lot) - due
    roundSome(
      space,
      lot,
      pairs.filter((pair) => !goesFirst(pair)),
      reductions,
      rounded,
      rest,
    )
  })
  return rounded
}

/** Markets that separate, filled by the common level of `columns` and rounded to whole lots; insolvent owners give first. */
export function fillInLots(problem: LeverageProblem, columns: readonly FillColumns[]): Decimal[] {
  const { space, isInsolvent } = problem
  const filled = reductionsFrom(problem, fillMarkets(problem, columns))
  return roundToLots(space, filled, (pair) => isInsolvent[space.pairOwner[pair]] === 1)
}

/** Rounds some pairs of a market to `wanted` lots together (their own sum, rounded, unless given); the lots there are. */
function roundSome(
  space: DecisionSpace,
  lot: Decimal,
  pairs: readonly number[],
  reductions: Reductions,
  rounded: Decimal[],
  wanted: bigint | undefined,
): bigint {
  const given = pairs.map((pair) => reductions[pair])
  const counts = given.map((quantity) => wholeQuotient(quantity, lot))
  const most = pairs.map((pair) => wholeQuotient(exactCapacity(space, pair), lot))
  const half = multiply(lot, { digits: 5n, scale: 1 })
  let missing = (wanted ?? wholeQuotient(add(given.reduce(add, zero), half), lot)) - counts.reduce((a, b) => a + b, 0n)
  const remainder = given.map((quantity, t) => subtract(quantity, multiply({ digits: counts[t], scale: 0 }, lot)))
  const order = Array.from(pairs.keys()).sort(
    (s, t) => compare(remainder[t], remainder[s]) || Number(most[t] - most[s]) || s - t,
  )
  for (let moved = true; missing > 0n && moved; ) {
    moved = false
    for (const t of order) {
      if (missing === 0n || counts[t] >= most[t]) continue
      counts[t]++
      missing--
      moved = true
    }
  }
  pairs.forEach((pair, t) => {
    rounded[pair] = multiply({ digits: counts[t], scale: 0 }, lot)
  })
  return counts.reduce((a, b) => a + b, 0n)
}
