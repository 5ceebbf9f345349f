import type { ThreadMessage, ThreadTask } from './thread-task.js'

/** A thread in which solvers run; it takes one task at a time. */
export interface SolverThread {
  /** Posts a task; `onMessage` gets what the thread says, until the next one. */
  run(task: ThreadTask, transfer: readonly ArrayBuffer[], onMessage: (message: ThreadMessage) => void): void
  /** Called when the thread breaks. */
  onBroken: (why: string) => void
  /** Whether the process waits for it, where there is a process. */
  hold(isBusy: boolean): void
  end(): void
}

interface WebWorker {
  onmessage: ((event: { readonly data: ThreadMessage }) => void) | null
  onerror: ((event: { readonly message?: string; preventDefault?(): void }) => void) | null
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void
  terminate(): void
}

/** Undefined where there are no threads, or none may be started (a policy of the page forbids it). */
export async function startThread(): Promise<SolverThread | undefined> {
  const { Worker: WebWorker } = globalThis as { Worker?: new (url: string) => WebWorker }
  const { Worker: NodeWorker } = await import('node:worker_threads')
  if (WebWorker === undefined && NodeWorker === undefined) return undefined
  const { default: text } = await import('built:solver-worker')
  return WebWorker === undefined ? inNode(NodeWorker, text) : inPage(WebWorker, text)
}

async function inPage(WebWorker: new (url: string) => WebWorker, text: string): Promise<SolverThread | undefined> {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
  try {
    const worker = new WebWorker(address)
    const isStarted = await new Promise<boolean>((resolve) => {
      worker.onmessage = () => resolve(true)
      worker.onerror = (event) => {
        event.preventDefault?.()
        resolve(false)
      }
    })
    if (!isStarted) return undefined
    const thread: SolverThread = {
      run: (task, transfer, onMessage) => {
        worker.onmessage = ({ data }) => onMessage(data)
        worker.postMessage(task, transfer)
      },
      onBroken: () => undefined,
      hold: () => undefined,
      end: () => worker.terminate(),
    }
    worker.onerror = ({ message }) => thread.onBroken(message ?? 'the worker broke')
    return thread
  } catch {
    return undefined
  } finally {
    URL.revokeObjectURL(address)
  }
}

function inNode(NodeWorker: typeof import('node:worker_threads').Worker, text: string): SolverThread {
  // The text is that of a page's worker; here its port is the parent's.
  const worker = new NodeWorker(`globalThis.solverPort = require('node:worker_threads').parentPort;\n${text}`, {
    eval: true,
  })
  let listen: (message: ThreadMessage) => void = () => undefined
  const thread: SolverThread = {
    run: (task, transfer, onMessage) => {
      listen = onMessage
      worker.postMessage(task, transfer)
    },
    onBroken: () => undefined,
    hold: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  }
  worker.on('message', (message: ThreadMessage) => listen(message))
  worker.on('error', (error) => thread.onBroken(error.message))
  worker.on('exit', () => thread.onBroken('it ended early'))
  return thread
}
