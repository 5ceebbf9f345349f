import { add, compare, type Decimal, multiply, signOf, subtract, zero } from '../numeric/decimal.js'
import { type Ratio, ratioOf } from '../numeric/ratio.js'

/**
 * A lower bound on a linear program in exact numbers, and the duals that prove it:
 *
 *     minimise c·x   subject to   a_i·x ≥, = or ≤ b_i,   lower ≤ x ≤ upper.
 *
 * For a divisor D > 0 and duals y of the right signs (≥ 0 on ≥, ≤ 0 on ≤), every feasible x has
 *
 *     D c·x ≥ Σ_i y_i b_i + Σ_j min over the bounds of r_j x_j,     r = D c − A'y,
 *
 * which is one linear combination of rows and bounds. All numbers are decimals, so that nothing is divided before the end. A
 * bound that needs integrality is derived in steps instead (`steps`). Columns and rows are walked over more than once and
 * may be made on the way: a large program never stands in memory.
 */
export interface LinearProof {
  /** What the program is about, a line each. */
  readonly notes: readonly string[]
  readonly columns: Iterable<ProofColumn>
  readonly rows: Iterable<ProofRow>
  /** D. */
  readonly divisor: Decimal
  /** The bound that was stated; what the duals prove is at least this. */
  readonly bound: Ratio
  /** The derivation, where it is more than one combination; the last step proves c·x ≥ `bound`. */
  readonly steps?: (at: ProofIndices) => Iterable<ProofStep>
}

/** A variable of the linear program, with exact bounds and cost. */
export interface ProofColumn {
  readonly name: string
  readonly cost: Decimal
  readonly lower?: Decimal
  readonly upper?: Decimal
  readonly isInteger?: boolean
}

/** At least, equal to, at most. */
export type Sense = 'G' | 'E' | 'L'

/** A row of the linear program, with its dual. */
export interface ProofRow {
  readonly name: string
  readonly terms: readonly (readonly [column: number, value: Decimal])[]
  readonly sense: Sense
  readonly side: Decimal
  /** D times the dual. */
  readonly dual: Decimal
}

/** Where constraints stand: bounds first, then rows, then steps. */
export interface ProofIndices {
  lower(column: number): number
  upper(column: number): number
  row(index: number): number
  step(index: number): number
}

/** A derived constraint; `terms` are the objective where they are left out. */
export interface ProofStep {
  readonly name: string
  readonly sense: Sense
  readonly side: Ratio
  readonly terms?: readonly (readonly [column: number, value: Ratio])[]
  readonly reason:
    | { readonly kind: 'assumed' }
    /** A combination of constraints by their indices. */
    | { readonly kind: 'combined'; readonly multipliers: readonly (readonly [index: number, multiplier: Ratio])[] }
    /** It follows from each of two complementary assumptions: the indices of what was derived and of what was assumed. */
    | { readonly kind: 'either'; readonly cases: readonly (readonly [derived: number, assumed: number])[] }
}

/** What the duals of a proof come to. */
export interface Combination {
  /** r_j by column. */
  readonly reduced: readonly Decimal[]
  /** D times the bound that is proved. */
  readonly total: Decimal
  readonly value: Ratio
}

/**
 * The combination that duals state; undefined where a column has a reduced cost and no bound on that side, or a dual
 * the wrong sign.
 */
export function combineDuals({ columns, rows, divisor }: LinearProof): Combination | undefined {
  const list = [...columns]
  const reduced = list.map(({ cost }) => (signOf(cost) === 0 ? zero : multiply(divisor, cost)))
  let total = zero
  for (const { terms, side, sense, dual } of rows) {
    const sign = signOf(dual)
    if (sign === 0) continue
    if ((sense === 'G' && sign < 0) || (sense === 'L' && sign > 0)) return undefined
    total = add(total, multiply(dual, side))
    for (const [column, value] of terms) reduced[column] = subtract(reduced[column], multiply(dual, value))
  }
  for (const [j, cost] of reduced.entries()) {
    if (signOf(cost) === 0) continue
    const side = signOf(cost) > 0 ? list[j].lower : list[j].upper
    if (side === undefined) return undefined
    total = add(total, multiply(cost, side))
  }
  return { reduced, total, value: ratioOf(total, divisor) }
}

/** Whether a column can take one value only. */
export const isFixed = ({ lower, upper }: ProofColumn): boolean =>
  lower !== undefined && upper !== undefined && compare(lower, upper) === 0
