import { multiply } from '../../../../src/numeric/index.js'
import type { Axiom } from '../axiom.js'
import { hundredths } from '../books.js'
import { areApart, inWords, slackOf } from '../compare.js'
import { eventOf } from '../plain-book.js'
import { wideBooks } from '../wide-books.js'

/** Who closes and reopens at the mark has another entry price and wallet balance, but the same position and equity. */
export const washTradeResistance: Axiom = {
  name: 'wash-trade-resistance',
  statement:
    'Entry prices and past profit do not matter: closing and reopening at any price with the same equity changes nothing.',
  domain:
    'Any book: several markets, debts, hedges, ADL prices off the mark. The variant has other entry prices and wallet balances, the same positions and equity.',
  trials: (fc, scope) =>
    fc
      .record({
        book: wideBooks(fc, scope),
        entries: fc.array(fc.constantFrom(100, 50, 80, 99, 101, 125, 200), { minLength: 6, maxLength: 6 }),
      })
      .map(({ book, entries }) => ({
        event: eventOf(book),
        variant: eventOf({
          ...book,
          accounts: book.accounts.map((account, i) => ({
            ...account,
            positions: account.positions.map((position) => ({
              ...position,
              entryPrice: multiply(book.markets[position.market].markPrice, hundredths(entries[i])),
            })),
          })),
        }),
      })),
  async judge(run, event, variant) {
    const { shares } = await run(event)
    const washed = (await run(variant!)).shares
    const at = shares.findIndex((share, i) => areApart(share.closed, washed[i].closed, slackOf(share)))
    if (at < 0) return undefined
    const { account, market, held } = shares[at]
    const [before, after, all] = inWords(shares[at].closed, washed[at].closed, held)
    const changed = event.accounts
      .filter((row, i) => JSON.stringify(row) !== JSON.stringify(variant!.accounts[i]))
      .map((row) => row.account)
    return `Of account ${account} ${before} of ${all} in ${market} is closed. With other entry prices of ${changed.join(', ')} and nothing else changed, ${after} is.`
  },
}
