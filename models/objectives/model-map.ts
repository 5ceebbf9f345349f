import { canonicalize } from '../../src/canonical/index.js'
import { SpillwayError } from '../../src/errors.js'
import {
  type FormNames,
  readableNames,
  type SolutionFile as Solution,
  solutionValues,
} from '../../src/formats/index.js'
import type { Program } from '../../src/language/index.js'
import { apportion, type Decimal, parseDecimal, toNumber, toText } from '../../src/numeric/index.js'
import { exactCapacity } from '../book/exact-amounts.js'
import type { ReductionJson } from '../book/schema.js'
import { decisionsOf, notedDecisions } from './decisions.js'
import type { Objective, PreparedObjective } from './objective.js'

/**
 * How to turn a solved model back into an allocation, without the event:
 *
 *     closed_ik = constant_ik + Σ contracts_j · value of column j,   over the columns j of account i and market k.
 *
 * Amounts are decimals in strings; `columns` are those of the file, in its order, with the modeller's name of each, and, where a column
 * stands for reductions, whose they are and the contracts that one unit of it closes (below zero: keeps).
 */
export interface ModelMap {
  readonly format: 'spillway/map@1'
  readonly objective: string
  readonly event: string
  readonly columns: readonly ColumnMap[]
  readonly rows: readonly { readonly row: string; readonly name: string }[]
  readonly demand: readonly { readonly market: string; readonly quantity: string }[]
  readonly pairs: readonly PairMap[]
}

/** What a column of the model is: the contracts of a pair per unit of it, or a quantity of the program's own. */
export interface ColumnMap {
  readonly column: string
  readonly name: string
  readonly account?: string
  readonly market?: string
  readonly contracts?: number
}

/** A pair of account and market: what it can close, and what of that no column says. */
export interface PairMap {
  readonly account: string
  readonly market: string
  readonly capacity: string
  readonly constant: number
}

/** The map of a program of `prepared`. Columns and rows are called as in the file: by `names`, or `x0`, `r0`; and last the column `one`. */
export function modelMap(
  objective: Objective,
  { space }: PreparedObjective,
  program: Program,
  names?: FormNames,
): ModelMap {
  const { form, columnName, rowName } = canonicalize(program)
  const { block, pairs, scale, constant } = decisionsOf(program, space)
  const first = program.variableBlocks.find(({ name }) => name === block)?.first ?? 0
  const accountOf = (pair: number): string => space.event.accounts.names[space.owners[space.pairOwner[pair]]]
  const marketOf = (pair: number): string => space.markets[space.pairMarket[pair]].market.market
  const reductionOf = (j: number): Pick<ColumnMap, 'account' | 'market' | 'contracts'> => {
    const t = j - first
    if (t < 0 || t >= pairs.length) return {}
    return { account: accountOf(pairs[t]), market: marketOf(pairs[t]), contracts: scale[t] }
  }
  return {
    format: 'spillway/map@1',
    objective: objective.name,
    event: space.event.digest(),
    columns: Array.from(form.linear, (_, j) => ({
      column: names?.columns[j] ?? `x${j}`,
      name: columnName(j),
      ...reductionOf(j),
    })),
    rows: Array.from(form.rowLower, (_, i) => ({ row: names?.rows[i] ?? `r${i}`, name: rowName(i) })),
    demand: space.markets.map(({ market, quantity }) => ({ market: market.market, quantity: toText(quantity) })),
    pairs: Array.from(space.capacity, (_, pair) => ({
      account: accountOf(pair),
      market: marketOf(pair),
      capacity: toText(exactCapacity(space, pair)),
      constant: constant[pair],
    })),
  }
}

/**
 * Readable names of a program's columns and rows for a file: `closed[alice,BTC]` where a column stands for reductions, else as the program
 * names them.
 */
export function modelNames({ space }: PreparedObjective, program: Program, format: 'lp' | 'mps'): FormNames {
  const { form, columnName, rowName } = canonicalize(program)
  const noted = notedDecisions(program)
  const first = program.variableBlocks.find(({ name }) => name === noted?.block)?.first ?? 0
  const nameOf = (j: number): string => {
    const pair = noted?.pairs[j - first]
    if (noted === undefined || pair === undefined) return columnName(j)
    const account = space.event.accounts.names[space.owners[space.pairOwner[pair]]]
    return `${noted.block}[${account},${space.markets[space.pairMarket[pair]].market.market}]`
  }
  return readableNames(
    format,
    Array.from(form.linear, (_, j) => nameOf(j)),
    Array.from(form.rowLower, (_, i) => rowName(i)),
  )
}

/** What a solver's tolerance may leave, relative to a position or a demand. */
const TOLERANCE = 1e-6

/**
 * The allocation that a solution of the model says, each demand met exactly. Throws `solution-text` where the solution is of
 * another model, and `solution-infeasible` where the program found no point, or one that is off a bound or a demand by more
 * than 1e-6 of it and what its printed digits hide.
 */
export function allocationOf(map: ModelMap, solution: Solution): ReductionJson[] {
  if (solution.status !== 'optimal' && solution.status !== 'claimed') {
    const cure = 'Nothing can be read from it; look at what the program says of the model.'
    throw infeasible('status', solution.reported, `the program has no feasible point (${solution.status})`, cure)
  }
  const x = valuesOf(
    solution,
    map.columns.map(({ column }) => column),
  )
  const tolerance = TOLERANCE + solution.rounding
  const moved = new Map<string, number>()
  map.columns.forEach(({ account, market, contracts }, j) => {
    if (account === undefined || market === undefined || contracts === undefined) return
    const key = keyOf(account, market)
    moved.set(key, (moved.get(key) ?? 0) + contracts * x[j])
  })
  const given = map.pairs.map(({ account, market, capacity, constant }) => {
    const most = toNumber(decimal(capacity))
    const closed = constant + (moved.get(keyOf(account, market)) ?? 0)
    const off = Math.max(-closed, closed - most)
    if (off <= tolerance * most) return closed
    throw infeasible(`${account}, ${market}`, closed, `closes ${off} contracts beyond 0 … ${capacity}`, CURE)
  })
  return map.demand.flatMap(({ market, quantity }) => {
    const indices = [...map.pairs.keys()].filter((p) => map.pairs[p].market === market)
    const amounts = Float64Array.from(indices, (p) => given[p])
    const wanted = decimal(quantity)
    const sum = amounts.reduce((total, amount) => total + amount, 0)
    const held = indices.reduce((total, p) => total + toNumber(decimal(map.pairs[p].capacity)), 0)
    if (Math.abs(sum - toNumber(wanted)) > TOLERANCE * toNumber(wanted) + solution.rounding * held) {
      throw infeasible(`demand of ${market}`, sum, `${quantity} contracts are demanded`, CURE)
    }
    const closed = apportion(
      amounts,
      indices.map((p) => decimal(map.pairs[p].capacity)),
      wanted,
    )
    return indices.flatMap((p, t) =>
      closed[t].digits === 0n ? [] : [{ account: map.pairs[p].account, market, quantity: toText(closed[t]) }],
    )
  })
}

const CURE =
  'Ask the program for a tighter feasibility tolerance, or for more digits (glpsol --write instead of --output).'

const keyOf = (account: string, market: string): string => JSON.stringify([account, market])

const decimal = (text: string): Decimal => parseDecimal(text)!

/** The column `one`, which is there where the objective has a constant, stands last. */
function valuesOf(solution: Solution, columns: readonly string[]): Float64Array {
  const hasOne = solution.values.has('one') || solution.values.has(columns.length + 1)
  return solutionValues(solution, hasOne ? [...columns, 'one'] : columns)
}

function infeasible(path: string, value: unknown, problem: string, cure: string): SpillwayError {
  return new SpillwayError({ code: 'solution-infeasible', path, value, problem, cure })
}
