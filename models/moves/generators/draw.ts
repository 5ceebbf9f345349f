/// <reference path="./cephes.d.ts" />
import { setImmediate } from 'node:timers/promises'
import { seededUniform } from '../../../src/numeric/index.js'
import { DecimalColumn } from '../../book/decimal-column.js'
import { once } from '../../book/event-builder.js'
import { scenarioDigest } from '../digest.js'
import type { ScenarioMoves } from '../moves.js'
import { checkWhole } from './check.js'
import type { MoveModel, Quantiles } from './model.js'

/** Options of `drawMoves`. */
export interface DrawOptions {
  /** S, a whole number above zero. */
  readonly draws: number
  /** A whole number from 0 to 2³² − 1; default 1. */
  readonly seed?: number
  /** Points that fill the cube evenly instead of random ones; the seed then shifts them. */
  readonly quasi?: boolean
  readonly signal?: AbortSignal
}

/** Moves that were drawn. */
export interface Drawn {
  readonly moves: ScenarioMoves
  /** How many numbers were below −1, and were cut there. */
  readonly cut: number
}

/** Moves are rounded to this many places: far below any sampling error, and short enough for exact arithmetic. */
const PLACES = 1e12
/** Between two looks at the signal. */
const TURN = 1 << 13

/**
 * Draws moves from a model, all of equal weight: numbers of at most 12 decimal places, those below −1 cut there and
 * counted. The same model, seed and options give the same moves.
 *
 * @example
 * const covariance = Float64Array.of(0.01, 0.009, 0.009, 0.0144)
 * const { moves } = await drawMoves(gaussianModel({ markets: ['BTC', 'ETH'], covariance }), { draws: 1000 })
 */
export async function drawMoves(model: MoveModel, options: DrawOptions): Promise<Drawn> {
  const { draws, seed = 1, quasi = false, signal } = options
  const { markets, dimension } = model
  const m = markets.length
  checkWhole(draws, 1, 2 ** 31, 'options.draws')
  checkWhole(seed, 0, 2 ** 32 - 1, 'options.seed')
  const next = quasi ? evenPoints(dimension, seed) : randomPoints(dimension, seed)
  const quantiles = await loadQuantiles()
  const values = new Float64Array(draws * m)
  let cut = 0
  for (let s = 0; s < draws; s++) {
    if (s % TURN === 0) {
      await setImmediate()
      signal?.throwIfAborted()
    }
    const move = values.subarray(s * m, s * m + m)
    model.draw(next(), quantiles, move)
    for (let k = 0; k < m; k++) {
      if (move[k] < -1) cut++
      move[k] = Math.max(-1, Math.round(move[k] * PLACES) / PLACES) + 0
    }
  }
  const returns = new DecimalColumn(values)
  const digest = once(() => scenarioDigest(markets, draws, returns, undefined))
  return { moves: { kind: 'scenarios', markets, count: draws, returns, digest }, cut }
}

/** `cephes` is WebAssembly that is compiled when it is first asked for. */
export async function loadQuantiles(): Promise<Quantiles> {
  const { compiled, igami, ndtri } = await import('cephes')
  await compiled
  return { normal: ndtri, chiSquare: (p, degrees) => 2 * igami(degrees / 2, 1 - p) }
}

/** Keeps a number off the ends of (0, 1), where quantiles are infinite. */
const inside = (u: number): number => Math.min(1 - 2 ** -53, Math.max(2 ** -54, u))

function randomPoints(dimension: number, seed: number): () => Float64Array {
  const uniform = seededUniform(seed)
  const point = new Float64Array(dimension)
  return () => {
    for (let j = 0; j < dimension; j++) point[j] = inside(uniform())
    return point
  }
}

/**
 * Richtmyer's sequence, u_sj = frac(shift_j + s √p_j) with the j-th prime p_j and a random shift: every point is uniform by
 * itself, and together they leave few gaps. It needs no tables.
 */
function evenPoints(dimension: number, seed: number): () => Float64Array {
  const uniform = seededUniform(seed)
  const shift = Float64Array.from({ length: dimension }, uniform)
  const step = Float64Array.from(firstPrimes(dimension), (prime) => Math.sqrt(prime) % 1)
  const point = new Float64Array(dimension)
  let s = 0
  return () => {
    for (let j = 0; j < dimension; j++) point[j] = inside((shift[j] + s * step[j]) % 1)
    s++
    return point
  }
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}
