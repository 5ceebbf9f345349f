import type { Ratio } from '../../../src/numeric/index.js'
import { isOptimalPolicy, reductionsOf } from '../optimal-policy.js'
import { patiently, throwIfAborted } from '../patience.js'
import type { ChosenPolicy } from './choice.js'
import type { Contest } from './optimum.js'
import type { CompareOptions } from './options.js'
import { allocate, type Court, type PolicyRun, runPolicy } from './policy-run.js'
import { policyTask } from './threads/policy-task.js'
import { PolicyThreads, policyThreads } from './threads/policy-threads.js'

/** Policies that run in other threads already, and in this one once it asks for all of them. */
export interface StartedPolicies {
  /** Tells of the next step, and lets go of the thread before it, so that a cancellation is noticed. */
  tell(phase: string): Promise<void>
  /** The least values are known, by column. */
  know(best: readonly (Ratio | undefined)[]): void
  /** One for each policy, in the order in which they were given; asked for when the optima are solved. */
  runs(): Promise<readonly PolicyRun[]>
  /** Ends the threads, whatever they do. */
  close(): void
}

export interface PoliciesToRun {
  readonly court: Court
  readonly chosen: readonly ChosenPolicy[]
  /** The objectives that have a column, and behind them those that only a policy minimises. */
  readonly contests: readonly Contest[]
  readonly judged: number
  readonly options: CompareOptions
}

export function startPolicies({ court, chosen, contests, judged, options }: PoliciesToRun): StartedPolicies {
  const { onProgress, signal } = options
  const total = contests.length + chosen.length
  const { threads, shared } = startThreads(court, chosen, contests.slice(0, judged), options)
  let begun = 0
  const tell = async (phase: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 0))
    throwIfAborted(signal)
    onProgress?.({ says: phase, done: begun + (threads?.answered ?? 0), total })
    begun++
  }
  const runHere = async (index: number): Promise<PolicyRun> => {
    const { policy } = chosen[index]
    await tell(policy.name)
    const contest = isOptimalPolicy(policy) && contests.find(({ objective }) => objective === policy.objective)
    return runPolicy(court, policy.name, async () => (contest ? planOf(contest) : allocate(court, policy)))
  }
  return {
    tell,
    know(best) {
      court.best = best
      threads?.know(best)
    },
    async runs() {
      const found = new Map<number, PolicyRun>()
      for (const index of chosen.keys()) if (!shared.includes(index)) found.set(index, await runHere(index))
      for (let t = threads?.take(); t !== undefined; t = threads?.take()) found.set(shared[t], await runHere(shared[t]))
      const theirs = threads && (await patiently(threads.runs(), signal))
      const runs: PolicyRun[] = []
      for (const index of chosen.keys()) {
        // What a thread that broke has not answered is run here, where a fault shows as it is.
        runs.push(found.get(index) ?? theirs?.get(shared.indexOf(index)) ?? (await runHere(index)))
      }
      return runs
    },
    close: () => threads?.close(),
  }
}

/** Threads for the policies that a text names, where every objective has a name as well; by number, those that they share. */
function startThreads(
  court: Court,
  chosen: readonly ChosenPolicy[],
  columns: readonly Contest[],
  { inputs = {} }: CompareOptions,
): { readonly threads?: PolicyThreads; readonly shared: readonly number[] } {
  const shared = Array.from(chosen.keys()).filter((index) => chosen[index].text !== undefined)
  // Those that take longest first, or one thread ends with a long one while the others wait: shares close a little of everybody.
  const isLong = (index: number): number => Number(chosen[index].policy.closing === 'shares')
  shared.sort((a, b) => isLong(b) - isLong(a) || a - b)
  const objectives = columns.flatMap(({ text }) => text ?? [])
  // Each thread would screen the losses under all moves for itself.
  const isAlone = objectives.length < columns.length || inputs.moves !== undefined
  const count = isAlone ? 0 : policyThreads(court.space.capacity.length, shared.length)
  if (count === 0) return { shared: [] }
  const texts = shared.map((index) => chosen[index].text!)
  const task = policyTask(court, { policies: texts, objectives, inputs })
  return { threads: new PolicyThreads(task, count), shared }
}

function planOf(contest: Contest) {
  if (contest.thrown !== undefined) throw contest.thrown
  return { reductions: reductionsOf(contest.objective, contest.methodRun!), seconds: contest.seconds! }
}
