import type { EventJson } from '../../../book/index.js'
import type { Axiom } from '../axiom.js'
import { bookOf, nameOf, sketches } from '../books.js'
import { areApart, inWords, slackOf } from '../compare.js'
import type { Share } from '../outcome.js'
import { eventOf, type PlainBook } from '../plain-book.js'

/**
 * x of an account depends on what it holds and on what others hold, not on names or on the order of a file. In
 * particular accounts that are alike are closed alike: swapping their names gives the same book.
 */
export const anonymity: Axiom = {
  name: 'anonymity',
  statement:
    'Other names and another order of the accounts change nothing, so accounts that are alike are closed alike.',
  domain:
    'One demanded market; accounts may have debts and hold other markets. The variant has new names and a new order.',
  trials: (fc, scope) =>
    fc
      .record({
        sketch: sketches(fc, scope, { insolvents: true, hedges: true, twins: true }),
        order: fc.array(fc.nat({ max: 99 }), { minLength: 18, maxLength: 18 }),
      })
      .map(({ sketch, order }) => {
        const book = bookOf(sketch)
        return { event: eventOf(book), variant: eventOf(relabelled(book, order)) }
      }),
  async judge(run, event, variant) {
    const before = kinds(event)
    const after = kinds(variant!)
    const shares = [...(await run(event)).shares]
    const others = (await run(variant!)).shares
    for (const share of shares) {
      const kind = before.get(share.account)
      const twin = shares.find((other) => before.get(other.account) === kind && isTreatedApart(share, other))
      if (twin !== undefined)
        return unequal(share, twin, `account ${twin.account}, which is like it in everything but the name`)
      const renamed = others.find((other) => after.get(other.account) === kind && isTreatedApart(share, other))
      if (renamed !== undefined)
        return unequal(share, renamed, `the same account in the variant, where it is called ${renamed.account}`)
    }
    return undefined
  },
}

function isTreatedApart(a: Share, b: Share): boolean {
  return areApart(a.closed, b.closed, slackOf(a))
}

function unequal(share: Share, other: Share, who: string): string {
  const [closed, held, otherwise] = inWords(share.closed, share.held, other.closed)
  return `Of account ${share.account} ${closed} of ${held} is closed. Of ${who}, ${otherwise} is closed.`
}

/** Every account's content without its name. */
function kinds({ accounts }: EventJson): Map<string, string> {
  return new Map(accounts.map(({ account, ...content }) => [account, JSON.stringify(content)]))
}

function relabelled(book: PlainBook, order: readonly number[]): PlainBook {
  const shuffled = book.accounts
    .map((account, i) => ({ account, key: order[i] }))
    .sort((a, b) => a.key - b.key)
    .map(({ account }, i) => ({ ...account, account: nameOf(i) }))
  return { ...book, accounts: shuffled }
}
