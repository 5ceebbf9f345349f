import type { Remark, RemarkCode, Remarker } from './remark.js'

/** Reasons of an import that the first words of a verdict name, in this order; every other one is `not-known`. */
const FIRST: readonly (readonly [code: RemarkCode, reasons: readonly string[]])[] = [
  ['restricted-book', ['other-accounts']],
  ['missing-positions', ['more-pages']],
  ['incomplete-equity', ['other-collateral', 'unpriced-collateral']],
]

/**
 * What the source of an event cannot say, beginning with what makes its book another one: accounts that were not closed
 * are missing, and a gap is a lower bound of the true one; positions are missing; or equities are not whole.
 */
export const notKnown: Remarker<'space'> = ({ space: { event } }) => {
  const notes = event.notKnown ?? []
  const first = FIRST.flatMap(([code, reasons]) =>
    notes.filter(({ reason }) => reasons.includes(reason)).map(({ says }): Remark => ({ code, says })),
  )
  const named = new Set(FIRST.flatMap(([, reasons]) => reasons))
  const others = notes.filter(({ reason }) => !named.has(reason))
  return [...first, ...others.map(({ says }): Remark => ({ code: 'not-known', says }))]
}
