/** A benchmark case checks its answer first, then times it, phases apart, against a yardstick in the same run. */
export interface Benchmark {
  readonly name: string
  /** What is measured, against what, and the written budget. */
  readonly claim: string
  run(): Promise<readonly Row[]> | readonly Row[]
}

/** One line of a case's table: phases and figures by name, units in the names. */
export type Row = Readonly<Record<string, string | number>>

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Books are made so many times as large: `BENCH_SCALE=0.05 npm run bench losses` tries a case out. */
export const scale = Number(process.env.BENCH_SCALE ?? 1)

/** Milliseconds of one run. */
export function timed(run: () => unknown): number {
  const start = performance.now()
  run()
  return performance.now() - start
}

/** What is alive, in bytes. Two collections: the first lets go of the wrappers, the second of their array buffers. */
export function bytesHeld(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Stops a benchmark whose answer is wrong: a fast wrong answer has no time. */
export function insist(isTrue: boolean, message: string): void {
  if (!isTrue) throw new Error(`benchmark not valid: ${message}`)
}
