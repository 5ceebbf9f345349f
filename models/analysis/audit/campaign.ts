import { SpillwayError } from '../../../src/errors.js'
import type { EventJson } from '../../book/index.js'
import type { Axiom, FastCheck, Run, Scope, Trial } from './axiom.js'
import { PolicyFailure } from './outcome.js'

/** One axiom, and whether the policy kept it on every book that was tried. */
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

export interface Campaign {
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

/** Tries one axiom; where it is broken, looks for the plainest book that shows it, and judges that again. */
export async function judge(fc: FastCheck, axiom: Axiom, run: Run, campaign: Campaign): Promise<AxiomReport> {
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
    const found = trial.find === undefined ? trial : await trial.find(run)
    if (found === undefined) return undefined
    const { event, variant = await trial.vary?.(run) } = found
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
