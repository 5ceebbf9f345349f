import type { BlockProgram } from '../../../../src/canonical/block-program.js'
import type { RiskProgram } from '../../../../src/canonical/risk-program.js'
import { SpillwayError } from '../../../../src/errors.js'
import { expectRoom, freeBytes } from '../../../../src/solvers/blocks/memory.js'
import type { BlockRunOptions } from '../../../../src/solvers/blocks/run-blocks.js'
import type { BlockProgress, BlockSolution } from '../../../../src/solvers/blocks/solve-blocks.js'
import type { RiskSolution } from '../../../../src/solvers/blocks/solve-risk.js'
import { cancelled } from '../../../../src/solvers/run-errors.js'
import { runTask } from '../../../threads.js'

export type { BlockRunOptions } from '../../../../src/solvers/blocks/run-blocks.js'

/** The name of the solver, as options take it and reports give it. */
export const BLOCK_SOLVER = 'blocks'

/** `solveBlocks` in a worker of the page, or where it is called. */
export function runBlocks(program: BlockProgram, options: BlockRunOptions = {}): Promise<BlockSolution> {
  return run<BlockSolution>(program, options)
}

/** `solveRisk`, in the same way. */
export function runRisk(program: RiskProgram, options: BlockRunOptions = {}): Promise<RiskSolution> {
  return run<RiskSolution>(program, options)
}

async function run<Solution extends BlockSolution | RiskSolution>(
  program: BlockProgram | RiskProgram,
  options: BlockRunOptions,
): Promise<Solution> {
  const { tolerance = 1e-7, floor, timeLimitSeconds = 300, signal, onProgress } = options
  if (signal?.aborted) throw cancelled(signal)
  expectRoom(program, options.memoryBytes ?? freeBytes())
  const end = await runTask(
    { kind: 'blocks', program, tolerance, floor, timeLimitSeconds },
    { signal, limitMs: Infinity, onProgress: ({ progress }) => onProgress?.(progress as BlockProgress) },
  )
  if (end.kind === 'solution') return end.solution as Solution
  if (signal?.aborted) throw cancelled(signal)
  const why = end.kind === 'error' ? end.message : end.kind === 'broken' ? end.why : end.kind
  throw new SpillwayError({
    code: 'engine-failed',
    path: 'options.solver',
    value: BLOCK_SOLVER,
    problem: `the thread of the block solver stopped without an answer (${why.slice(0, 200)})`,
    cure: 'Choose another solver.',
    fault: 'engine',
  })
}
