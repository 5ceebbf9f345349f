import { mistake } from '../../book/place.js'
import type { History } from '../../moves/index.js'
import type { PathModel, PathModelFacts } from './model.js'

export const bootstrapPathFacts: PathModelFacts = {
  name: 'bootstrap',
  summary: 'what prices did before, drawn again in blocks of consecutive rows, one row a step',
  formula: 'p_k(t)/p_k(t−1) = h_k(s + 1)/h_k(s),  s runs on within a block,  blocks begin anywhere',
  source: 'moving blocks: Künsch 1989',
}

export const replayPathFacts: PathModelFacts = {
  name: 'replay',
  summary: 'what prices did once, one row a step, from the marks of the event',
  formula: 'p_k(t)/p_k(t−1) = h_k(t + 1)/h_k(t)',
  source: 'a price history',
}

/**
 * Blocks of consecutive rows of a price history, all markets together; the last block of a path is cut short.
 *
 * @throws SpillwayError `short-history` where no block fits
 */
export function bootstrapPaths(history: History, steps: number, block: number): PathModel {
  const { markets, count } = history
  const starts = count - block
  if (starts < 1)
    throw shortHistory(count, block + 1, `a block of ${block} moves`, 'Give more rows, or a shorter block.')
  return {
    markets,
    steps,
    dimension: Math.ceil(steps / block),
    draw(uniforms, _, ratios) {
      for (let t = 0; t < steps; t++) {
        const from = Math.min(starts - 1, Math.floor(uniforms[Math.floor(t / block)] * starts))
        writeRatios(history, from + (t % block), ratios, t)
      }
    },
  }
}

/** The one path that a history is, its first rows. */
export function replayPaths(history: History, steps: number): PathModel {
  const { markets, count } = history
  if (count < steps + 1)
    throw shortHistory(count, steps + 1, `a path of ${steps} steps`, 'Give more rows, or fewer steps.')
  return {
    markets,
    steps,
    dimension: 0,
    draw(_, __, ratios) {
      for (let t = 0; t < steps; t++) writeRatios(history, t, ratios, t)
    },
  }
}

function writeRatios({ markets, prices }: History, row: number, ratios: Float64Array, step: number): void {
  const m = markets.length
  for (let k = 0; k < m; k++) ratios[step * m + k] = prices[(row + 1) * m + k] / prices[row * m + k]
}

function shortHistory(count: number, needed: number, what: string, cure: string): Error {
  return mistake(
    'short-history',
    'inputs.history',
    `the history has ${count} rows, and ${what} needs ${needed}`,
    count,
    cure,
  )
}
