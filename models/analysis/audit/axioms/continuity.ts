import type { Arbitrary } from 'fast-check'
import {
  absolute,
  add,
  type Decimal,
  decimalOf,
  largerOf,
  multiply,
  signOf,
  smallerOf,
  zero,
} from '../../../../src/numeric/index.js'
import type { Axiom, FastCheck, Run, Scope, Trial } from '../axiom.js'
import { bookOf, heldOf, sketches } from '../books.js'
import { areApart, inWords, slackOf } from '../compare.js'
import { demanding, eventOf, type PlainAccount, type PlainBook } from '../plain-book.js'
import { steepestStep } from '../segment.js'

/** δ: prices, quantities and the demand move by up to this share of themselves, equity by this share of equity and notional. */
const CHANGE = decimalOf(1e-6)
/**
 * L: no reduction may move by more than L δ times what the side holds. Water-filling needs 3 + 3·(1 + largest leverage) at
 * most (docs/axioms.md), and leverage is at most 100 here.
 */
const CONSTANT = decimalOf(1000)

/** The least equity over notional of accounts that have any: leverage is at most 100. */
const LEAST_COVER = decimalOf(0.01)

type Direction = -1 | 0 | 1

interface Changes {
  readonly price: Direction
  readonly demand: Direction
  readonly accounts: readonly { readonly quantity: Direction; readonly equity: Direction; readonly entry: Direction }[]
}

/** |x_i(book') − x_i(book)| ≤ L δ Σ_j c_j. */
export const continuity: Axiom = {
  name: 'continuity',
  statement:
    'A small change of the book moves the allocation only a little: by a millionth, no reduction by more than a thousandth of what the side holds.',
  domain:
    'One market, nothing else held, ADL at the mark, leverage up to 100; accounts may have debts where the demand is at least what those hold. Lots stay whole.',
  trials,
  async judge(run, event, variant) {
    const before = await run(event)
    const after = await run(variant!)
    for (const share of before.shares) {
      const other = after.shareOf(share.account)
      const closed = other?.closed ?? zero
      const most = multiply(multiply(CONSTANT, CHANGE), before.demands[0].held)
      if (!areApart(share.closed, closed, add(most, slackOf(share)))) continue
      const [was, is, held] = inWords(share.closed, closed, share.held)
      return `Of account ${share.account} ${was} of ${held} is closed. With changes of a millionth in the book, ${is} is.`
    }
    return undefined
  },
}

function trials(fc: FastCheck, scope: Scope): Arbitrary<Trial> {
  const direction = fc.constantFrom<Direction[]>(0, 1, -1)
  const changes = fc.record({
    price: direction,
    demand: direction,
    accounts: fc.array(fc.record({ quantity: direction, equity: direction, entry: direction }), {
      minLength: 18,
      maxLength: 18,
    }),
  })
  const books = sketches(fc, scope, { offTheMark: false, insolvents: true, thin: false, twins: true }).map((sketch) =>
    covering(bookOf(sketch)),
  )
  const near = fc
    .record({ book: books, changes })
    .map(({ book, changes }) => ({ event: eventOf(book), variant: eventOf(changed(book, changes)) }))
  const far = fc.record({ book: books, end: ends(fc) }).map(({ book, end }) => ({
    event: eventOf(book),
    find: (run: Run) => steepestStep(run, book, endOf(book, end), multiply(CONSTANT, CHANGE)),
  }))
  return fc.oneof({ withCrossShrink: true }, near, far)
}

/** The same book with a demand that covers at least what the insolvent hold. */
function covering(book: PlainBook): PlainBook {
  return demanding(book, largerOf(book.demand[0].quantity, heldByInsolvents(book)))
}

/** The other end of a segment, which a jump may lie on: how many times the mark, or quantities, equities and entry prices. */
interface End {
  readonly price: number
  readonly twentieths: number
  readonly accounts: readonly { readonly quantity: number; readonly equity: number; readonly entry: number }[]
}

function ends(fc: FastCheck): Arbitrary<End> {
  const times = fc.constantFrom(1, 1, 1, 0.5, 2, 0.25, 4, 0.75, 1.25)
  return fc.record({
    price: fc.constantFrom(1, 1, 1, 0.5, 0.75, 0.9),
    twentieths: fc.integer({ min: 0, max: 20 }),
    accounts: fc.array(fc.record({ quantity: times, equity: times, entry: times }), { minLength: 18, maxLength: 18 }),
  })
}

/**
 * A lower mark, or another book at the same mark. On the way to both no leverage exceeds 100 where it does not at the ends, and a
 * step of 10⁻⁷ of the way changes nothing by more than a millionth, since no number grows or shrinks by more than four.
 */
function endOf(book: PlainBook, { price, twentieths, accounts }: End): PlainBook {
  const { markPrice, lotSize } = book.markets[0]
  if (price !== 1) {
    const lower = multiply(markPrice, decimalOf(price))
    return { ...book, markets: [{ ...book.markets[0], markPrice: lower, adlPrice: lower }] }
  }
  const hasLots = lotSize !== undefined
  const varied = {
    ...book,
    accounts: book.accounts.map((account, i): PlainAccount => {
      const { quantity, equity, entry } = accounts[i]
      const position = account.positions[0]
      const held = hasLots ? position.quantity : multiply(position.quantity, decimalOf(quantity))
      const paid = multiply(account.equity, decimalOf(equity))
      const least = multiply(multiply(absolute(held), markPrice), LEAST_COVER)
      return {
        ...account,
        equity: signOf(paid) > 0 ? largerOf(paid, least) : paid,
        positions: [{ ...position, quantity: held, entryPrice: multiply(position.entryPrice, decimalOf(entry)) }],
      }
    }),
  }
  // Twentieths of zero leave the demand as it is.
  const share = multiply(decimalOf(twentieths), { digits: 5n, scale: 2 })
  const wanted = twentieths === 0 || hasLots ? book.demand[0].quantity : multiply(heldOf(varied), share)
  return covering(demanding(varied, smallerOf(wanted, heldOf(varied))))
}

function heldByInsolvents(book: PlainBook): Decimal {
  return heldOf({ ...book, accounts: book.accounts.filter(({ equity }) => signOf(equity) <= 0) })
}

const moved = (value: Decimal, direction: Direction, of: Decimal = value): Decimal =>
  add(value, multiply(multiply(of, CHANGE), decimalOf(direction)))

function changed(book: PlainBook, { price, demand, accounts }: Changes): PlainBook {
  const { markPrice, lotSize } = book.markets[0]
  const hasLots = lotSize !== undefined
  const newPrice = moved(markPrice, price)
  const varied = {
    ...book,
    markets: [{ ...book.markets[0], markPrice: newPrice, adlPrice: newPrice }],
    accounts: book.accounts.map((account, i): PlainAccount => {
      const { quantity, equity, entry } = accounts[i]
      const position = account.positions[0]
      const size = add(absolute(account.equity), multiply(absolute(position.quantity), markPrice))
      return {
        ...account,
        equity: moved(account.equity, equity, size),
        positions: [
          {
            ...position,
            quantity: hasLots ? position.quantity : moved(position.quantity, quantity),
            entryPrice: moved(position.entryPrice, entry),
          },
        ],
      }
    }),
  }
  const wanted = book.demand[0].quantity
  return demanding(varied, smallerOf(hasLots ? wanted : moved(wanted, demand), heldOf(varied)))
}
