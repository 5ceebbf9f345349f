import { answerTask } from './answer-task.js'
import type { ThreadMessage, ThreadTask } from './thread-task.js'

interface Port {
  onmessage?: (event: { readonly data: ThreadTask }) => void
  on?(name: 'message', listener: (task: ThreadTask) => void): void
  postMessage(message: ThreadMessage): void
}

/** The program of the thread: a page's worker speaks through its global scope, Node's through the port that it was started with. */
const scope = globalThis as unknown as Port & { readonly solverPort?: Port }
const port = scope.solverPort ?? scope
const answer = (task: ThreadTask): Promise<void> => answerTask(task, (message) => port.postMessage(message))

/** WebAssembly solvers print their last words; an answer carries all that is worth saying. */
const silent = (): void => undefined
console.log = silent
console.warn = silent
console.error = silent

if (scope.solverPort === undefined) port.onmessage = ({ data }) => void answer(data)
else port.on?.('message', (task) => void answer(task))
port.postMessage({ kind: 'ready' })
