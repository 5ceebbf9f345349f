import { compare, type Decimal, decimalOf, doublesOf, multiply } from '../../../src/numeric/index.js'
import type { BookColumn } from './book-column.js'

/** Who stands before whom, exactly; equals are equal. */
export interface Ranking {
  /** Of row i against row `other`: negative where i comes first, 0 where the two are equal. */
  against(other: number): (i: number) => number
}

/** A product of columns over another, both exact; all `under` are above zero. `first` is ∞, `last` −∞. */
export type Score = Quotient | 'first' | 'zero' | 'last'

interface Quotient {
  readonly over: readonly BookColumn[]
  readonly under: readonly BookColumn[]
}

/**
 * Scores in doubles that differ by more than this, relatively, are in their exact order: columns are accurate to 1e-13
 * and a score multiplies and divides a handful of them. Nearer ones are compared as fractions.
 */
const NEAR = 1e-10

/** The highest score first. A score is one formula with two evaluations, so that doubles and decimals cannot disagree. */
export function rankBy(count: number, scoreOf: (i: number) => Score): Ranking {
  const scores = doublesOf(count, (i) => evaluate(scoreOf(i), i))
  return {
    against(other) {
      const theirs = scores[other]
      let exact: Fraction | undefined
      return (i) => {
        const ours = scores[i]
        if (ours === theirs && (ours === 0 || !Number.isFinite(ours))) return 0
        if (i === other) return 0
        const isNear = Math.abs(ours - theirs) <= NEAR * Math.max(Math.abs(ours), Math.abs(theirs))
        if (!isNear || !Number.isFinite(ours - theirs)) return ours > theirs ? -1 : 1
        exact ??= evaluateExactly(scoreOf(other), other)
        const own = evaluateExactly(scoreOf(i), i)
        return compare(multiply(exact.over, own.under), multiply(own.over, exact.under))
      }
    },
  }
}

/** By the first ranking, equals by the second, and so on. */
export function inTurn(...rankings: readonly Ranking[]): Ranking {
  return {
    against(other) {
      const standings = rankings.map((ranking) => ranking.against(other))
      return (i) => {
        for (const standing of standings) {
          const order = standing(i)
          if (order !== 0) return order
        }
        return 0
      }
    },
  }
}

/** The lowest score first. */
export function backwards(ranking: Ranking): Ranking {
  return {
    against(other) {
      const standing = ranking.against(other)
      return (i) => -standing(i)
    },
  }
}

interface Fraction {
  readonly over: Decimal
  readonly under: Decimal
}

function evaluate(score: Score, i: number): number {
  if (score === 'first') return Infinity
  if (score === 'last') return -Infinity
  if (score === 'zero') return 0
  const { over, under } = score
  let value = 1
  for (let f = 0; f < over.length; f++) value *= over[f].values[i]
  for (let f = 0; f < under.length; f++) value /= under[f].values[i]
  return value
}

const one = decimalOf(1)
const product = (columns: readonly BookColumn[], i: number): Decimal =>
  columns.reduce((value, column) => multiply(value, column.exact(i)), one)

function evaluateExactly(score: Score, i: number): Fraction {
  if (typeof score === 'string') return { over: decimalOf(0), under: one }
  return { over: product(score.over, i), under: product(score.under, i) }
}
