import { Program, solveProgram } from '../../src/index.js'

/**
 * Five oils are refined and blended to one food: max 150 y − c'x  s.t.  Σ x = y, 3 y ≤ h'x ≤ 6 y, refining capacities, x, y ≥ 0.
 *
 * Published: a profit of £17,593 (17,592.59…); Williams, Model Building in Mathematical Programming, Wiley, chapter 1.2.
 */
export const published = 17592.59

const oils = ['VEG1', 'VEG2', 'OIL1', 'OIL2', 'OIL3']
const cost = [110, 120, 130, 110, 115]
const hardness = [8.8, 6.1, 2, 4.2, 5]
/** Tons a month that the two refineries take: vegetable oils go through the first, the others through the second. */
const refineryOf = [0, 0, 1, 1, 1]
const capacity = [200, 250]
const PRICE = 150

export const program = new Program()
const bought = program.variables('bought', oils, { lower: 0 })
const made = program.variables('made', 1, { lower: 0 })
program.subjectTo('what goes in comes out', bought.sum().equals(made))
program.subjectTo('refined', bought.sumBy(refineryOf, 2).atMost(capacity), ['vegetable', 'other'])
program.subjectTo('hard enough', bought.dot(hardness).atLeast(made.times(3)))
program.subjectTo('not too hard', bought.dot(hardness).atMost(made.times(6)))
program.maximize(made.times(PRICE).minus(bought.dot(cost)))

export const solved = await solveProgram(program)
