import { defaultOptions } from '../models/analysis/index.js'
import { type JudgeOptions, type ObjectiveInputs, type Phase, SpillwayError } from '../models/index.js'
import type { Session } from './command.js'
import type { SolveFlags } from './flags.js'

const WORDS: Readonly<Record<Phase, string>> = { build: 'building the program', solve: 'solving', certify: 'proving' }

/**
 * What the library is given of the flags; the time left is what reading has not used. With `isHandedOver` the first
 * interrupt ends a solve that has something to hand over as a time limit does.
 */
export function judgeOptions(
  session: Session,
  { solver, tolerance, lots, keepSolvent, exact }: SolveFlags,
  inputs: ObjectiveInputs,
  isHandedOver = false,
): JudgeOptions {
  const timeLimitSeconds = session.secondsLeft()
  session.phase('preparing')
  return {
    tolerance,
    inputs,
    signal: session.signal,
    ...(solver !== undefined && { solver }),
    ...(lots !== undefined && { lots }),
    ...(keepSolvent !== undefined && { keepSolvent }),
    ...(exact !== undefined && { exact }),
    ...(timeLimitSeconds !== undefined && { timeLimitSeconds }),
    ...(isHandedOver && { stop: session.stop }),
    onProgress: ({ phase, solver: who, canStop = false, relativeGap, secondsLeft }) => {
      if (isHandedOver) session.setStoppable(canStop)
      const gap = relativeGap === undefined ? '' : `, gap about ${relativeGap.toExponential(0)}`
      const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`
      session.phase(`${WORDS[phase]} (${who}${gap}${left})`)
    },
  }
}

/** What an action gives, and the seconds it took, to the microsecond. */
export async function timed<T>(action: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now()
  const result = await action()
  return [result, Math.round((performance.now() - start) * 1000) / 1e6]
}

interface Answer {
  readonly status: string
  readonly solver: { readonly name: string; readonly status: string }
  readonly relativeGap?: number | null | undefined
  readonly reason?: string
}

/** The message of an answer that proves nothing (exit status 3); undefined for all others. */
export function unfinished(
  { status, solver, relativeGap, reason }: Answer,
  flags: SolveFlags,
  isStopped = false,
): SpillwayError | undefined {
  const problem = reason ?? 'nothing was proved'
  if (status === 'limit') {
    return new SpillwayError({
      code: 'limit',
      path: isStopped ? 'spillway' : '--time-limit',
      value: isStopped ? 'interrupted' : (flags.timeLimit ?? defaultOptions.timeLimitSeconds),
      problem,
      cure: isStopped ? 'Let it run to its end.' : 'Give more seconds, or another --solver.',
      fault: 'engine',
    })
  }
  if (status !== 'unproved' && status !== 'optimal-claimed' && status !== 'infeasible-claimed') return undefined
  const hasGap = typeof relativeGap === 'number'
  return new SpillwayError({
    code: status,
    path: hasGap ? '--tolerance' : '--solver',
    value: hasGap ? relativeGap : solver.name,
    problem,
    cure: hasGap
      ? `Ask another --solver, or allow a larger gap than ${flags.tolerance}.`
      : 'Ask another --solver, or give more seconds (--time-limit).',
    fault: 'engine',
  })
}
