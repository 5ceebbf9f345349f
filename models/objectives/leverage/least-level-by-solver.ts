import { type Ratio, ratioNumber, toNumber } from '../../../src/numeric/index.js'
import { isOffTheMark, wholeReductions } from '../../book/exact-amounts.js'
import { largestLevel } from '../../proof/leverage/levels.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { profileOf } from '../../proof/leverage/profile.js'
import { isStopped, type Plan, type Reductions, type RunProgram, type Stopped } from '../objective.js'
import { hardGroups, provedLevel } from './hard-groups.js'
import { leastLevelReductions } from './last-at-level.js'
import { levelPlan } from './level-plan.js'
import { type LevelOptions, levelProgram } from './level-program.js'
import { keepAtLevels, levelColumns } from './plan.js'
import { isWide, levelBySteps } from './step-program.js'
import { trimLevels } from './trim-levels.js'

/**
 * λ = 0, s = g (which is e at the mark): τ counted in units of what it must be at least. A unit far below the answer, as
 * what everyone together proves where one account is very rich, makes coefficients so small that solvers drop them.
 */
export function firstStep(problem: LeverageProblem): LevelOptions {
  const unit = provedLevel(problem)
  return { level: 0, weight: problem.remarked, unit: unit > 0 ? unit : 1 }
}

const MOST_STEPS = 40
/** Where a step leaves somebody without equity, the next asks for equity first: a level this many times higher. */
const CLIMB = 1000
const HIGHEST = 1e15

/**
 * The least largest leverage by a solver: one linear program at the mark, Dinkelbach's sequence of them off it, the form of
 * one row in a wide market. The solver's duals suggest the groups that prove the bound.
 */
export async function leastLevelBySolver(problem: LeverageProblem, run: RunProgram): Promise<Plan | Stopped> {
  const whole = wholeReductions(problem.space)
  if (whole !== undefined) return levelPlan(problem, whole, [])
  if (problem.freePairs.length === 0) return levelPlan(problem, leastLevelReductions(problem, new Float64Array(0)), [])
  const columns = levelColumns(problem)
  if (isWide(problem, columns)) {
    const kept = await levelBySteps(problem, columns, run)
    return kept instanceof Float64Array ? levelPlan(problem, leastLevelReductions(problem, kept), []) : kept
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
    const isStuck = value === undefined ? options.level > HIGHEST * options.unit : !isBetter
    if (!isOffTheMark(problem.space) || isStuck || value?.n === 0n) break
    options =
      value === undefined
        ? { ...options, level: Math.max(options.level, options.unit) * CLIMB }
        : { level: ratioNumber(value), unit: ratioNumber(value), weight: equityAfter(problem, reductions) }
  }
  const plan = levelPlan(problem, best!.reductions, groups)
  const { bound } = plan.bound()
  if (bound === undefined || columns !== undefined) return plan
  const trimmed = better(best!, candidateOf(problem, trimLevels(problem, best!.kept, ratioNumber(bound))))
  return levelPlan(problem, trimmed.reductions, groups)
}

interface Candidate {
  readonly kept: Float64Array
  readonly reductions: Reductions
  readonly value: Ratio | undefined
}

function candidateOf(problem: LeverageProblem, kept: Float64Array): Candidate {
  const reductions = leastLevelReductions(problem, kept)
  return { kept, reductions, value: largestLevel(problem, reductions) }
}

function better(a: Candidate, b: Candidate): Candidate {
  return isLess(b.value, a.value) ? b : a
}

/**
 * Where markets separate, the level that a solver found says more than its point, which is good to its tolerance only:
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
    const after = toNumber(equity(owner))
    return !isInsolvent[owner] && after > 0 ? after : Math.abs(own)
  })
}
