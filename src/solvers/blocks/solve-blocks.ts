import { type BlockProgram, blockBound, blockObjective } from '../../canonical/block-program.js'
import { ActiveSets } from './active-set.js'
import { meetTotals } from './meet-totals.js'
import { PriceNewton } from './price-newton.js'
import { KEPT, screen, upperBound } from './screen.js'
import { Several } from './several.js'
import { Singles } from './singles.js'

/** What a follower learns after every proximal step. */
export interface BlockProgress {
  readonly level: number
  readonly newtonSteps: number
  readonly value: number
  /** (value − bound)/max(|value|, floor), estimated without a pass over the hinges. */
  readonly relativeGap: number
}

export interface BlockOptions {
  /** The relative gap to reach; default 1e-10. */
  readonly tolerance?: number
  /** Relative gaps are measured against at least this; default: 1e-9 of Σ total_k times the typical slope of row k. */
  readonly floor?: number
  /** Asked before every response; true ends the run with the best point in hand. */
  readonly isStopped?: () => boolean
  /** What is known of a program like this one; by default the point is spread in proportion and the prices are 0. */
  readonly start?: BlockStart
  readonly report?: (progress: BlockProgress) => void
}

/** A point, its prices, and the level t of the proximal term to begin at: the better they fit, the higher. */
export interface BlockStart {
  readonly x: Float64Array
  readonly prices: Float64Array
  readonly level: number
  /** Price units of the rows of that program: prices that have become next to nothing here may start from there. */
  readonly units: Float64Array
}

/** What the block solver found. */
export interface BlockSolution {
  /** `stopped`: ended early; `stalled`: the gap did not fall to the tolerance. The point is feasible to rounding in all three. */
  readonly status: 'solved' | 'stopped' | 'stalled'
  readonly x: Float64Array
  /** π by coupling row: minus the rate of the optimum per unit of the total. */
  readonly prices: Float64Array
  /** Share of its weight that each hinge has in the bound, 0 to 1. */
  readonly shares: Float64Array
  /** The objective at x, and the bound that prices and shares give, in doubles. */
  readonly value: number
  readonly bound: number
  readonly relativeGap: number
  /** The price unit of each row, and of no row. */
  readonly units: Float64Array
  readonly counts: BlockCounts
}

/** What the block solver took. */
export interface BlockCounts {
  readonly levels: number
  readonly newtonSteps: number
  readonly sweeps: number
  /** Visits of hinges, relative to the hinges kept. */
  readonly passes: number
  readonly hingesKept: number
  readonly unfinishedBlocks: number
}

/** Levels of the proximal term: W = unit/t for t = 1, 5, 25, … up to `LAST`, beyond which ξ would lose its digits. */
const GROWTH = 5
const LAST = 1e6
const MOST_LEVELS = 40
/** Levels in a row without progress after which no more is to be had. */
const PATIENCE = 4
/** A price unit is at least this share of the one that the program a solve starts from had. */
const ALIKE = 1e-2
/** Residuals to which a level is solved: as the gap, as 1/t where the gap is stuck on a value of nothing, and in the last level. */
const INNER = { least: 1e-8, most: 1e-3, falling: 1e-2, last: 1e-9 }

/**
 * Minimises a block-angular program by the proximal point method in x and, for every proximal step, a semismooth Newton method
 * in the prices π of the coupling rows. With windows W_k = unit_k/t in the unit of a price,
 *
 *     minimise   objective(x) + ½ Σ_v (W_row(v)/size_v) (x_v − centre_v)²   subject to the coupling rows and bounds
 *
 * has a dual function in π alone whose gradient Σ x(π) − total takes one response of every block (`Singles`, `ActiveSets`).
 * Variables outside the window of a price stay at a vertex; the smoothing touches the others only. On a piecewise linear
 * objective the method ends at an exact optimum after finitely many steps (Rockafellar 1976).
 *
 * Totals must be between 0 and Σ upper of their rows: `blockConflict` says where they are not.
 */
export function solveBlocks(program: BlockProgram, options: BlockOptions = {}): BlockSolution {
  const { tolerance = 1e-10, isStopped = () => false, start, report } = options
  const screened = screen(program)
  const singles = new Singles(screened)
  const several = new Several(screened)
  const active = new ActiveSets(several)
  const { total } = program
  const rows = total.length
  const newton = new PriceNewton(
    {
      respond(prices, windows, sums, hessian, stride) {
        singles.respond(prices, windows, sums, hessian, stride)
        active.respond(prices, windows, sums, hessian, stride)
      },
    },
    total,
    isStopped,
  )
  const capacity = capacities(rows, singles, several)
  const unit = priceUnits(rows, singles, several)
  start?.units.forEach((own, k) => {
    unit[k] = Math.max(unit[k], ALIKE * own)
  })
  const scale = total.map((sum, k) => Math.max(Math.min(sum, capacity[k] - sum), 1e-9 * capacity[k]) || 1)
  const lastScale = scale.map((own, k) => Math.max(own, 1e-3 * total[k]))
  const floor = options.floor ?? (1e-9 * total.reduce((sum, own, k) => sum + own * unit[k], 0) || Number.MIN_VALUE)
  if (start === undefined) startProRata(total, capacity, singles, several)
  else {
    newton.prices.set(start.prices)
    singles.startAt(start.x)
    several.startAt(start.x)
  }

  let t = start?.level ?? 1
  let gap = Infinity
  let best = Infinity
  let since = 0
  let level = 0
  let isLast = false
  // Prices of the last level that ended; its point is the centre of the next one.
  const settled = newton.prices.slice()
  while (!isStopped()) {
    level++
    singles.center.set(singles.at)
    several.center.set(several.at)
    settled.set(newton.prices)
    active.restart()
    const windows = unit.map((own) => own / t)
    if (isLast) newton.solve(windows, lastScale, Math.max(INNER.last, 0.1 * tolerance))
    else newton.solve(windows, scale, Math.max(INNER.least, Math.min(INNER.most, gap, INNER.falling / t)))
    const value = screened.constant + singles.value() + several.value()
    gap = (singles.gap(newton.prices) + several.gap(windows)) / Math.max(Math.abs(value), floor)
    report?.({ level, newtonSteps: newton.steps, value, relativeGap: gap })
    since = gap < 0.5 * best ? 0 : since + 1
    best = Math.min(best, gap)
    if (isLast && gap <= tolerance) break
    if (level >= MOST_LEVELS || (t >= LAST && since >= PATIENCE)) break
    isLast = gap <= tolerance
    t = Math.min(LAST, GROWTH * t)
  }

  const most = program.upper.map((_, v) => upperBound(program, v))
  const pointAt = (own: 'at' | 'center'): Pick<BlockSolution, 'x' | 'value'> => {
    const x = pointOf(program, screened.size, singles, several, own)
    meetTotals(program, most, x)
    return { x, value: blockObjective(program, x) }
  }
  const proofAt = (at: Float64Array): Pick<BlockSolution, 'prices' | 'shares' | 'bound'> => {
    const prices = at.slice(0, rows)
    // Hinges that are always on have their share already; of those kept it is found here.
    const shares = new Float64Array(screened.fate.length)
    for (let j = 0; j < shares.length; j++) shares[j] = screened.fate[j] === KEPT ? 0 : screened.fate[j]
    singles.shares(screened, at, shares)
    several.shares(shares)
    return { prices, shares, bound: blockBound(program, prices, shares) }
  }
  const isCut = isStopped()
  let point = pointAt('at')
  let proof = proofAt(newton.prices)
  if (isCut && level > 1) {
    // In the middle of a level totals are not met, and what meets them may be worse than what was known before.
    const [before, older] = [pointAt('center'), proofAt(settled)]
    if (before.value < point.value) point = before
    if (older.bound > proof.bound) proof = older
  }
  const relativeGap = (point.value - proof.bound) / Math.max(Math.abs(point.value), floor)
  const kept = several.side.length + singles.end.length - singles.count
  return {
    status: statusOf(isCut, relativeGap <= Math.max(tolerance, 1e-9)),
    ...point,
    ...proof,
    relativeGap,
    units: unit,
    counts: {
      levels: level,
      newtonSteps: newton.steps,
      sweeps: newton.sweeps,
      passes: active.passes / Math.max(1, kept),
      hingesKept: kept,
      unfinishedBlocks: active.unfinished,
    },
  }
}

const statusOf = (isCut: boolean, isSolved: boolean): BlockSolution['status'] =>
  isSolved ? 'solved' : isCut ? 'stopped' : 'stalled'

/** How far a total may lie outside what its row can take, relative to it: rounding of sums, not a conflict. */
const CONFLICT = 1e-9

/** The first coupling row whose total is below 0 or above what its variables can add up to; undefined where there is none. */
export function blockConflict({ row, upper, total }: BlockProgram): string | undefined {
  const most = new Float64Array(total.length)
  row.forEach((k, v) => {
    if (k >= 0) most[k] += upper[v]
  })
  for (let k = 0; k < total.length; k++) {
    if (total[k] < 0) return `coupling row ${k} asks for less than its variables can be`
    if (total[k] > most[k] * (1 + CONFLICT)) return `coupling row ${k} asks for more than its variables can add up to`
  }
  return undefined
}

/** Σ size by row. */
function capacities(rows: number, ...groups: readonly (Singles | Several)[]): Float64Array {
  const sums = new Float64Array(rows + 1)
  for (const { row, size } of groups) for (let v = 0; v < row.length; v++) sums[row[v]] += size[v]
  return sums.slice(0, rows)
}

/**
 * Slopes that are smaller than this beside those of the hinges that add up to them are what rounding leaves of sums
 * that cancel.
 */
const CANCELLED = 1e-9

/**
 * The price unit of each row, and of no row: the mean magnitude, weighted by size, of the slopes at the left end of its singles;
 * where there are none or all are 0, that of its other variables; then the mean over all rows; then 1.
 */
function priceUnits(rows: number, singles: Singles, several: Several): Float64Array {
  const sums = new Float64Array(rows + 1)
  const sizes = new Float64Array(rows + 1)
  const spans = new Float64Array(rows + 1)
  const add = (k: number, size: number, slope: number): void => {
    sums[k] += size * Math.abs(slope)
    sizes[k] += size
  }
  for (let s = 0; s < singles.count; s++) {
    const [first, last] = [singles.slope[singles.cellStarts[s]], singles.slope[singles.cellStarts[s + 1] - 1]]
    add(singles.row[s], singles.size[s], first)
    spans[singles.row[s]] += singles.size[s] * Math.abs(last - first)
  }
  const lacking = sums.map((sum, k) => (sum <= CANCELLED * spans[k] ? 1 : 0))
  for (let k = 0; k <= rows; k++) if (lacking[k] !== 0) sums[k] = 0
  several.row.forEach((k, v) => {
    if (lacking[k] === 0) return
    const span = Math.abs(several.linear[v]) + Math.abs(several.curvature[v])
    add(k, several.size[v], span / several.size[v])
  })
  several.eachSlope((v, jump) => {
    if (lacking[several.row[v]] !== 0 && jump < 0) sums[several.row[v]] -= jump
  })
  const units = sums.map((sum, k) => (sum > 0 ? sum / sizes[k] : 0))
  const known = units.filter((unit) => unit > 0)
  const mean = known.length === 0 ? 1 : known.reduce((sum, unit) => sum + unit / known.length, 0)
  return units.map((unit) => unit || mean)
}

function startProRata(total: Float64Array, capacity: Float64Array, ...groups: readonly (Singles | Several)[]): void {
  for (const { row, at } of groups) {
    for (let v = 0; v < at.length; v++) {
      const k = row[v]
      at[v] = k < total.length && capacity[k] > 0 ? Math.min(1, total[k] / capacity[k]) : 0
    }
  }
}

/** x of the responses, or of the centre that they are held to. */
function pointOf(
  program: BlockProgram,
  size: Float64Array,
  singles: Singles,
  several: Several,
  own: 'at' | 'center',
): Float64Array {
  const x = program.upper.map((most, v) => {
    const s = singles.singleOf[v]
    return s < 0 ? 0 : Math.min(most, size[v] * singles.spread[s] * singles[own][s])
  })
  several.variable.forEach((v, at) => {
    x[v] = Math.min(program.upper[v], several.size[at] * several[own][at])
  })
  return x
}
