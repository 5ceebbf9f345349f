import {
  absolute,
  add,
  compare,
  type Decimal,
  multiply,
  parseDecimal,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { Outcome, Share } from './outcome.js'

/**
 * Policies compute in doubles, and what they close is off by rounding: about 1e-15 of the sums that went into it. A
 * difference counts as real where it exceeds a billionth of the position and a million-millionth of the demand.
 */
const OF_POSITION = parseDecimal('1e-9') as Decimal
const OF_DEMAND = parseDecimal('1e-12') as Decimal

/** Contracts below which two reductions of a position are the same. */
export function slackOf({ held, demand }: Pick<Share, 'held' | 'demand'>): Decimal {
  return add(multiply(OF_POSITION, held), multiply(OF_DEMAND, demand))
}

/** a > b by more than rounding. */
export function isAbove(a: Decimal, b: Decimal, slack: Decimal): boolean {
  return compare(subtract(a, b), slack) > 0
}

/** Whether two amounts are not the same, beyond rounding. */
export function areApart(a: Decimal, b: Decimal, slack: Decimal): boolean {
  return compare(absolute(subtract(a, b)), slack) > 0
}

/** Whether every demand is met and no position closed more than once, to rounding: what another stage can build on. */
export function isFeasible({ shares, demands }: Outcome): boolean {
  return (
    shares.every((share) => !isOutside(share)) &&
    demands.every(({ quantity, closed }) => !areApart(closed, quantity, multiply(OF_POSITION, quantity)))
  )
}

/** Whether more is closed of a position than there is, or less than nothing. */
export function isOutside(share: Share): boolean {
  const slack = slackOf(share)
  return isAbove(share.closed, share.held, slack) || isAbove(zero, share.closed, slack)
}

/** Numbers as they stand in a sentence: six digits, or twelve where six do not tell them apart. */
export function inWords(...values: readonly (Decimal | number)[]): string[] {
  const numbers = values.map((value) => (typeof value === 'number' ? value : toNumber(value)))
  const written = (digits: number): string[] => numbers.map((value) => String(Number(value.toPrecision(digits))))
  const brief = written(6)
  const isClear = numbers.every((value, i) => numbers.every((other, j) => value === other || brief[i] !== brief[j]))
  return isClear ? brief : written(12)
}
