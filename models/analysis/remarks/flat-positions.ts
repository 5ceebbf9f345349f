import type { Remark, Remarker } from './remark.js'
import { counted, quoted } from './words.js'

/** Positions of quantity zero, which were read and dropped: nothing can be closed of them. */
export const flatPositions: Remarker<'space'> = ({ space: { event } }) => {
  const { count, first } = event.flatPositions
  const named = first.slice(0, MOST_NAMED).map(
    ({ account, market }): Remark => ({
      code: 'flat-position',
      says: `The position of account ${quoted(account)} in ${quoted(market)} has quantity 0 and was dropped.`,
      account,
      market,
    }),
  )
  const rest = count - named.length
  if (rest === 0) return named
  return [...named, { code: 'flat-position', says: `${counted(rest, 'more position')} of quantity 0 were dropped.` }]
}

const MOST_NAMED = 5
