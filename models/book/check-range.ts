import { SpillwayError } from '../../src/errors.js'
import { toNumber } from '../../src/numeric/index.js'
import type { AdlEvent } from './event.js'

/**
 * Sizes that can be computed with: a square of notional over an equity stays between 1e-225 and 1e225, and sums of millions of
 * them, times squares of factor loadings up to 1e30, are still numbers that doubles hold.
 */
const LARGEST = 1e75
const SMALLEST = 1e-75
const LARGEST_LOADING = 1e30

const isWithin = (value: number): boolean => {
  const size = Math.abs(value)
  return (size >= SMALLEST && size <= LARGEST) || size === 0
}

/**
 * Throws `number-range` for an event with a price, an equity, a quantity or a notional that is so large or so small that values and
 * leverages of it would leave the doubles. Markets that nobody holds and that are not demanded may have any price.
 */
export function checkRange({ markets, accounts, positions, demand }: AdlEvent): void {
  const poor = firstBeyond(accounts.equity.values, accounts.count)
  if (poor >= 0) {
    throw outOfRange(`accounts.${accounts.names[poor]}.equity`, accounts.equity.text(poor), 'this equity')
  }
  const isUsed = new Uint8Array(markets.length)
  for (const { market } of demand) isUsed[market] = 1
  const marks = Float64Array.from(markets, ({ markPrice }) => toNumber(markPrice))
  const closes = Float64Array.from(markets, ({ adlPrice }) => toNumber(adlPrice))
  const held = firstBeyondAtPrices(positions, marks, closes, isUsed)
  if (held >= 0) {
    const account = accountAt(positions.starts, held)
    const path = `accounts.${accounts.names[account]}.positions.${markets[positions.market[held]].market}.quantity`
    throw outOfRange(path, positions.quantity.text(held), 'this quantity, or its notional,')
  }
  for (let k = 0; k < markets.length; k++) {
    if (isUsed[k] === 0) continue
    const { market, markPrice, adlPrice, factorLoading } = markets[k]
    const path = `markets.${market}`
    if (!isWithin(marks[k])) throw outOfRange(`${path}.markPrice`, toNumber(markPrice), 'this price')
    if (!isWithin(closes[k])) throw outOfRange(`${path}.adlPrice`, toNumber(adlPrice), 'this price')
    if (factorLoading === undefined) continue
    const loading = toNumber(factorLoading)
    const size = Math.abs(loading)
    const isGood = size === 0 || (size >= 1 / LARGEST_LOADING && size <= LARGEST_LOADING)
    if (!isGood) throw outOfRange(`${path}.factorLoading`, loading, 'this loading')
  }
}

/** The first value that is too large or too small, −1 where none is. */
function firstBeyond(values: Float64Array, count: number): number {
  for (let i = 0; i < count; i++) if (!isWithin(values[i])) return i
  return -1
}

/** The first position whose quantity, or notional at either price, is; notes which markets are held. */
function firstBeyondAtPrices(
  { market, quantity: { values }, starts }: AdlEvent['positions'],
  marks: Float64Array,
  closes: Float64Array,
  isUsed: Uint8Array,
): number {
  const count = starts[starts.length - 1]
  for (let j = 0; j < count; j++) {
    const k = market[j]
    const quantity = values[j]
    isUsed[k] = 1
    if (!(isWithin(quantity) && isWithin(quantity * marks[k]) && isWithin(quantity * closes[k]))) return j
  }
  return -1
}

/** Whose positions a position is among. */
function accountAt(starts: Int32Array, position: number): number {
  return starts.findIndex((start, i) => start <= position && position < starts[i + 1])
}

function outOfRange(path: string, value: unknown, what: string): SpillwayError {
  return new SpillwayError({
    code: 'number-range',
    path,
    value,
    problem: `${what} is too large or too small to be computed with`,
    cure: `Correct it, or state the event in other units: sizes from ${SMALLEST} to ${LARGEST} will do.`,
  })
}
