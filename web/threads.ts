import { type SolverThread, startThread } from './solver-thread.js'
import type { ThreadMessage, ThreadTask } from './thread-task.js'

export interface ThreadOptions {
  readonly signal?: AbortSignal | undefined
  /** After so long the thread is ended; solvers stop by themselves before. */
  readonly limitMs: number
  readonly transfer?: readonly ArrayBuffer[]
  readonly onProgress: (message: ThreadMessage & { readonly kind: 'progress' }) => void
}

/** The last message of a task, or why there is none: its time was up, the caller aborted it, or the thread broke. */
export type ThreadEnd =
  | ThreadMessage
  | { readonly kind: 'limit' | 'aborted' }
  | { readonly kind: 'broken'; why: string }

const MOST_THREADS = 4

const idle: SolverThread[] = []
const waiting: (() => void)[] = []
let busy = 0
let hasThreads = true

/** Does a task in a thread, where it can be ended at any time; where there is none, here, where it ends by itself. */
export async function runTask(task: ThreadTask, options: ThreadOptions): Promise<ThreadEnd> {
  while (busy >= MOST_THREADS) await new Promise<void>((resolve) => waiting.push(resolve))
  busy++
  try {
    if (options.signal?.aborted) return { kind: 'aborted' }
    const thread = hasThreads ? (idle.pop() ?? (await startThread())) : undefined
    hasThreads = thread !== undefined
    return await (thread === undefined ? runHere(task, options) : runThere(thread, task, options))
  } finally {
    busy--
    waiting.shift()?.()
  }
}

async function runHere(task: ThreadTask, { signal, onProgress }: ThreadOptions): Promise<ThreadEnd> {
  // Loaded only here: what answers imports the solvers, and they import what asks.
  const { answerTask } = await import('./answer-task.js')
  let last: ThreadMessage | undefined
  await answerTask(task, (message) => {
    if (message.kind === 'progress') onProgress(message)
    else last = message
  })
  if (signal?.aborted) return { kind: 'aborted' }
  return last ?? { kind: 'broken', why: 'it ended early' }
}

async function runThere(thread: SolverThread, task: ThreadTask, options: ThreadOptions): Promise<ThreadEnd> {
  const { signal, limitMs, transfer = [], onProgress } = options
  let finish: (end: ThreadEnd) => void = () => undefined
  const settled = new Promise<ThreadEnd>((resolve) => {
    finish = resolve
  })
  const timer = setTimeout(() => finish({ kind: 'limit' }), Math.min(limitMs, 2 ** 31 - 1))
  const onAbort = (): void => finish({ kind: 'aborted' })
  signal?.addEventListener('abort', onAbort, { once: true })
  thread.onBroken = (why) => finish({ kind: 'broken', why })
  thread.hold(true)
  try {
    thread.run(task, transfer, (message) => {
      if (message.kind === 'progress') onProgress(message)
      else if (message.kind !== 'ready') finish(message)
    })
    const end = await settled
    if (end.kind === 'answer' || end.kind === 'solution' || (end.kind === 'error' && !end.isBroken)) {
      thread.hold(false)
      thread.onBroken = () => undefined
      idle.push(thread)
    } else thread.end()
    return end
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
