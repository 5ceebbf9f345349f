import { Program, solveProgram } from '../../src/index.js'

/**
 * The shortest path from A to J: min Σ d_a x_a  s.t.  one path leaves A, one enters J, as many leave as enter any other
 * node, x ≥ 0. The rows are totally unimodular, so the optimum is a path although nothing says that x is whole.
 *
 * Published: 11, by A–C–E–H–J or A–D–E–H–J or A–D–F–I–J; Hillier and Lieberman, Introduction to Operations Research,
 * McGraw-Hill, chapter on dynamic programming (the stagecoach problem, after Harvey Wagner).
 */
export const published = 11

const miles = {
  A: { B: 2, C: 4, D: 3 },
  B: { E: 7, F: 4, G: 6 },
  C: { E: 3, F: 2, G: 4 },
  D: { E: 4, F: 1, G: 5 },
  E: { H: 1, I: 4 },
  F: { H: 6, I: 3 },
  G: { H: 3, I: 3 },
  H: { J: 3 },
  I: { J: 4 },
}
const nodes = [...'ABCDEFGHIJ']
const arcs = Object.entries(miles).flatMap(([tail, heads]) =>
  Object.entries(heads).map(([head, length]) => ({ tail, head, length })),
)

export const program = new Program()
const names = arcs.map(({ tail, head }) => tail + head)
const taken = program.variables('taken', names, { lower: 0 })
const at = (end: 'tail' | 'head') =>
  taken.sumBy(
    arcs.map((arc) => nodes.indexOf(arc[end])),
    nodes.length,
  )
program.subjectTo('path', at('tail').minus(at('head')).equals([1, 0, 0, 0, 0, 0, 0, 0, 0, -1]), nodes)
program.minimize(taken.dot(arcs.map(({ length }) => length)))

export const solved = await solveProgram(program)
