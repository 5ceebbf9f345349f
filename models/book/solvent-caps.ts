import { SpillwayError } from '../../src/errors.js'
import {
  add,
  compare,
  type Decimal,
  multiply,
  roundedQuotient,
  signOf,
  toNumber,
  zero,
} from '../../src/numeric/index.js'
import type { AdlEvent } from './event.js'
import { exactHolding } from './exact-amounts.js'
import type { DecisionSpace } from './space.js'

/** Places behind the point of a cap, rounded down: far below anything that is compared. */
const PLACES = 60

/** The event in which nothing is closed of accounts that are below zero at the mark already, e_i < 0. */
export function withoutDebtors(event: AdlEvent): AdlEvent {
  const { accounts } = event
  const isOut = (i: number): boolean => accounts.equity.values[i] < 0 || accounts.exempt?.[i] === 1
  return { ...event, accounts: { ...accounts, exempt: Uint8Array.from(accounts.names, (_, i) => (isOut(i) ? 1 : 0)) } }
}

/**
 * What may be closed of each pair so that nobody ends below zero, Σ_k d_k x_ik ≤ e_i: of an account that closes in one market at a
 * concession d > 0 at most e_i/d. Undefined where the holding is the cap. Throws `not-expressible` where an account could be pushed
 * below zero by several markets together: that is a row, not a cap.
 */
export function solventCaps(space: DecisionSpace): (Decimal | undefined)[] {
  const { event, owners, starts, pairMarket, markets } = space
  const caps: (Decimal | undefined)[] = Array.from(space.capacity, () => undefined)
  for (let owner = 0; owner < owners.length; owner++) {
    const equity = event.accounts.equity.exact(owners[owner])
    let most = zero
    let costly = 0
    let last = -1
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      const { concession } = markets[pairMarket[pair]]
      if (signOf(concession) <= 0) continue
      most = add(most, multiply(concession, exactHolding(space, pair)))
      costly++
      last = pair
    }
    if (compare(most, equity) <= 0) continue
    if (costly > 1 || starts[owner + 1] - starts[owner] > 1)
      throw severalMarkets(event.accounts.names[owners[owner]], equity)
    caps[last] = roundedQuotient(equity, markets[pairMarket[last]].concession, PLACES, 'down')
  }
  return caps
}

function severalMarkets(account: string, equity: Decimal): SpillwayError {
  return new SpillwayError({
    code: 'not-expressible',
    path: `accounts.${account}`,
    value: toNumber(equity),
    problem: 'the account closes in several markets and could end below zero by all of them together',
    cure: 'Leave --keep-solvent out, or judge each market by itself.',
  })
}
