import { SpillwayError } from '../../../src/errors.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { PolicyInput } from '../policy.js'

/** The eligible accounts of one demanded market, row by row, and who asks. */
export interface Rows {
  readonly space: DecisionSpace
  /** Pairs of the space. */
  readonly pairs: Int32Array
  /** Name of the policy, for its complaints. */
  readonly policy: string
  /** Mark prices by market of the event. */
  readonly prices: Float64Array
}

/** Index in `event.accounts`. */
export function accountOf({ space, pairs }: Rows, i: number): number {
  return space.owners[space.pairOwner[pairs[i]]]
}

/** A policy needs what the book does not hold. */
export function missing({ space, policy }: Rows, column: PolicyInput, account: number, market?: number): SpillwayError {
  const { accounts, markets } = space.event
  const name = JSON.stringify(accounts.names[account])
  const where = market === undefined ? '' : ` in market ${JSON.stringify(markets[market].market)}`
  const part = market === undefined ? 'accounts or positions' : 'positions'
  return new SpillwayError({
    code: 'policy-input',
    path: `account ${name}${where}, ${column}`,
    problem: `policy ${JSON.stringify(policy)} needs ${column}, which the book does not give here`,
    value: undefined,
    cure: `Give ${column} for the ${part} of the book, or choose a policy that does without it; see \`spillway list\`.`,
  })
}
