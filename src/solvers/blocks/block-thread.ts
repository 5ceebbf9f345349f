import { parentPort, workerData } from 'node:worker_threads'
import type { BlockProgram } from '../../canonical/block-program.js'
import type { RiskProgram } from '../../canonical/risk-program.js'
import { type BlockProgress, type BlockSolution, solveBlocks } from './solve-blocks.js'
import { type RiskSolution, solveRisk } from './solve-risk.js'

/** The thread of one solve (`run-blocks.ts`). */
export interface BlockTask {
  readonly program: BlockProgram | RiskProgram
  readonly tolerance: number
  readonly floor?: number | undefined
  readonly timeLimitSeconds: number
  /** Not zero once the caller wants to have what there is. */
  readonly stop: Int32Array
}

export type BlockMessage = { readonly progress: BlockProgress } | { readonly solution: BlockSolution | RiskSolution }

const { program, tolerance, floor, timeLimitSeconds, stop } = workerData as BlockTask
const started = performance.now()
const post = (message: BlockMessage): void => parentPort!.postMessage(message)
const options = {
  tolerance,
  ...(floor !== undefined && { floor }),
  isStopped: () => Atomics.load(stop, 0) !== 0 || performance.now() - started > timeLimitSeconds * 1000,
  report: (progress: BlockProgress) => post({ progress }),
}
post({ solution: 'blocks' in program ? await solveRisk(program, options) : solveBlocks(program, options) })
