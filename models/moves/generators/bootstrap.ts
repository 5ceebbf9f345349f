import { mistake } from '../../book/place.js'
import type { History } from '../history.js'
import { checkWhole } from './check.js'
import type { GeneratorFacts, MoveModel } from './model.js'

export const bootstrapFacts: GeneratorFacts = {
  name: 'bootstrap',
  summary: 'what prices did before, drawn again in blocks of consecutive rows',
  formula: '1 + r_k = Π_b p_k(t_b + ℓ_b)/p_k(t_b),  t_b uniform,  Σ ℓ_b = steps',
  source: 'moving blocks: Künsch 1989',
}

/** Parameters of `bootstrapModel`. */
export interface BootstrapParameters {
  readonly history: History
  /** Rows that stay together; default 1. */
  readonly block?: number
  /** Rows that a move spans; default one block. */
  readonly steps?: number
}

/**
 * A move over `steps` rows of a price history, put together from ⌈steps/block⌉ runs of `block` consecutive rows, the last
 * cut short; each begins anywhere with equal chance. All markets move by the same rows, so that what they do together stays.
 *
 * @throws SpillwayError `short-history` where no block fits.
 */
export function bootstrapModel({ history, block = 1, steps = block }: BootstrapParameters): MoveModel {
  const { markets, count, prices } = history
  const m = markets.length
  checkWhole(block, 1, 2 ** 31, 'options.block')
  checkWhole(steps, 1, 2 ** 31, 'options.steps')
  const starts = count - block
  if (starts < 1) {
    const problem = `the history has ${count} rows, and a block of ${block} moves needs ${block + 1}`
    throw mistake('short-history', 'inputs.history', problem, count, 'Give more rows, or a shorter block.')
  }
  return {
    markets,
    dimension: Math.ceil(steps / block),
    draw(uniforms, _, move) {
      move.fill(1)
      for (let b = 0; b < uniforms.length; b++) {
        const from = Math.min(starts - 1, Math.floor(uniforms[b] * starts))
        const to = from + Math.min(block, steps - b * block)
        for (let k = 0; k < m; k++) move[k] *= prices[to * m + k] / prices[from * m + k]
      }
      for (let k = 0; k < m; k++) move[k] -= 1
    },
  }
}
