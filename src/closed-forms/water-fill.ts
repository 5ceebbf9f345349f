import { SpillwayError } from '../errors.js'
import type { WaterFillInput } from './water-fill-input.js'
import { findLevel } from './water-level.js'

export interface WaterFill {
  /** λ. Where nothing is removed: the highest level there is. Where everything is: the lowest fixed level. */
  readonly level: number
  /** kept_i, exactly 0 or u_i at the ends. */
  readonly kept: Float64Array
}

/** Solves it in expected linear time. Throws `SpillwayError` on weights ≤ 0, negative amounts, NaN and a wrong total. */
export function waterFill(input: WaterFillInput): WaterFill {
  const { amount, weight, fixed, removed } = input
  const level = findLevel(input)
  if (!(removed > 0 && level > 0 && level < Infinity)) return atTheEnds(input, level)
  const kept = new Float64Array(amount.length)
  if (fixed === undefined) clip(kept, amount, weight, level)
  else if (!clipFixed(kept, amount, weight, fixed, level)) return atTheEnds(input, 0)
  return { level, kept }
}

/** min(λ w, u) without a branch on the data, as in `classify.ts`. */
function clip(kept: Float64Array, amount: Float64Array, weight: Float64Array, level: number): void {
  for (let i = 0; i < kept.length; i++) {
    const u = amount[i]
    const w = weight[i]
    const room = level * w
    if (u >= 0 && w > 0 && room < Infinity) {
      const isCut = Number(room < u)
      kept[i] = isCut * room + (1 - isCut) * u
    } else {
      check(i, u, w, 0)
      kept[i] = u
    }
  }
}

/** The same with fixed parts; says whether anything is kept. */
function clipFixed(
  kept: Float64Array,
  amount: Float64Array,
  weight: Float64Array,
  fixed: Float64Array,
  level: number,
): boolean {
  let total = 0
  for (let i = 0; i < kept.length; i++) {
    const u = amount[i]
    const w = weight[i]
    const o = fixed[i]
    check(i, u, w, o)
    const room = level * w - o
    kept[i] = room >= u ? u : room > 0 ? room : 0
    total += kept[i]
  }
  return total > 0
}

/** Rounding that the sum of a million doubles may bring into `removed`. */
const SUM_TOLERANCE = 1e-9

/** Nothing or everything removed: any level on one side will do, so name the one that some column really has. */
function atTheEnds({ amount, weight, fixed, removed }: WaterFillInput, level: number): WaterFill {
  let total = 0
  let highest = 0
  let lowest = Infinity
  for (let i = 0; i < amount.length; i++) {
    const o = fixed === undefined ? 0 : fixed[i]
    check(i, amount[i], weight[i], o)
    total += amount[i]
    highest = Math.max(highest, (o + amount[i]) / weight[i])
    lowest = Math.min(lowest, o / weight[i])
  }
  const isTotal = removed >= -SUM_TOLERANCE * total && removed <= total * (1 + SUM_TOLERANCE)
  // Between the ends only sums beyond the largest double leave no level.
  if (!isTotal || (removed > 0 && level !== 0)) throw badTotal(removed, total)
  if (removed <= 0) return { level: highest, kept: amount.slice() }
  return { level: Number.isFinite(lowest) ? lowest : 0, kept: new Float64Array(amount.length) }
}

function badTotal(removed: number, total: number): SpillwayError {
  return new SpillwayError({
    code: 'fill-total',
    path: 'removed',
    value: removed,
    problem: `cannot remove ${removed} from columns that hold ${total}`,
    cure: 'Ask for a total between zero and the sum of the amounts, and for finite sums.',
  })
}

function check(i: number, u: number, w: number, o: number): void {
  if (u >= 0 && u < Infinity && w > 0 && w < Infinity && o >= 0 && o < Infinity) return
  throw new SpillwayError({
    code: 'fill-column',
    path: `columns[${i}]`,
    value: `amount ${u}, weight ${w}, fixed ${o}`,
    problem: 'a column needs finite amounts ≥ 0 and a finite weight > 0',
    cure: 'Take columns without weight out first and fill the others.',
  })
}
