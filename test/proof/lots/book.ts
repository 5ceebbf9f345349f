import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { leverageProblem } from '#models/proof/leverage/problem.js'
import type { randomFrom } from '../../books.js'
import { type Fraction, frac, least, minus, over, plus, sign, times, ZERO } from '../../fraction.js'

export type Account = readonly [equity: string, ...positions: (readonly [market: string, quantity: string])[]]

/** Shorts are closed: of A in lots of one at the mark of 10, of B in lots of 0.5 at the mark of 2, of C, which has no lots, at 1. */
export const problemOf = (
  accounts: readonly Account[],
  demand: Readonly<Record<string, string>>,
  { adlPrice = '10', lots = true } = {},
) =>
  leverageProblem(
    decisionSpace(
      parseEvent({
        format: 'spillway/event@1',
        markets: [
          { market: 'A', markPrice: '10', adlPrice, lotSize: '1' },
          { market: 'B', markPrice: '2', lotSize: '0.5' },
          { market: 'C', markPrice: '1' },
        ],
        accounts: accounts.map(([equity, ...positions], i) => ({
          account: `a${i}`,
          equity,
          positions: positions.map(([market, quantity]) => ({ market, quantity })),
        })),
        demand: Object.entries(demand).map(([market, quantity]) => ({ market, side: 'short', quantity })),
      } as never),
      { lots },
    ),
  )
export type Problem = ReturnType<typeof problemOf>

/** One account of a market of lots, all that it holds: what is sold of it moves N by p and E by d per contract. */
export interface Seller {
  readonly gross: Fraction
  readonly equity: Fraction
  readonly remarked: Fraction
  readonly most: number
}

/** The least of a value over all ways to close `wanted` lots; undefined for ∞. */
export function bestOf(
  sellers: readonly Seller[],
  wanted: number,
  judge: (closed: readonly number[]) => Fraction | undefined,
): Fraction | undefined {
  let best: Fraction | undefined
  const closed: number[] = []
  const visit = (left: number): void => {
    if (closed.length === sellers.length) {
      const value = left === 0 ? judge(closed) : undefined
      if (value !== undefined) best = best === undefined ? value : least(best, value)
      return
    }
    const { most: room } = sellers[closed.length]
    for (let j = 0; j <= Math.min(room, left); j++) {
      closed.push(j)
      visit(left - j)
      closed.pop()
    }
  }
  visit(wanted)
  return best
}

export const PRICE = frac('10')

/** Accounts that hold shorts of A alone, all of them solvent at the ADL price, and a demand that they can meet. */
export function sellersOf(random: ReturnType<typeof randomFrom>, gap: Fraction) {
  const sellers = Array.from({ length: random.whole(1, 4) }, () => {
    const quantity = random.pick(['1', '2.5', '3', '4', '0.5'])
    const notional = times(PRICE, frac(quantity))
    // Whoever has g > 0, and e of any sign.
    const remarked = frac(random.pick(['0.5', '1', '3', '10', '40', '7']))
    const equity = plus(remarked, times(gap, frac(quantity)))
    return {
      quantity,
      own: { gross: notional, remarked, equity, most: Math.floor(Number(quantity)) } satisfies Seller,
    }
  })
  const room = sellers.reduce((sum, { own }) => sum + own.most, 0)
  return { sellers, wanted: random.whole(1, Math.max(1, room)), room }
}

export const decimalText = ({ n, d }: Fraction): string => String(Number(n) / Number(d))

/** (N − p j)/(e − d j) after j lots; undefined for ∞. */
export function leverageOf({ gross, equity }: Seller, j: number, gap: Fraction): Fraction | undefined {
  const notional = minus(gross, times(PRICE, frac(j)))
  const left = minus(equity, times(gap, frac(j)))
  if (sign(notional) === 0) return ZERO
  return sign(left) > 0 ? over(notional, left) : undefined
}
