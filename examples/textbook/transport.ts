import { Program, solveProgram } from '../../src/index.js'

/**
 * Cans from two canneries to three markets at the least cost: min Σ_rt c_rt x_rt  s.t.  Σ_t x_rt ≤ supply_r, Σ_r x_rt ≥ demand_t, x ≥ 0.
 *
 * Published: 153.675 thousand dollars; Dantzig, Linear Programming and Extensions, Princeton University Press 1963, chapter 3.3.
 */
export const published = 153.675

const plants = { Seattle: 350, 'San Diego': 600 }
const markets = { 'New York': 325, Chicago: 300, Topeka: 275 }
const thousandMiles = [2.5, 1.7, 1.8, 2.5, 1.8, 1.4]
const FREIGHT = 90 / 1000

const routes = Object.keys(plants).flatMap((plant) => Object.keys(markets).map((market) => `${plant} to ${market}`))
const plantOf = [0, 0, 0, 1, 1, 1]
const marketOf = [0, 1, 2, 0, 1, 2]

export const program = new Program()
const shipped = program.variables('shipped', routes, { lower: 0 })
program.subjectTo('supply', shipped.sumBy(plantOf, 2).atMost(Object.values(plants)), Object.keys(plants))
program.subjectTo('demand', shipped.sumBy(marketOf, 3).atLeast(Object.values(markets)), Object.keys(markets))
program.minimize(shipped.dot(thousandMiles).times(FREIGHT))

export const solved = await solveProgram(program)
