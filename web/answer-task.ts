import { solver as proofTree } from '../src/solve/integers/proof-tree.js'
import { answerOf } from '../src/solvers/answer-of.js'
import type { BlockProgress } from '../src/solvers/blocks/solve-blocks.js'
import { solveBlocks } from '../src/solvers/blocks/solve-blocks.js'
import { solveRisk } from '../src/solvers/blocks/solve-risk.js'
import { LoadFailure } from '../src/solvers/load-package.js'
import { solvers } from '../src/solvers/registry.js'
import type { Solver } from '../src/solvers/solver.js'
import { giveModule } from './given-modules.js'
import type { BlocksTask, FormTask, ThreadMessage, ThreadTask } from './thread-task.js'

/** The solvers that a thread can be asked for. */
const threadSolvers: readonly Solver[] = [...solvers, proofTree]

/** Does a task where it is called, and posts what comes of it; the last message is never progress. */
export async function answerTask(task: ThreadTask, post: (message: ThreadMessage) => void): Promise<void> {
  try {
    await (task.kind === 'form' ? answerForm(task, post) : answerBlocks(task, post))
  } catch (error) {
    post(failure(error))
  }
}

async function answerForm(task: FormTask, post: (message: ThreadMessage) => void): Promise<void> {
  const { solver: name, form, settings, timeLimitSeconds, modules } = task
  for (const [of, module] of Object.entries(modules)) giveModule(of, module)
  const solver = threadSolvers.find((candidate) => candidate.name === name)
  if (solver === undefined) throw new TypeError(`this thread has no solver ${name}`)
  const answer = await answerOf(solver, form, {
    ...settings,
    timeLimitSeconds,
    ...(task.wantsProgress && { report: (progress) => post({ kind: 'progress', progress }) }),
  })
  post({ kind: 'answer', answer })
}

async function answerBlocks(task: BlocksTask, post: (message: ThreadMessage) => void): Promise<void> {
  const { program, tolerance, floor, timeLimitSeconds } = task
  const started = performance.now()
  const options = {
    tolerance,
    ...(floor !== undefined && { floor }),
    isStopped: () => performance.now() - started > timeLimitSeconds * 1000,
    report: (progress: BlockProgress) => post({ kind: 'progress', progress }),
  }
  post({
    kind: 'solution',
    solution: 'blocks' in program ? await solveRisk(program, options) : solveBlocks(program, options),
  })
}

/** As of the thread of Node: a broken solver's memory may be spoilt. */
function failure(error: unknown): ThreadMessage {
  if (error instanceof LoadFailure) return { kind: 'unloaded', installed: error.installed, why: error.why }
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const isBroken = name === 'RuntimeError' || /abort|memory|unreachable/i.test(message)
  return { kind: 'error', message: `${name}: ${message.slice(0, 200)}`, isBroken }
}
