import {
  add,
  type Decimal,
  decimalOf,
  multiply,
  signOf,
  smallerOf,
  subtract,
  zero,
} from '../../../../src/numeric/index.js'
import type { EventJson } from '../../../book/index.js'
import type { Axiom, Run } from '../axiom.js'
import { bookOf, heldOf, quantityOf, shares, sketches } from '../books.js'
import { areApart, inWords, isFeasible, slackOf } from '../compare.js'
import type { Outcome } from '../outcome.js'
import { demanding, eventOf, type PlainBook, quantityIn, withQuantity } from '../plain-book.js'

/** x(Q) = x(Q₁) + x(Q − Q₁ in the book after Q₁), where positions and equity have taken the ADL price. */
export const pathIndependence: Axiom = {
  name: 'path-independence',
  statement: 'Closing a quantity at once, or a part first and the rest in the book that is left, closes the same.',
  domain:
    'One market, nothing else held; every account can pay at the mark and at the ADL price. The variant is the second stage: the book after the first, with the rest of the demand.',
  trials: (fc, scope) =>
    fc.record({ sketch: sketches(fc, scope), first: shares(fc) }).map(({ sketch, first }) => {
      const book = bookOf(sketch)
      const { quantity } = book.demand[0]
      const part = smallerOf(quantityOf(first, quantity), quantity)
      return { event: eventOf(book), vary: (run) => secondStage(run, book, part) }
    }),
  async judge(run, event, variant) {
    const [whole, rest] = [quantityIn(event), quantityIn(variant!)]
    const part = subtract(whole, rest)
    const atOnce = await run(event)
    const first = await run(withQuantity(event, part))
    const second = await run(variant!)
    for (const share of atOnce.shares) {
      const { account, held } = share
      const one = first.shareOf(account)?.closed ?? zero
      const two = second.shareOf(account)?.closed ?? zero
      if (!areApart(share.closed, add(one, two), slackOf(share))) continue
      const [closed, inStages, all] = inWords(share.closed, add(one, two), held)
      const [total, start, remainder] = inWords(whole, part, rest)
      return `Closing ${total} at once takes ${closed} of the ${all} of account ${account}. Closing ${start} first and then ${remainder} takes ${inStages}.`
    }
    return undefined
  },
}

async function secondStage(run: Run, book: PlainBook, part: Decimal): Promise<EventJson | undefined> {
  const first = await run(eventOf(demanding(book, part)))
  if (!isFeasible(first)) return undefined
  const left = after(book, first)
  const rest = subtract(book.demand[0].quantity, part)
  return eventOf(demanding(left, smallerOf(rest, heldOf(left))))
}

/** The book after a reduction: less of each position, and the concession paid out of equity. */
function after(book: PlainBook, outcome: Outcome): PlainBook {
  const accounts = book.accounts.map((account) => {
    const share = outcome.shareOf(account.account)
    if (share === undefined) return account
    const kept = signOf(share.kept) > 0 ? share.kept : zero
    return {
      ...account,
      equity: share.equityAfter,
      positions: account.positions.map((position) => ({
        ...position,
        quantity: multiply(kept, decimalOf(signOf(position.quantity))),
      })),
    }
  })
  return { ...book, accounts }
}
