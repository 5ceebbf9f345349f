import { type GaussianMoves, type Objective, parseEvent, type Solution, solve } from 'spillway'
import { type GaussianOptions, prepareGaussianLoss } from '#models/objectives/gaussian/prepare.js'
import type { randomFrom } from '../../books.js'

/** Moves by hand: names, covariance row by row, mean. */
export function gaussian(
  markets: readonly string[],
  covariance: readonly (readonly number[])[],
  mean: readonly number[] = markets.map(() => 0),
): GaussianMoves {
  return {
    kind: 'gaussian',
    markets,
    mean: Float64Array.from(mean),
    covariance: Float64Array.from(covariance.flat()),
    digest: () => 'sha256:test',
  }
}

/** The objective as others will wrap it. */
export function gaussianLoss(moves: GaussianMoves, options: GaussianOptions = {}): Objective {
  return {
    name: 'expected-loss',
    summary: 'expected total shortfall',
    formula: 'Σ_i E (−e′_i − Σ_k n′_ik p_k r_k)^+',
    source: 'arXiv 2603.15963',
    prepare: (event) => prepareGaussianLoss(event, moves, options),
  }
}

export function solved(event: unknown, moves: GaussianMoves, options = {}): Promise<Solution> {
  return solve(parseEvent(event), gaussianLoss(moves), options)
}

type Random = ReturnType<typeof randomFrom>

/** A covariance of relative moves: full, of few factors, with still markets, with one market only, or nothing. */
export function randomMoves(markets: readonly string[], random: Random, withMean = true): GaussianMoves {
  const size = markets.length
  const kind = random.pick(['full', 'factors', 'still', 'none'] as const)
  const rank = kind === 'full' ? size + 1 : kind === 'none' ? 0 : random.whole(1, Math.max(1, size - 1))
  const factors = Array.from({ length: rank }, () =>
    markets.map(() => random.between(-1, 1) * 10 ** random.between(-3, -0.5)),
  )
  if (kind === 'still') for (const factor of factors) factor[random.whole(0, size - 1)] = 0
  const covariance = markets.map((_, a) =>
    markets.map((__, b) => factors.reduce((sum, factor) => sum + factor[a] * factor[b], 0)),
  )
  const mean = markets.map(() => (withMean && random.chance(0.3) ? random.between(-0.05, 0.05) : 0))
  return gaussian(markets, covariance, mean)
}
