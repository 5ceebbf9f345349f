import type { Program } from '../../../src/language/index.js'
import { multiply, signOf, subtract, tabulate, toNumber } from '../../../src/numeric/index.js'
import { exactCapacity, exactEquity, isOffTheMark } from '../../book/exact-amounts.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { noteBlock } from '../block-notes.js'
import { evenly, type UnitOf } from '../units.js'
import { keptProgram } from './kept-program.js'

/**
 * The linear program of a level:  minimise τ  such that every solvent owner has
 *
 *     N_i − λ D_i ≤ τ s_i,    N_i = o_i + Σ_k p_k y_ik,   D_i = e⁰_i + Σ_k d_k y_ik,
 *
 * over the contracts kept, 0 ≤ y_ik ≤ c_ik, Σ_i y_ik = Σ_i c_ik − R_k. N_i is gross notional after the ADL, D_i equity
 * after it (e⁰_i: with everything closed). With d = 0, λ = 0 and s = e, τ is the least maximum leverage. With d ≠ 0 one
 * step of Dinkelbach's method for fractional programs: λ is the best value so far, and τ < 0 says how to beat it.
 *
 * For solvers, which count in absolute tolerances, every variable is in units of its largest value and every row
 * divided by its largest term; for people `unitOf` says otherwise. The epigraph of the maximum is written out, and not
 * taken from the atom, for that division.
 */
export interface LevelProgram {
  readonly program: Program
  /** Contracts kept by free pair, from the program's variables. */
  keptOf(values: ReadonlyMap<string, Float64Array>): Float64Array
  /** The owner of each row of the block `owner`, and what the row was divided by. */
  readonly rowOwner: Int32Array
  readonly rowScale: Float64Array
}

export interface LevelOptions {
  /** λ ≥ 0. */
  readonly level: number
  /** s_i > 0 by owner. */
  readonly weight: Float64Array
  /** About how large τ is. */
  readonly unit: number
}

export function levelProgram(
  problem: LeverageProblem,
  { level, weight, unit: about }: LevelOptions,
  unitOf: UnitOf = evenly,
): LevelProgram {
  const unit = unitOf(about)
  const { space, fixed, prices } = problem
  const concessions = space.markets.map(({ concession }) => toNumber(concession))
  const { program, kept, most, marketOf, rowOwner, rowOf, keptOf } = keptProgram(problem, unitOf)
  const closedEquity = equityWhenClosed(problem)
  const count = rowOwner.length
  const gain = tabulate(marketOf.length, (t) => prices[marketOf[t]] - level * concessions[marketOf[t]])
  const base = tabulate(count, (r) => fixed[rowOwner[r]] - level * closedEquity[rowOwner[r]])
  const climb = tabulate(count, (r) => unit * weight[rowOwner[r]])
  const largest = base.map((value, r) => Math.max(Math.abs(value), climb[r]))
  gain.forEach((value, t) => {
    largest[rowOf[t]] = Math.max(largest[rowOf[t]], Math.abs(value) * most[t])
  })
  const rowScale = largest.map((value) => unitOf(value))

  // No leverage is below zero; without a row nothing else would say so. A step of Dinkelbach's looks for τ < 0.
  const tau = program.variables('level', 1, level === 0 ? { lower: 0 } : {})
  const rows = kept
    .times(gain.map((value, t) => value / rowScale[rowOf[t]]))
    .sumBy(rowOf, count)
    .plus(base.map((value, r) => value / rowScale[r]))
  program.subjectTo(
    'owner',
    rows.minus(tau.gather(new Int32Array(count)).times(climb.map((value, r) => value / rowScale[r]))).atMost(0),
    Array.from({ length: count }, (_, r) => space.event.accounts.names[space.owners[rowOwner[r]]]),
  )
  program.minimize(tau.times(unit))
  noteBlock(program, 'columns', 'level', { of: 'leverage', unit })
  noteBlock(program, 'rows', 'owner', { of: 'quote currency', unit: rowScale, owner: rowOwner })
  return { program, rowOwner, rowScale, keptOf }
}

/** e⁰_i = e_i − Σ_k d_k c_ik over the free pairs, exact before it is rounded: the two may nearly cancel. */
export function equityWhenClosed({ space, freePairs }: LeverageProblem): Float64Array {
  const { values } = space.event.accounts.equity
  const equity = tabulate(space.owners.length, (owner) => values[space.owners[owner]])
  if (!isOffTheMark(space)) return equity
  const exact = Array.from(space.owners, (_, owner) => exactEquity(space, owner))
  for (const pair of freePairs) {
    const { concession } = space.markets[space.pairMarket[pair]]
    if (signOf(concession) === 0) continue
    const owner = space.pairOwner[pair]
    exact[owner] = subtract(exact[owner], multiply(concession, exactCapacity(space, pair)))
  }
  return Float64Array.from(exact, toNumber)
}
