import { multiply, parseDecimal } from '../../../../src/numeric/index.js'
import type { Axiom } from '../axiom.js'
import { areApart, inWords } from '../compare.js'
import { eventOf } from '../plain-book.js'
import { wideBooks } from '../wide-books.js'

/** What `verify` forgives of a demand. */
const FORGIVEN = parseDecimal('1e-9')!

/** Σ_i x_ik = Q_k. */
export const demandMet: Axiom = {
  name: 'demand-met',
  statement: 'Exactly what is demanded of a market is closed in it.',
  domain: 'Any book: several markets, debts, hedges, ADL prices off the mark.',
  trials: (fc, scope) => wideBooks(fc, scope).map((book) => ({ event: eventOf(book) })),
  async judge(run, event) {
    const { demands } = await run(event)
    const missed = demands.find(({ quantity, closed }) => areApart(closed, quantity, multiply(FORGIVEN, quantity)))
    if (missed === undefined) return undefined
    const { market } = missed
    const [closed, quantity, held] = inWords(missed.closed, missed.quantity, missed.held)
    return `In ${market} ${quantity} is demanded, but ${closed} is closed. Accounts hold ${held} there that could be closed.`
  },
}
