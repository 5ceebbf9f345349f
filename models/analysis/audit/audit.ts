import { aFunction, aNumber, aSignal, expectOptions } from '../../../src/validation.js'
import type { Policy } from '../../policies/index.js'
import { aList } from '../given.js'
import { throwIfAborted } from '../patience.js'
import { type AxiomReport, judge } from './campaign.js'
import { checkedPolicy, chosenAxioms, wholeNumber } from './options.js'
import { runnerOf } from './outcome.js'

/** Options of `audit`. */
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

const expectAuditOptions = expectOptions<AuditOptions>({
  trials: aNumber,
  seed: aNumber,
  axioms: aList,
  signal: aSignal,
  onProgress: aFunction,
})

/** How far an audit is. */
export interface AuditProgress {
  readonly axiom: string
  /** How many axioms are judged already, of how many. */
  readonly judged: number
  readonly axioms: number
}

/** Which axioms a policy keeps and breaks. */
export interface Audit {
  readonly policy: string
  readonly seed: number
  readonly axioms: readonly AxiomReport[]
}

export const defaultTrials = 1000
export const defaultOptimalTrials = 100

/**
 * Which axioms a policy keeps, and for each that it breaks the smallest book that shows it.
 *
 * Every axiom is tried on seeded hard books of its domain (docs/axioms.md). `holds` means that no trial broke it, which is
 * evidence and no proof; `broken` comes with a book, shrunk to few accounts and round numbers, on which the policy was
 * run again. `policy` is a policy or the name of one. Throws `SpillwayError` `unknown-policy`, `bad-policy`,
 * `unknown-axiom`, `option-value`, `policy-unsteady` where it answers the same book in two ways, and `cancelled` when the signal
 * aborts.
 *
 * @example
 * const { axioms } = await audit('pro-rata', { trials: 200 })
 * axioms.find(({ axiom }) => axiom === 'risk-optimality')?.counterexample?.says
 */
export async function audit(policy: Policy | string, options: AuditOptions = {}): Promise<Audit> {
  expectAuditOptions('options', options)
  const { seed = 1, signal, onProgress } = options
  throwIfAborted(signal)
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
      throwIfAborted(signal)
      onProgress?.(progress)
    })
    reports.push(await judge(fc, axiom, run, { seed, trials, pause }))
  }
  return { policy: judged.name, seed, axioms: reports }
}

const TURN_MS = 30

/** Lets go of the thread now and then, so that interrupts are noticed and progress is drawn. */
function pauses(look: () => void): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - last < TURN_MS) return
    await new Promise((resolve) => setImmediate(resolve))
    look()
    last = performance.now()
  }
}
