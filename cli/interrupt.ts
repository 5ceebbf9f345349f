import { SpillwayError } from '../src/errors.js'

/** What a shell reports of a process ended by these. */
const STATUS = { SIGINT: 130, SIGTERM: 143 } as const

export interface Interrupt {
  readonly signal: AbortSignal
  /** Aborted in place of `signal` while what runs can hand over what it has; the next interrupt aborts `signal`. */
  readonly stop: AbortSignal
  canStop: boolean
  /** Defined once interrupted. */
  exitStatus(): number | undefined
  dispose(): void
}

/**
 * Turns the first interrupt into an aborted signal, so that nothing is left half-done; the second ends at once. A run that can hand
 * over what it has is asked for that before.
 */
export function listen(): Interrupt {
  const controller = new AbortController()
  const stopping = new AbortController()
  let status: number | undefined
  const stop = (name: keyof typeof STATUS): void => {
    if (interrupt.canStop && !stopping.signal.aborted) {
      stopping.abort(interrupted(name))
      return
    }
    if (status !== undefined) process.exit(status)
    status = STATUS[name]
    controller.abort(interrupted(name))
  }
  const onInterrupt = (): void => stop('SIGINT')
  const onTerminate = (): void => stop('SIGTERM')
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  const interrupt: Interrupt = {
    signal: controller.signal,
    stop: stopping.signal,
    canStop: false,
    exitStatus: () => status,
    dispose() {
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onTerminate)
    },
  }
  return interrupt
}

function interrupted(value: string): SpillwayError {
  return new SpillwayError({
    code: 'interrupted',
    path: 'spillway',
    value,
    problem: 'the run was interrupted',
    cure: 'Run it again; no file was left half-written.',
    fault: 'engine',
  })
}
