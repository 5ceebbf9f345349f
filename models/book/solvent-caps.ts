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
 * What may be closed so that nobody ends below zero, Σ_k d_k x_ik ≤ e_i. Of an account that only one market can push
 * there, at most e_i/d_k: a cap of the pair. An owner whom several markets could push there only together, or whose
 * equity rises by what closes in another, is a `solvencyRow`: the sum is a row of the program. Its pairs have the caps
 * that follow from the row, where no other pair raises equity.
 */
export function solventCaps(space: DecisionSpace): Required<Pick<DecisionSpace, 'caps' | 'solvencyRows'>> {
  const { event, owners, starts, pairMarket, markets } = space
  const caps: (Decimal | undefined)[] = Array.from(space.capacity, () => undefined)
  const rows: number[] = []
  const concessionOf = (pair: number): Decimal => markets[pairMarket[pair]].concession
  for (let owner = 0; owner < owners.length; owner++) {
    const equity = event.accounts.equity.exact(owners[owner])
    let most = zero
    let costly = 0
    let isRaised = false
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      const sign = signOf(concessionOf(pair))
      if (sign < 0) isRaised = true
      if (sign <= 0) continue
      most = add(most, multiply(concessionOf(pair), exactHolding(space, pair)))
      costly++
    }
    if (compare(most, equity) <= 0) continue
    if (costly > 1 || isRaised) rows.push(owner)
    if (isRaised) continue
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      if (signOf(concessionOf(pair)) <= 0) continue
      const cap = roundedQuotient(equity, concessionOf(pair), PLACES, 'down')
      if (compare(cap, exactHolding(space, pair)) < 0) caps[pair] = cap
    }
  }
  return { caps, solvencyRows: Int32Array.from(rows) }
}

/** Throws `not-expressible` where an owner is kept solvent by a row, for callers that know caps only. */
export function refuseSolvencyRows({ event, owners, solvencyRows }: DecisionSpace, why: string): void {
  if (solvencyRows === undefined || solvencyRows.length === 0) return
  const account = owners[solvencyRows[0]]
  throw new SpillwayError({
    code: 'not-expressible',
    path: `accounts.${event.accounts.names[account]}`,
    value: toNumber(event.accounts.equity.exact(account)),
    problem: `several markets together could push the account below zero, ${why}`,
    cure: 'Use a loss under scenario moves (expected-loss, cvar, worst-case-loss), leave --keep-solvent out, or judge each market by itself.',
  })
}
