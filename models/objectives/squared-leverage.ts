import {
  add,
  type Decimal,
  decimalOf,
  type Expression,
  multiply,
  Program,
  type Ratio,
  ratioOf,
  roundedQuotient,
  signOf,
  squareBound,
  subtract,
  sumSquares,
  toNumber,
  zero,
} from '../../src/index.js'
import { decisionSpace, exactCapacity, exactGross, exactRemarkedEquity } from '../book/decision-space.js'
import { fillMarkets, reductionsFrom, separateMarkets } from './leverage-plan.js'
import { insolventBreak, type LeverageProblem, leverageProblem } from './leverage-problem.js'
import { profileOf } from './leverage-profile.js'
import {
  type Bound,
  isStopped,
  type Objective,
  type Plan,
  type Reductions,
  type RunProgram,
  type Stopped,
} from './objective.js'

/**
 * The sum of squared leverage, weighted by equity:
 *
 *     minimise Σ_i (Σ_k |n'_ik| p_k)² / g_i,    g_i = e_i + Σ_k n_ik (a_k − p_k) > 0,
 *
 * over eligible accounts, those with g_i ≤ 0 first (see `leverage-problem.ts`) and then not counted. A convex quadratic
 * program whose unique profile of levels is that of water-filling: where one market is closed it is the same allocation
 * as min-max leverage, and in many markets it picks the least-majorized one of its optima (design 3.1). The bound is
 * `src/certificates/square-bound.ts` at the plan's own levels, in exact decimals.
 */
export function squaredLeverage(): Objective {
  return {
    name: 'squared-leverage',
    summary: 'squared gross leverage, weighted by equity re-marked at ADL prices',
    formula: 'Σ_i (Σ_k |n′_ik| p_k)² / g_i',
    source: 'arXiv 2603.15963, Theorem 2.4; design 3.1',
    prepare(event) {
      const problem = leverageProblem(decisionSpace(event))
      return {
        space: problem.space,
        gapFloor: 1e-12,
        value: (reductions) => sumOfSquares(problem, reductions),
        breaks: (reductions, tolerance) => insolventBreak(problem, reductions, tolerance),
        closedForm: () => {
          const columns = separateMarkets(problem, (owner) => problem.remarked[owner]!)
          return columns && planOf(problem, reductionsFrom(problem, fillMarkets(problem, columns)))
        },
        byEngine: (run) => byEngine(problem, run),
        program: () => squaresProgram(problem).program,
      }
    },
  }
}

/** Digits of the value that are kept behind the leading one; the last is rounded up. */
const DIGITS = 40

/** Σ N_i²/g_i over the solvent, each term rounded up far below anything that is compared. */
function sumOfSquares(problem: LeverageProblem, reductions: Reductions): Ratio {
  const { space, isInsolvent, remarked } = problem
  const { exposure } = profileOf(space, reductions)
  let estimate = 0
  exposure.forEach((notional, owner) => {
    if (!isInsolvent[owner]) estimate = Math.max(estimate, toNumber(notional) ** 2 / remarked[owner]!)
  })
  if (estimate === 0) return ratioOf(zero)
  const scale = Math.max(0, DIGITS - Math.floor(Math.log10(estimate)))
  let sum = zero
  exposure.forEach((notional, owner) => {
    if (isInsolvent[owner] || signOf(notional) === 0) return
    sum = add(sum, roundedQuotient(multiply(notional, notional), exactRemarkedEquity(space, owner), scale, 'up'))
  })
  return ratioOf(sum)
}

function planOf(problem: LeverageProblem, reductions: readonly Decimal[]): Plan {
  return { reductions, bound: () => boundAt(problem, reductions) }
}

/** The bound whose multipliers are the plan's levels N_i/g_i and whose thresholds are its prices. */
function boundAt(problem: LeverageProblem, reductions: Reductions): Bound {
  const { space, isInsolvent, remarked, freePairs, prices, remaining } = problem
  const { exposure } = profileOf(space, reductions)
  const multiplier = remarked.map((weight, owner) => (isInsolvent[owner] ? 0 : toNumber(exposure[owner]!) / weight))
  const threshold = space.markets.map(() => 0)
  const gains = space.markets.map((): [gain: number, capacity: number][] => [])
  const pairsOf = new Map<number, [number, Decimal][]>()
  for (const pair of freePairs) {
    const k = space.pairMarket[pair]!
    const owner = space.pairOwner[pair]!
    gains[k]!.push([2 * multiplier[owner]! * prices[k]!, space.capacity[pair]!])
    const pairs = pairsOf.get(owner) ?? []
    pairs.push([k, exactCapacity(space, pair)])
    pairsOf.set(owner, pairs)
  }
  gains.forEach((list, k) => {
    if (list.length > 0) threshold[k] = marginalGain(list, toNumber(remaining[k]!))
  })
  function* columns() {
    for (let owner = 0; owner < space.owners.length; owner++) {
      if (isInsolvent[owner]) continue
      yield {
        amount: exactGross(space, owner),
        weight: exactRemarkedEquity(space, owner),
        multiplier: decimalOf(multiplier[owner]!),
        pairs: pairsOf.get(owner) ?? [],
      }
    }
  }
  const markets = space.markets.map(({ price }, k) => ({
    price,
    removed: remaining[k]!,
    threshold: decimalOf(threshold[k]!),
  }))
  return { bound: ratioOf(squareBound(columns(), markets)), prices: threshold }
}

/** The gain of the contract that just meets a demand when the largest gains are taken first. */
function marginalGain(gains: [gain: number, capacity: number][], wanted: number): number {
  gains.sort(([a], [b]) => b - a)
  let taken = 0
  for (const [gain, capacity] of gains) {
    taken += capacity
    if (taken >= wanted) return gain
  }
  return gains.at(-1)![0]
}

/**
 * The quadratic program over shares of what each pair can keep. Exposures are divided by √(g_i v), v their sum of squares
 * if all levels were one, so that values are near 1: engines count in absolute tolerances.
 */
function squaresProgram(problem: LeverageProblem) {
  const { space, freePairs, fixed, prices, solventCapacity, remaining, remarked, isInsolvent } = problem
  const left = space.markets.map((_, k) => toNumber(subtract(solventCapacity[k]!, remaining[k]!)))
  const marketOf = freePairs.map((pair) => space.pairMarket[pair]!)
  const open = space.markets.map((_, k) => k).filter((k) => left[k]! > 0 && marketOf.includes(k))
  const size = Float64Array.from(freePairs, (pair, t) => Math.min(space.capacity[pair]!, left[marketOf[t]!]!))
  const solvent = Array.from(space.owners.keys()).filter((owner) => !isInsolvent[owner])
  const rowOf = new Int32Array(space.owners.length)
  solvent.forEach((owner, r) => {
    rowOf[owner] = r
  })
  let total = 0
  let weight = 0
  for (const owner of solvent) {
    total += fixed[owner]!
    weight += remarked[owner]!
  }
  for (const k of open) total += prices[k]! * left[k]!
  const unit = total === 0 ? 1 : (total * total) / weight

  const program = new Program()
  const share = program.variables('kept', freePairs.length, { lower: 0, upper: size.map((most) => (most > 0 ? 1 : 0)) })
  const demanded = share.times(size.map((most, t) => (most > 0 ? most / left[marketOf[t]!]! : 0)))
  program.subjectTo(
    'demand',
    demanded.sumBy(marketOf, space.markets.length).gather(open).equals(1),
    open.map((k) => space.markets[k]!.market.market),
  )
  const exposure: Expression = share
    .times(size.map((most, t) => most * prices[marketOf[t]!]!))
    .sumBy(
      freePairs.map((pair) => rowOf[space.pairOwner[pair]!]!),
      solvent.length,
    )
    .plus(solvent.map((owner) => fixed[owner]!))
  program.minimize(
    sumSquares(exposure.times(solvent.map((owner) => 1 / Math.sqrt(remarked[owner]! * unit)))).times(unit),
  )
  return { program, size }
}

async function byEngine(problem: LeverageProblem, run: RunProgram): Promise<Plan | Stopped> {
  if (problem.freePairs.length === 0) return planOf(problem, reductionsFrom(problem, new Float64Array(0)))
  const { program, size } = squaresProgram(problem)
  const answer = await run(program)
  if (isStopped(answer)) return answer
  const kept = answer.values.get('kept')!.map((share, t) => share * size[t]!)
  return planOf(problem, reductionsFrom(problem, kept))
}
