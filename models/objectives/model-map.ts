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
import type { ReductionJson } from '../book/json-forms.js'
import { type EntryNote, entryNotes } from './block-notes.js'
import { decisionsOf } from './decisions.js'
import type { Objective, PreparedObjective } from './objective.js'

/**
 * How to turn a solved model back into an allocation, without the event:
 *
 *     closed_ik = constant_ik + Σ contracts_j · value of column j,   over the columns j of account i and market k.
 *
 * Amounts are decimals in strings; `columns` and `rows` are those of the file, in its order, with a name that says what
 * each is, and where that is known what it counts (`of`), how much of that one unit stands for (`unit`), and the
 * account, market and move that it is about. Of a column that stands for reductions `contracts` are what one unit of it
 * closes (below zero: keeps).
 */
export interface ModelMap {
  readonly format: 'spillway/map@1'
  readonly objective: string
  /** What the optimum of the model is in, where it is no pure number. */
  readonly unit?: Objective['unit']
  readonly event: string
  readonly columns: readonly ColumnMap[]
  readonly rows: readonly RowMap[]
  readonly demand: readonly { readonly market: string; readonly quantity: string }[]
  readonly pairs: readonly PairMap[]
}

/** What a column of the model is: the contracts of a pair per unit of it, or a quantity of the program's own. */
export interface ColumnMap extends Partial<EntryNote> {
  readonly column: string
  readonly name: string
  readonly contracts?: number
}

/** What a row of the model is; its duals are in the objective's unit per `unit` of what it counts. */
export interface RowMap extends Partial<EntryNote> {
  readonly row: string
  readonly name: string
}

/** A pair of account and market: what it can close, and what of that no column says. */
export interface PairMap {
  readonly account: string
  readonly market: string
  readonly capacity: string
  readonly constant: number
}

/**
 * The map of a program of `prepared`. Columns and rows are called as in the file: by `names`, or `x0`, `r0`; and last
 * the column `one`.
 */
export function modelMap(
  objective: Objective,
  { space }: PreparedObjective,
  program: Program,
  names?: FormNames,
): ModelMap {
  const { form, columnName, rowName } = canonicalize(program)
  const { block, scale, constant } = decisionsOf(program, space)
  const first = program.variableBlocks.find(({ name }) => name === block)?.first ?? 0
  const accountOf = (pair: number): string => space.event.accounts.names[space.owners[space.pairOwner[pair]]]
  const marketOf = (pair: number): string => space.markets[space.pairMarket[pair]].market.market
  const columnNote = entryNotes(program, space, 'columns')
  const rowNote = entryNotes(program, space, 'rows')
  return {
    format: 'spillway/map@1',
    objective: objective.name,
    ...(objective.unit && { unit: objective.unit }),
    event: space.event.digest(),
    columns: Array.from(form.linear, (_, j) => {
      const { name, note } = columnNote(j, columnName(j))
      const contracts: number | undefined = j >= first ? scale[j - first] : undefined
      return { column: names?.columns[j] ?? `x${j}`, name, ...note, ...(contracts !== undefined && { contracts }) }
    }),
    rows: Array.from(form.rowLower, (_, i) => {
      const { name, note } = rowNote(i, rowName(i))
      return { row: names?.rows[i] ?? `r${i}`, name, ...note }
    }),
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
 * Readable names of a program's columns and rows for a file: `closed[alice,BTC]` for reductions of a pair,
 * `owner[alice]` and `shortfall[alice,3]` where one account, or one of the moves, is meant, else as the program names them.
 */
export function modelNames({ space }: PreparedObjective, program: Program, format: 'lp' | 'mps'): FormNames {
  const { form, columnName, rowName } = canonicalize(program)
  const columnNote = entryNotes(program, space, 'columns')
  const rowNote = entryNotes(program, space, 'rows')
  const columns = Array.from(form.linear, (_, j) => columnNote(j, columnName(j)).name)
  const rows = Array.from(form.rowLower, (_, i) => rowNote(i, rowName(i)).name)
  return readableNames(format, columns, rows)
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
