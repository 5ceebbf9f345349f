import {
  add,
  compare,
  type Decimal,
  DecimalTotal,
  multiply,
  signOf,
  smallerOf,
  subtract,
  toNumber,
  toText,
  zero,
} from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import {
  exactCapacity,
  exactHolding,
  exactRemarkedEquity,
  excess,
  notionals,
  remarkedEquities,
} from '../../book/exact-amounts.js'

/**
 * What the leverage objectives decide, after the rule that they share: accounts whose equity re-marked at ADL prices
 * is not positive, g_i ≤ 0, are reduced first, as far as demand allows and pro rata to c_ik; the others face what is
 * left, R_k = max(0, Q_k − Σ_insolvent c_ik) (docs/objectives/min-max-leverage.md). The split among the insolvent is free: every unit of theirs
 * is at risk alike.
 */
export interface LeverageProblem {
  readonly space: DecisionSpace
  /** g_i by owner, and whether g_i ≤ 0, decided exactly. */
  readonly remarked: Float64Array
  readonly isInsolvent: Uint8Array
  /** The pairs that are still to be decided: solvent owner, R_k > 0. Every other pair is apportioned by the rule. */
  readonly freePairs: Int32Array
  /** Gross notional of an owner before, and the part of it outside the free pairs. */
  readonly gross: Float64Array
  readonly fixed: Float64Array
  /** By demanded market, contracts: capacity of the insolvent and of the solvent, and R_k. */
  readonly insolventCapacity: readonly Decimal[]
  readonly solventCapacity: readonly Decimal[]
  /** What the insolvent must give up: min(Q_k, their capacity), and where they come last what is beyond the capacity of the others. */
  readonly duty: readonly Decimal[]
  readonly remaining: readonly Decimal[]
  /** p_k by demanded market. */
  readonly prices: Float64Array
}

export function leverageProblem(space: DecisionSpace): LeverageProblem {
  const problem = problems.get(space) ?? problemOf(space)
  problems.set(space, problem)
  return problem
}

const problems = new WeakMap<DecisionSpace, LeverageProblem>()

function problemOf(space: DecisionSpace): LeverageProblem {
  const remarked = remarkedEquities(space)
  const isInsolvent = new Uint8Array(space.owners.length)
  for (let owner = 0; owner < remarked.length; owner++) {
    const isNought = remarked[owner] === 0
    isInsolvent[owner] = Number(isNought ? signOf(exactRemarkedEquity(space, owner)) <= 0 : remarked[owner] < 0)
  }
  const totals = space.markets.map(() => ({ insolvent: new DecimalTotal(), solvent: new DecimalTotal() }))
  for (let pair = 0; pair < space.capacity.length; pair++) {
    const { insolvent, solvent } = totals[space.pairMarket[pair]]
    const total = isInsolvent[space.pairOwner[pair]] ? insolvent : solvent
    total.add(exactCapacity(space, pair))
  }
  const insolventCapacity = totals.map(({ insolvent }) => insolvent.value)
  const solventCapacity = totals.map(({ solvent }) => solvent.value)
  const prices = Float64Array.from(space.markets, (market) => toNumber(market.price))
  // Where nobody may end below zero, those with g_i ≤ 0 come last and not first: they give what is beyond the others.
  const duty = space.markets.map(({ quantity }, k) =>
    space.caps === undefined ? smallerOf(quantity, insolventCapacity[k]) : excess(quantity, solventCapacity[k]),
  )
  const remaining = space.markets.map(({ quantity }, k) => subtract(quantity, duty[k]))
  const { gross, fixed } = notionals(space)
  const freePairs: number[] = []
  for (let pair = 0; pair < space.capacity.length; pair++) {
    const owner = space.pairOwner[pair]
    const k = space.pairMarket[pair]
    if (!isInsolvent[owner] && signOf(remaining[k]) > 0) freePairs.push(pair)
    else fixed[owner] += prices[k] * space.capacity[pair]
  }
  return {
    space,
    remarked,
    isInsolvent,
    freePairs: Int32Array.from(freePairs),
    gross,
    fixed,
    insolventCapacity,
    solventCapacity,
    duty,
    remaining,
    prices,
  }
}

/** Where reductions (by pair) leave the insolvent more than demand allows, beyond `tolerance` of that demand. */
export function insolventBreak(
  problem: LeverageProblem,
  reductions: readonly Decimal[],
  tolerance: Decimal,
): string | undefined {
  const { space, isInsolvent } = problem
  if (space.caps !== undefined) return closedTooEarly(problem, reductions, tolerance)
  const given = space.markets.map(() => zero)
  for (let pair = 0; pair < reductions.length; pair++) {
    const k = space.pairMarket[pair]
    // What is closed beyond zero closes nothing of what the insolvent hold.
    if (isInsolvent[space.pairOwner[pair]]) {
      given[k] = add(given[k], smallerOf(reductions[pair], exactHolding(space, pair)))
    }
  }
  const short = problem.duty.map((duty, k) => subtract(duty, given[k]))
  const k = short.findIndex((gap, m) => compare(gap, multiply(tolerance, space.markets[m].quantity)) > 0)
  if (k < 0) return undefined
  const { market } = space.markets[k].market
  return `insolvent accounts keep ${toText(short[k])} contracts of ${market} that demand would have closed first`
}

/** Where nobody may end below zero: what is closed of accounts with g_i ≤ 0, whose leverage that does not lower, beyond what the others cannot give. */
function closedTooEarly(
  { space, isInsolvent, duty }: LeverageProblem,
  reductions: readonly Decimal[],
  tolerance: Decimal,
): string | undefined {
  const room = duty.map((beyond, k) => add(beyond, multiply(tolerance, space.markets[k].quantity)))
  const early = reductions.findIndex((closed, pair) => {
    if (isInsolvent[space.pairOwner[pair]] === 0) return false
    const k = space.pairMarket[pair]
    room[k] = subtract(room[k], closed)
    return signOf(room[k]) < 0
  })
  if (early < 0) return undefined
  const account = JSON.stringify(space.event.accounts.names[space.owners[space.pairOwner[early]]])
  return `account ${account} is insolvent at the ADL price, closing does not lower its leverage, and others can meet the demand`
}
