import { beforeEach, TestRunner } from 'vitest'

/** A line for who watches the run: what was counted, with which seed. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** Skips the test that runs, and says why. */
export function skip(why: string): never {
  const test = TestRunner.getCurrentTest()!
  note(`skipped: ${test.name}: ${why}`)
  return test.context.skip(why)
}

/** Skips the tests of this group, or of this file, where something is missing, and says why. */
export function skipUnless(isThere: boolean, why: string): void {
  if (!isThere) beforeEach(() => skip(why))
}
