import { SpillwayError } from '../../src/errors.js'
import type { Decimal } from '../../src/numeric/index.js'
import { spaceWithEvent } from '../book/decision-space.js'
import type { AdlEvent } from '../book/index.js'
import type { Policy, PolicyContext } from '../policies/index.js'
import type { Behaviour } from './behaviours/index.js'
import type { Ledger } from './ledger.js'
import { type LeverageRecord, leverageOf } from './leverage.js'
import { type Path, rowOf } from './path.js'
import { type Answer, beginStep, finishStep, type Past, type Stage, type Step } from './step.js'

/** What a policy was asked in a step, and what it answered. */
export interface Asked {
  readonly path: string
  readonly step: number
  readonly policy: string
  readonly event: AdlEvent
  /** By pair of the event's decision space. */
  readonly reductions: readonly Decimal[]
}

export interface RunOptions {
  readonly policies: readonly Policy[]
  readonly context: PolicyContext
  /** What accounts do after a step. */
  readonly behaviour: Behaviour
  /** Where the markets of the book stand in the path, and how many it has. */
  readonly columns: Int32Array
  readonly width: number
  /** Leaves the leverage of a step out: counting and sorting it costs more than a step in which nothing happens. */
  readonly isBrief?: boolean
  /** Whether a policy may look at its event after it has answered, as one of somebody's own may. */
  readonly isEventKept?: boolean
  readonly onAsked?: (asked: Asked) => void | Promise<void>
}

/** What is kept of a step. Its ledgers and its event are let go of with the next step, so that a long path needs no more memory. */
export interface KeptStep extends Omit<Step, 'stage' | 'ledger'> {
  readonly stage: Omit<Stage, 'ledger' | 'handed'>
  /** What the fund holds after the step. */
  readonly fund: Decimal
  /** Nulls where the run is brief. */
  readonly leverage: LeverageRecord
}

/**
 * Runs a crisis once for every policy, all on the same prices. Up to the first ADL no policy has a say, so that part is
 * run once, and its event is handed to all of them.
 *
 * @returns by policy, the steps from row 1 on
 */
export async function runPath(opening: Ledger, path: Path, options: RunOptions): Promise<(readonly KeptStep[])[]> {
  const { behaviour, isEventKept = true } = options
  const pricesOf = (row: number): Decimal[] => rowOf(path, row, options.columns, options.width)
  const common: KeptStep[] = []
  const past: Past = { opening, behaviour, helped: new Set() }
  const fork = advance(opening.copy(), 1, common, past)

  /** Goes on until a policy is asked, and gives the stage that asks; undefined at the end of the path. */
  function advance(ledger: Ledger, first: number, steps: KeptStep[], known: Past): Stage | undefined {
    for (let row = first; row < path.rows; row++) {
      const stage = beginStep(ledger, row, pricesOf(row), isEventKept)
      if (stage.handed !== undefined) return stage
      steps.push(keep(finishStep(stage, known), options))
    }
    return undefined
  }

  const results: (readonly KeptStep[])[] = []
  for (const policy of options.policies) {
    const steps = [...common]
    const own: Past = { opening, behaviour, helped: new Set(past.helped) }
    let stage = fork && { ...fork, ledger: fork.ledger.copy() }
    while (stage !== undefined) {
      options.context.signal?.throwIfAborted()
      const step = finishStep(stage, own, await ask(policy, path, stage, options))
      steps.push(keep(step, options))
      stage = advance(step.ledger, stage.step + 1, steps, own)
    }
    results.push(steps)
  }
  return results
}

const UNKNOWN: LeverageRecord = { median: null, high: null, max: null }

function keep({ stage, ledger, ...rest }: Step, { isBrief = false }: RunOptions): KeptStep {
  const { step, prices, quoted, liquidation, taken } = stage
  const leverage = isBrief ? UNKNOWN : leverageOf(ledger, prices)
  return { ...rest, stage: { step, prices, quoted, liquidation, taken }, fund: ledger.money.fund, leverage }
}

async function ask(policy: Policy, path: Path, stage: Stage, options: RunOptions): Promise<Answer> {
  const { isBrief = false } = options
  const { event } = stage.handed!
  const { step } = stage
  const { name } = policy
  try {
    const given = policy.allocate(spaceWithEvent(event), options.context)
    const reductions = given instanceof Promise ? await given : given
    await options.onAsked?.({ path: path.name, step, policy: name, event, reductions })
    return { policy: name, reductions, isBrief }
  } catch (error) {
    if (!(error instanceof SpillwayError)) throw error
    throw error.with({ location: `path ${path.name}, step ${step},` })
  }
}
