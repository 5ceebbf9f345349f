import { directionForm } from '../canonical/evidence-forms.js'
import type { BoundProof, SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { type DualBound, dualBound, ROUNDING } from '../certificates/dual-bound.js'
import type { EnclosedSum } from '../certificates/enclosed-sum.js'
import { objectiveSum } from '../certificates/objective.js'
import { repairDuals } from '../certificates/repair.js'
import { prover, type SolveContext } from './context.js'

/**
 * How good a feasible point is: relativeGap = (value − bound) / max(|value|, floor), with the best bound anyone's duals give.
 * The floor is 1e-12, or what rounding leaves uncertain when that is more: 1e-7 of the terms that value and bound sum,
 * or 1e7 times what the bound lost to reduced costs that ought to be zero.
 */
export interface Proof {
  readonly value: number
  readonly bound?: number
  readonly boundProof?: BoundProof
  /** Absent beside a bound that the value lies below: the point breaks a row by what lowers its value. */
  readonly relativeGap?: number
  /** Duals that close the gap without bounds derived from the rows. */
  readonly rowPrices?: Float64Array
  /** The gap is within the tolerance, from either side: a value below a true bound betrays a broken row. */
  readonly isClosed: boolean
  /**
   * The gap is within the tolerance of the value, or of the terms that the value sums. Else only the terms of the bound
   * forgive it, and these are as large as the duals are poor: a bound of −6 below an optimum of 1.
   */
  readonly isSharp?: boolean
  /** Why there is no gap, or no price. */
  readonly reason?: string
}

/** How far below a bound a value may lie: what a row violation of the allowed size may be worth. */
const BELOW = 1e-6
/** The share of the summed terms below which a gap is rounding, at the default tolerance. */
const TERMS = 1e-7

const NO_DUALS = "no row prices: no duals close the bound with the rows' own sides and the columns' own bounds alone"

export async function prove(context: SolveContext, x: Float64Array, answer: SolverAnswer): Promise<Proof> {
  const worth = objectiveSum(context.form, x)
  const byDuals = (y: Float64Array | undefined): Proof =>
    y === undefined ? unknown(worth.value) : proofByDuals(context, x, worth, y)
  let best = byDuals(answer.rowPrices)
  if (isFinal(best)) return best
  if (context.solver !== prover || answer.rowPrices === undefined)
    best = better(best, byDuals(await proverPrices(context)))
  if (isFinal(best) || !best.isClosed) return best
  return better(best, byDuals(await complementaryPrices(context, x)))
}

type Judged = Pick<SolveContext, 'form' | 'bounds' | 'tolerance'>

const unknown = (value: number): Proof => ({ value, isClosed: false })

const isFinal = ({ rowPrices, isSharp }: Proof): boolean => rowPrices !== undefined && isSharp === true

/** A closed gap before an open one, a sharp one before one that is not, then one with prices; of open gaps the smaller. */
function better(a: Proof, b: Proof): Proof {
  const rank = ({ isClosed, isSharp, rowPrices }: Proof): number =>
    isClosed ? 1 + 2 * Number(isSharp === true) + Number(rowPrices !== undefined) : 0
  if (rank(a) !== rank(b)) return rank(a) > rank(b) ? a : b
  if (a.isClosed || b.bound === undefined) return a
  return a.bound === undefined || b.bound > a.bound ? b : a
}

/** What these duals alone say of a point, and no solver is asked. */
export function proofByDuals(context: Judged, x: Float64Array, worth: EnclosedSum, y: Float64Array): Proof {
  const { form, bounds } = context
  const options = { bounds, around: x }
  let result = dualBound(form, y, options)
  if (result.dualResidual > ROUNDING) result = dualBound(form, repairDuals(form, y, bounds, x), options)
  const { bound, derived, duals, dualResidual } = result
  // A residue that is no rounding, on a column without bounds: the bound holds near the point only, so it closes nothing.
  if (dualResidual > ROUNDING) return unknown(worth.value)
  const found = gap(context, worth, bound, result)
  if (!found.isClosed) return found
  const areDuals = gap(context, worth, bound - derived, result).isClosed
  return areDuals ? { ...found, rowPrices: duals } : { ...found, reason: NO_DUALS }
}

function gap(context: Judged, worth: EnclosedSum, bound: number, { scale, lost }: DualBound): Proof {
  const { value, magnitude } = worth
  const boundProof: BoundProof = 'dual'
  if (!Number.isFinite(bound)) return unknown(value)
  const floor = Math.max(1e-12, TERMS * magnitude, TERMS * scale, lost / TERMS)
  const distance = (value - bound) / Math.max(Math.abs(value), floor)
  if (distance < -Math.max(context.tolerance, BELOW)) {
    const reason = `the point breaks rows by what takes its objective ${value} below the bound ${bound}`
    return { value, bound, boundProof, isClosed: false, reason }
  }
  const relativeGap = Math.max(0, distance)
  const own = Math.max(Math.abs(value), 1e-12, TERMS * magnitude)
  return {
    value,
    bound: Math.min(bound, value),
    boundProof,
    relativeGap,
    isClosed: relativeGap <= context.tolerance,
    isSharp: value - bound <= context.tolerance * own,
  }
}

/** Duals from the prover, asked once a solve. */
const prices = new WeakMap<SolveContext, Promise<Float64Array | undefined>>()

function proverPrices(context: SolveContext): Promise<Float64Array | undefined> {
  const asked = prices.get(context)
  if (asked !== undefined) return asked
  const asking = pricesFromProver(context, context.form)
  prices.set(context, asking)
  return asking
}

/** Duals that are complementary to the point: none but active sides pay for the bound. */
const complementaryPrices = (context: SolveContext, x: Float64Array): Promise<Float64Array | undefined> =>
  pricesFromProver(context, directionForm(context.form, x))

async function pricesFromProver(context: SolveContext, form: StandardForm): Promise<Float64Array | undefined> {
  const { answer } = await context.ask(prover, form, prover.settingsToTry(form, {})[0] ?? {}, 'prove')
  return answer.rowPrices
}
