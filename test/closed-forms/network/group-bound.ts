import {
  absolute,
  add,
  compare,
  type Decimal,
  decimalOf,
  largerOf,
  multiply,
  type Ratio,
  ratioOf,
  signOf,
  smallerOf,
  subtract,
  toNumber,
  zero,
} from '#src/numeric/index.js'

/**
 * What any group of columns of a network proves by itself, in exact decimals: capacities and supplies force it, whatever the flow.
 *
 * With z_i = a_i − Σ_k f_ik, 0 ≤ f_ik ≤ u_ik and Σ_i f_ik = s_k, group A gets in total at most ρ(A) and at least what the others cannot take:
 *
 *     Σ_k max(0, s_k − Σ_{i∉A} u_ik)  ≤  y(A)  ≤  ρ(A) = Σ_k min(s_k, Σ_{i∈A} u_ik).
 *
 * Hence the largest level z_i/w_i is at least (a(A) − ρ(A))/w(A), and for every F of either sign
 *
 *     Σ_i (−w_i − F z_i)⁺  ≥  −w(A) − F a(A) + F · (most or least that A can get),
 *
 * with equality for the fair flow when A = {i : −w_i − F z_i > 0}.
 */
export interface Group {
  /** a(A) and w(A) > 0. */
  readonly start: Decimal
  readonly weight: Decimal
  readonly markets: readonly GroupShare[]
}

export interface GroupShare {
  readonly supply: Decimal
  /** Σ u_ik over the group, and over all columns. */
  readonly capacity: Decimal
  readonly total: Decimal
}

/** ρ(A). */
export function mostSent({ markets }: Group): Decimal {
  return markets.reduce((sum, { supply, capacity }) => add(sum, smallerOf(supply, capacity)), zero)
}

export function leastSent({ markets }: Group): Decimal {
  return markets.reduce(
    (sum, { supply, capacity, total }) => add(sum, largerOf(zero, subtract(supply, subtract(total, capacity)))),
    zero,
  )
}

/** No flow brings all levels of the group below this. */
export function groupLevel(group: Group): Ratio {
  return ratioOf(subtract(group.start, mostSent(group)), group.weight)
}

/** No flow makes Σ_i (−w_i − F z_i)⁺ smaller than this, for the move F. */
export function moveBound(group: Group, move: Decimal): Decimal {
  // y(A) is counted F times: the least that F y(A) can be.
  const sent = signOf(move) > 0 ? leastSent(group) : mostSent(group)
  const bound = subtract(multiply(move, subtract(sent, group.start)), group.weight)
  return largerOf(zero, bound)
}

export interface ChainColumn {
  readonly start: Decimal
  readonly weight: Decimal
  /** z_i, where the flow leaves it. */
  readonly left: Decimal
  readonly pairs: Iterable<readonly [market: number, capacity: Decimal]>
}

/** A group of a chain: the columns whose level z_i/w_i is above a threshold. */
export interface Link {
  readonly threshold: Decimal
  readonly columns: number
  readonly group: Group
  /** y(A). */
  readonly sent: Decimal
  /** ρ(A) − y(A): zero where the group has got all that can be sent there. Below zero no flow does that. */
  readonly slack: Decimal
}

/** Levels closer than this, relative to their size, may be one level but for rounding. */
const GAP = decimalOf(1e-9)

/**
 * Thresholds for a chain: half-way between neighbours among the levels of markets, where they are apart. At such a level itself the
 * group above it is a matter of rounding, and of no meaning.
 */
export function thresholdsBetween(levels: readonly Decimal[]): Decimal[] {
  const half = decimalOf(0.5)
  const falling = levels.toSorted((a, b) => compare(b, a))
  return falling.slice(1).flatMap((level, t) => {
    const above = falling[t]
    const isApart = compare(subtract(above, level), multiply(GAP, add(absolute(above), absolute(level)))) > 0
    return isApart ? [multiply(half, add(above, level))] : []
  })
}

/** The groups above each threshold, largest threshold first; who is above is decided exactly. */
export function chainOf(
  columns: Iterable<ChainColumn>,
  supply: readonly Decimal[],
  thresholds: readonly Decimal[],
): Link[] {
  const falling = thresholds.toSorted((a, b) => compare(b, a))
  const near = Float64Array.from(falling, toNumber)
  const steps = falling.map(() => ({
    start: zero,
    weight: zero,
    sent: zero,
    columns: 0,
    capacity: supply.map(() => zero),
  }))
  const total = supply.map(() => zero)
  for (const column of columns) {
    const step = steps[firstBelow(column, falling, near)]
    for (const [k, u] of column.pairs) {
      total[k] = add(total[k], u)
      if (step !== undefined) step.capacity[k] = add(step.capacity[k], u)
    }
    if (step === undefined) continue
    step.start = add(step.start, column.start)
    step.weight = add(step.weight, column.weight)
    step.sent = add(step.sent, subtract(column.start, column.left))
    step.columns++
  }
  return steps.map((step, t) => {
    const before = steps[t - 1]
    if (before !== undefined) {
      step.start = add(step.start, before.start)
      step.weight = add(step.weight, before.weight)
      step.sent = add(step.sent, before.sent)
      step.columns += before.columns
      step.capacity = step.capacity.map((u, k) => add(u, before.capacity[k]))
    }
    const { start, weight, sent } = step
    const markets = supply.map((s, k) => ({ supply: s, capacity: step.capacity[k], total: total[k] }))
    const group = { start, weight, markets }
    return { threshold: falling[t], columns: step.columns, group, sent, slack: subtract(mostSent(group), sent) }
  })
}

/** A level in doubles is right to this, relative; closer to a threshold exact products decide. */
const NEAR = 1e-14

/** The first of falling thresholds that a column is above. */
function firstBelow({ left, weight }: ChainColumn, falling: readonly Decimal[], near: Float64Array): number {
  const level = toNumber(left) / toNumber(weight)
  let from = 0
  let to = falling.length
  while (from < to) {
    const middle = (from + to) >> 1
    const gap = level - near[middle]
    const isClear = Math.abs(gap) > NEAR * (Math.abs(level) + Math.abs(near[middle]))
    if (isClear ? gap > 0 : compare(left, multiply(falling[middle], weight)) > 0) to = middle
    else from = middle + 1
  }
  return from
}
