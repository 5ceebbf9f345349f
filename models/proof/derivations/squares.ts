import { combineDuals, type LinearProof, type ProofRow } from '../../../src/certificates/index.js'
import { add, type Decimal, multiply, type Ratio, signOf, subtract, zero } from '../../../src/numeric/index.js'
import { exactRemarkedEquity } from '../../book/exact-amounts.js'
import type { LeverageProblem } from '../leverage/problem.js'
import { demandRows, freeStarts, one } from './demand-rows.js'
import { pairColumn, pairNotes } from './pairs.js'

/** Squares Σ_i z_i²/g_i with z_i = a_i − Σ_k v_k x_ik, where they are touched, and what demand is worth there. */
export interface Tangents {
  readonly problem: LeverageProblem
  /** a_i by owner, and v_k by demanded market. */
  readonly start: (owner: number) => Decimal
  readonly effect: readonly Decimal[]
  /** m_i by owner; owners that have none count as zero. */
  readonly multipliers: ReadonlyMap<number, Decimal>
  /** The dual of each demand row. */
  readonly duals: readonly Decimal[]
  readonly bound: Ratio
}

/**
 * The tangent program of a sum of squares: for any m, z²/g ≥ 2 m z − m² g because (z − m g)² ≥ 0, so s_i ≥ z_i²/g_i is at least
 *
 *     minimise Σ_i s_i   subject to   s_i + Σ_k 2 m_i v_k x_ik ≥ 2 m_i a_i − m_i² g_i,   s_i ≥ 0,   Σ_i x_ik = R_k,   0 ≤ x_ik ≤ c_ik.
 */
export function squaresProof({ problem, start, effect, multipliers, duals, bound }: Tangents): LinearProof {
  const { space, freePairs } = problem
  const owners = [...multipliers.keys()]
  const starts = freeStarts(problem)
  const first = owners.length
  const rows = (isUsed: boolean) =>
    function* (): Generator<ProofRow> {
      for (const [t, owner] of owners.entries()) {
        const m = multipliers.get(owner)!
        const twice = add(m, m)
        const terms: [number, Decimal][] = [[t, one]]
        for (let index = starts[owner]; index < starts[owner + 1]; index++) {
          const value = multiply(twice, effect[space.pairMarket[freePairs[index]]])
          if (signOf(value) !== 0) terms.push([first + index, value])
        }
        const weight = exactRemarkedEquity(space, owner)
        const side = subtract(multiply(twice, start(owner)), multiply(multiply(m, m), weight))
        yield { name: `tangent_${space.owners[owner]}`, terms, sense: 'G', side, dual: isUsed ? one : zero }
      }
      yield* demandRows(
        problem,
        (index) => first + index,
        (k) => (isUsed ? duals[k] : zero),
      )
    }
  const proofOf = (isUsed: boolean): LinearProof => ({
    notes: [
      ...pairNotes(space),
      'accounts whose equity at ADL prices is not positive close first; what they cannot close is the demand here',
      's<a>: the square of account a over its equity; row tangent_<a> is a tangent of it: z*z/g >= 2*m*z - m*m*g for every m',
    ],
    columns: [
      ...owners.map((owner) => ({ name: `s${space.owners[owner]}`, cost: one, lower: zero })),
      ...Array.from(freePairs, (pair) => pairColumn(space, pair)),
    ],
    rows: { [Symbol.iterator]: rows(isUsed) },
    divisor: one,
    bound,
  })
  // Squares are not negative, whatever the tangents say.
  const proof = proofOf(true)
  return combineDuals(proof)!.value.s < 0n ? proofOf(false) : proof
}
