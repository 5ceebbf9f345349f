import { Program, solveProgram } from '../../src/index.js'

/**
 * The cheapest diet that has enough of nine nutrients: min Σ_f x_f  s.t.  Σ_f a_fn x_f ≥ b_n, x ≥ 0; x_f in dollars a day.
 *
 * Published: $39.66 a year on wheat flour, liver, cabbage, spinach and navy beans; Stigler, "The Cost of Subsistence", Journal of
 * Farm Economics 27 (1945), came by hand to $39.93. These are ten of his foods of 1939, all five of the optimum among them.
 */
export const published = 39.66

// Calories (1000), protein (g), calcium (g), iron (mg), vitamins A (1000 IU), B1 (mg), B2 (mg), niacin (mg), C (mg): a day, and a dollar.
const needed = [3, 70, 0.8, 12, 5, 1.8, 2.7, 18, 75]
const foods = {
  'wheat flour': [44.7, 1411, 2, 365, 0, 55.4, 33.3, 441, 0],
  'evaporated milk': [8.4, 422, 15.1, 9, 26, 3, 23.5, 11, 60],
  cheese: [7.4, 448, 16.4, 19, 28.1, 0.8, 10.3, 4, 0],
  liver: [2.2, 333, 0.2, 139, 169.2, 6.4, 50.8, 316, 525],
  cabbage: [2.6, 125, 4, 36, 7.2, 9, 4.5, 26, 5369],
  potatoes: [14.3, 336, 1.8, 118, 6.7, 29.4, 7.1, 198, 2522],
  spinach: [1.1, 106, 0, 138, 918.4, 5.7, 13.8, 33, 2755],
  'sweet potatoes': [9.6, 138, 2.7, 54, 290.7, 8.4, 5.4, 83, 1912],
  'lima beans': [17.4, 1055, 3.7, 459, 5.1, 26.9, 38.2, 93, 0],
  'navy beans': [26.9, 1691, 11.4, 792, 0, 38.4, 24.6, 217, 0],
}

export const program = new Program()
const spent = program.variables('spent', Object.keys(foods), { lower: 0 })
for (const [n, amount] of needed.entries()) {
  program.subjectTo(`nutrient ${n}`, spent.dot(Object.values(foods).map((food) => food[n])).atLeast(amount))
}
program.minimize(spent.sum().times(365))

export const solved = await solveProgram(program)
