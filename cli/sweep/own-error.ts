import type { SpillwayError } from '../../src/errors.js'

/** A thread loads the library in one piece and the rest file by file, so that it knows two classes of this name. */
export const isOwnError = (error: unknown): error is SpillwayError =>
  error instanceof Error && error.name === 'SpillwayError' && 'details' in error
