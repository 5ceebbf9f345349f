import { parentPort, workerData } from 'node:worker_threads'
import type { BlockProgram } from '../../canonical/block-program.js'
import { type BlockProgress, solveBlocks } from './solve-blocks.js'

/** The thread of one solve (`run-blocks.ts`). */
export interface BlockTask {
  readonly program: BlockProgram
  readonly tolerance: number
  readonly timeLimitSeconds: number
  /** Not zero once the caller wants to have what there is. */
  readonly stop: Int32Array
}

export type BlockMessage = { readonly progress: BlockProgress } | { readonly solution: ReturnType<typeof solveBlocks> }

const { program, tolerance, timeLimitSeconds, stop } = workerData as BlockTask
const started = performance.now()
const post = (message: BlockMessage): void => parentPort!.postMessage(message)
const solution = solveBlocks(program, {
  tolerance,
  isStopped: () => Atomics.load(stop, 0) !== 0 || performance.now() - started > timeLimitSeconds * 1000,
  report: (progress) => post({ progress }),
})
post({ solution })
