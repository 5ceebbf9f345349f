import { add, decimalOf, smallerOf, subtract } from '../../../../src/numeric/index.js'
import type { Axiom } from '../axiom.js'
import { bookOf, heldOf, quantityOf, type Share, shares, sketches } from '../books.js'
import { inWords, isAbove, slackOf } from '../compare.js'
import { demanding, eventOf } from '../plain-book.js'

/** One to three contracts more: where rounding to lots goes wrong. */
type Extra = '1' | '2' | '3'
const isContracts = (more: Share | Extra): more is Extra => more === '1' || more === '2' || more === '3'

/** Q ≤ Q' implies x_i(Q) ≤ x_i(Q'). */
export const resourceMonotonicity: Axiom = {
  name: 'resource-monotonicity',
  statement: 'A larger demand reduces nobody less.',
  domain:
    'One market, nothing else held; every account can pay at the mark and at the ADL price. The variant demands more.',
  trials: (fc, scope) =>
    fc
      .record({ sketch: sketches(fc, scope), more: fc.oneof(fc.constantFrom<Extra[]>('1', '2', '3'), shares(fc)) })
      .map(({ sketch, more }) => {
        const book = bookOf(sketch)
        const { quantity } = book.demand[0]
        const held = heldOf(book)
        const step = isContracts(more) ? decimalOf(Number(more)) : quantityOf(more, subtract(held, quantity))
        return { event: eventOf(book), variant: eventOf(demanding(book, smallerOf(held, add(quantity, step)))) }
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
