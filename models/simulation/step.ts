import { type Decimal, signOf } from '../../src/numeric/index.js'
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
  /** After the liquidations; `finishStep` changes it. */
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

/**
 * The first half of a step: marks (per unit) move, who is below maintenance is liquidated, and what the fund cannot pay
 * is taken over. Changes the ledger.
 *
 * @param isKept whether the event that is handed over may be read after the step
 */
export function beginStep(ledger: Ledger, step: number, quoted: readonly Decimal[], isKept = true): Stage {
  ledger.beginStep()
  const prices = perContract(ledger.crisis, quoted)
  const accounts = accountsInLiquidation(ledger, prices)
  const liquidation = liquidate(ledger, prices, accounts)
  const common = { step, prices, quoted, ledger, liquidation }
  if (liquidation.takenOver.length === 0) return { ...common, taken: [], handed: undefined }
  const isOut = membership(ledger, accounts)
  const taken = netTakenOver(ledger, { prices, quoted }, liquidation.takenOver, isOut)
  const isDemanded = taken.some(({ demanded }) => signOf(demanded) > 0)
  const handed = isDemanded ? handOver(ledger, { prices, quoted }, taken, { isOut, isKept }) : undefined
  return { ...common, taken, handed }
}

/** What a policy answered to the event of a stage. */
export interface Answer {
  readonly policy: string
  readonly reductions: readonly Decimal[]
  /** Leaves out what was closed position by position, where no behaviour asks for it. */
  readonly isBrief?: boolean
}

/** What a step needs to know of the path before it. */
export interface Past {
  readonly opening: Ledger
  readonly behaviour: Behaviour
  readonly helped: Set<number>
}

/** The second half: the ADL, accounts taken over are closed out, and others respond. Changes the ledger of the stage. */
export function finishStep(stage: Stage, { opening, behaviour, helped }: Past, answer?: Answer): Step {
  const { ledger, liquidation, taken, handed, prices } = stage
  const { takenOver, accounts } = liquidation
  const { respond } = behaviour
  const adl =
    handed === undefined || answer === undefined
      ? NOTHING
      : applyReductions(ledger, handed, answer.reductions, {
          policy: answer.policy,
          isBrief: answer.isBrief === true && respond === undefined,
        })
  const { drawn, uncovered } = closeOut(ledger, prices, takenOver, taken)
  if (respond !== undefined) {
    const members = membership(ledger, accounts)
    respond(ledger, { prices, fills: adl.fills, opening, helped, isLiquidated: (account) => members[account] === 1 })
  }
  checkConservation(ledger)
  return { stage, ledger, adl, drawn: [liquidation.drawn, drawn], uncovered }
}

const NOTHING: Closed = { touched: [], closed: [], fills: [] }

function membership(ledger: Ledger, accounts: readonly number[]): Uint8Array {
  const members = new Uint8Array(ledger.cash.length)
  for (const i of accounts) members[i] = 1
  return members
}
