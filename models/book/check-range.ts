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

const isWithin = (value: number, largest = LARGEST, smallest = SMALLEST): boolean => {
  const size = Math.abs(value)
  return size === 0 || (size >= smallest && size <= largest)
}

/**
 * Throws `number-range` for an event with a price, an equity, a quantity or a notional that is so large or so small that values and
 * leverages of it would leave the doubles. Markets that nobody holds and that are not demanded may have any price.
 */
export function checkRange({ markets, accounts, positions, demand }: AdlEvent): void {
  const { names, equity } = accounts
  for (let i = 0; i < accounts.count; i++) {
    if (!isWithin(equity.values[i])) throw outOfRange(`accounts.${names[i]}.equity`, equity.text(i), 'this equity')
  }
  const used = new Set(demand.map(({ market }) => market))
  const marks = markets.map(({ markPrice }) => toNumber(markPrice))
  const closes = markets.map(({ adlPrice }) => toNumber(adlPrice))
  for (let i = 0; i < accounts.count; i++) {
    for (let j = positions.starts[i]; j < positions.starts[i + 1]; j++) {
      const k = positions.market[j]
      used.add(k)
      const quantity = positions.quantity.values[j]
      if (isWithin(quantity) && isWithin(quantity * marks[k]) && isWithin(quantity * closes[k])) continue
      const path = `accounts.${names[i]}.positions.${markets[k].market}.quantity`
      throw outOfRange(path, positions.quantity.text(j), 'this quantity, or its notional,')
    }
  }
  for (const k of used) {
    const { market, markPrice, adlPrice, factorLoading } = markets[k]
    const path = `markets.${market}`
    if (!isWithin(marks[k])) throw outOfRange(`${path}.markPrice`, toNumber(markPrice), 'this price')
    if (!isWithin(closes[k])) throw outOfRange(`${path}.adlPrice`, toNumber(adlPrice), 'this price')
    if (factorLoading === undefined) continue
    const loading = toNumber(factorLoading)
    const isGood = isWithin(loading, LARGEST_LOADING, 1 / LARGEST_LOADING)
    if (!isGood) throw outOfRange(`${path}.factorLoading`, loading, 'this loading')
  }
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
