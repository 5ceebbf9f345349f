import {
  add,
  type Decimal,
  decimalPlaces,
  multiply,
  roundedQuotient,
  signOf,
  smallerOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity, exactEquity } from '../../book/exact-amounts.js'
import type { Reductions } from '../objective.js'

/** Places behind those of what is conceded: far below a solver's rounding, which is all that is moved. */
const PLACES = 60

/**
 * Reductions that meet each demand, made to keep Σ_k d_k x_ik ≤ e_i exactly for the owners of `solvencyRows`. A
 * solver's point is beyond a row by its tolerance at most; that much is closed of others of the market instead, whose
 * holdings, and whose own rows, have room for it. What finds no room stays: the demand comes first, and the verdict
 * says what is forgiven.
 */
export function keptSolvent(space: DecisionSpace, given: Reductions): Reductions {
  const { solvencyRows, starts, pairMarket, pairOwner, markets } = space
  if (solvencyRows === undefined || solvencyRows.length === 0) return given
  const closed = given.slice()
  const concessionOf = (pair: number): Decimal => markets[pairMarket[pair]].concession
  const isRow = new Uint8Array(space.owners.length)
  for (const owner of solvencyRows) isRow[owner] = 1
  const left = (owner: number): Decimal => {
    let equity = exactEquity(space, owner)
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++)
      equity = subtract(equity, multiply(concessionOf(pair), closed[pair]))
    return equity
  }
  /** What more may be closed of a pair. */
  const room = (pair: number): Decimal => {
    const held = subtract(exactCapacity(space, pair), closed[pair])
    const owner = pairOwner[pair]
    if (signOf(held) <= 0 || isRow[owner] === 0 || signOf(concessionOf(pair)) <= 0) return held
    const equity = left(owner)
    return signOf(equity) <= 0 ? zero : smallerOf(held, quotient(equity, concessionOf(pair), 'down'))
  }
  const pairsIn = markets.map((): number[] => [])
  pairMarket.forEach((k, pair) => {
    pairsIn[k].push(pair)
  })
  for (const owner of solvencyRows) {
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      const equity = left(owner)
      if (signOf(equity) >= 0) break
      if (signOf(concessionOf(pair)) <= 0) continue
      let due = smallerOf(closed[pair], quotient(subtract(zero, equity), concessionOf(pair), 'up'))
      for (const other of pairsIn[pairMarket[pair]]) {
        if (pairOwner[other] === owner) continue
        const moved = smallerOf(room(other), due)
        if (signOf(moved) <= 0) continue
        due = subtract(due, moved)
        closed[other] = add(closed[other], moved)
        closed[pair] = subtract(closed[pair], moved)
      }
    }
  }
  return closed
}

const quotient = (a: Decimal, b: Decimal, way: 'up' | 'down'): Decimal =>
  roundedQuotient(a, b, decimalPlaces(a) + PLACES, way)
