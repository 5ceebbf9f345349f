import type { ReadOptions } from '../models/book/index.js'
import { SpillwayError } from '../src/errors.js'
import type { Session } from './command.js'
import { failureOf, printable } from './failure.js'
import type { Interrupt } from './interrupt.js'
import { jsonPieces } from './json-output.js'
import type { Output } from './output.js'
import { Progress } from './progress.js'

/** The flags of every command. */
export interface SharedFlags {
  readonly json?: boolean
  readonly quiet?: boolean
  /** False with --no-color. */
  readonly color: boolean
  readonly timeLimit?: number
}

/** One run of a command, on the streams of this process. */
export class ProcessSession implements Session {
  readonly json: boolean
  readonly quiet: boolean
  readonly signal: AbortSignal
  readonly stop: AbortSignal
  private readonly deadline: number
  private readonly progress: Progress
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly flags: SharedFlags,
    private readonly output: Output,
    private readonly interrupt: Interrupt,
  ) {
    this.signal = interrupt.signal
    this.stop = interrupt.stop
    this.json = flags.json ?? false
    this.quiet = flags.quiet ?? false
    this.deadline = performance.now() + 1000 * (flags.timeLimit ?? Infinity)
    this.progress = new Progress(process.stderr, process.stderr.isTTY && !this.quiet)
  }

  setStoppable(can: boolean): void {
    this.interrupt.canStop = can
  }

  secondsLeft(): number | undefined {
    this.checkpoint()
    return this.flags.timeLimit === undefined ? undefined : Math.max(0.001, (this.deadline - performance.now()) / 1000)
  }

  checkpoint(): void {
    this.signal.throwIfAborted()
    if (performance.now() > this.deadline) throw this.timeIsUp()
  }

  async listen(): Promise<void> {
    // Signals are delivered between turns of the event loop only.
    await new Promise((resolve) => setImmediate(resolve))
    this.signal.throwIfAborted()
  }

  /** A solver stops by itself at its limit, with what it has; a reading has nothing, so it is stopped from here. */
  reading(): ReadOptions {
    const stop = new AbortController()
    const onInterrupt = (): void => stop.abort(this.signal.reason)
    if (this.signal.aborted) onInterrupt()
    this.signal.addEventListener('abort', onInterrupt, { once: true })
    clearTimeout(this.timer)
    if (Number.isFinite(this.deadline)) {
      const left = Math.min(2 ** 31 - 1, Math.max(0, this.deadline - performance.now()))
      this.timer = setTimeout(() => stop.abort(this.timeIsUp()), left)
    }
    return { signal: stop.signal, onProgress: this.progress.read }
  }

  limited(): AbortSignal {
    if (!Number.isFinite(this.deadline)) return this.signal
    const stop = new AbortController()
    const left = Math.min(2 ** 31 - 1, Math.max(0, this.deadline - performance.now()))
    setTimeout(() => stop.abort(this.timeIsUp()), left).unref()
    return AbortSignal.any([this.signal, stop.signal])
  }

  phase(phase: string): void {
    clearTimeout(this.timer)
    this.progress.phase(phase)
  }

  async answer(json: () => object, forPeople: () => string, failure?: SpillwayError): Promise<void> {
    this.finish()
    const failed = failure && failureOf(failure)
    if (this.json)
      await this.output.write(
        jsonPieces(failed === undefined ? json() : { ...json(), error: failed.json, errors: failed.errors }),
      )
    else if (!this.quiet) await this.output.write([`${forPeople()}\n`])
    if (failed !== undefined) process.stderr.write(`${failed.text}\n`)
  }

  async print(pieces: Iterable<string>): Promise<void> {
    this.finish()
    await this.output.write(pieces)
  }

  say(message: string): void {
    this.progress.clear()
    if (!this.quiet) process.stderr.write(`${printable(message)}\n`)
  }

  /** Takes everything off the terminal and out of the event loop. */
  finish(): void {
    clearTimeout(this.timer)
    this.progress.clear()
  }

  private timeIsUp(): SpillwayError {
    return new SpillwayError({
      code: 'time-limit',
      path: '--time-limit',
      value: this.flags.timeLimit,
      problem: 'the time was up before there was an answer',
      cure: 'Give more seconds.',
      fault: 'engine',
    })
  }
}
