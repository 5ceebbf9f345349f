import type { Remarker } from './remark.js'

/** An event that asks for nothing has one feasible allocation, the empty one; its answer says nothing about the book. */
export const nothingDemanded: Remarker<'space'> = ({ space: { markets, event } }) => {
  if (markets.length > 0) return []
  const why =
    event.demandSource === 'given'
      ? 'The event demands nothing'
      : event.takenOver.length === 0
        ? 'There is no demand and no account has negative equity, so none is derived'
        : 'The positions of the accounts taken over net to nothing in every market'
  return [{ code: 'nothing-demanded', says: `${why}: nothing is closed, and the answer is trivial.` }]
}
