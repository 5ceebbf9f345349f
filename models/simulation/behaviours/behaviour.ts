import type { Decimal } from '../../../src/numeric/index.js'
import type { Fill } from '../close-out.js'
import type { Ledger } from '../ledger.js'

/** What accounts do after a step. It changes the ledger by trades and payments only, so that nothing appears or vanishes. */
export interface Behaviour {
  /** As in a configuration, with its options: `none`, `reopen:share=0.5`. */
  readonly name: string
  readonly summary: string
  /** Undefined where nobody does anything. */
  respond?(ledger: Ledger, moment: Moment): void
}

/** What there is to respond to. */
export interface Moment {
  /** Marks. */
  readonly prices: readonly Decimal[]
  /** What the ADL of the step closed. */
  readonly fills: readonly Fill[]
  /** The book before the crisis. */
  readonly opening: Ledger
  /** Whether an account was in liquidation in this step. */
  readonly isLiquidated: (account: number) => boolean
  /** Accounts that have brought margin before; a behaviour may add to it, for the path that it is on. */
  readonly helped: Set<number>
}

/** An entry of the registry: a behaviour before its option is chosen. */
export interface BehaviourKind {
  readonly name: string
  readonly summary: string
  /** The one option, where there is one. */
  readonly option?: { readonly name: string; readonly default: number; readonly summary: string }
  make(option: Decimal): NonNullable<Behaviour['respond']> | undefined
}
