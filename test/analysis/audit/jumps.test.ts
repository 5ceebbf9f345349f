import { describe, expect, it } from 'vitest'
import { audit, type Policy } from '#models/index.js'
import { apportionedPolicy, type Row } from './bad-policies.js'
import { judge } from './support.js'

// All rules, other seeds, more trials: AUDIT_JUMPS=all AUDIT_SEED=2 AUDIT_TRIALS=10000 node node_modules/vitest/vitest.mjs run test/analysis/audit/jumps.test.ts
const SEED = Number(process.env.AUDIT_SEED ?? 1)
const TRIALS = Number(process.env.AUDIT_TRIALS ?? 0) || undefined
const isBrief = process.env.AUDIT_JUMPS === undefined

/** Pro rata to weights, nobody beyond what is held: continuous wherever the weights are. */
function shared(name: string, weight: (row: Row, rows: readonly Row[]) => number): Policy {
  return apportionedPolicy(name, (rows, quantity) => {
    const weights = rows.map((row) => weight(row, rows))
    const level = levelOf(rows, weights, quantity)
    return rows.map(({ held }, i) => Math.min(held, level * weights[i]))
  })
}

/** t with Σ min(h_i, t w_i) = Q: between two of the levels h_i/w_i, at which one after the other has given all. */
function levelOf(rows: readonly Row[], weights: readonly number[], quantity: number): number {
  const full = rows.map(({ held }, i) => held / weights[i])
  const order = Array.from(rows.keys()).sort((a, b) => full[a] - full[b])
  // What is still shared among, added up from the last one: nothing cancels.
  const open = new Float64Array(order.length + 1)
  for (let t = order.length - 1; t >= 0; t--) open[t] = open[t + 1] + weights[order[t]]
  let given = 0
  for (const [t, i] of order.entries()) {
    if (given + full[i] * open[t] >= quantity) return (quantity - given) / open[t]
    given += rows[i].held
  }
  return full[order[order.length - 1]]
}

const doubledWhere = (name: string, holds: (row: Row, rows: readonly Row[]) => boolean): Policy =>
  shared(name, (row, rows) => row.held * (holds(row, rows) ? 2 : 1))

const notional = ({ held, mark }: Row): number => held * mark
const total = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((sum, row) => sum + of(row), 0)

/** Rules with one jump each, away from ties and round numbers. */
const jumps: readonly Policy[] = [
  ...(isBrief ? [1 / 7, 1 / 50] : [1 / 7, 1 / 3, 1 / 11, 1 / 29, 1 / 50, 0.618]).map((part) =>
    doubledWhere(`equity above ${part} of notional`, (row) => row.equity > notional(row) * part),
  ),
  doubledWhere('leverage above 8.3', (row) => row.equity > 0 && notional(row) / row.equity > 8.3),
  doubledWhere(
    'equity above 0.37 of all equity',
    (row, rows) => row.equity > 0.37 * total(rows, ({ equity }) => equity),
  ),
  doubledWhere('more than 0.41 of what is held', (row, rows) => row.held > 0.41 * total(rows, ({ held }) => held)),
  doubledWhere('in profit', ({ side, mark, entry }) => side * (mark - entry) > 0),
  doubledWhere('profit above 7 % of the mark', ({ side, mark, entry }) => side * (mark - entry) > 0.07 * mark),
  doubledWhere('more than 3.7 contracts', ({ held }) => held > 3.7),
  doubledWhere('notional above 333', (row) => notional(row) > 333),
  doubledWhere('the highest leverage', (row, rows) =>
    rows.every((other) => notional(other) * Math.max(row.equity, 1e-9) <= notional(row) * Math.max(other.equity, 1e-9)),
  ),
  shared(
    'a tenth more where equity is above a seventh of notional',
    (row) => row.held * (row.equity > notional(row) / 7 ? 1.1 : 1),
  ),
]

/** Rules as steep as that, without a jump. */
const slopes: readonly Policy[] = [
  shared('by size', ({ held }) => held),
  shared('by equity, at least a twentieth of notional', (row) => Math.max(row.equity, notional(row) / 20)),
  shared(
    'by profit, at least a tenth',
    ({ held, side, mark, entry }) => held * Math.max(0.1, side * (1 - entry / mark)),
  ),
  shared('twice as much as equity grows from a tenth to a fifth of notional', (row) => {
    const part = row.equity / notional(row)
    return row.held * (1 + Math.min(1, Math.max(0, (part - 0.1) / 0.1)))
  }),
]

const continuityOf = async (policy: Policy) =>
  (await audit(policy, { axioms: ['continuity'], seed: SEED, ...(TRIALS && { trials: TRIALS }) })).axioms[0]

describe('a jump is found in the trials that an audit makes by default', () => {
  it.each((isBrief ? jumps.slice(0, 5) : jumps).map((policy) => [policy.name, policy] as const))(
    '%s',
    async (_, policy) => {
      const { verdict, counterexample } = await continuityOf(policy)
      expect(verdict).toBe('broken')
      const { event, variant, says } = counterexample!
      expect(await judge('continuity', policy, event, variant)).toBe(says)
    },
  )
})

describe('a slope is no jump', () => {
  it.each((isBrief ? slopes.slice(-2) : slopes).map((policy) => [policy.name, policy] as const))(
    '%s',
    async (_, policy) => {
      const { verdict, counterexample } = await continuityOf(policy)
      expect(verdict, counterexample && JSON.stringify(counterexample)).toBe('holds')
    },
  )
})
