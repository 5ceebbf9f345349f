import type { Arbitrary } from 'fast-check'
import type { EventJson } from '../../book/index.js'
import type { Run } from './outcome.js'

export type { Run } from './outcome.js'

/**
 * A promise that a policy keeps on every book of a domain, or breaks on one that can be printed. An axiom is one file
 * and one line in the index; generating, shrinking, replaying and reporting are shared.
 */
export interface Axiom {
  /** As on the command line. */
  readonly name: string
  /** What is promised, as one sentence. */
  readonly statement: string
  /** On which books. Why just there: docs/axioms.md. */
  readonly domain: string
  /** Hard books of the domain. The generator is handed in, so that a list of the axioms does not load it. */
  trials(fc: FastCheck, scope: Scope): Arbitrary<Trial>
  /**
   * What is broken, in two sentences with names and numbers; undefined where nothing is. It goes by the two events alone,
   * so that whoever has them printed can judge again.
   */
  judge(run: Run, event: EventJson, variant: EventJson | undefined): Promise<string | undefined>
}

export type FastCheck = typeof import('fast-check')

/** How hard a book may be. A break is looked for in hard books first, then in plain ones, which are easier to read. */
export interface Scope {
  /** At most so many accounts are drawn; twins and parts of a split come on top. */
  readonly accounts: number
  /** Few contracts at 100, ADL at the mark, no lots, leverage up to 20. */
  readonly isPlain: boolean
}

/** A book, and the one that it is held against: the split, the relabelled, the second stage. */
export interface Trial {
  readonly event: EventJson
  readonly variant?: EventJson
  /** The variant where it follows from what the policy does; undefined where that leaves nothing to judge. */
  vary?(run: Run): Promise<EventJson | undefined>
  /** Both events where they are found by running the policy on others; undefined where that finds nothing to judge. */
  find?(run: Run): Promise<Pick<Trial, 'event' | 'variant'> | undefined>
}
