import { type DecisionSpace, decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import type { Decimal } from '#src/numeric/index.js'
import type { randomFrom } from '../../books.js'
import { dec } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, plus, sign, size, times, total, ZERO } from '../../fraction.js'

/** A small book with an allocation that meets its demand, and what is true of it in fractions, from the plain text alone. */
export interface SmallBook {
  readonly space: DecisionSpace
  readonly reductions: readonly Decimal[]
  /** By owner of the space, after the allocation: Σ_k |n'_ik| p_k and e'_i; and e_i + Σ_k n_ik (a_k − p_k), which no allocation changes. */
  readonly gross: readonly Fraction[]
  readonly equity: readonly Fraction[]
  readonly remarked: readonly Fraction[]
  /** By account of the event, with every position; `k` counts in the markets of the event. */
  readonly accounts: readonly { readonly equity: Fraction; readonly held: readonly Held[] }[]
  readonly demanded: readonly { readonly k: number; readonly quantity: Fraction }[]
}

export interface Held {
  readonly k: number
  readonly quantity: Fraction
  readonly price: Fraction
  /** p_k − a_k, and 1 where longs are closed, else −1. */
  readonly gap: Fraction
  readonly side: Fraction
  readonly isEligible: boolean
  /** |n_ik|, and what the allocation closes of it. */
  readonly capacity: Fraction
  readonly closed: Fraction
}

interface Options {
  /** Something may be closed beyond zero. */
  readonly beyond?: boolean
  readonly equities?: readonly string[]
  readonly offMark?: boolean
  readonly mostMarkets?: number
}

/** Insolvent accounts are closed whole, the others by tenths of what they hold. */
export function smallBook(random: ReturnType<typeof randomFrom>, options: Options = {}): SmallBook {
  const {
    beyond = false,
    equities = ['-3', '0', '1', '20.5', '300', '1000'],
    offMark = true,
    mostMarkets = 3,
  } = options
  const markets = Array.from({ length: random.whole(1, mostMarkets) }, (_, k) => {
    const markPrice = random.pick(['1', '2.5', '10', '0.3'])
    const adlPrice = String(Number(markPrice) * random.pick([8, 10, 12])).slice(0, 3)
    const side = random.pick(['short', 'long'] as const)
    return {
      market: `M${k}`,
      markPrice,
      side,
      ...(offMark && random.chance(0.5) && { adlPrice: `${Number(adlPrice) / 10}` }),
    }
  })
  const accounts = Array.from({ length: random.whole(1, 6) }, (_, i) => ({
    account: `a${i}`,
    equity: random.pick(equities),
    positions: markets
      .filter(() => random.chance(0.7))
      .map(({ market }) => ({ market, quantity: random.pick(['-8', '-3.7', '-1', '0.5', '4', '12.9']) })),
  }))
  // Whatever the others hold, something is demanded of every market.
  accounts.push({
    account: 'always',
    equity: '5000',
    positions: markets.map(({ market, side }) => ({ market, quantity: side === 'long' ? '3' : '-3' })),
  })
  const signOfSide = (side: 'short' | 'long'): Fraction => frac(side === 'long' ? '1' : '-1')
  const gap = ({ markPrice, adlPrice }: (typeof markets)[number]): Fraction =>
    minus(frac(markPrice), frac(adlPrice ?? markPrice))
  const facts = accounts.map(({ account, equity, positions }) => {
    const least = account === 'always' ? 1 : 0
    const held = positions.map(({ market, quantity }) => {
      const of = markets[Number(market.slice(1))]
      const isEligible = sign(frac(quantity)) === sign(signOfSide(of.side))
      return { account, of, quantity: frac(quantity), text: quantity.replace('-', ''), isEligible }
    })
    const remarked = held.reduce((sum, { of, quantity }) => minus(sum, times(quantity, gap(of))), frac(equity))
    const closed = held.map(({ text, isEligible }) => {
      if (!isEligible) return '0'
      if (sign(remarked) <= 0) return text
      if (beyond && random.chance(0.2)) return `${Number(text) + 0.5}`
      if (least === 0 && random.chance(0.3)) return '0'
      return random.chance(0.3) ? text : `${Math.round(Number(text) * random.whole(1, 9)) / 10}`
    })
    return { equity: frac(equity), held, remarked, closed }
  })
  const demand = markets.map(({ market, side }, k) => {
    const own = facts.flatMap(({ held, closed }) => held.map((each, h) => ({ ...each, closed: closed[h] })))
    const [wanted, most] = ['closed', 'text'].map((name) =>
      own
        .filter(({ of, isEligible }) => isEligible && of === markets[k])
        .reduce((sum, each) => sum + Number(each[name as 'closed' | 'text']), 0),
    )
    return { market, side, quantity: String(Math.round(Math.min(wanted, most) * 100) / 100) }
  })
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: markets.map(({ side: _, ...market }) => market),
    accounts,
    demand,
  } as never)
  const space = decisionSpace(event)
  const own = Array.from(space.owners, (account) => facts[account])
  return {
    space,
    reductions: Array.from(space.pairOwner, (owner, pair) => {
      const { held, closed } = own[owner]
      return dec(closed[held.findIndex(({ of }) => of.market === space.markets[space.pairMarket[pair]].market.market)])
    }),
    gross: own.map(({ held, closed }) =>
      total(
        held.map(({ of, quantity }, h) =>
          times(size(minus(quantity, times(signOfSide(of.side), frac(closed[h])))), frac(of.markPrice)),
        ),
      ),
    ),
    equity: own.map(({ equity, held, closed }) =>
      held.reduce((sum, { of }, h) => minus(sum, times(times(signOfSide(of.side), gap(of)), frac(closed[h]))), equity),
    ),
    remarked: own.map(({ remarked }) => remarked),
    accounts: facts.map(({ equity, held, closed }) => ({
      equity,
      held: held.map(({ of, quantity, isEligible }, h) => ({
        k: Number(of.market.slice(1)),
        quantity,
        price: frac(of.markPrice),
        gap: gap(of),
        side: signOfSide(of.side),
        isEligible,
        capacity: size(quantity),
        closed: frac(closed[h]),
      })),
    })),
    demanded: demand.map(({ quantity }, k) => ({ k, quantity: frac(quantity) })),
  }
}

/** Σ of squares over weights, of those whose weight is above zero. */
export const squares = (
  gross: readonly Fraction[],
  weights: readonly Fraction[],
  over: (a: Fraction, b: Fraction) => Fraction,
) => gross.reduce((sum, own, i) => (sign(weights[i]) > 0 ? plus(sum, over(times(own, own), weights[i])) : sum), ZERO)
