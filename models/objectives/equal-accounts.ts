import { add, type Decimal, multiply, roundedQuotient, smallerOf, subtract, toNumber } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { exactCapacity } from '../book/exact-amounts.js'
import { type AccountKinds, accountKinds, mergedEvent } from '../book/index.js'
import { FieldByAccount } from '../proof/evidence.js'
import { type Bound, isStopped, type Objective, type Reductions } from './objective.js'

/**
 * An objective whose programs see equal accounts as one account that holds all they have, and whose plans give each of them
 * the same share of what that one gives.
 *
 * This is exact for every convex objective that adds up (or takes the maximum, or a monotone risk measure of the sum) over
 * accounts of a function f with f(k·account) = k f(account), or = f(account) for a maximum: the mean of an optimal plan over
 * all ways to exchange equal accounts is optimal, gives equal accounts the same, and costs what the merged plan costs.
 *
 * The bound is proved anew on the whole book. `accountsIn` names the field of the evidence that lists accounts: names, an
 * object by name, or objects with a field `account`; what stands there for one account (levels, shares of a loss, cuts)
 * does not depend on its size, and holds for each of its equals. Accounts that hold something in a market of whole lots
 * are left as they are: the lots of a sum are not the sum of the lots.
 */
export function equalAccountsAsOne(prepare: Objective['prepare'], accountsIn?: string): Objective['prepare'] {
  return (event, options) => {
    const prepared = prepare(event, options)
    const { space } = prepared
    return {
      ...prepared,
      async bySolver(run, pause) {
        const kinds = accountKinds(event, lotHolders(space))
        const merged = kinds && mergedEvent(event, kinds)
        // A row that keeps an account solvent is one of that account.
        const hasRows = (space.solvencyRows?.length ?? 0) > 0
        if (kinds === undefined || merged === undefined || hasRows) return prepared.bySolver(run, pause)
        const one = prepare(merged, options)
        const plan = await one.bySolver(run, pause)
        if (isStopped(plan)) return plan
        const spread = (bound: Bound): Bound =>
          bound.evidence === undefined ? bound : prepared.recheck!(forEach(bound.evidence(), accountsIn, space, kinds))
        return {
          ...plan,
          reductions: takenApart(space, one.space, kinds, plan.reductions),
          bound: () => spread(plan.bound()),
        }
      },
    }
  }
}

/** Whether an account holds something that closes in whole lots only. */
function lotHolders({ lots, pairMarket, pairOwner, owners, event }: DecisionSpace): (account: number) => boolean {
  if (lots === undefined) return () => false
  const holds = new Uint8Array(event.accounts.count)
  pairMarket.forEach((k, pair) => {
    if (lots[k] !== undefined) holds[owners[pairOwner[pair]]] = 1
  })
  return (account) => holds[account] === 1
}

/** Digits of a share behind the leading one: far below anything that is compared. */
const DIGITS = 24
/** No longer than a number may be that is read. */
const MOST_PLACES = 380

/**
 * Reductions of the merged accounts as those of all: each of k equal accounts gives a k-th, rounded down; what does not
 * divide goes to the first of them that has room.
 */
function takenApart(space: DecisionSpace, merged: DecisionSpace, kinds: AccountKinds, given: Reductions): Decimal[] {
  const ownerOf = new Int32Array(kinds.first.length)
  merged.owners.forEach((kind, owner) => {
    ownerOf[kind] = owner
  })
  const shares = new Array<Share | undefined>(given.length)
  return Array.from(space.capacity, (_, pair) => {
    const kind = kinds.kindOf[space.owners[space.pairOwner[pair]]]
    // An account has one pair in a market: one side of it is demanded.
    let one = merged.starts[ownerOf[kind]]
    while (merged.pairMarket[one] !== space.pairMarket[pair]) one++
    const count = kinds.size[kind]
    if (count === 1) return given[one]
    const capacity = exactCapacity(space, pair)
    const { each, rest } = shares[one] ?? shareOf(given[one], count)
    const more = rest.digits === 0n ? rest : smallerOf(rest, subtract(capacity, each))
    shares[one] = { each, rest: subtract(rest, more) }
    return more.digits === 0n ? each : add(each, more)
  })
}

/** What each of some equal accounts gives, and what is left to be given by one of them. */
interface Share {
  readonly each: Decimal
  readonly rest: Decimal
}

function shareOf(given: Decimal, count: number): Share {
  if (given.digits === 0n) return { each: given, rest: given }
  const scale = DIGITS - Math.floor(Math.log10(toNumber(given) / count))
  const parts = { digits: BigInt(count), scale: 0 }
  const each = roundedQuotient(given, parts, Math.min(Math.max(scale, 0), MOST_PLACES), 'down')
  return { each, rest: subtract(given, multiply(each, parts)) }
}

/** The names of the accounts that stand behind the name of a merged one. */
function namesOf({ event }: DecisionSpace, { first, kindOf }: AccountKinds): (name: string) => readonly string[] {
  const { names } = event.accounts
  const members: string[][] = Array.from(first, () => [])
  names.forEach((name, account) => {
    members[kindOf[account]].push(name)
  })
  const byName = new Map(Array.from(first, (account, kind) => [names[account], members[kind]]))
  return (name) => byName.get(name)!
}

/** Evidence that lists merged accounts, with all the accounts that they stand for. */
function forEach(evidence: object, field: string | undefined, space: DecisionSpace, kinds: AccountKinds): object {
  const listed: unknown = field === undefined ? undefined : (evidence as Record<string, unknown>)[field]
  if (field === undefined || typeof listed !== 'object' || listed === null) return evidence
  if (!Array.isArray(listed)) return { ...evidence, [field]: byAccount(listed, space, kinds) }
  const all = namesOf(space, kinds)
  const spread = listed.flatMap((entry: unknown): readonly unknown[] => {
    if (typeof entry === 'string') return all(entry)
    return all((entry as { readonly account: string }).account).map((account) => ({ ...(entry as object), account }))
  })
  return { ...evidence, [field]: spread }
}

/** Every account has what stands for the first of its kind. */
function byAccount(listed: object, { event }: DecisionSpace, { first, kindOf }: AccountKinds): FieldByAccount {
  const { names } = event.accounts
  const ofNames = new Map(Object.entries(listed))
  const ofKinds = Array.from(first, (account): unknown => ofNames.get(names[account]))
  return new FieldByAccount(Array.from(kindOf, (kind) => ofKinds[kind]))
}
