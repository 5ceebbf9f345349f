import type { ProofColumn } from '../../../src/certificates/index.js'
import { zero } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity } from '../../book/exact-amounts.js'

/** The name of a pair's column: account and market by their indices in the event, counted from 0. */
export function pairName({ owners, pairOwner, pairMarket, markets }: DecisionSpace, pair: number): string {
  return `x${owners[pairOwner[pair]]}_${markets[pairMarket[pair]].index}`
}

/** 0 ≤ x_ik ≤ c_ik. */
export function pairColumn(space: DecisionSpace, pair: number): ProofColumn {
  return { name: pairName(space, pair), cost: zero, lower: zero, upper: exactCapacity(space, pair) }
}

/** What the names of columns mean. */
export function pairNotes({ markets }: DecisionSpace): string[] {
  return [
    'x<a>_<m>: contracts closed of account number a in market number m, both counted from 0 in the order of the event',
    ...markets.map(({ index, market }) => `market ${index}: ${JSON.stringify(market.market)}`),
  ]
}
