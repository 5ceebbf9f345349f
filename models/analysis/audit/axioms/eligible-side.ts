import type { Axiom } from '../axiom.js'
import { inWords, isOutside } from '../compare.js'
import { eventOf } from '../plain-book.js'
import { wideBooks } from '../wide-books.js'

/** 0 ≤ x_ik ≤ c_ik: a reduction that is negative adds to a position, one beyond it turns it over. */
export const eligibleSide: Axiom = {
  name: 'eligible-side',
  statement:
    'Positions on the demanded side are closed in part or whole; none grows, none turns over, no other is touched.',
  domain: 'Any book: several markets, debts, hedges, ADL prices off the mark.',
  trials: (fc, scope) => wideBooks(fc, scope).map((book) => ({ event: eventOf(book) })),
  async judge(run, event) {
    const share = (await run(event)).shares.find(isOutside)
    if (share === undefined) return undefined
    const { account, market } = share
    const [closed, held, left] = inWords(share.closed, share.held, share.kept)
    const result = share.closed.digits < 0n ? 'the position grows' : 'the position turns over'
    return `Account ${account} holds ${held} in ${market} on the demanded side, and ${closed} of it is closed. It is left with ${left}: ${result}.`
  },
}
