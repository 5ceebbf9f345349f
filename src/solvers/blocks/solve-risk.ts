import { groupSums, type RiskProgram, riskAt, supportAt, totalWeights, weighted } from '../../canonical/risk-program.js'
import { mixCuts, mixed } from './mix-cuts.js'
import { upperBound } from './screen.js'
import { type BlockOptions, type BlockSolution, type BlockStart, solveBlocks } from './solve-blocks.js'

/** What the block solver found for a risk of the groups. */
export interface RiskSolution extends Omit<BlockSolution, 'counts' | 'units'> {
  /** The weights of the groups, by part, that prices and shares belong to. */
  readonly theta: readonly Float64Array[]
  readonly counts: RiskCounts
}

/** What the block solver took for a risk of the groups. */
export interface RiskCounts {
  /** Programs of fixed weights solved. */
  readonly solves: number
  readonly newtonSteps: number
  readonly sweeps: number
}

/** A point and its sums; `idle`: how many mixes in a row have left it out. */
interface Cut {
  readonly x: Float64Array
  readonly sums: Float64Array
  idle: number
}

/** Points that so many mixes left out are dropped. */
const IDLE = 12
const MOST_SOLVES = 400
/** Solves without a smaller gap, by a tenth, after which no more is to be had. */
const PATIENCE = 40
/** Programs of fixed weights are solved to this share of the gap that is left, of the tolerance at least. */
const INNER = { share: 0.1, most: 1e-3, least: 0.2 }
/** What a mix of the known points may take, also once the run is to end: it is the best point in hand. */
const MIX_SECONDS = { most: 60, stopped: 3 }
/** The proximal level to begin at where a point of like weights is known. */
const WARM = 25

/**
 * Minimises a risk measure of sums by cutting planes in the weights θ. For given θ the program is a block-angular one,
 * V(θ) its optimum, a lower bound; its point x gives V(θ) ≤ θ·L(x) for all θ, and a mix of the known points an upper
 * bound, of which the best one also says which θ to try next (`mixCuts`). Steps go half the way from the best θ so far
 * to that one and every fourth all the way (in-out: Ben-Ameur and Neto 2007). The mix itself is a point as well: its
 * sums are below the mixed sums, and become a cut without a solve.
 */
export async function solveRisk(risk: RiskProgram, options: BlockOptions = {}): Promise<RiskSolution> {
  const { tolerance = 1e-7, isStopped = () => false, report, floor = Number.MIN_VALUE } = options
  const { parts } = risk
  const cuts: Cut[] = []
  let point: { readonly x: Float64Array; readonly value: number } = { x: new Float64Array(0), value: Infinity }
  const add = (x: Float64Array): void => {
    const sums = groupSums(risk, x)
    const value = riskAt(parts, sums)
    if (value < point.value) point = { x, value }
    cuts.push({ x, sums, idle: 0 })
  }
  add(proRata(risk))
  let theta = supportAt(parts, cuts[0].sums)
  let proof: { theta: readonly Float64Array[]; solution: BlockSolution } | undefined
  let start: BlockStart | undefined
  const counts = { solves: 0, newtonSteps: 0, sweeps: 0 }
  const gapOf = (value: number, bound: number): number => (value - bound) / Math.max(Math.abs(value), floor)
  let gap = Infinity
  let best = Infinity
  let since = 0
  let status: RiskSolution['status'] = 'stalled'
  while (counts.solves < MOST_SOLVES && since < PATIENCE) {
    const inner = Math.max(INNER.least * tolerance, Math.min(INNER.most, INNER.share * gap))
    const solution = solveBlocks(weighted(risk, totalWeights(theta)), {
      tolerance: inner,
      floor,
      isStopped,
      ...(start && { start }),
    })
    counts.solves++
    counts.newtonSteps += solution.counts.newtonSteps
    counts.sweeps += solution.counts.sweeps
    if (proof === undefined || solution.bound > proof.solution.bound) proof = { theta, solution }
    add(solution.x)
    // Weights that have faded leave rows without slopes, but not their prices without a way to go.
    const units = solution.units.map((own, k) => Math.max(own, start?.units[k] ?? 0))
    start = { x: solution.x, prices: solution.prices, level: WARM, units }
    gap = gapOf(point.value, proof.solution.bound)
    const isCut = isStopped()
    const mix = await mixCuts(
      parts,
      cuts.map(({ sums }) => sums),
      isCut ? MIX_SECONDS.stopped : MIX_SECONDS.most,
    )
    if (isCut) status = 'stopped'
    if (mix === undefined) break
    const x = mixed(
      cuts.map((cut) => cut.x),
      mix.shares,
    )
    cuts.forEach((cut, j) => {
      cut.idle = mix.shares[j] > 0 ? 0 : cut.idle + 1
    })
    const known = cuts.filter(({ idle }) => idle < IDLE)
    cuts.splice(0, cuts.length, ...known)
    if (mix.shares.filter((share) => share > 0).length > 1) add(x)
    gap = gapOf(point.value, proof.solution.bound)
    report?.({ level: counts.solves, newtonSteps: counts.newtonSteps, value: point.value, relativeGap: gap })
    since = gap < 0.9 * best ? 0 : since + 1
    best = Math.min(best, gap)
    if (gap <= tolerance) status = 'solved'
    if (status !== 'stalled') break
    const step = counts.solves % 4 === 0 || isModelMet(mix.value, point.value, gap) ? 1 : 0.5
    const from = proof.theta
    theta = mix.theta.map((own, p) => own.map((to, s) => from[p][s] + step * (to - from[p][s])))
  }
  const { solution, theta: proved } = proof as NonNullable<typeof proof>
  return {
    status,
    x: point.x,
    prices: solution.prices,
    shares: solution.shares,
    theta: proved,
    value: point.value,
    bound: solution.bound,
    relativeGap: gap,
    counts,
  }
}

function proRata({ blocks }: RiskProgram): Float64Array {
  const { row, total } = blocks
  const most = new Float64Array(total.length)
  for (let v = 0; v < row.length; v++) if (row[v] >= 0) most[row[v]] += upperBound(blocks, v)
  return Float64Array.from(row, (k, v) => (most[k] > 0 ? upperBound(blocks, v) * Math.min(1, total[k] / most[k]) : 0))
}

/** Whether the value of the model is that of the best point, next to what is still open: then only its own weights say more. */
const isModelMet = (model: number, value: number, gap: number): boolean =>
  Math.abs(model - value) <= 0.01 * gap * Math.abs(value)
