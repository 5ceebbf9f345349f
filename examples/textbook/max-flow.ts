import { Program, solveProgram } from '../../src/index.js'

/**
 * The largest flow from s to t: max Σ out of s  s.t.  as much into every other node as out of it, 0 ≤ x ≤ capacity.
 *
 * Published: 23; Cormen, Leiserson, Rivest and Stein, Introduction to Algorithms, MIT Press, third edition 2009, figure 26.6.
 */
export const published = 23

const arcs: readonly (readonly [from: string, to: string, capacity: number])[] = [
  ['s', 'v1', 16],
  ['s', 'v2', 13],
  ['v1', 'v3', 12],
  ['v2', 'v1', 4],
  ['v2', 'v4', 14],
  ['v3', 'v2', 9],
  ['v3', 't', 20],
  ['v4', 'v3', 7],
  ['v4', 't', 4],
]
const nodes = ['s', 'v1', 'v2', 'v3', 'v4', 't']
const from = arcs.map(([node]) => nodes.indexOf(node))
const to = arcs.map(([, node]) => nodes.indexOf(node))

export const program = new Program()
const names = arcs.map(([tail, head]) => `${tail}${head}`)
const flow = program.variables('flow', names, { lower: 0, upper: arcs.map(([, , capacity]) => capacity) })
const gained = flow.sumBy(to, nodes.length).minus(flow.sumBy(from, nodes.length))
program.subjectTo('kept', gained.gather([1, 2, 3, 4]).equals(0), nodes.slice(1, 5))
program.maximize(gained.gather([5]))

export const solved = await solveProgram(program)
