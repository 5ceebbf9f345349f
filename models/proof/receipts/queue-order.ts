import { add, type Decimal, zero } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity, exactEquity, exactGross } from '../../book/exact-amounts.js'
import type { RuleHolding } from './follow-rule.js'
import { maintenanceMarginOf, walletBalanceOf } from './given-amounts.js'
import { type RuleName, shapeOf } from './rules.js'
import { compareScores, type Score, scoreOf, scoreText } from './scores.js'

/** The queue of a market: its pairs by falling score, of each score its text, and what stands before and beside each. */
export interface Queue {
  readonly pairs: readonly number[]
  readonly scores: ReadonlyMap<number, string>
  standing(pair: number): Standing
}
type Standing = Required<Pick<RuleHolding, 'ahead' | 'together'>>

/** Equal scores stand in the order of the book, in which sorting leaves them. Throws what `missing` makes of a field that the rule needs and the book does not give. */
export function queueOf(
  space: DecisionSpace,
  rule: RuleName,
  k: number,
  missing: (owner: number, field: string) => Error,
): Queue {
  const { own, held } = shapeOf(rule)
  const { event, pairMarket, pairPosition, pairOwner } = space
  const { price, side } = space.markets[k]
  const entryPrices = event.positions.entryPrice
  const pairs = Array.from(pairMarket.keys()).filter((pair) => pairMarket[pair] === k)
  const scores = new Map(
    pairs.map((pair): [number, Score] => {
      const owner = pairOwner[pair]
      const isMissing = Number.isNaN(entryPrices?.values[pairPosition[pair]] ?? Number.NaN)
      if (held.includes('entryPrice') && isMissing) throw missing(owner, 'entryPrice')
      const entryPrice = isMissing ? undefined : entryPrices!.exact(pairPosition[pair])
      const [gross, equity, capacity] = [
        exactGross(space, owner),
        exactEquity(space, owner),
        exactCapacity(space, pair),
      ]
      const maintenanceMargin = own.includes('maintenanceMargin') ? maintenanceMarginOf(space, owner) : zero
      const walletBalance = held.includes('walletBalance') ? walletBalanceOf(space, pair) : zero
      if (maintenanceMargin === undefined) throw missing(owner, 'maintenanceMargin')
      if (walletBalance === undefined) throw missing(owner, 'walletBalance')
      const facts = { price, isLong: side === 1, capacity, entryPrice, gross, equity, maintenanceMargin, walletBalance }
      return [pair, scoreOf(rule, facts)]
    }),
  )
  pairs.sort((a, b) => compareScores(scores.get(b)!, scores.get(a)!))
  const texts = new Map(pairs.map((pair) => [pair, scoreText(scores.get(pair)!)]))
  // Contracts by score, the highest first, and of all scores above.
  const together = new Map<string, Decimal>()
  for (const pair of pairs) {
    const text = texts.get(pair)!
    together.set(text, add(together.get(text) ?? zero, exactCapacity(space, pair)))
  }
  const ahead = new Map<string, Decimal>()
  let sum = zero
  for (const [text, own] of together) {
    ahead.set(text, sum)
    sum = add(sum, own)
  }
  const standing = (pair: number): Standing => {
    const text = texts.get(pair)!
    return { ahead: ahead.get(text)!, together: together.get(text)! }
  }
  return { pairs, scores: texts, standing }
}
