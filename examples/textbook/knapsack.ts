import { Program, solveProgram } from '../../src/index.js'

/**
 * Fifteen things, one bag: max p'x  s.t.  w'x ≤ 750, x ∈ {0, 1}.
 *
 * Published: 1458; Kreher and Stinson, Combinatorial Algorithms, CRC Press 1999, as instance P07 in Burkardt's collection
 * KNAPSACK_01 of Florida State University.
 */
export const published = 1458

const weight = [70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120]
const profit = [135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240]

export const program = new Program()
const taken = program.variables('taken', weight.length, { lower: 0, upper: 1, integer: true })
program.subjectTo('the bag holds', taken.dot(weight).atMost(750))
program.maximize(taken.dot(profit))

export const solved = await solveProgram(program)
