import { Program, solveProgram } from '../../src/index.js'

/**
 * How many generators of three kinds run in five periods of a day that repeats: min Σ_tk hours_t (idle_k n_tk + fuel_k (g_tk − least_k n_tk))
 * + start_k s_tk  s.t.  least_k n_tk ≤ g_tk ≤ most_k n_tk, Σ_k g_tk ≥ D_t, Σ_k most_k n_tk ≥ 1.15 D_t, s_tk ≥ n_tk − n_(t−1)k.
 *
 * Published: £988,540; Williams, Model Building in Mathematical Programming, Wiley, "Tariff rates (power generation)".
 */
export const published = 988_540

const hours = [6, 3, 6, 3, 6]
const demand = [15_000, 30_000, 25_000, 40_000, 27_000]
const kinds = [
  { count: 12, least: 850, most: 2000, idle: 1000, fuel: 2, start: 2000 },
  { count: 10, least: 1250, most: 1750, idle: 2600, fuel: 1.3, start: 1000 },
  { count: 5, least: 1500, most: 4000, idle: 3000, fuel: 3, start: 500 },
]

const slots = hours.flatMap((length, t) => kinds.map((kind, k) => ({ ...kind, t, k, length })))
const each = (value: (slot: (typeof slots)[number]) => number) => slots.map(value)
const periods = each(({ t }) => t)

export const program = new Program()
const upper = each(({ count }) => count)
const running = program.variables('running', slots.length, { lower: 0, upper, integer: true })
const started = program.variables('started', slots.length, { lower: 0, upper, integer: true })
const made = program.variables('made', slots.length, { lower: 0 })
const least = running.times(each(({ least }) => least))
const most = running.times(each(({ most }) => most))
program.subjectTo('not below the least', made.atLeast(least))
program.subjectTo('not above the most', made.atMost(most))
program.subjectTo('demand', made.sumBy(periods, 5).atLeast(demand))
program.subjectTo('reserve', most.sumBy(periods, 5).atLeast(demand.map((megawatts) => 1.15 * megawatts)))
program.subjectTo('starts', started.atLeast(running.minus(running.gather(each(({ t, k }) => 3 * ((t + 4) % 5) + k)))))
const fuel = made.minus(least).dot(each((slot) => slot.length * slot.fuel))
program.minimize(fuel.plus(running.dot(each((s) => s.length * s.idle))).plus(started.dot(each((s) => s.start))))

export const solved = await solveProgram(program)
