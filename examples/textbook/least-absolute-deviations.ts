import { maximum, Program, solveProgram } from '../../src/index.js'

/**
 * A plant's loss of ammonia explained by air flow, cooling water and acid: min Σ_i |y_i − β_0 − β'x_i| over 21 days, β free, as
 * Σ_i max(r_i, −r_i).
 *
 * Published: β = (−39.690, 0.8319, 0.5739, −0.0609), whose residuals add up to 42.081; the example of `rq` in Koenker's R package
 * quantreg, on data of Brownlee, Statistical Theory and Methodology in Science and Engineering, Wiley 1965.
 */
export const published = 42.081

const loss = [42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15]
const explaining = {
  constant: loss.map(() => 1),
  air: [80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70],
  water: [27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20],
  acid: [89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91],
}

export const program = new Program()
const slope = program.variables('slope', Object.keys(explaining))
const parts = Object.values(explaining).map((series, k) => slope.gather(series.map(() => k)).times(series))
const residual = parts.reduce((sum, part) => sum.plus(part)).minus(loss)
const sizes = loss.map((_, i) => maximum(residual.gather([i]), residual.gather([i]).negated()))
program.minimize(sizes.reduce((sum, size) => sum.plus(size)))

export const solved = await solveProgram(program)
