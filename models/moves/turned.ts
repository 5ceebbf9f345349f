import { SpillwayError } from '../../src/errors.js'
import { add, compare, type Decimal, decimalOf, negate, roundedQuotient } from '../../src/numeric/index.js'
import type { AdlEvent } from '../book/index.js'
import { alignMoves } from './align.js'
import type { GaussianMoves, Moves, ScenarioMoves } from './moves.js'

/** Digits behind the point of a move that was turned. */
const DIGITS = 50
const one = decimalOf(1)

/**
 * Moves of the prices that an event computes with: a relative move r of the price p of an inverse market is one of
 * −r/(1 + r) of 1/p, to fifty digits; all others are as given. The digest stays that of the moves as given.
 *
 * @throws SpillwayError `inverse-move` for a move of −1 or less, at which 1/p has no value; `not-expressible` for normal moves, whose
 * reciprocals are not normal; `missing-market`
 */
export function turnedMoves(moves: ScenarioMoves, event: AdlEvent): ScenarioMoves
export function turnedMoves(moves: Moves, event: AdlEvent): Moves
export function turnedMoves(moves: Moves, event: AdlEvent): Moves {
  if (!event.markets.some(({ inverse }) => inverse)) return moves
  if (moves.kind === 'gaussian') throw notNormal(moves, event)
  const inverse = new Uint8Array(moves.markets.length)
  alignMoves(moves, event).forEach((column, k) => {
    if (event.markets[k].inverse) inverse[column] = 1
  })
  const { length } = inverse
  const returns = moves.returns.mapped((at, value) => {
    if (inverse[at % length] === 0) return undefined
    const move = value()
    if (compare(move, negate(one)) <= 0) throw tooLow(moves, at)
    return reciprocal(move)
  })
  return { ...moves, returns }
}

/** −r/(1 + r). */
function reciprocal(move: Decimal): Decimal {
  return move.digits === 0n ? move : roundedQuotient(negate(move), add(one, move), DIGITS, 'down')
}

function tooLow({ markets, returns }: ScenarioMoves, at: number): SpillwayError {
  const market = markets[at % markets.length]
  return new SpillwayError({
    code: 'inverse-move',
    path: `moves[${Math.floor(at / markets.length)}].${market}`,
    value: returns.values[at],
    problem: `${JSON.stringify(market)} is an inverse market, and at a price of zero or less its contracts have no value`,
    cure: 'Give moves above −1: −0.5 is −50 %.',
  })
}

function notNormal({ kind }: GaussianMoves, { markets }: AdlEvent): SpillwayError {
  const inverse = markets.find((market) => market.inverse)!
  return new SpillwayError({
    code: 'not-expressible',
    path: 'inputs.moves',
    value: kind,
    problem: `${JSON.stringify(inverse.market)} is an inverse market, and reciprocals of normal prices are not normal`,
    cure: 'Draw scenarios: spillway moves EVENT --model lognormal --draws N --out FILE.',
  })
}
