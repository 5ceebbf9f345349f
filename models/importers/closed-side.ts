import { signOf } from '../../src/numeric/index.js'
import { mistake, type Place } from '../book/place.js'
import { amount, sideOf, text } from './amounts.js'
import type { Json } from './find-records.js'

/** A row of a section, its cells by our names of the fields. */
export interface Row {
  readonly cells: Json
  readonly place: Place
  readonly at: string
  /** Of a closing that stands in the row of a position: the side of that position. */
  readonly side?: -1 | 1
}

/** By account and market, the sides on which something is held. */
export type Sides = ReadonlyMap<string, ReadonlySet<-1 | 1>>

export const pairOf = (account: unknown, market: unknown): string => JSON.stringify([account, market])

export const LONG = ['long', 'buy', 'b', 'l', '1', '+1']
export const SHORT = ['short', 'sell', 's', 'a', '-1']

/** A closing with the side of the position in whose row it stands. */
export function ofPosition(closing: Row, position: Row | undefined): Row {
  const held = position && amount(position.cells, position.place, ['quantity'])
  if (position === undefined || held === undefined || signOf(held) === 0) return closing
  const word = text(position.cells, ['side'])
  const side = word === undefined ? signOf(held) : sideOf(word, position.place, 'side', LONG, SHORT)
  return { ...closing, side: side as -1 | 1 }
}

/**
 * The side of the position that a row closes: that of the position in the same row, the one that is stated, or the only
 * one that the account holds. A word such as "buy" says the side of the trade in some tables and that of the position
 * in others, so it has to fit what is held.
 */
export function closedSide(
  { cells, place, side: own }: Row,
  held: ReadonlySet<-1 | 1> | undefined,
): -1 | 1 | undefined {
  const word = text(cells, ['side'])
  const stated = word === undefined ? undefined : sideOf(word, place, 'side', LONG, SHORT)
  if (stated === undefined) return own ?? (held?.size === 1 ? [...held][0] : undefined)
  const isOther = own === undefined ? held !== undefined && !held.has(stated) : own !== stated
  if (!isOther) return stated
  const side = stated > 0 ? 'long' : 'short'
  const cure =
    'The side of a closing is that of the position: long or short. Leave the column out where it is the side of the trade.'
  throw mistake(
    'wrong-side',
    place('side'),
    `a ${side} position is closed, and the account holds the other side`,
    word,
    cure,
  )
}

export function bothSides(
  { place }: Row,
  market: string,
  first: { readonly side: -1 | 1; readonly at: string },
): Error {
  const problem = `${JSON.stringify(market)} is closed on the ${first.side > 0 ? 'long' : 'short'} side in ${first.at}, and on the other side here`
  const cure = 'One side of a market is closed in an event: import each side by itself.'
  return mistake('both-sides', place('quantity'), problem, market, cure)
}
