import { add, type Decimal, multiply, signOf, smallerOf, toNumber, zero } from '../../../src/numeric/index.js'
import { type DecisionSpace, decisionSpace } from '../../book/decision-space.js'
import { exactHolding } from '../../book/exact-amounts.js'
import type { AdlEvent, Wave } from '../../book/index.js'
import type { Objective, Reductions } from '../../objectives/index.js'
import { matchAllocation, toleranceOf } from '../../proof/match-allocation.js'
import type { AccountTable } from '../account-rows.js'
import { leftBook } from '../after/left-book.js'
import { defaultOptions } from '../methods.js'
import { type Verdict, type VerifyOptions, verifyWithProof } from '../verify/verify.js'
import { type Drift, joinBooks } from './join-books.js'
import { mergedTables } from './merged-tables.js'

/** What was closed, whatever it is worth: money given up against the marks, and contracts by market. */
export interface Closed {
  /** Σ d x, quote currency; below zero where the closed accounts gain. */
  readonly conceded: number
  readonly contracts: Readonly<Record<string, number>>
}

/** The verdict on one wave, on the book that the waves before it left. */
export type WaveVerdict = Verdict & WaveFacts

/** What there is of a wave besides its verdict. */
export interface WaveFacts {
  readonly name: string
  /** Accounts whose row in the wave is not what was carried there. */
  readonly drift: readonly Drift[]
  /** Accounts that the wave does not list, and that were carried on. */
  readonly carriedOn: number
  readonly closed: Closed
  /** This wave and all before it. */
  readonly running: Closed
}

/** The verdicts of all waves, and their totals. */
export interface Replay {
  readonly waves: readonly WaveVerdict[]
  readonly totals: Closed & Readonly<Record<Verdict['verdict'], number>>
  /** With the option `accounts`: the table of every wave, one under the other, with the name of the wave in front. */
  readonly accounts?: AccountTable
}

/** Options of `replay`. */
export interface ReplayOptions extends Omit<VerifyOptions, 'details'> {
  /** Whether to keep what happens to every account; default no. */
  readonly accounts?: boolean
  /** Called before each wave. */
  readonly onWave?: (wave: { readonly name: string; readonly done: number }) => void
}

/**
 * Verifies waves in order, each on the book that the one before left, where accounts that it lists are as it lists
 * them. Reductions that have no place are in the verdict of their wave and change no book. Totals are added up exactly
 * and rounded once.
 *
 * @example const { waves, totals } = await replay(readWaves('october'), minMaxLeverage())
 */
export async function replay(
  waves: Iterable<Wave> | AsyncIterable<Wave>,
  objective: Objective | string,
  { accounts = false, onWave, ...options }: ReplayOptions = {},
): Promise<Replay> {
  const forgiven = toleranceOf(options.feasibility ?? defaultOptions.feasibility, 'options.feasibility')
  const verdicts: WaveVerdict[] = []
  const tables: { readonly name: string; readonly table: AccountTable }[] = []
  const total = new Tally()
  const deadline = performance.now() + 1000 * (options.timeLimitSeconds ?? Number.POSITIVE_INFINITY)
  let carried: AdlEvent | undefined
  for await (const { name, event: own, allocation } of waves) {
    onWave?.({ name, done: verdicts.length })
    const { event, drift, carriedOn } =
      carried === undefined ? { event: own, drift: [], carriedOn: 0 } : joinBooks(own, carried)
    const { verdict, accounts: table } = await verifyWithProof(event, allocation, objective, {
      ...options,
      ...(options.timeLimitSeconds !== undefined && {
        timeLimitSeconds: Math.max(0.001, (deadline - performance.now()) / 1000),
      }),
    })
    const space = decisionSpace(event)
    const { reductions } = matchAllocation(space, allocation, forgiven)
    const closed = new Tally().take(space, reductions)
    total.take(space, reductions)
    verdicts.push({ name, ...verdict, drift, carriedOn, closed: closed.said, running: total.said })
    if (accounts) tables.push({ name, table: kept(table()) })
    const left = leftBook(space, reductions).event
    carried = event.assumedEquity === undefined ? left : { ...left, assumedEquity: event.assumedEquity }
  }
  const counts = { optimal: 0, suboptimal: 0, infeasible: 0, unproved: 0 }
  for (const { verdict } of verdicts) counts[verdict]++
  return {
    waves: verdicts,
    totals: { ...total.said, ...counts },
    ...(accounts && { accounts: mergedTables(tables) }),
  }
}

/** The rows of a table made at once, so that the book behind them can go. */
function kept(table: AccountTable | undefined): AccountTable {
  if (table === undefined) return { header: [], rows: () => [] }
  const rows = [...table.rows()]
  return { header: table.header, rows: () => rows }
}

class Tally {
  private conceded = zero
  private readonly contracts = new Map<string, Decimal>()

  /** Adds what is closed, at most what is held. */
  take(space: DecisionSpace, reductions: Reductions): this {
    const { markets, pairMarket } = space
    reductions.forEach((reduction, pair) => {
      if (signOf(reduction) === 0) return
      const closed = smallerOf(reduction, exactHolding(space, pair))
      const { market, concession } = markets[pairMarket[pair]]
      this.conceded = add(this.conceded, multiply(closed, concession))
      this.contracts.set(market.market, add(this.contracts.get(market.market) ?? zero, closed))
    })
    return this
  }

  get said(): Closed {
    const contracts = [...this.contracts].map(([market, closed]) => [market, toNumber(closed)] as const)
    return { conceded: toNumber(this.conceded), contracts: Object.fromEntries(contracts) }
  }
}
