import { Worker } from 'node:worker_threads'
import type { BlockProgram } from '../../canonical/block-program.js'
import type { RiskProgram } from '../../canonical/risk-program.js'
import { SpillwayError } from '../../errors.js'
import { cancelled } from '../run-errors.js'
import type { BlockMessage, BlockTask } from './block-thread.js'
import { expectRoom, freeBytes } from './memory.js'
import type { BlockProgress, BlockSolution } from './solve-blocks.js'
import type { RiskSolution } from './solve-risk.js'

/** The name of the solver, as `--solver` takes it and reports give it. */
export const BLOCK_SOLVER = 'blocks'

export interface BlockRunOptions {
  /** The relative gap to reach; default 1e-7. */
  readonly tolerance?: number | undefined
  /** Relative gaps are measured against at least this. */
  readonly floor?: number | undefined
  /** After which the best point so far is handed over; default 300. */
  readonly timeLimitSeconds?: number | undefined
  /** Ends the run at once, without an answer. */
  readonly signal?: AbortSignal | undefined
  /** Ends the run as the time limit does, with the best point so far. */
  readonly stopSignal?: AbortSignal | undefined
  readonly onProgress?: ((progress: BlockProgress) => void) | undefined
  /** What the solve may take beyond its program; default: the memory that is free. */
  readonly memoryBytes?: number | undefined
  /** The program's arrays are moved to the thread and not copied: the caller must not touch them again. Default false. */
  readonly isHandedOver?: boolean
}

/**
 * `solveBlocks` in a thread of its own, so that the caller stays awake and can end it. Throws `cancelled` when the signal is
 * aborted, `too-large` where memory would not do, and `engine-failed` when the thread breaks; the next run has a new thread.
 */
export function runBlocks(program: BlockProgram, options: BlockRunOptions = {}): Promise<BlockSolution> {
  return runInThread<BlockSolution>(program, arraysOf(program), options)
}

/** `solveRisk`, in the same way. */
export function runRisk(program: RiskProgram, options: BlockRunOptions = {}): Promise<RiskSolution> {
  return runInThread<RiskSolution>(program, [program.group, program.base, ...arraysOf(program.blocks)], options)
}

const arraysOf = (program: BlockProgram): ArrayBufferView[] =>
  Object.values(program).filter((value) => ArrayBuffer.isView(value))

async function runInThread<Solution extends BlockSolution | RiskSolution>(
  program: BlockProgram | RiskProgram,
  arrays: readonly ArrayBufferView[],
  options: BlockRunOptions,
): Promise<Solution> {
  const { tolerance = 1e-7, floor, timeLimitSeconds = 300, signal, stopSignal, onProgress } = options
  const { isHandedOver = false } = options
  if (signal?.aborted) throw cancelled(signal)
  expectRoom(program, options.memoryBytes ?? freeBytes())
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const task: BlockTask = { program, tolerance, floor, timeLimitSeconds, stop }
  const worker = new Worker(new URL('./block-thread.js', import.meta.url), {
    workerData: task,
    ...(isHandedOver && { transferList: [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))] }),
  })
  const onAbort = (): void => {
    void worker.terminate()
  }
  const onStop = (): void => {
    Atomics.store(stop, 0, 1)
  }
  if (stopSignal?.aborted) onStop()
  signal?.addEventListener('abort', onAbort, { once: true })
  stopSignal?.addEventListener('abort', onStop, { once: true })
  try {
    return await new Promise<Solution>((resolve, reject) => {
      worker.on('message', (message: BlockMessage) => {
        if ('solution' in message) resolve(message.solution as Solution)
        else onProgress?.(message.progress)
      })
      worker.on('error', (error) => reject(threadFailed(error.message)))
      worker.on('exit', () => reject(signal?.aborted ? cancelled(signal) : threadFailed('it ended early')))
    })
  } finally {
    signal?.removeEventListener('abort', onAbort)
    stopSignal?.removeEventListener('abort', onStop)
    void worker.terminate()
  }
}

const threadFailed = (message: string): SpillwayError =>
  new SpillwayError({
    code: 'engine-failed',
    path: 'options.solver',
    value: 'blocks',
    problem: `the thread of the block solver stopped without an answer (${message.slice(0, 200)})`,
    cure: 'Give Node more memory (--max-old-space-size), or choose another solver.',
    fault: 'engine',
  })
