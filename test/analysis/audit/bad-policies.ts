import type { DecisionSpace } from '#models/book/decision-space.js'
import { exactCapacity } from '#models/book/exact-amounts.js'
import type { Policy } from '#models/index.js'
import type { Decimal } from '#src/index.js'
import { apportion, decimalOf, toNumber, zero } from '#src/numeric/index.js'

/** One position that can be closed, in doubles, as simple rules want it. */
export interface Row {
  readonly account: string
  readonly held: number
  readonly equity: number
  readonly entry: number
  readonly mark: number
  readonly side: number
}

type Rule = (rows: readonly Row[], quantity: number) => readonly number[]

/** A policy from a rule that says how much of each position of one market is closed, taken as it is. */
export function roughPolicy(name: string, rule: Rule): Policy {
  return policyOf(name, rule, (amounts) => Array.from(amounts, decimalOf))
}

/** The same, where the amounts are made to meet the demand exactly. */
export function apportionedPolicy(name: string, rule: Rule): Policy {
  return policyOf(name, rule, apportion)
}

function policyOf(name: string, rule: Rule, finish: typeof apportion): Policy {
  return {
    name,
    summary: name,
    formula: '',
    source: 'tests',
    ties: '',
    closing: 'shares',
    ranking: 'none',
    markets: 'one by one',
    equity: '',
    needs: [],
    allocate(space) {
      const reductions: Decimal[] = Array.from(space.capacity, () => zero)
      space.markets.forEach(({ quantity }, k) => {
        const pairs = Array.from(space.capacity.keys()).filter((pair) => space.pairMarket[pair] === k)
        const rows = pairs.map((pair) => rowOf(space, pair))
        const capacities = pairs.map((pair) => exactCapacity(space, pair))
        const closed = finish(Float64Array.from(rule(rows, toNumber(quantity))), capacities, quantity)
        pairs.forEach((pair, t) => {
          reductions[pair] = closed[t]
        })
      })
      return reductions
    },
  }
}

function rowOf(space: DecisionSpace, pair: number): Row {
  const { event, owners, pairOwner, pairMarket, pairPosition, capacity, markets } = space
  const account = owners[pairOwner[pair]]
  const { price, side } = markets[pairMarket[pair]]
  return {
    account: event.accounts.names[account],
    held: capacity[pair],
    equity: event.accounts.equity.values[account],
    entry: event.positions.entryPrice!.values[pairPosition[pair]],
    mark: toNumber(price),
    side,
  }
}

/** x_i = min(c_i, t w_i), the largest weights filled up first. */
export function byWeight(rows: readonly Row[], quantity: number, weights: readonly number[]): number[] {
  const closed = rows.map(() => 0)
  let left = quantity
  const open = new Set(rows.keys())
  while (open.size > 0 && left > 0) {
    const sum = [...open].reduce((total, i) => total + weights[i], 0)
    if (!(sum > 0)) {
      // Nobody left has a weight: by size, so that the demand is met.
      const held = [...open].reduce((total, i) => total + rows[i].held, 0)
      for (const i of open) closed[i] = (left * rows[i].held) / held
      break
    }
    const full = [...open].filter((i) => (left * weights[i]) / sum >= rows[i].held)
    for (const i of full.length > 0 ? full : open)
      closed[i] = full.length > 0 ? rows[i].held : (left * weights[i]) / sum
    if (full.length === 0) break
    for (const i of full) {
      left -= rows[i].held
      open.delete(i)
    }
  }
  return closed
}

/** Closed whole one after the other, the highest score first, the first in the file among equals. */
export function byQueue(rows: readonly Row[], quantity: number, score: (row: Row) => number): number[] {
  const order = [...rows.keys()].sort((a, b) => score(rows[b]) - score(rows[a]) || a - b)
  const closed = rows.map(() => 0)
  let left = quantity
  for (const i of order) {
    closed[i] = Math.min(left, rows[i].held)
    left -= closed[i]
  }
  return closed
}

const weigh = (name: string, weight: (row: Row, rows: readonly Row[]) => number): Policy =>
  apportionedPolicy(name, (rows, quantity) =>
    byWeight(
      rows,
      quantity,
      rows.map((row) => weight(row, rows)),
    ),
  )
const queue = (name: string, score: (row: Row) => number): Policy =>
  apportionedPolicy(name, (rows, quantity) => byQueue(rows, quantity, score))

const leverage = ({ held, mark, equity }: Row): number => (equity > 0 ? (held * mark) / equity : Infinity)
const gain = ({ mark, entry, side }: Row): number => side * (mark / entry - 1)

/** For each axiom a rule that breaks it, chosen to be as harmless otherwise as can be. */
export const badPolicies: Readonly<Record<string, Policy>> = {
  'demand-met': roughPolicy('forgets the last tenth', (rows, quantity) =>
    byWeight(
      rows,
      quantity * 0.9,
      rows.map(({ held }) => held),
    ),
  ),
  'eligible-side': roughPolicy('all from the first', (rows, quantity) => rows.map((_, i) => (i === 0 ? quantity : 0))),
  anonymity: queue('first in the file', () => 0),
  'scale-invariance': weigh('a floor in money', ({ held, equity }) => held / Math.max(1, equity)),
  'sybil-resistance': weigh('one step of a projection', ({ held }) => held * held),
  'wash-trade-resistance': weigh('by profit', (row) => row.held * Math.max(0, gain(row))),
  'path-independence': weigh('by leverage squared', (row) => row.held * Math.min(1e6, leverage(row)) ** 2),
  'order-preservation': queue('the most levered first', leverage),
  'resource-monotonicity': apportionedPolicy('large demands by size, small ones in turn', (rows, quantity) =>
    quantity * 2 > rows.reduce((sum, { held }) => sum + held, 0)
      ? byWeight(
          rows,
          quantity,
          rows.map(({ held }) => held),
        )
      : byQueue(rows, quantity, leverage),
  ),
  'margin-monotonicity': weigh('by equity', ({ equity }) => Math.max(0, equity)),
  consistency: weigh('the largest twice', ({ held }, rows) =>
    held === Math.max(...rows.map((row) => row.held)) ? 2 * held : held,
  ),
  continuity: queue('the largest first', ({ held }) => held),
  'risk-optimality': weigh('pro rata', ({ held }) => held),
}
