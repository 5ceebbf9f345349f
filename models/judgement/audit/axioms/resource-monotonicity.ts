import { compare } from '../../../../src/index.js'
import type { Axiom } from '../axiom.js'
import { bookOf, heldOf, quantityOf, shares, sketches } from '../books.js'
import { inWords, isAbove, slackOf } from '../compare.js'
import { demanding, eventOf } from '../plain-book.js'

/** Q ≤ Q' implies x_i(Q) ≤ x_i(Q'). */
export const resourceMonotonicity: Axiom = {
  name: 'resource-monotonicity',
  statement: 'A larger demand reduces nobody less.',
  domain:
    'One market, nothing else held; every account can pay at the mark and at the ADL price. The variant demands more.',
  trials: (fc, scope) =>
    fc.record({ sketch: sketches(fc, scope), other: shares(fc) }).map(({ sketch, other }) => {
      const book = bookOf(sketch)
      const quantities = [book.demand[0]!.quantity, quantityOf(other, heldOf(book))].sort(compare)
      return { event: eventOf(demanding(book, quantities[0]!)), variant: eventOf(demanding(book, quantities[1]!)) }
    }),
  async judge(run, event, variant) {
    const less = await run(event)
    const more = await run(variant!)
    for (const share of less.shares) {
      const other = more.shareOf(share.account)
      if (other === undefined || !isAbove(share.closed, other.closed, slackOf(other))) continue
      const [closed, otherwise] = inWords(share.closed, other.closed)
      const [quantity, larger] = inWords(share.demand, other.demand)
      return `Where ${quantity} is demanded, ${closed} of account ${share.account} is closed. Where ${larger} is demanded, only ${otherwise} is.`
    }
    return undefined
  },
}
