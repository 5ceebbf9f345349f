import {
  type Decimal,
  type Program,
  type Ratio,
  ratioNumber,
  SpillwayError,
  signOf,
  toNumber,
  toText,
} from '../../src/index.js'
import { decisionSpace, isOffTheMark } from '../book/decision-space.js'
import { hardGroups, provedLevel } from './hard-groups.js'
import { type LevelOptions, levelProgram } from './level-program.js'
import { fillLinkedMarkets, fillMarkets, keepAtLevels, levelColumns, reductionsFrom } from './leverage-plan.js'
import { insolventBreak, type LeverageProblem, leverageProblem } from './leverage-problem.js'
import { boundOfGroup, largestLeverage, profileOf, topGroup } from './leverage-profile.js'
import {
  type Bound,
  isStopped,
  type Objective,
  type Plan,
  type Reductions,
  type RunProgram,
  type Stopped,
} from './objective.js'
import { isWide, levelBySteps } from './step-program.js'
import { trimLevels } from './trim-levels.js'

/**
 * The largest gross leverage among eligible accounts after the ADL:
 *
 *     minimise max_i  Σ_k |n'_ik| p_k / e'_i,    n'_ik = n_ik − σ_k x_ik,   e'_i = e_i − Σ_k d_k x_ik,
 *
 * accounts whose re-marked equity is not positive first (see `leverage-problem.ts`) and then not counted. In one market
 * the answer is water-filling, optimal for every monotone risk measure (Campbell, Hey, Moallemi and Nutz,
 * arXiv 2603.15963, Theorem 2.4). With d = 0 in many markets it is a linear program; with d ≠ 0 a linear-fractional
 * one, solved by a short sequence of linear programs (Dinkelbach 1967). The bound is the level certificate of a group
 * of accounts, in exact rationals (`src/certificates/level-bound.ts`), whoever found the group.
 */
export function minMaxLeverage(): Objective {
  return {
    name: 'min-max-leverage',
    summary: 'largest gross leverage among eligible accounts',
    formula: 'max_i Σ_k |n′_ik| p_k / e′_i',
    source: 'arXiv 2603.15963, Theorem 2.4; design 3.1',
    prepare(event) {
      const problem = leverageProblem(decisionSpace(event))
      return {
        space: problem.space,
        gapFloor: 1e-12,
        value: (reductions) => worst(problem, reductions),
        breaks: (reductions, tolerance) => insolventBreak(problem, reductions, tolerance),
        closedForm: () => closedForm(problem),
        byEngine: (run) => byEngine(problem, run),
        program: () => programOf(problem),
      }
    },
  }
}

function worst(problem: LeverageProblem, reductions: Reductions): Ratio | undefined {
  return largestLeverage(profileOf(problem.space, reductions), (owner) => !problem.isInsolvent[owner])
}

/** A closed form that goes round and round counts as one when the judge finds it this close. */
const SETTLED_GAP = 1e-10

/**
 * Water-filling: market by market where accounts do not link markets, in turns where they do and everything closes at the
 * mark (the least-majorized profile of the network has the least maximum).
 */
function closedForm(problem: LeverageProblem): Plan | undefined {
  const columns = levelColumns(problem)
  if (columns !== undefined) return planOf(problem, reductionsFrom(problem, fillMarkets(problem, columns)), [])
  if (isOffTheMark(problem.space)) return undefined
  const plan = planOf(problem, reductionsFrom(problem, fillLinkedMarkets(problem, problem.remarked)), [])
  const value = worst(problem, plan.reductions)
  const { bound } = plan.bound()
  const isSettled = relativeDistance(value, bound) <= SETTLED_GAP
  return isSettled ? { ...plan, how: 'alternating water-filling' } : undefined
}

function relativeDistance(value: Ratio | undefined, bound: Ratio | undefined): number {
  if (value === undefined || bound === undefined) return value === bound ? 0 : Number.POSITIVE_INFINITY
  return value.n === 0n ? 0 : ratioNumber(value.sub(bound)) / ratioNumber(value)
}

/** Groups found by an engine are tried beside the top of the plan's own profile; the best bound counts. */
function planOf(
  problem: LeverageProblem,
  reductions: readonly Decimal[],
  groups: readonly (readonly number[])[],
): Plan {
  return {
    reductions,
    bound() {
      const top = topGroup(problem, profileOf(problem.space, reductions))
      return [top, ...groups].map((group) => boundOfGroup(problem, group)).reduce(higher)
    },
  }
}

function higher(a: Bound, b: Bound): Bound {
  if (a.bound === undefined || b.bound === undefined) return a.bound === undefined ? a : b
  return b.bound.compare(a.bound) > 0 ? b : a
}

function programOf(problem: LeverageProblem): Program {
  const off = problem.space.markets.find(({ concession }) => signOf(concession) !== 0)
  if (off === undefined) return levelProgram(problem, firstStep(problem)).program
  throw new SpillwayError({
    code: 'not-expressible',
    path: `markets.${off.market.market}.adlPrice`,
    value: toText(off.market.adlPrice),
    problem: 'with an ADL price off the mark the largest leverage is linear-fractional, not one linear program',
    cure: 'Export squared-leverage; `spillway solve` runs the sequence of linear programs.',
  })
}

/**
 * λ = 0, s = g (which is e at the mark): τ counted in units of what it must be at least. A unit far below the answer, as
 * what everyone together proves where one account is very rich, makes coefficients so small that engines drop them.
 */
function firstStep(problem: LeverageProblem): LevelOptions {
  const unit = provedLevel(problem)
  return { level: 0, weight: problem.remarked, unit: unit > 0 ? unit : 1 }
}

const MOST_STEPS = 40
/** Where a step leaves somebody without equity, the next asks for equity first: a level this many times higher. */
const CLIMB = 1000

async function byEngine(problem: LeverageProblem, run: RunProgram): Promise<Plan | Stopped> {
  if (problem.freePairs.length === 0) return planOf(problem, reductionsFrom(problem, new Float64Array(0)), [])
  const columns = levelColumns(problem)
  if (isWide(problem, columns)) {
    const kept = await levelBySteps(problem, columns, run)
    return kept instanceof Float64Array ? planOf(problem, reductionsFrom(problem, kept), []) : kept
  }
  let options = firstStep(problem)
  let best: Candidate | undefined
  const groups: (readonly number[])[] = []
  for (let step = 0; step < MOST_STEPS; step++) {
    const linear = levelProgram(problem, options)
    const answer = await run(linear.program)
    if (isStopped(answer)) {
      if (best === undefined) return answer
      break
    }
    groups.push(...hardGroups(problem, linear, answer))
    const found = [linear.keptOf(answer.values), ...keptAtLevel(problem, answer.objective, step)]
      .map((kept) => candidateOf(problem, kept))
      .reduce(better)
    const isBetter = best === undefined || isLess(found.value, best.value)
    if (isBetter) best = found
    const { reductions, value } = found
    if (!isOffTheMark(problem.space) || !isBetter || value?.n === 0n) break
    options =
      value === undefined
        ? { ...options, level: Math.max(options.level, options.unit) * CLIMB }
        : { level: ratioNumber(value), unit: ratioNumber(value), weight: equityAfter(problem, reductions) }
  }
  const plan = planOf(problem, best!.reductions, groups)
  const { bound } = plan.bound()
  if (bound === undefined || columns !== undefined) return plan
  const trimmed = better(best!, candidateOf(problem, trimLevels(problem, best!.kept, ratioNumber(bound))))
  return planOf(problem, trimmed.reductions, groups)
}

interface Candidate {
  readonly kept: Float64Array
  readonly reductions: Reductions
  readonly value: Ratio | undefined
}

function candidateOf(problem: LeverageProblem, kept: Float64Array): Candidate {
  const reductions = reductionsFrom(problem, kept)
  return { kept, reductions, value: worst(problem, reductions) }
}

function better(a: Candidate, b: Candidate): Candidate {
  return isLess(b.value, a.value) ? b : a
}

/**
 * Where markets separate, the level that an engine found says more than its point, which is good to its tolerance only:
 * the first program (λ = 0) puts every account at the level or leaves it alone.
 */
function keptAtLevel(problem: LeverageProblem, level: number, step: number): Float64Array[] {
  const columns = step === 0 ? levelColumns(problem) : undefined
  return columns === undefined ? [] : [keepAtLevels(problem, columns, () => level)]
}

function isLess(a: Ratio | undefined, b: Ratio | undefined): boolean {
  return a !== undefined && (b === undefined || a.compare(b) < 0)
}

/** e'_i, positive for every solvent owner of a plan with finite value; g_i for the others. */
function equityAfter({ space, remarked, isInsolvent }: LeverageProblem, reductions: Reductions): Float64Array {
  const { equity } = profileOf(space, reductions)
  return remarked.map((own, owner) => {
    const after = toNumber(equity[owner]!)
    return !isInsolvent[owner] && after > 0 ? after : Math.abs(own)
  })
}
