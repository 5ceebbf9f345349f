import { SpillwayError } from '../../../src/errors.js'
import { apportion, type Decimal } from '../../../src/numeric/index.js'
import type { Policy, PolicyContext } from '../policy.js'
import type { MarketBook } from './market-book.js'
import { marketBooks, scatter } from './market-policy.js'

/** What a policy says about itself; only `name` and `summary` must be said. */
type Card = Pick<Policy, 'name' | 'summary'> & Partial<Omit<Policy, 'allocate' | 'markets' | 'name' | 'summary'>>

/** A policy of one's own: market by market, or the whole book at once. */
export type PolicyDefinition = Card &
  (
    | {
        /** Contracts closed, by row of the market: 0 ≤ x_i ≤ c_i, in all Q. */
        readonly allocate: (
          market: MarketBook,
          context: PolicyContext,
        ) => ArrayLike<number> | Promise<ArrayLike<number>>
      }
    | {
        /** The same by market, in the order given. */
        readonly allocateBook: (
          markets: readonly MarketBook[],
          context: PolicyContext,
        ) => readonly ArrayLike<number>[] | Promise<readonly ArrayLike<number>[]>
      }
  )

/** An answer in doubles may be off by this share of the demand, or of the position; then they are made exact. */
const SLACK = 1e-9

const silent = {
  formula: 'not stated',
  source: 'not stated',
  ties: 'not stated',
  closing: 'shares',
  ranking: 'none',
  equity: 'not stated',
  needs: [],
} as const

/**
 * A policy from a function that says how many contracts each account closes. The answer is checked, and made to add up
 * to each demand exactly: within 1e-9 relative, amounts inside their bounds take up the difference.
 *
 * `allocate` sees one market at a time. Its columns (`capacity`, `equity`, `profit`, …) hold doubles in `values` and the
 * numbers as written in `exact(i)`; one that the book does not give throws `policy-input`.
 *
 * @throws SpillwayError `policy-definition` at once for a definition without a name or a function; `policy-answer` from
 *   `allocate` for a wrong length, NaN, amounts outside 0 … c_i, or a sum that misses the demand
 * @example
 * const smallestFirst = definePolicy({
 *   name: 'smallest-first',
 *   summary: 'closes the smallest positions first',
 *   allocate({ capacity, quantity }) {
 *     const order = Array.from(capacity.values.keys()).sort((i, j) => capacity.values[i] - capacity.values[j])
 *     const closed = new Float64Array(order.length)
 *     let rest = quantity
 *     for (const i of order) rest -= closed[i] = Math.min(rest, capacity.values[i])
 *     return closed
 *   },
 * })
 */
export function definePolicy(definition: PolicyDefinition): Policy {
  checkDefinition(definition)
  const { name } = definition
  const isWhole = 'allocateBook' in definition
  const answer = async (
    books: readonly MarketBook[],
    context: PolicyContext,
  ): Promise<readonly ArrayLike<number>[]> => {
    if ('allocateBook' in definition) return definition.allocateBook(books, context)
    const answers: ArrayLike<number>[] = []
    for (const book of books) {
      context.signal?.throwIfAborted()
      answers.push(await definition.allocate(book, context))
    }
    return answers
  }
  const { allocate: _, allocateBook: __, ...card } = definition as PolicyDefinition & Record<string, unknown>
  return {
    ...silent,
    ...card,
    markets: isWhole ? 'jointly' : 'one by one',
    async allocate(space, context = {}) {
      const books = marketBooks(space, name)
      const answers = await answer(books, context)
      if (answers?.length !== books.length) {
        throw badAnswer(name, '', 'gave no answer for every market', answers?.length, `Return ${books.length} arrays.`)
      }
      return scatter(
        space,
        books.map((book, k) => checkAmounts(name, book, answers[k])),
      )
    },
  }
}

function checkDefinition(definition: PolicyDefinition): void {
  const { name, summary } = definition ?? {}
  const complain = (path: string, value: unknown, problem: string, cure: string): SpillwayError =>
    new SpillwayError({ code: 'policy-definition', path, value, problem, cure })
  if (typeof name !== 'string' || !/^[^:=,\s]+$/.test(name)) {
    throw complain('name', name, 'a policy needs a name', 'Give one word without ":", "=", "," and spaces.')
  }
  if (typeof summary !== 'string') {
    throw complain('summary', summary, 'a policy needs a summary', 'Say in one line what it does.')
  }
  const { allocate, allocateBook } = definition as { allocate?: unknown; allocateBook?: unknown }
  if ((typeof allocate === 'function') === (typeof allocateBook === 'function')) {
    throw complain('allocate', allocate, 'a policy is one function', 'Give either allocate or allocateBook.')
  }
}

function checkAmounts(policy: string, book: MarketBook, amounts: ArrayLike<number>): Decimal[] {
  const { accounts, capacity, count, demanded, market, quantity } = book
  if (amounts?.length !== count) {
    const cure = `Return one number for each of the ${count} accounts of the market, 0 for those that stay.`
    throw badAnswer(policy, market, 'gave a wrong number of amounts', amounts?.length, cure)
  }
  const bounded = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) {
    const amount = amounts[i]
    const most = capacity.values[i]
    if (!(amount >= -SLACK * most && amount <= most * (1 + SLACK))) {
      const where = `${market}, account ${JSON.stringify(accounts[i])}`
      throw badAnswer(policy, where, 'closes what is not there', amount, `Give a number from 0 to ${most} contracts.`)
    }
    bounded[i] = Math.min(Math.max(amount, 0), most)
    sum += bounded[i]
  }
  if (Math.abs(sum - quantity) > SLACK * quantity) {
    const cure = `The amounts must add up to the demand of ${quantity} contracts; \`quantity\` of the market holds it.`
    throw badAnswer(policy, market, 'misses the demand', sum, cure)
  }
  const exact = Array.from({ length: count }, (_, i) => capacity.exact(i))
  return apportion(bounded, exact, demanded.quantity)
}

function badAnswer(policy: string, where: string, problem: string, value: unknown, cure: string): SpillwayError {
  const path = where === '' ? `policy ${policy}` : `policy ${policy}, market ${where}`
  return new SpillwayError({ code: 'policy-answer', path, problem: `the policy ${problem}`, value, cure })
}
