import { type Decimal, decimalOf, seededUniform } from '../../../src/numeric/index.js'
import { ExactColumn } from '../../book/exact-column.js'
import type { AdlEvent } from '../../book/index.js'
import { loadQuantiles, type Quantiles } from '../../moves/index.js'
import type { Path, Paths } from '../path.js'
import type { PathModel } from './model.js'

/** Options of `drawPaths`. */
export interface DrawPathsOptions {
  /** How many paths. */
  readonly draws: number
  /** From 0 to 2³² − 1; default 1. */
  readonly seed?: number
}

/** Digits to which drawn prices are rounded: below a tick of any market, and short enough for exact arithmetic. */
const PRICE_DIGITS = 8
/** Odd, and far from simple fractions of 2³²: the numbers of path p and path p + 1 have nothing in common. */
const STRIDE = 0x9e3779b1

/** Draws paths that begin at the marks of an event. Path p is the same however many are drawn, and whoever draws it. */
export async function drawPaths(model: PathModel, event: AdlEvent, options: DrawPathsOptions): Promise<Paths> {
  const draw = await pathDrawer(model, event, options.seed)
  return { markets: model.markets, paths: Array.from({ length: options.draws }, (_, p) => draw(p)) }
}

/** Draws path p when it is asked for, so that none has to be kept. */
export async function pathDrawer(model: PathModel, event: AdlEvent, seed = 1): Promise<(p: number) => Path> {
  const quantiles = await loadQuantiles()
  const marks = new Map((event.given ?? event).markets.map(({ market, markPrice }) => [market, markPrice]))
  const start = model.markets.map((market) => marks.get(market) ?? decimalOf(1))
  return (p) => drawPath(model, start, quantiles, (seed + Math.imul(p, STRIDE)) >>> 0, String(p + 1))
}

function drawPath(model: PathModel, start: readonly Decimal[], quantiles: Quantiles, seed: number, name: string): Path {
  const { dimension, steps } = model
  const uniform = seededUniform(seed)
  // Quantiles are infinite at the ends of (0, 1).
  const uniforms = Float64Array.from({ length: dimension }, () => Math.min(1 - 2 ** -53, Math.max(2 ** -54, uniform())))
  const m = start.length
  const ratios = new Float64Array(steps * m)
  model.draw(uniforms, quantiles, ratios)
  const prices: Decimal[] = [...start]
  const last = Float64Array.from(start, ({ digits, scale }) => Number(`${digits}e-${scale}`))
  const least = last.map((price) => price * LEAST)
  for (let t = 0; t < steps; t++) {
    for (let k = 0; k < m; k++) {
      last[k] = Math.min(least[k] / LEAST / LEAST, Math.max(least[k], last[k] * ratios[t * m + k]))
      prices.push(decimalOf(Number(last[k].toPrecision(PRICE_DIGITS))))
    }
  }
  return { name, rows: steps + 1, prices: new ExactColumn(prices) }
}

/** A price never falls below this share of where it began, nor rises above its inverse: zero is no price. */
const LEAST = 1e-9
