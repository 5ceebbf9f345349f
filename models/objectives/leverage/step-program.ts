import { Program } from '../../../src/language/index.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import type { FillColumns } from '../../proof/leverage/separate-markets.js'
import { isStopped, type RunProgram, type Stopped } from '../objective.js'
import { keepAtLevels } from './plan.js'

/**
 * The level of one market as a linear program of one row, for books too wide for a row per account.
 *
 * With the levels ℓ_(1) < ℓ_(2) < … at which accounts stand, and W_j the weight of those that stand at ℓ_(j) or above,
 * raising the level from ℓ_(j−1) to ℓ_(j) keeps up to W_j (ℓ_(j) − ℓ_(j−1)) more. So with v_j kept on step j
 *
 *     minimise Σ_j v_j / W_j   subject to   Σ_j v_j = what must be kept,   0 ≤ v_j ≤ W_j (ℓ_(j) − ℓ_(j−1)),
 *
 * and the optimum is the height of the level above the floor, the highest level that nothing can lower (W_j falls with j,
 * so the steps fill from below). 100,000 accounts take a solver about a second in this form, minutes in the other.
 */
export async function levelBySteps(
  problem: LeverageProblem,
  columns: readonly FillColumns[],
  run: RunProgram,
): Promise<Float64Array | Stopped> {
  const levels = new Map<number, number>()
  for (const market of columns) {
    const level = await levelOf(market, run)
    if (typeof level !== 'number') return level
    levels.set(market.market, level)
  }
  return keepAtLevels(problem, columns, (market) => levels.get(market)!)
}

/** More free pairs than this, in markets that separate, take the form of one row. */
const WIDE = 1000

export function isWide(
  problem: LeverageProblem,
  columns: readonly FillColumns[] | undefined,
): columns is FillColumns[] {
  return columns !== undefined && problem.freePairs.length > WIDE
}

async function levelOf({ amount, fixed, weight, kept }: FillColumns, run: RunProgram): Promise<number | Stopped> {
  let floor = 0
  for (let i = 0; i < fixed.length; i++) floor = Math.max(floor, fixed[i] / weight[i])
  let keptAtFloor = 0
  for (let i = 0; i < fixed.length; i++) {
    keptAtFloor += Math.min(amount[i], Math.max(0, floor * weight[i] - fixed[i]))
  }
  const wanted = kept - keptAtFloor
  if (wanted <= 0) return floor

  const { height, share } = stairs(amount, fixed, weight, floor)
  const total = share[0]
  const program = new Program()
  // In units of what is wanted and of the whole weight: the row reads Σ v = 1 and the first step costs 1.
  const upper = height.map((h, j) => (h * share[j]) / wanted)
  const steps = program.variables('step', height.length, { lower: 0, upper })
  program.subjectTo('kept', steps.sum().equals(1))
  program.minimize(steps.dot(share.map((w) => total / w)))
  const answer = await run(program)
  return isStopped(answer) ? answer : floor + (answer.objective * wanted) / total
}

/** The steps above the floor, from below: their heights, and the weight that stands at the top of each or above. */
function stairs(amount: Float64Array, fixed: Float64Array, weight: Float64Array, floor: number) {
  const levels = amount.map((u, i) => (fixed[i] + u) / weight[i])
  const order = Array.from(levels.keys())
    .filter((i) => levels[i] > floor)
    .sort((i, j) => levels[i] - levels[j])
  const height: number[] = []
  const share: number[] = []
  let above = 0
  for (let n = order.length - 1; n >= 0; n--) {
    above += weight[order[n]]
    const below = n > 0 ? levels[order[n - 1]] : floor
    if (below === levels[order[n]]) continue
    height.push(levels[order[n]] - below)
    share.push(above)
  }
  return { height: Float64Array.from(height.reverse()), share: Float64Array.from(share.reverse()) }
}
