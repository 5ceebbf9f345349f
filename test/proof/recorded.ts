import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlainEvent } from '../books.js'
import type { Certified } from './certified.js'
import type { Pinned } from './python.js'

/** Certificates and what Python says of them: `recorded.test.ts` writes the file. */
export const FILE = join(import.meta.dirname, 'recorded.jsonl')
const AT_ONCE = process.env.RECORDED === 'all' ? Infinity : 1

export interface Recorded {
  readonly event: PlainEvent
  readonly pinned: Pinned
  readonly cases: readonly RecordedCase[]
}
export interface RecordedCase extends Pick<Certified, 'allocation' | 'certificate'> {
  readonly name: string
  readonly value: string | null
  readonly bound: string | null
  /** A letter for each forgery, in their order: whether it is proved, or may be by exact arithmetic alone. */
  readonly forgeries: string
}

export const recorded: readonly Recorded[] = existsSync(FILE)
  ? readFileSync(FILE, 'utf8')
      .trim()
      .split('\n')
      .slice(0, AT_ONCE)
      .map((line) => JSON.parse(line) as Recorded)
  : []
