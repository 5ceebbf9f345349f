import { isUtf8 } from 'node:buffer'
import {
  type AdlEvent,
  type Allocation,
  jsonTextAs,
  parseAllocation,
  parseEvent,
  type ReadOptions,
  readAllocation,
  readEvent,
} from '../models/book/index.js'
import { withoutMark } from '../src/without-mark.js'
import { mistake } from './usage.js'

/** Stands for standard input where something is read, and for standard output where it is written. */
export const STANDARD = '-'
const NAME = 'standard input'

/** An event from a path, or as JSON from standard input. */
export async function eventAt(path: string, options: ReadOptions): Promise<AdlEvent> {
  if (path !== STANDARD) return readEvent(path, options)
  return jsonTextAs(await text(options), NAME, 'event', parseEvent)
}

/** An allocation from a path, or as JSON from standard input. */
export async function allocationAt(path: string, options: ReadOptions): Promise<Allocation> {
  if (path !== STANDARD) return readAllocation(path, options)
  return jsonTextAs(await text(options), NAME, 'allocation', parseAllocation)
}

/** Standard input holds one thing. */
export function checkOneStandardInput(event: string, allocation: string): void {
  if (event !== STANDARD || allocation !== STANDARD) return
  const cure = 'Read one of the two from a file.'
  throw mistake('standard-input-twice', 'ALLOCATION', STANDARD, 'standard input is the event already', cure)
}

async function text({ signal }: ReadOptions): Promise<string> {
  const chunks: Buffer[] = []
  const { stdin } = process
  const stop = (): void => void stdin.destroy(signal?.reason)
  signal?.throwIfAborted()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  const bytes = Buffer.concat(chunks)
  if (isUtf8(bytes)) return withoutMark(bytes.toString())
  throw mistake('not-utf-8', NAME, undefined, 'it is not UTF-8', 'Give JSON in UTF-8.')
}
