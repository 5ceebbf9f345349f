import { add, multiply } from '../../../../src/numeric/index.js'
import type { Axiom } from '../axiom.js'
import { bookOf, hundredths, sketches } from '../books.js'
import { inWords, isAbove, slackOf } from '../compare.js'
import { eventOf, replacing } from '../plain-book.js'

/** e_i ≤ e'_i, all else equal, implies x_i ≥ x'_i. */
export const marginMonotonicity: Axiom = {
  name: 'margin-monotonicity',
  statement: 'Adding equity to an account never gets more of it closed.',
  domain:
    'One market, nothing else held; every account can pay at the mark and at the ADL price. In the variant one account has more equity, paid into its wallet.',
  trials: (fc, scope) =>
    fc
      .record({ sketch: sketches(fc, scope), index: fc.nat({ max: 9 }), more: fc.constantFrom(100, 1, 10, 1000) })
      .map(({ sketch, index, more }) => {
        const book = bookOf(sketch)
        const at = index % book.accounts.length
        const account = book.accounts[at]
        const equity = add(account.equity, multiply(account.equity, hundredths(more)))
        return { event: eventOf(book), variant: eventOf(replacing(book, at, [{ ...account, equity }])) }
      }),
  async judge(run, event, variant) {
    const at = event.accounts.findIndex(({ equity }, i) => equity !== variant!.accounts[i].equity)
    const { account } = event.accounts[at]
    const before = (await run(event)).shareOf(account)
    const after = (await run(variant!)).shareOf(account)
    if (before === undefined || after === undefined || !isAbove(after.closed, before.closed, slackOf(before)))
      return undefined
    const [closed, otherwise] = inWords(before.closed, after.closed)
    const [equity, larger] = inWords(before.equity, after.equity)
    return `Of account ${account} with equity ${equity}, ${closed} is closed. With equity ${larger}, all else equal, ${otherwise} is.`
  },
}
