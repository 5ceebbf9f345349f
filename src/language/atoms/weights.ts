import { SpillwayError } from '../../errors.js'
import { expectWeights } from '../atom.js'
import { perRow } from '../checks.js'

/**
 * Weights of outcomes, one for all or one each, scaled to add up to 1. Throws `no-weight` where they add up to nothing,
 * `negative-weight`, `expression-shape` and `expression-number`.
 */
export function probabilities(path: string, weights: number | ArrayLike<number>, rows: number): Float64Array {
  const given = expectWeights(path, perRow(path, weights, rows))
  const total = given.reduce((sum, weight) => sum + weight, 0)
  if (total > 0) return given.map((weight) => weight / total)
  throw new SpillwayError({
    code: 'no-weight',
    path,
    value: total,
    problem: 'the weights add up to nothing',
    cure: 'Give at least one outcome a weight above zero.',
  })
}

/** Throws `confidence` unless 0 ≤ α < 1. */
export function expectConfidence(path: string, confidence: number): void {
  if (typeof confidence === 'number' && confidence >= 0 && confidence < 1) return
  throw new SpillwayError({
    code: 'confidence',
    path,
    value: confidence,
    problem: 'is not from 0 up to, not including, 1',
    cure: 'Give the share of outcomes that the tail leaves out, such as 0.99.',
  })
}

/** Weights for the shared tests, the first above zero and some of the others zero. */
export function drawnWeights(rows: number, random: () => number): Float64Array {
  const drawn = Float64Array.from({ length: rows }, (_, r) => (r === 0 ? 1 : Math.max(0, 4 * random() - 1)))
  const total = drawn.reduce((sum, weight) => sum + weight, 0)
  return drawn.map((weight) => weight / total)
}
