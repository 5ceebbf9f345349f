import { type Decimal, signOf, zero } from '../../src/numeric/index.js'
import type { Behaviour } from './behaviours/index.js'
import { applyReductions, type Closed, closeOut } from './close-out.js'
import { checkConservation } from './conservation.js'
import { perContract } from './crisis-book.js'
import { type HandedEvent, handOver } from './hand-over.js'
import type { Ledger } from './ledger.js'
import { accountsInLiquidation, type Liquidation, liquidate } from './liquidate.js'
import { type Marks, netTakenOver, type TakenMarket } from './take-over.js'

/** A step as far as it goes without a policy: marks moved, liquidations done, and what is left for an ADL. */
export interface Stage extends Marks {
  /** Index of the row of the path. */
  readonly step: number
  readonly before: Ledger
  /** After the liquidations; not to be changed, for several policies go on from here. */
  readonly ledger: Ledger
  readonly liquidation: Liquidation
  /** The markets of the accounts taken over. */
  readonly taken: readonly TakenMarket[]
  /** What a policy is asked; undefined where nothing is demanded. */
  readonly handed: HandedEvent | undefined
}

/** A step that is done. */
export interface Step {
  readonly stage: Stage
  readonly ledger: Ledger
  readonly adl: Closed
  /** What the fund paid, for liquidations and for accounts taken over. */
  readonly drawn: readonly [liquidations: Decimal, takenOver: Decimal]
  readonly uncovered: Decimal
}

/** The first half of a step: marks (per unit) move, who is below maintenance is liquidated, and what the fund cannot pay is taken over. */
export function beginStep(before: Ledger, step: number, quoted: readonly Decimal[]): Stage {
  const prices = perContract(before.crisis, quoted)
  const accounts = accountsInLiquidation(before, prices)
  const none: Liquidation = { accounts, takenOver: [], drawn: zero }
  const common = { step, prices, quoted, before }
  if (accounts.length === 0) return { ...common, ledger: before, liquidation: none, taken: [], handed: undefined }
  const ledger = before.copy()
  const liquidation = liquidate(ledger, prices, accounts)
  if (liquidation.takenOver.length === 0) return { ...common, ledger, liquidation, taken: [], handed: undefined }
  const isLiquidated = membership(ledger, accounts)
  const isEligible = (account: number): boolean => isLiquidated[account] === 0
  const taken = netTakenOver(ledger, { prices, quoted }, liquidation.takenOver, isEligible)
  const isDemanded = taken.some(({ demanded }) => signOf(demanded) > 0)
  const handed = isDemanded ? handOver(ledger, { prices, quoted }, taken, isEligible) : undefined
  return { ...common, ledger, liquidation, taken, handed }
}

/** What a policy answered to the event of a stage. */
export interface Answer {
  readonly policy: string
  readonly reductions: readonly Decimal[]
}

/** What a step needs to know of the path before it. */
export interface Past {
  readonly opening: Ledger
  readonly behaviour: Behaviour
  readonly helped: Set<number>
}

/** The second half: the ADL, accounts taken over are closed out, and others respond. */
export function finishStep(stage: Stage, { opening, behaviour, helped }: Past, answer?: Answer): Step {
  const { before, liquidation, taken, handed, prices } = stage
  const { takenOver, accounts } = liquidation
  const { respond } = behaviour
  const isChanged = takenOver.length > 0 || respond !== undefined
  const ledger = isChanged ? stage.ledger.copy() : stage.ledger
  const adl =
    handed === undefined || answer === undefined
      ? NOTHING
      : applyReductions(ledger, handed, answer.reductions, answer.policy)
  const { drawn, uncovered } = closeOut(ledger, prices, takenOver, taken)
  if (respond !== undefined) {
    const members = membership(ledger, accounts)
    respond(ledger, { prices, fills: adl.fills, opening, helped, isLiquidated: (account) => members[account] === 1 })
  }
  if (ledger !== before) checkConservation(before, ledger)
  return { stage, ledger, adl, drawn: [liquidation.drawn, drawn], uncovered }
}

const NOTHING: Closed = { fills: [], closed: [] }

function membership(ledger: Ledger, accounts: readonly number[]): Uint8Array {
  const members = new Uint8Array(ledger.cash.length)
  for (const i of accounts) members[i] = 1
  return members
}
