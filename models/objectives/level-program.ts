import { type Expression, multiply, Program, signOf, subtract, toNumber } from '../../src/index.js'
import { exactCapacity, exactEquity, isOffTheMark } from '../book/decision-space.js'
import type { LeverageProblem } from './leverage-problem.js'

/**
 * The linear program of a level:  minimise τ  such that every solvent owner has
 *
 *     N_i − λ D_i ≤ τ s_i,    N_i = o_i + Σ_k p_k y_ik,   D_i = e⁰_i + Σ_k d_k y_ik,
 *
 * over the contracts kept, 0 ≤ y_ik ≤ c_ik, Σ_i y_ik = Σ_i c_ik − R_k. N_i is gross notional after the ADL, D_i equity
 * after it (e⁰_i: with everything closed). With d = 0, λ = 0 and s = e, τ is the least maximum leverage. With d ≠ 0 one
 * step of Dinkelbach's method for fractional programs: λ is the best value so far, and τ < 0 says how to beat it.
 *
 * Kept contracts, not reductions, are the variables, each in units of its largest possible value, and every row is
 * divided by its largest terms: leverage is a ratio of what is kept, and engines count in absolute tolerances.
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
  /** τ is counted in units of this. */
  readonly unit: number
}

export function levelProgram(problem: LeverageProblem, { level, weight, unit }: LevelOptions): LevelProgram {
  const { space, freePairs, fixed, prices, solventCapacity, remaining } = problem
  const concessions = space.markets.map(({ concession }) => toNumber(concession))
  const marketOf = freePairs.map((pair) => space.pairMarket[pair]!)
  const left = space.markets.map((_, k) => toNumber(subtract(solventCapacity[k]!, remaining[k]!)))
  const size = Float64Array.from(freePairs, (pair, t) => Math.min(space.capacity[pair]!, left[marketOf[t]!]!))
  const open = space.markets.map((_, k) => k).filter((k) => left[k]! > 0 && marketOf.includes(k))

  const { rowOwner, rowOf } = rowsOf(problem)
  const closedEquity = equityWhenClosed(problem)
  const gain = size.map((most, t) => most * (prices[marketOf[t]!]! - level * concessions[marketOf[t]!]!))
  const base = Float64Array.from(rowOwner, (owner) => fixed[owner]! - level * closedEquity[owner]!)
  const scale = base.map((value, r) => Math.max(Math.abs(value), unit * weight[rowOwner[r]!]!))
  gain.forEach((value, t) => {
    scale[rowOf[t]!] = Math.max(scale[rowOf[t]!]!, Math.abs(value))
  })

  const program = new Program()
  const share = program.variables('kept', freePairs.length, { lower: 0, upper: size.map((most) => (most > 0 ? 1 : 0)) })
  const tau = program.variables('level', 1)
  const demanded: Expression = share.times(size.map((most, t) => (most > 0 ? most / left[marketOf[t]!]! : 0)))
  program.subjectTo(
    'demand',
    demanded.sumBy(marketOf, space.markets.length).gather(open).equals(1),
    open.map((k) => space.markets[k]!.market.market),
  )
  const rows = share
    .times(gain)
    .sumBy(rowOf, rowOwner.length)
    .plus(base)
    .times(scale.map((value) => 1 / value))
  const climb = tau
    .gather(new Int32Array(rowOwner.length))
    .times(scale.map((value, r) => (unit * weight[rowOwner[r]!]!) / value))
  program.subjectTo(
    'owner',
    rows.minus(climb).atMost(0),
    Array.from(rowOwner, (owner) => space.event.accounts.names[space.owners[owner]!]!),
  )
  program.minimize(tau.times(unit).sum())
  return {
    program,
    rowOwner,
    rowScale: scale,
    keptOf: (values) => values.get('kept')!.map((value, t) => value * size[t]!),
  }
}

/** One row per solvent owner, and the row of each free pair. */
function rowsOf({ space, freePairs, isInsolvent }: LeverageProblem): { rowOwner: Int32Array; rowOf: Int32Array } {
  const rowOfOwner = new Int32Array(space.owners.length).fill(-1)
  const rowOwner: number[] = []
  for (let owner = 0; owner < rowOfOwner.length; owner++) {
    if (isInsolvent[owner]) continue
    rowOfOwner[owner] = rowOwner.length
    rowOwner.push(owner)
  }
  return { rowOwner: Int32Array.from(rowOwner), rowOf: freePairs.map((pair) => rowOfOwner[space.pairOwner[pair]!]!) }
}

/** e⁰_i = e_i − Σ_k d_k c_ik over the free pairs, exact before it is rounded: the two may nearly cancel. */
export function equityWhenClosed({ space, freePairs }: LeverageProblem): Float64Array {
  const equity = Float64Array.from(space.owners, (account) => space.event.accounts.equity.values[account]!)
  if (!isOffTheMark(space)) return equity
  const exact = Array.from(space.owners, (_, owner) => exactEquity(space, owner))
  for (const pair of freePairs) {
    const { concession } = space.markets[space.pairMarket[pair]!]!
    if (signOf(concession) === 0) continue
    const owner = space.pairOwner[pair]!
    exact[owner] = subtract(exact[owner]!, multiply(concession, exactCapacity(space, pair)))
  }
  return Float64Array.from(exact, toNumber)
}
