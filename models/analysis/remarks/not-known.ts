import type { Remark, Remarker } from './remark.js'

/** The reason of an import that the accounts which were not closed are missing. */
const OTHERS = 'other-accounts'

/** What the source of an event cannot say, beginning with the accounts that were not closed: then a gap is a lower bound of the true one. */
export const notKnown: Remarker<'space'> = ({ space: { event } }) => {
  const notes = event.notKnown ?? []
  const isRestricted = ({ reason }: { readonly reason: string }): boolean => reason === OTHERS
  return [
    ...notes.filter(isRestricted).map(({ says }): Remark => ({ code: 'restricted-book', says })),
    ...notes.filter((note) => !isRestricted(note)).map(({ says }): Remark => ({ code: 'not-known', says })),
  ]
}
