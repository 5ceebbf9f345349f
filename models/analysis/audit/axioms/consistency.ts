import { signOf, smallerOf, subtract, zero } from '../../../../src/numeric/index.js'
import type { EventJson } from '../../../book/index.js'
import type { Axiom, Run } from '../axiom.js'
import { bookOf, heldOf, sketches } from '../books.js'
import { areApart, inWords, isFeasible, slackOf } from '../compare.js'
import { demanding, eventOf, type PlainBook, replacing } from '../plain-book.js'

/** With account j and its x_j gone, so that Q − x_j is demanded, every other x_i stays. */
export const consistency: Axiom = {
  name: 'consistency',
  statement: 'Where one account leaves with what was closed of it, nothing changes for the others.',
  domain:
    'One market, nothing else held; every account can pay at the mark and at the ADL price. The variant lacks one account, and as much of the demand as it met.',
  trials: (fc, scope) =>
    fc.record({ sketch: sketches(fc, scope), index: fc.nat({ max: 9 }) }).map(({ sketch, index }) => {
      const book = bookOf(sketch)
      return { event: eventOf(book), vary: (run) => without(run, book, index % book.accounts.length) }
    }),
  async judge(run, event, variant) {
    const gone = event.accounts.find(({ account }) => !variant!.accounts.some((other) => other.account === account))!
    const all = await run(event)
    const rest = await run(variant!)
    const met = all.shareOf(gone.account)?.closed ?? zero
    for (const share of all.shares) {
      const other = rest.shareOf(share.account)
      if (share.account === gone.account) continue
      const now = other?.closed ?? zero
      if (!areApart(share.closed, now, slackOf(share))) continue
      const [closed, otherwise] = inWords(share.closed, now)
      const [taken] = inWords(met)
      return `Of account ${share.account} ${closed} is closed, and ${taken} of ${gone.account}. Without ${gone.account} and what it met of the demand, ${otherwise} is closed of ${share.account}.`
    }
    return undefined
  },
}

async function without(run: Run, book: PlainBook, at: number): Promise<EventJson | undefined> {
  const outcome = await run(eventOf(book))
  if (!isFeasible(outcome)) return undefined
  const { quantity } = book.demand[0]
  const share = outcome.shareOf(book.accounts[at].account)
  const rest = replacing(book, at, [])
  const left = share === undefined ? quantity : subtract(quantity, share.closed)
  return signOf(left) < 0 ? undefined : eventOf(demanding(rest, smallerOf(left, heldOf(rest))))
}
