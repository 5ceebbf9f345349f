import type { DecisionSpace } from '../../book/decision-space.js'
import type { Allocation } from '../../book/index.js'
import type { Objective, ObjectiveInputs, PreparedObjective, Reductions } from '../../objectives/index.js'

/** What a remark is about. */
export type RemarkCode =
  | 'restricted-book'
  | 'missing-positions'
  | 'incomplete-equity'
  | 'not-known'
  | 'taken-over'
  | 'nothing-demanded'
  | 'flat-position'
  | 'inverse-market'
  | 'margin-stays'
  | 'insolvent-took-demand'
  | 'solvent-made-insolvent'
  | 'implausible-leverage'
  | 'move-below-zero'
  | 'moves-look-like-prices'
  | 'implausible-volatility'
  | 'unneeded-input'

/** What a careful person would say aloud about an answer that is right and may still surprise. */
export interface Remark {
  readonly code: RemarkCode
  /** A sentence that stands by itself, names included. */
  readonly says: string
  readonly account?: string
  readonly market?: string
}

/** What remarks are made on: an event, what was asked of it, and the reductions that came out or were given. */
export interface RemarkSubject {
  readonly space: DecisionSpace
  readonly objective: Objective
  readonly prepared: PreparedObjective
  /** By pair of the space; undefined where there are none. */
  readonly reductions?: Reductions | undefined
  /** As it was read, where one is verified. */
  readonly allocation?: Allocation
  /** Inputs that were given, whether or not the objective uses them. */
  readonly given: ObjectiveInputs
  readonly lots: boolean
  readonly exact: boolean
}

/** One kind of remark, or a few that look at the same numbers; `Needs` is what it looks at. */
export type Remarker<Needs extends keyof RemarkSubject = keyof RemarkSubject> = (
  subject: Pick<RemarkSubject, Needs>,
) => readonly Remark[]

/** As many are named; a crisis book may have thousands, and those are counted. */
const MOST_NAMED = 5

/** A remark on each of the first few, and one that counts the others. The first should be the gravest. */
export function bounded<Item>(
  items: readonly Item[],
  one: (item: Item) => Remark,
  others: (rest: readonly Item[]) => Remark,
): readonly Remark[] {
  if (items.length <= MOST_NAMED + 1) return items.map(one)
  return [...items.slice(0, MOST_NAMED).map(one), others(items.slice(MOST_NAMED))]
}
