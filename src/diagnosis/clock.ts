import type { SolveFormOptions } from '../solve/options.js'

/** The time and the signal that all solves of one diagnosis share. */
export class Clock {
  readonly #end: number
  readonly #signal: AbortSignal | undefined
  readonly #solver: SolveFormOptions['solver']

  constructor(seconds: number, signal: AbortSignal | undefined, solver: SolveFormOptions['solver']) {
    this.#end = performance.now() + 1000 * seconds
    this.#signal = signal
    this.#solver = solver
  }

  isOver(): boolean {
    return performance.now() >= this.#end
  }

  /** `most`: seconds that this solve may take at most. */
  options(most = Infinity): SolveFormOptions {
    const timeLimitSeconds = Math.min(most, Math.max(1e-3, (this.#end - performance.now()) / 1000))
    return {
      timeLimitSeconds,
      ...(this.#signal && { signal: this.#signal }),
      ...(this.#solver && { solver: this.#solver }),
    }
  }
}
