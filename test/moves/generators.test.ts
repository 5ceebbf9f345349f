import {
  bootstrapModel,
  type CovarianceParameters,
  drawMoves,
  gaussianModel,
  lognormalModel,
  type MoveModel,
  oneFactorModel,
  principalFactor,
  type ScenarioMoves,
  studentTModel,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { columnOf, mistakeOf } from './support.js'

const SEED = 20_251_010
const markets = ['BTC', 'ETH', 'SOL']
/** Singular: the third market is half the first. */
const covariance = Float64Array.of(0.01, 0.009, 0.005, 0.009, 0.0144, 0.0045, 0.005, 0.0045, 0.0025)
const drift = Float64Array.of(0.01, 0, -0.02)
const parameters: CovarianceParameters = { markets, covariance, drift }
const history = {
  markets: ['A', 'B'],
  count: 6,
  prices: Float64Array.of(100, 10, 110, 9, 99, 9.9, 99, 12, 120, 11, 90, 11),
}
const factor = {
  markets,
  drift,
  loadings: Float64Array.of(0.1, -0.05, 0),
  idiosyncraticVariance: Float64Array.of(0, 0.0004, 0.0009),
}
const models: Readonly<Record<string, MoveModel>> = {
  gaussian: gaussianModel(parameters),
  lognormal: lognormalModel(parameters),
  'student-t': studentTModel({ ...parameters, degrees: 9 }),
  'one-factor': oneFactorModel(factor),
  bootstrap: bootstrapModel({ history, block: 2, steps: 3 }),
}

async function drawn(model: MoveModel, draws: number, options: object = {}): Promise<ScenarioMoves> {
  return (await drawMoves(model, { draws, seed: SEED, ...options })).moves
}

describe.each(Object.entries(models))('%s', (_, model) => {
  it.each([false, true])('gives the same moves for the same seed, others for another (quasi: %s)', async (quasi) => {
    const digest = async (options: object): Promise<string> => (await drawn(model, 50, { quasi, ...options })).digest()
    expect(await digest({})).toBe(await digest({}))
    expect(await digest({ seed: SEED + 1 })).not.toBe(await digest({}))
    expect(await digest({ seed: undefined })).toBe(await digest({ seed: 1 }))
    expect(await digest({ quasi: !quasi })).not.toBe(await digest({}))
  })

  it('begins alike however many draws follow', async () => {
    const few = await drawn(model, 10)
    const many = await drawn(model, 20_000)
    expect(Array.from(many.returns.values.subarray(0, few.returns.length))).toEqual(Array.from(few.returns.values))
  })

  it('gives short decimals, not below −1, equally weighted', async () => {
    const moves = await drawn(model, 500)
    expect(moves.weights).toBeUndefined()
    for (let i = 0; i < moves.returns.length; i++) {
      expect(moves.returns.text(i)).toMatch(/^(0|-?(0\.\d{1,12}|[1-9]\d*(\.\d{1,12})?))$/)
      expect(moves.returns.values[i]).toBeGreaterThanOrEqual(-1)
    }
  })
})

/** Sample mean and, around the true mean, the sample covariance. */
function momentsOf(columns: readonly (readonly number[])[], mean: readonly number[]) {
  const average = (f: (s: number) => number): number => {
    let sum = 0
    for (let s = 0; s < columns[0].length; s++) sum += f(s)
    return sum / columns[0].length
  }
  return {
    mean: columns.map((column) => average((s) => column[s])),
    covariance: columns.map((a, k) => columns.map((b, l) => average((s) => (a[s] - mean[k]) * (b[s] - mean[l])))),
  }
}

/**
 * Holds sample moments against formulas within five standard errors. The standard error of a sample covariance is
 * √((κ(c_kk c_ll + 2c_kl²) − c_kl²)/S), κ = 1 for normal numbers and (ν − 2)/(ν − 4) for Student's t.
 */
function expectMoments(
  columns: readonly (readonly number[])[],
  mean: readonly number[],
  c: (k: number, l: number) => number,
  kurtosis = 1,
): void {
  const count = columns[0].length
  const sample = momentsOf(columns, mean)
  mean.forEach((value, k) => {
    expect(Math.abs(sample.mean[k] - value), `seed ${SEED}`).toBeLessThanOrEqual(5 * Math.sqrt(c(k, k) / count))
    mean.forEach((_, l) => {
      const error = Math.sqrt((kurtosis * (c(k, k) * c(l, l) + 2 * c(k, l) ** 2) - c(k, l) ** 2) / count)
      expect(Math.abs(sample.covariance[k][l] - c(k, l)), `seed ${SEED}`).toBeLessThanOrEqual(5 * error)
    })
  })
}

const given = (k: number, l: number): number => covariance[k * 3 + l]
const S = 40_000

describe('moments', () => {
  const columns = (moves: ScenarioMoves): number[][] => markets.map((market) => columnOf(moves, market))

  it('of normal moves are drift and covariance', async () => {
    const sample = columns(await drawn(models.gaussian!, S))
    expectMoments(sample, [...drift], given)
    // The covariance is singular, and so is the sample.
    sample[0].forEach((r, s) => {
      expect(Math.abs((r - drift[0]) / 2 - (sample[2][s] - drift[2]))).toBeLessThan(1e-11)
    })
  })

  it('of lognormal moves: logarithms are normal with −C/2, prices have the drift', async () => {
    const moves = await drawn(models.lognormal!, S)
    const logs = columns(moves).map((column) => column.map((r) => Math.log1p(r)))
    expectMoments(
      logs,
      markets.map((_, k) => Math.log1p(drift[k]) - given(k, k) / 2),
      given,
    )
    const prices = (k: number, l: number) => (1 + drift[k]) * (1 + drift[l]) * Math.expm1(given(k, l))
    const { mean } = momentsOf(columns(moves), [...drift])
    mean.forEach((r, k) => {
      expect(Math.abs(r - drift[k])).toBeLessThan(5 * Math.sqrt(prices(k, k) / S))
    })
  })

  it("of Student's t are drift and covariance, and tails those of the closed form", async () => {
    expectMoments(columns(await drawn(models['student-t'], S)), [...drift], given, 7 / 5)
    const tail = studentTModel({ markets: ['A'], covariance: Float64Array.of(0.0002), degrees: 4 })
    const sample = columnOf(await drawn(tail, S), 'A')
    // P(T > t) of four degrees of freedom; T = r/√(c(ν − 2)/ν).
    for (const t of [0, 1, 2.132, 3.747, 7.173]) {
      const u = t / Math.sqrt(1 + (t * t) / 4)
      const probability = 1 / 2 - (3 / 8) * u * (1 - (u * u) / 12)
      const share = sample.filter((r) => r > t * 0.01).length / S
      expect(Math.abs(share - probability), `t = ${t}`).toBeLessThan(5 * Math.sqrt(probability / S))
    }
  })

  it('of one factor are ββ′ + v, and without v all markets move as one', async () => {
    const { loadings, idiosyncraticVariance } = factor
    const c = (k: number, l: number) => loadings[k] * loadings[l] + (k === l ? idiosyncraticVariance[k] : 0)
    expectMoments(columns(await drawn(models['one-factor'], S)), [...drift], c)
    const alone = await drawn(oneFactorModel({ markets, loadings: Float64Array.of(0.1, -0.05, 0) }), 100)
    const [a, b, none] = columns(alone)
    a!.forEach((r, s) => {
      expect(Math.abs(b![s] + r / 2)).toBeLessThan(1e-12)
      expect(none![s]).toBe(0)
    })
  })

  it('of the principal factor keep every variance', () => {
    const { loadings, idiosyncraticVariance } = principalFactor(parameters)
    const image = loadings.map((_, k) => loadings.reduce((sum, beta, l) => sum + given(k, l) * beta, 0))
    const size = loadings.reduce((sum, beta) => sum + beta * beta, 0)
    image.forEach((x, k) => {
      expect(x / size).toBeCloseTo(loadings[k], 12)
      expect(loadings[k] ** 2 + idiosyncraticVariance![k]).toBeCloseTo(given(k, k), 14)
      expect(loadings[k]).toBeGreaterThan(0)
    })
  })
})

describe('bootstrap', () => {
  const joint = (moves: ScenarioMoves): string[] =>
    columnOf(moves, 'A').map((a, s) => `${a.toFixed(9)} ${columnOf(moves, 'B')[s].toFixed(9)}`)
  const over = (from: number, length: number): [number, number] => {
    const ratio = (k: number): number => history.prices[2 * (from + length) + k] / history.prices[2 * from + k]
    return [ratio(0), ratio(1)]
  }
  const spelt = (ratios: readonly number[]): string => ratios.map((x) => (x - 1).toFixed(9)).join(' ')

  it('draws runs of rows, both markets from the same ones, each as often as any other', async () => {
    const counts = new Map<string, number>()
    const draws = 3000
    for (const move of joint(await drawn(bootstrapModel({ history, block: 2 }), draws))) {
      counts.set(move, (counts.get(move) ?? 0) + 1)
    }
    expect(new Set(counts.keys())).toEqual(new Set([0, 1, 2, 3].map((t) => spelt(over(t, 2)))))
    for (const count of counts.values())
      expect(Math.abs(count - draws / 4)).toBeLessThan(5 * Math.sqrt((draws * 3) / 16))
  })

  it('compounds blocks, the last one cut short', async () => {
    const possible = new Set(
      [0, 1, 2, 3].flatMap((t) => [0, 1, 2, 3].map((u) => spelt(over(t, 2).map((x, k) => x * over(u, 1)[k])))),
    )
    for (const move of joint(await drawn(models.bootstrap!, 300))) expect(possible).toContain(move)
  })

  it('needs a history longer than the block', async () => {
    expect(joint(await drawn(bootstrapModel({ history, block: 5 }), 3))).toEqual(Array(3).fill(spelt(over(0, 5))))
    expect(await mistakeOf(() => bootstrapModel({ history, block: 6 }))).toMatchObject({ code: 'short-history' })
  })
})

describe('draws below −100 %', () => {
  it('are cut there and counted', async () => {
    const model = gaussianModel({ markets: ['A', 'B'], covariance: Float64Array.of(1, 0, 0, 1e-6) })
    const { moves, cut } = await drawMoves(model, { draws: 1000, seed: SEED })
    const [a, b] = [columnOf(moves, 'A'), columnOf(moves, 'B')]
    expect(cut).toBe(a.filter((r) => r === -1).length)
    // Φ(−1) = 0.1587: five standard errors are 0.058.
    expect(Math.abs(cut / 1000 - 0.1587)).toBeLessThan(0.058)
    expect(Math.min(...a)).toBe(-1)
    expect(Math.min(...b)).toBeGreaterThan(-0.01)
  })

  it('do not exist where prices are lognormal, however they jump', async () => {
    const { cut, moves } = await drawMoves(lognormalModel({ markets: ['A'], covariance: Float64Array.of(9) }), {
      draws: 1000,
    })
    expect(cut).toBe(0)
    expect(Math.min(...columnOf(moves, 'A'))).toBeGreaterThanOrEqual(-1)
  })
})

describe('what makes no model', () => {
  it.each([2, 1, 0, Number.NaN, Infinity])("Student's t of %s degrees", async (degrees) => {
    expect(await mistakeOf(() => studentTModel({ ...parameters, degrees }))).toMatchObject({ code: 'bad-degrees' })
  })

  it.each([
    [
      'a covariance of another size',
      () => gaussianModel({ markets, covariance: Float64Array.of(1) }),
      'wrong-length',
      'covariance',
    ],
    [
      'NaN in it',
      () => lognormalModel({ markets: ['A'], covariance: Float64Array.of(Number.NaN) }),
      'bad-number',
      'covariance[0]',
    ],
    [
      'one that is none',
      () => gaussianModel({ markets: ['A', 'B'], covariance: Float64Array.of(1, 2, 2, 1) }),
      'not-positive-semidefinite',
      'covariance',
    ],
    [
      'a drift below −1',
      () => lognormalModel({ ...parameters, drift: Float64Array.of(0, 0, -1.1) }),
      'bad-number',
      'drift[2]',
    ],
    [
      'a negative variance',
      () => oneFactorModel({ ...factor, idiosyncraticVariance: Float64Array.of(0, -1, 0) }),
      'bad-number',
      'idiosyncraticVariance[1]',
    ],
    [
      'a loading too few',
      () => oneFactorModel({ ...factor, loadings: Float64Array.of(1) }),
      'wrong-length',
      'loadings',
    ],
    ['half a block', () => bootstrapModel({ history, block: 1.5 }), 'bad-number', 'options.block'],
    ['no draw', () => drawn(models.gaussian!, 0), 'bad-number', 'options.draws'],
    ['a negative seed', () => drawn(models.gaussian!, 1, { seed: -1 }), 'bad-number', 'options.seed'],
  ])('%s', async (_, make, code, path) => {
    expect(await mistakeOf(make)).toMatchObject({ code, path })
  })

  it('stops when it is asked to', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    await expect(drawMoves(models.gaussian!, { draws: 10, signal: stop.signal })).rejects.toThrow('enough')
  })
})

/**
 * The book of Campbell, Hey, Moallemi and Nutz (arXiv 2603.15963, section 4): four accounts short BTC and long or short ETH at
 * 67,000 and 1,900, ten days ahead, volatilities 60 % and 75 %, correlation 0.85.
 */
describe('the two-market example of the paper', () => {
  const [btc, eth] = [67_000, 1_900]
  const [sigma, tau, rho, years] = [0.6, 0.75, 0.85, 10 / 365]
  const book = [
    [8, 323, 242_100],
    [10, -38.7, 143_000],
    [8, 326.2, 180_704.8],
    [7, -190, 116_901],
  ] as const
  const model = lognormalModel({
    markets: ['BTC', 'ETH'],
    covariance: Float64Array.of(sigma ** 2, sigma * tau * rho, sigma * tau * rho, tau ** 2).map((c) => c * years),
  })
  const shortfall = (closed: readonly number[], r: number, q: number): number =>
    book.reduce((sum, [a, b, equity], i) => sum + Math.max(0, (a - closed[i]) * btc * r + b * eth * q - equity), 0)

  /** The integral over both normal numbers by the midpoint rule, 800 × 800 points within eight standard deviations. */
  function integral(closed: readonly number[]): number {
    const points = 800
    const h = 16 / points
    const nodes = Array.from({ length: points }, (_, i) => -8 + (i + 0.5) * h)
    const price = (volatility: number, z: number): number =>
      Math.exp(-(volatility ** 2 * years) / 2 + volatility * Math.sqrt(years) * z) - 1
    let sum = 0
    for (const x of nodes) {
      for (const y of nodes) {
        const density = Math.exp(-(x * x + y * y) / 2) / (2 * Math.PI)
        const ether = price(tau, rho * x + Math.sqrt(1 - rho * rho) * y)
        sum += density * h * h * shortfall(closed, price(sigma, x), ether)
      }
    }
    return sum
  }

  function estimate(moves: ScenarioMoves, closed: readonly number[]): { mean: number; error: number } {
    const [r, q] = [columnOf(moves, 'BTC'), columnOf(moves, 'ETH')]
    const losses = r.map((value, s) => shortfall(closed, value, q[s]))
    const mean = losses.reduce((a, b) => a + b, 0) / losses.length
    const variance = losses.reduce((a, b) => a + (b - mean) ** 2, 0) / losses.length
    return { mean, error: Math.sqrt(variance / losses.length) }
  }

  it.each([
    [0, [0, 0, 0, 0], 8169.006],
    [10, [2.7598, 0, 7.2402, 0], 2194.89],
    [20, [8, 4, 8, 0], 731.972],
  ])('Q = %s: expected shortfall by draws, by even points and by an integral', async (_, closed, value) => {
    expect(Math.abs(integral(closed) / value - 1)).toBeLessThan(2e-4)
    const random = estimate(await drawn(model, S), closed)
    expect(Math.abs(random.mean - value)).toBeLessThan(5 * random.error)
    const even = estimate(await drawn(model, S, { quasi: true }), closed)
    // Even points err by far less than random ones would: a twentieth of a standard error per draw is asked for here.
    expect(Math.abs(even.mean - value)).toBeLessThan(random.error / 2)
  })

  it('errs less with more draws', async () => {
    const errors = await Promise.all(
      [1000, 16_000].map(async (draws) => {
        let squares = 0
        for (let seed = 1; seed <= 12; seed++) {
          const { mean } = estimate(await drawn(model, draws, { seed }), [0, 0, 0, 0])
          squares += (mean - 8169.006) ** 2
        }
        return Math.sqrt(squares / 12)
      }),
    )
    // Sixteen times the draws, a quarter of the error; a dozen seeds know a ratio to about 30 %.
    expect(errors[0] / errors[1]).toBeGreaterThan(2)
    expect(errors[0] / errors[1]).toBeLessThan(8)
  })
})
