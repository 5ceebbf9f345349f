import { absolute, compare, type Decimal, subtract, toNumber, zero } from '../../src/numeric/index.js'
import { exactCapacity } from '../book/exact-amounts.js'
import type { DecisionSpace } from '../book/space.js'

/** An account that holds what is demanded of a market, and of which less may be closed. */
interface HeldBack {
  readonly account: string
  readonly held: Decimal
  readonly closable: Decimal
}

const SHOWN = 5

/**
 * Who keeps a market from reaching its demand, those who keep most of it first: accounts that are below zero already, those
 * that closing would push there, or those whose holding is no number of whole lots.
 */
export function heldBack(space: DecisionSpace, market: string): string {
  const found = accountsOf(space, market)
  const kept = ({ held, closable }: HeldBack): Decimal => subtract(held, closable)
  found.sort((a, b) => compare(kept(b), kept(a)))
  const shown = found.slice(0, SHOWN).map(({ account, held, closable }) => {
    return `${account} gives ${brief(closable)} of ${brief(held)}`
  })
  const more = found.length > SHOWN ? [`${found.length - SHOWN} more give less than they hold`] : []
  return [...shown, ...more].join(', ')
}

/** Twelve digits: what solvency allows is a quotient. */
const brief = (amount: Decimal): string => String(Number(toNumber(amount).toPrecision(12)))

function accountsOf(space: DecisionSpace, market: string): HeldBack[] {
  const { event, markets } = space
  const k = markets.findIndex((demanded) => demanded.market.market === market)
  const { index, side } = markets[k]
  const pairOf = new Map(Array.from(space.pairPosition, (position, pair) => [position, pair]))
  const { starts, market: marketOf, quantity } = event.positions
  const found: HeldBack[] = []
  event.accounts.names.forEach((account, i) => {
    // Of exempt accounts nothing is expected. Debtors are left out of the space in the same way, and are named.
    const isExempt = event.accounts.exempt?.[i] === 1 && event.accounts.equity.values[i] >= 0
    for (let p = starts[i]; p < starts[i + 1] && !isExempt; p++) {
      if (marketOf[p] !== index || quantity.values[p] * side <= 0) continue
      const held = absolute(quantity.exact(p))
      const pair = pairOf.get(p)
      const closable = pair === undefined ? zero : exactCapacity(space, pair)
      if (compare(closable, held) < 0) found.push({ account, held, closable })
    }
  })
  return found
}
