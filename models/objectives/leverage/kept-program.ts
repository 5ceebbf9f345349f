import { type Expression, Program } from '../../../src/language/index.js'
import { subtract, tabulate, toNumber } from '../../../src/numeric/index.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { noteBlock } from '../block-notes.js'
import { noteDecisions } from '../decisions.js'
import { evenly, type UnitOf } from '../units.js'

/**
 * What every leverage program starts from: contracts kept, y_ik = c_ik − x_ik, for the free pairs,
 *
 *     0 ≤ y_ik ≤ c_ik,   Σ_i y_ik = Σ_i c_ik − R_k   (block `demand`, one row per market where anything is kept),
 *
 * each in units of its own (`unitOf`). Kept contracts and not reductions are the variables because leverage is a ratio of what is
 * kept: where nearly everything is closed they are the small numbers, and they keep their digits.
 */
export interface KeptProgram {
  readonly program: Program
  /** y_ik, contracts. */
  readonly kept: Expression
  /** Upper bounds on y_ik by free pair, contracts: min(c_ik, what the market keeps). */
  readonly most: Float64Array
  /** Market of each free pair, the solvent owners, and the row of each free pair's owner among them. */
  readonly marketOf: Int32Array
  readonly rowOwner: Int32Array
  readonly rowOf: Int32Array
  /** Markets with a row in the block `demand`, in its order, and what each keeps, contracts. */
  readonly open: readonly number[]
  readonly left: readonly number[]
  /** Contracts kept from the values of the program's variables. */
  keptOf(values: ReadonlyMap<string, Float64Array>): Float64Array
}

/** `sizeOf`: about how many contracts of free pair t, in market k, the objective tells apart; default: its upper bound. */
export function keptProgram(
  problem: LeverageProblem,
  unitOf: UnitOf = evenly,
  sizeOf?: (t: number, market: number) => number,
): KeptProgram {
  const { space, freePairs, solventCapacity, remaining } = problem
  const marketOf = freePairs.map((pair) => space.pairMarket[pair])
  const left = space.markets.map((_, k) => toNumber(subtract(solventCapacity[k], remaining[k])))
  const most = tabulate(freePairs.length, (t) => Math.min(space.capacity[freePairs[t]], left[marketOf[t]]))
  const unit = most.map((amount, t) => (amount > 0 ? unitOf(sizeOf?.(t, marketOf[t]) ?? amount) : 1))
  const open = [...new Set(marketOf)].filter((k) => left[k] > 0)

  const program = new Program()
  const variables = program.variables('kept', freePairs.length, { lower: 0, upper: most.map((y, t) => y / unit[t]) })
  noteDecisions(program, 'kept', Int32Array.from(freePairs), unit)
  const rowUnit = left.map((amount) => unitOf(amount))
  const demanded = variables.times(most.map((amount, t) => (amount > 0 ? unit[t] / rowUnit[marketOf[t]] : 0)))
  program.subjectTo(
    'demand',
    demanded
      .sumBy(marketOf, space.markets.length)
      .gather(open)
      .equals(open.map((k) => left[k] / rowUnit[k])),
    open.map((k) => space.markets[k].market.market),
  )
  noteBlock(program, 'rows', 'demand', { of: 'contracts', unit: open.map((k) => rowUnit[k]), market: open })
  return {
    program,
    kept: variables.times(unit),
    most,
    marketOf,
    ...solventRows(problem),
    open,
    left,
    keptOf: (values) => values.get('kept')!.map((value, t) => value * unit[t]),
  }
}

function solventRows({ space, freePairs, isInsolvent }: LeverageProblem) {
  const rowOfOwner = new Int32Array(space.owners.length).fill(-1)
  const rowOwner = new Int32Array(space.owners.length)
  let rows = 0
  for (let owner = 0; owner < rowOfOwner.length; owner++) {
    if (isInsolvent[owner]) continue
    rowOfOwner[owner] = rows
    rowOwner[rows++] = owner
  }
  return { rowOwner: rowOwner.slice(0, rows), rowOf: freePairs.map((pair) => rowOfOwner[space.pairOwner[pair]]) }
}
