import type { DecisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { type GaussianMoves, parseMoves } from '#models/moves/index.js'
import { type GaussianState, gaussianAccounts } from '#models/proof/gaussian/book.js'
import type { GaussianProblem } from '#models/proof/gaussian/bound.js'
import { type GaussianDistribution, gaussianDistribution } from '#models/proof/gaussian/covariance.js'
import { type Decimal, toText } from '#src/numeric/index.js'
import type { randomFrom } from '../../books.js'
import { fracOf } from '../../certificates/decimals.js'
import { type Fraction, plus, times, ZERO } from '../../fraction.js'
import { type SmallBook, smallBook } from '../leverage/book.js'

/** Account `one` as given, `away` with nothing that is demanded; markets A, B and C at 10, 2 and 1. */
export const bookOf = (positions: readonly (readonly [string, string])[], equity = '100', adlPrice?: string) =>
  parseEvent({
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: '10', ...(adlPrice && { adlPrice }) },
      { market: 'B', markPrice: '2' },
      { market: 'C', markPrice: '1' },
    ],
    accounts: [
      { account: 'one', equity, positions: positions.map(([market, quantity]) => ({ market, quantity })) },
      { account: 'away', equity: '7', positions: [{ market: 'B', quantity: '3' }] },
    ],
    demand: [{ market: 'A', side: 'short', quantity: '1' }],
  } as never)

/** Moves of the markets of an event, in their order. */
export const lawOf = (
  event: ReturnType<typeof bookOf>,
  covariance: readonly (readonly number[])[],
  mean?: readonly number[],
): GaussianDistribution =>
  gaussianDistribution(
    event,
    parseMoves({
      format: 'spillway/moves@1',
      markets: event.markets.map(({ market }) => market),
      gaussian: { covariance, ...(mean && { mean }) },
    } as never) as GaussianMoves,
  )

export const COVARIANCE = [
  [0.04, 0.01, 0],
  [0.01, 0.09, 0],
  [0, 0, 0.01],
]

export const texts = (values: readonly Decimal[]): string[] => values.map(toText)

/** s² = y'Cy in fractions. */
export function varianceOf(
  { covariance }: GaussianDistribution,
  markets: readonly number[],
  { exposure }: Pick<GaussianState, 'exposure'>,
): Fraction {
  let sum = ZERO
  markets.forEach((i, a) => {
    markets.forEach((j, b) => {
      sum = plus(sum, times(fracOf(covariance[i][j]), times(fracOf(exposure[a]), fracOf(exposure[b]))))
    })
  })
  return sum
}

export function problemOf(space: DecisionSpace, law: GaussianDistribution): GaussianProblem {
  const accounts = gaussianAccounts(space, law)
  return {
    space,
    law,
    accounts,
    deciding: accounts.filter(({ pairs }) => pairs.length > 0),
    ineligible: accounts.filter(({ pairs }) => pairs.length === 0),
  }
}

/** A small book with a law of its markets, some of it singular, and what a bound is computed from. */
export function smallProblem(random: ReturnType<typeof randomFrom>): { small: SmallBook; problem: GaussianProblem } {
  const small = smallBook(random, { equities: ['-3', '0', '1', '20.5', '40', '300'] })
  const { space } = small
  const load = space.event.markets.map(() => random.pick([0.1, 0.2, 0.5, -0.3]))
  const own = space.event.markets.map(() => random.pick([0, 0.01, 0.25]))
  const law = lawOf(
    space.event,
    load.map((a, i) => load.map((b, j) => Number((a * b + (i === j ? own[i] : 0)).toFixed(6)))),
    random.chance(0.5) ? undefined : load.map(() => random.pick([0, 0.1, -0.2])),
  )
  return { small, problem: problemOf(space, law) }
}
