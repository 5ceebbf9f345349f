import { type StandardForm, standardForm } from '#src/index.js'
import { randomFrom } from '../../books.js'
import { form } from '../../solvers/cases/case.js'

/**
 * Small forms with everything that formats have words of their own for, or none: constants, rows without terms, without
 * sides, with two, with crossed ones; columns free, fixed, below zero, bounded from above only, integer with
 * fractional bounds, in no row; magnitudes by row and by column. Most hold a point by construction and prefer a finite bound.
 * Quadratic ones have no integer variables, which HiGHS does not take beside Q, and rows of one magnitude: the quadratic solver
 * of HiGHS stops short of the optimum on others, whoever hands them over.
 */
export function randomForm(seed: number, options: { readonly quadratic?: boolean } = {}): StandardForm {
  const random = randomFrom(seed)
  const figure = (): number => Number((random.whole(-9, 9) * 10 ** random.whole(-1, 1)).toPrecision(3))
  const n = random.whole(random.chance(0.05) ? 0 : 1, 6)
  const columns = Array.from({ length: n }, () => {
    const isInteger = !options.quadratic && random.chance(0.25)
    const at = isInteger ? random.whole(-5, 5) : figure()
    const below = at - random.whole(0, 4) - (random.chance(0.3) ? 0.4 : 0)
    const above = at + random.whole(0, 4) + (random.chance(0.3) ? 0.6 : 0)
    const bounds = random.pick<readonly [number, number]>([
      [Math.min(0, at), Infinity],
      [below, above],
      [below, Infinity],
      [-Infinity, above],
      [at, at],
      [-Infinity, Infinity],
      [-8 - random.whole(0, 4), -1],
      [0, random.pick([7, 9, 0])],
    ])
    const crossed = random.chance(0.01)
    const [lower, upper] = crossed ? ([0, -1] as const) : bounds
    const towards = lower > -Infinity ? 1 : upper < Infinity ? -1 : 0
    const size = Math.abs(figure()) * 10 ** random.whole(-1, 1)
    const cost = random.chance(0.25) ? 0 : random.chance(0.95) ? towards * size : size
    const unit = 10 ** (!options.quadratic && random.chance(0.3) ? random.whole(-2, 2) : 0)
    return { at: Math.min(Math.max(at, lower), upper), lower, upper, cost, isInteger, unit }
  })
  const rows = Array.from({ length: random.whole(0, 5) }, () => {
    const isEmpty = random.chance(0.1)
    const size = 10 ** (!options.quadratic && random.chance(0.3) ? random.whole(-9, 6) : 0)
    const coefficients = columns.map(({ unit }) =>
      isEmpty || random.chance(0.4) ? 0 : decimal(figure() * unit * size),
    )
    const value = decimal(coefficients.reduce((sum, a, j) => sum + a * columns[j].at, 0))
    const off = random.chance(0.08) ? random.whole(1, 30) * size * random.pick([-1, 1]) : 0
    const slack = () => random.whole(0, 6) * size
    const sides = random.pick<readonly [number, number]>([
      [value, Infinity],
      [-Infinity, value],
      [value, value],
      [value - slack(), value + slack()],
      [value - slack(), Infinity],
      [-Infinity, Infinity],
    ])
    const [lower, upper] = random.chance(0.01) ? ([1, 0] as const) : sides
    return [decimal(lower + off), coefficients, decimal(upper + off)] as const
  })
  const offset = random.chance(0.3) ? 0 : figure() * 10 ** random.whole(-3, 5)
  const quadratic = options.quadratic ? square(random, n) : undefined
  return standardForm(
    form({
      cost: columns.map(({ cost }) => cost),
      rows,
      lower: columns.map(({ lower }) => lower),
      upper: columns.map(({ upper }) => upper),
      integer: columns.map(({ isInteger }) => isInteger),
      offset,
      keepZeros: random.chance(0.3),
      ...(quadratic && { quadratic }),
    }),
  )
}

/** Without the rounding of the product: a side that is off by it can be out of reach of integer variables. */
const decimal = (value: number): number => Number(value.toPrecision(12))

/** The lower triangle of G'G + I, which is positive definite. */
function square(random: ReturnType<typeof randomFrom>, n: number): (readonly [number, number, number])[] {
  const g = Array.from({ length: 2 }, () => Array.from({ length: n }, () => random.whole(-3, 3)))
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: i + 1 }, (__, j) => {
      return [i, j, g.reduce((sum, row) => sum + row[i] * row[j], i === j ? 1 : 0)] as const
    }),
  ).flat()
}
