import { add, compare, type Decimal, multiply, toNumber } from '../../../../src/numeric/index.js'
import type { Axiom } from '../axiom.js'
import { bookOf, sketches } from '../books.js'
import { inWords, isAbove, slackOf } from '../compare.js'
import type { Share } from '../outcome.js'
import { eventOf } from '../plain-book.js'

/** ℓ_i > ℓ_j before implies ℓ'_i ≥ ℓ'_j after, ℓ = p c/e. */
export const orderPreservation: Axiom = {
  name: 'order-preservation',
  statement: 'No account ends above another in leverage that started above it.',
  domain:
    'One market, nothing else held; every account can pay at the mark and at the ADL price. Compared are accounts on the demanded side.',
  trials: (fc, scope) => sketches(fc, scope).map((sketch) => ({ event: eventOf(bookOf(sketch)) })),
  async judge(run, event) {
    const { shares } = await run(event)
    for (const higher of shares) {
      const lower = shares.find(
        (other) => compare(leverBefore(higher, other), leverBefore(other, higher)) > 0 && isOvertaken(higher, other),
      )
      if (lower === undefined) continue
      const [start, otherStart] = inWords(
        leverage(higher, higher.held, higher.equity),
        leverage(lower, lower.held, lower.equity),
      )
      const [end, otherEnd] = inWords(
        leverage(higher, higher.kept, higher.equityAfter),
        leverage(lower, lower.kept, lower.equityAfter),
      )
      return `Account ${higher.account} starts at leverage ${start}, above ${lower.account} at ${otherStart}. It ends at ${end}, and ${lower.account} above it at ${otherEnd}.`
    }
    return undefined
  },
}

/** c_i e_j: leverages p c/e compared without dividing. */
const leverBefore = (one: Share, other: Share): Decimal => multiply(one.held, other.equity)
const leverAfter = (one: Share, other: Share): Decimal => multiply(one.kept, other.equityAfter)

function isOvertaken(higher: Share, lower: Share): boolean {
  const slack = add(multiply(slackOf(higher), lower.equityAfter), multiply(slackOf(lower), higher.equityAfter))
  return isAbove(leverAfter(lower, higher), leverAfter(higher, lower), slack)
}

const leverage = ({ price }: Share, contracts: Decimal, equity: Decimal): number =>
  (toNumber(price) * toNumber(contracts)) / toNumber(equity)
