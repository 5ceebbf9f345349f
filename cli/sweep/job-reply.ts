import type { JobResult } from '../../models/simulation/index.js'
import { type ErrorDetails, SpillwayError } from '../../src/errors.js'

/** What a thread found of the jobs that it was handed; with a failure it did not go on. */
export interface JobReply {
  readonly results: readonly JobResult[]
  readonly failure?: { readonly number: number; readonly details: ErrorDetails }
}

/** An error as it crosses to another thread or process: its value as text, for not all values can. */
export function carried({ details }: SpillwayError): ErrorDetails {
  const { errors: _, value, ...rest } = details
  const isPlain = value === undefined || typeof value === 'number' || typeof value === 'boolean'
  return { ...rest, value: isPlain ? value : String(value) }
}

export function failureIn({ number, details }: NonNullable<JobReply['failure']>): SpillwayError {
  const { location } = details
  return new SpillwayError({ ...details, location: `job ${number},${location === undefined ? '' : ` ${location}`}` })
}
