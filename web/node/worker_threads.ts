/** A browser has workers of its own. */
export const Worker = undefined
