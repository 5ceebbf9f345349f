import { add, type Decimal, type Ratio, ratioNumber, ratioOf, SpillwayError, subtract, zero } from '../../src/index.js'
import { decisionSpace, exactCapacity } from '../book/decision-space.js'
import type { AdlEvent } from '../book/index.js'
import type { GaussianMoves } from '../moves/index.js'
import { type GaussianBlocks, gaussianBlocks } from './gaussian-blocks.js'
import { gaussianAccounts, grossNotional, stateAfter } from './gaussian-book.js'
import { type GaussianProblem, gaussianBound, readEvidence } from './gaussian-bound.js'
import { gaussianLaw } from './gaussian-covariance.js'
import { type CutSeed, seedOf } from './gaussian-cut.js'
import { interiorPoint } from './gaussian-interior.js'
import { outerProgram } from './gaussian-outer.js'
import { cut, shortfallAbove } from './gaussian-value.js'
import {
  type Bound,
  isStopped,
  type Plan,
  type PreparedObjective,
  type Reductions,
  type RunProgram,
  type Stopped,
} from './objective.js'
import { settle } from './settle.js'

/**
 * The expected total shortfall of the whole book under jointly normal moves r ~ N(μ, C), exact, without sampling:
 *
 *     minimise Σ_i f_i(x_i),   f_i = s_i φ(m_i/s_i) − m_i Φ(−m_i/s_i),   m_i = e'_i + y_i·μ,   s_i² = y_i'C y_i,   y_ik = n'_ik p_k
 *
 * A smooth convex program (docs/objectives/expected-loss-gaussian.md). The value is rounded up, the bound is that of one cut per
 * account, in exact decimals but for φ and Φ, whose library error is granted and charged to the bound (`gaussian-normal.ts`).
 * Throws `moves-market`, `covariance` and `magnitude`.
 */
export function prepareGaussianLoss(event: AdlEvent, moves: GaussianMoves): PreparedObjective {
  const space = decisionSpace(event)
  const law = gaussianLaw(event, moves)
  const accounts = gaussianAccounts(space, law)
  const gross = grossNotional(space)
  if (!(gross < LARGEST)) throw tooLarge(gross)
  const gapFloor = Math.max(1e-12 * gross, Number.MIN_VALUE)
  const problem: GaussianProblem = {
    space,
    law,
    accounts,
    deciding: accounts.filter(({ pairs }) => pairs.length > 0),
    bystanders: accounts.filter(({ pairs }) => pairs.length === 0),
  }
  // Rounding far below what gaps are measured against.
  const scale = Math.max(0, 40 - Math.floor(Math.log10(gapFloor)))
  let bystanding: Decimal | undefined
  const value = (reductions: Reductions): Ratio => {
    bystanding ??= problem.bystanders.reduce((sum, account) => add(sum, shortfallAbove(law, account, account)), zero)
    const sum = problem.deciding.reduce(
      (total, account) =>
        add(
          total,
          cut(
            shortfallAbove(
              law,
              account,
              stateAfter(account, (pair) => reductions[pair]!),
            ),
            scale,
            'up',
          ),
        ),
      bystanding,
    )
    return ratioOf(cut(sum, scale, 'up'))
  }
  return {
    space,
    gapFloor,
    value,
    breaks: () => undefined,
    closedForm: () => undefined,
    byEngine: (run) => byEngine(problem, value, gapFloor, run),
    recheck(evidence) {
      const { seeds, prices } = readEvidence(problem, evidence)
      return gaussianBound(problem, seeds, prices)
    },
    program() {
      throw new SpillwayError({
        code: 'not-expressible',
        path: 'objective',
        value: 'expected-loss under Gaussian moves',
        problem: 'is smooth and convex, and no linear or quadratic program',
        cure: 'Draw scenario moves from the same law and export the expected loss under those.',
      })
    },
  }
}

/** Where squares of squares still fit in a double. */
const LARGEST = 1e70

function tooLarge(gross: number): SpillwayError {
  return new SpillwayError({
    code: 'magnitude',
    path: 'positions',
    value: gross,
    problem: 'the gross notional of the book is beyond what doubles can square',
    cure: 'Count money in a larger unit.',
  })
}

/** What the interior point method leaves, in units of the value; far below what is promised. */
const PRECISION = 1e-11
/** A gap that needs no more rounds, and how many there are. */
const CLOSE = 1e-9
const MOST_ROUNDS = 12

async function byEngine(
  problem: GaussianProblem,
  value: (reductions: Reductions) => Ratio,
  floor: number,
  run: RunProgram,
): Promise<Plan | Stopped> {
  const blocks = gaussianBlocks(problem)
  const found = interiorPoint(blocks, PRECISION, floor)
  const candidateOf = (point: Float64Array) => {
    const reductions = reductionsOf(problem, blocks, point)
    return { point, reductions, value: value(reductions) }
  }
  let best = candidateOf(found.point)
  const seedSets = [blocks.seedsAt(found), seedsOf(problem, best.reductions)]
  if (blocks.pairs.length === 0) return planOf(problem, best.reductions, seedSets)
  let bound = bestBound(problem, seedSets)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const scale = Math.max(ratioNumber(best.value), floor)
    const { program, pointOf } = outerProgram(problem, blocks, seedSets, scale)
    const answer = await run(program)
    if (isStopped(answer)) {
      if (round === 0) return answer
      break
    }
    const corner = pointOf(answer.values)
    for (const share of [1, 0.5, 0.1, 0.01]) {
      const mixed = candidateOf(best.point.map((eta, j) => eta + share * (corner[j]! - eta)))
      if (share === 1) seedSets.push(seedsOf(problem, mixed.reductions))
      if (mixed.value.compare(best.value) < 0) {
        best = mixed
        seedSets.push(seedsOf(problem, mixed.reductions))
      }
    }
    bound = higher(bound, bestBound(problem, seedSets))
    if (ratioNumber(best.value.sub(bound.bound!)) <= CLOSE * Math.max(ratioNumber(best.value), floor)) break
  }
  return { reductions: best.reductions, bound: () => bound }
}

function planOf(problem: GaussianProblem, reductions: Reductions, seedSets: readonly (readonly CutSeed[])[]): Plan {
  return { reductions, bound: () => bestBound(problem, seedSets) }
}

function bestBound(problem: GaussianProblem, seedSets: readonly (readonly CutSeed[])[]): Bound {
  return seedSets.map((seeds) => gaussianBound(problem, seeds)).reduce(higher)
}

const higher = (a: Bound, b: Bound): Bound => (b.bound!.compare(a.bound!) > 0 ? b : a)

/** Seeds at exact reductions, by owner. */
function seedsOf({ law, deciding }: GaussianProblem, reductions: Reductions): CutSeed[] {
  return deciding.map((account) =>
    seedOf(
      law,
      account,
      stateAfter(account, (pair) => reductions[pair]!),
    ),
  )
}

/** Shares this close to a bound of their pair are at it. */
const AT_BOUND = 1e-9

/** Exact reductions from kept shares: what markets keep adds up exactly, the rest is closed. */
function reductionsOf({ space }: GaussianProblem, blocks: GaussianBlocks, point: Float64Array): Decimal[] {
  const capacities = Array.from(space.capacity, (_, pair) => exactCapacity(space, pair))
  const reductions = capacities.slice()
  const columns: number[][] = blocks.markets.map(() => [])
  blocks.rowOf.forEach((row, j) => {
    columns[row]!.push(j)
  })
  columns.forEach((list, row) => {
    const { quantity } = space.markets[blocks.markets[row]!]!
    const whole = list.map((j) => capacities[blocks.pairs[j]!]!)
    const kept = settle(
      Float64Array.from(list, (j) => snapped(point[j]!) * blocks.amount[j]!),
      whole,
      subtract(whole.reduce(add, zero), quantity),
    )
    list.forEach((j, t) => {
      reductions[blocks.pairs[j]!] = subtract(whole[t]!, kept[t]!)
    })
  })
  return reductions
}

function snapped(share: number): number {
  return share < AT_BOUND ? 0 : share > 1 - AT_BOUND ? 1 : share
}
