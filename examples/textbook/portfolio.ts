import { Program, solveProgram, sumSquares } from '../../src/index.js'

/**
 * The least variance of a year's growth with 15 % a year expected: min Σ_y (Σ_s (r_ys − r̄_s) x_s)² / 11  s.t.  r̄'x ≥ 1.15, Σ x = 1, x ≥ 0.
 *
 * Published: variance 0.02241378, with 0.53 in AT&T, 0.36 in General Motors, 0.11 in US Steel; Schrage, Optimization Modeling with
 * LINGO, Lindo Systems, chapter 13, on growth from 1943 to 1954 in Markowitz, Portfolio Selection, Wiley 1959.
 */
export const published = 0.02241378

const growth = {
  'AT&T': [1.3, 1.103, 1.216, 0.954, 0.929, 1.056, 1.038, 1.089, 1.09, 1.083, 1.035, 1.176],
  'General Motors': [1.225, 1.29, 1.216, 0.728, 1.144, 1.107, 1.321, 1.305, 1.195, 1.39, 0.928, 1.715],
  'US Steel': [1.149, 1.26, 1.419, 0.922, 1.169, 0.965, 1.133, 1.732, 1.021, 1.131, 1.006, 1.908],
}
const series = Object.values(growth)
const years = series[0].length
const means = series.map((values) => values.reduce((sum, value) => sum + value, 0) / years)

export const program = new Program()
const held = program.variables('held', Object.keys(growth), { lower: 0 })
// Row y: Σ_s (r_ys − r̄_s) x_s.
const deviation = series
  .map((values, s) => held.gather(values.map(() => s)).times(values.map((value) => value - means[s])))
  .reduce((sum, part) => sum.plus(part))
program.subjectTo('all of the money', held.sum().equals(1))
program.subjectTo('return', held.dot(means).atLeast(1.15))
program.minimize(sumSquares(deviation, 1 / (years - 1)))

export const solved = await solveProgram(program)
