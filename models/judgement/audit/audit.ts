import { SpillwayError } from '../../../src/index.js'
import type { EventJson } from '../../book/index.js'
import type { Policy } from '../../policies/index.js'
import type { Axiom, FastCheck, Run, Scope, Trial } from './axiom.js'
import { checkedPolicy, chosenAxioms, wholeNumber } from './options.js'
import { PolicyFailure, runnerOf } from './outcome.js'

export interface AuditOptions {
  /** Books per axiom; default 1000, and 100 for a policy that asks an optimizer each time (`optimal:NAME`). */
  readonly trials?: number
  /** The same seed and trials give the same books, and the same verdicts and counterexamples; default 1. */
  readonly seed?: number
  /** Names of the axioms to judge; default all. */
  readonly axioms?: readonly string[]
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: AuditProgress) => void
}

export interface AuditProgress {
  readonly axiom: string
  /** How many axioms are judged already, of how many. */
  readonly judged: number
  readonly axioms: number
}

export interface Audit {
  readonly policy: string
  readonly seed: number
  readonly axioms: readonly AxiomReport[]
}

export interface AxiomReport {
  readonly axiom: string
  readonly verdict: 'holds' | 'broken'
  /** Books that were tried; the last one broke it, where it is broken. */
  readonly trials: number
  readonly counterexample?: Counterexample
}

/** The smallest break that was found. Both events have been through JSON, and the policy has been run on them again. */
export interface Counterexample {
  readonly event: EventJson
  /** What the event is held against: the split, the second stage, … */
  readonly variant?: EventJson
  /** What happens, in two sentences with names and numbers. */
  readonly says: string
}

export const defaultTrials = 1000
export const defaultOptimalTrials = 100

/**
 * Which axioms a policy keeps, and for each that it breaks the smallest book that shows it.
 *
 * Every axiom is tried on seeded hard books of its domain (docs/axioms.md). `holds` means that no trial broke it, which is
 * evidence and no proof; `broken` comes with a book, shrunk to few accounts and round numbers, on which the policy was
 * run again. `policy` is a policy or the name of one. Throws `SpillwayError` `unknown-policy`, `bad-policy`,
 * `unknown-axiom`, `option-value`, and `policy-unsteady` where it answers the same book in two ways.
 *
 * @example
 * const { axioms } = await audit('pro-rata', { trials: 200 })
 * axioms.find(({ axiom }) => axiom === 'risk-optimality')?.counterexample?.says
 */
export async function audit(policy: Policy | string, options: AuditOptions = {}): Promise<Audit> {
  const { seed = 1, signal, onProgress } = options
  const judged = checkedPolicy(policy)
  const chosen = chosenAxioms(options.axioms)
  const standard = judged.name.startsWith('optimal:') ? defaultOptimalTrials : defaultTrials
  const trials = wholeNumber(options.trials ?? standard, 'options.trials', 1, 1e9)
  wholeNumber(seed, 'options.seed', 0, 2 ** 31 - 1)
  const run = runnerOf(judged, { seed, ...(signal && { signal }) })
  const fc = await import('fast-check')
  const reports: AxiomReport[] = []
  for (const axiom of chosen) {
    const progress = { axiom: axiom.name, judged: reports.length, axioms: chosen.length }
    const pause = pauses(() => {
      signal?.throwIfAborted()
      onProgress?.(progress)
    })
    reports.push(await judge(fc, axiom, run, { seed, trials, pause }))
  }
  return { policy: judged.name, seed, axioms: reports }
}

interface Campaign {
  readonly seed: number
  readonly trials: number
  readonly pause: () => Promise<void>
}

const hardest: Scope = { accounts: 6, isPlain: false }
/** Where a break is looked for again once there is one: the first of these that shows it is the one to print. */
const plain: readonly Scope[] = [1, 2, 3, 4].map((accounts) => ({ accounts, isPlain: true }))
const PLAIN_TRIALS_PER_ACCOUNT = 300
/** Further books to try while shrinking. Where that is not enough, the smallest one so far is reported. */
const MOST_SHRINKS = 2000

async function judge(fc: FastCheck, axiom: Axiom, run: Run, campaign: Campaign): Promise<AxiomReport> {
  const found = await search(fc, axiom, run, hardest, campaign)
  if (found === undefined) return { axiom: axiom.name, verdict: 'holds', trials: campaign.trials }
  let smallest = found.trial
  for (const scope of plain) {
    const trials = Math.min(campaign.trials, PLAIN_TRIALS_PER_ACCOUNT * scope.accounts)
    const plainer = await search(fc, axiom, run, scope, { ...campaign, trials })
    if (plainer === undefined) continue
    smallest = plainer.trial
    break
  }
  const counterexample = await confirmed(axiom, run, smallest)
  return { axiom: axiom.name, verdict: 'broken', trials: found.trials, counterexample }
}

/** The first trial of a campaign that breaks the axiom, shrunk, and how many were tried; undefined where none does. */
async function search(
  fc: FastCheck,
  axiom: Axiom,
  run: Run,
  scope: Scope,
  { seed, trials, pause }: Campaign,
): Promise<{ readonly trial: Trial; readonly trials: number } | undefined> {
  let thrown: { error: unknown } | undefined
  let isBroken = false
  let shrinks = 0
  const property = fc.asyncProperty(axiom.trials(fc, scope), async (trial) => {
    if (thrown !== undefined || (isBroken && shrinks++ >= MOST_SHRINKS)) return true
    try {
      await pause()
      const isFine = (await breakOf(axiom, run, trial)) === undefined
      isBroken ||= !isFine
      return isFine
    } catch (error) {
      // Not a break of an axiom: an interrupt, or a policy that cannot run at all. Failing once ends the campaign, and
      // with what is tried to shrink it let pass, it ends at once.
      thrown = { error }
      return false
    }
  })
  const { counterexample, numRuns } = await fc.check(property, { seed, numRuns: trials })
  if (thrown !== undefined) throw thrown.error
  return counterexample === null ? undefined : { trial: counterexample[0], trials: numRuns }
}

/** What a trial breaks, with the events that show it; undefined where it breaks nothing. */
async function breakOf(axiom: Axiom, run: Run, trial: Trial): Promise<Counterexample | undefined> {
  try {
    const { event, variant = await trial.vary?.(run) } = trial
    if (variant === undefined && trial.vary !== undefined) return undefined
    const says = await axiom.judge(run, event, variant)
    return says === undefined ? undefined : { event, ...(variant && { variant }), says }
  } catch (error) {
    if (error instanceof PolicyFailure) return { event: error.event, says: error.says }
    throw error
  }
}

/** The smallest break, judged again from its events as they are printed. */
async function confirmed(axiom: Axiom, run: Run, trial: Trial): Promise<Counterexample> {
  const found = await breakOf(axiom, run, trial)
  const printed: Counterexample | undefined = found && JSON.parse(JSON.stringify(found))
  const again = printed && (await breakAgain(axiom, run, printed))
  if (printed === undefined || again === undefined) {
    throw new SpillwayError({
      code: 'policy-unsteady',
      path: 'policy',
      value: axiom.name,
      problem: 'it answered the same book in two ways, so no break of an axiom can be shown',
      cure: 'Take whatever is random from `context.seed`, and keep nothing from one book to the next.',
    })
  }
  return { ...printed, says: again }
}

async function breakAgain(axiom: Axiom, run: Run, { event, variant }: Counterexample): Promise<string | undefined> {
  try {
    await run(event)
    return await axiom.judge(run, event, variant)
  } catch (error) {
    if (error instanceof PolicyFailure) return error.says
    throw error
  }
}

const TURN_MS = 30

/** Lets go of the thread now and then, so that interrupts are heard and progress is drawn. */
function pauses(look: () => void): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - last < TURN_MS) return
    await new Promise((resolve) => setImmediate(resolve))
    look()
    last = performance.now()
  }
}
