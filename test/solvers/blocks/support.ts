import type { FormInput } from 'spillway/modeling'
import { fromTriplets } from 'spillway/modeling'
import type { BlockProgram } from '#src/canonical/block-program.js'
import { seededUniform } from '#src/numeric/index.js'

export interface Random {
  unit(): number
  integer(from: number, to: number): number
  between(low: number, high: number): number
  chance(share: number): boolean
  pick<T>(of: readonly T[]): T
}

export function randomFrom(seed: number): Random {
  const unit = seededUniform(seed)
  const integer = (from: number, to: number): number => from + Math.floor(unit() * (to - from + 1))
  return {
    unit,
    integer,
    between: (low, high) => low + (high - low) * unit(),
    chance: (share) => unit() < share,
    pick: (of) => of[integer(0, of.length - 1)],
  }
}

/**
 * A small program of every awkward kind: slopes and heights on a grid (ties, degenerate vertices), repeated hinges and blocks,
 * opposite slopes (hedges), variables in no row, infinite or zero upper bounds, totals of nothing, next to nothing, next to
 * everything and everything, weights of zero.
 */
export function randomProgram(seed: number, isQuadratic = false): BlockProgram {
  const random = randomFrom(seed)
  const rows = random.integer(1, 4)
  const isGrid = random.chance(0.6)
  const number = (low: number, high: number): number =>
    isGrid ? random.integer(Math.ceil(low), Math.floor(high)) : random.between(low, high)
  const scale = random.chance(0.2) ? 10 ** random.integer(-4, 6) : 1
  const blocks: { row: number[]; upper: number[]; linear: number[]; quadratic: number[]; hinges: number[][] }[] = []
  for (let i = random.integer(2, 10); i > 0; i--) {
    if (blocks.length > 0 && random.chance(0.2)) {
      blocks.push(random.pick(blocks))
      continue
    }
    const width = random.pick([1, 1, 2, 2, 3, 4])
    const hinges: number[][] = []
    for (let j = random.integer(0, 7); j > 0; j--) {
      if (hinges.length > 0 && random.chance(0.2)) hinges.push(random.pick(hinges))
      else {
        const slopes = Array.from({ length: width }, () => (random.chance(0.2) ? 0 : number(-3, 3)))
        hinges.push([random.chance(0.1) ? 0 : number(1, 3), number(-6, 6) * scale, ...slopes])
      }
    }
    blocks.push({
      row: Array.from({ length: width }, () => (random.chance(0.1) ? -1 : random.integer(0, rows - 1))),
      upper: Array.from({ length: width }, () => (random.chance(0.1) ? 0 : number(1, 4) * scale)),
      linear: Array.from({ length: width }, () => (random.chance(0.5) ? 0 : number(-2, 2))),
      quadratic: Array.from({ length: width }, () => (isQuadratic && random.chance(0.6) ? number(1, 3) / scale : 0)),
      hinges,
    })
  }
  const capacity = new Float64Array(rows)
  for (const { row, upper } of blocks) {
    row.forEach((k, v) => {
      if (k >= 0) capacity[k] += upper[v]
    })
  }
  const total = capacity.map((most) => most * random.pick([0, 1, 0.5, 0.3, 0.8, 1e-7, 1 - 1e-7, random.unit()]))
  const isOpen = random.chance(0.3)
  return {
    variableStarts: starts(blocks.map(({ row }) => row.length)),
    hingeStarts: starts(blocks.map(({ hinges }) => hinges.length)),
    row: Int32Array.from(blocks.flatMap(({ row }) => row)),
    upper: Float64Array.from(
      blocks.flatMap(({ row, upper }) => upper.map((most, v) => (isOpen && row[v] >= 0 && most > 0 ? Infinity : most))),
    ),
    linear: Float64Array.from(blocks.flatMap(({ linear }) => linear)),
    ...(isQuadratic && { quadratic: Float64Array.from(blocks.flatMap(({ quadratic }) => quadratic)) }),
    weight: Float64Array.from(blocks.flatMap(({ hinges }) => hinges.map(([weight]) => weight!))),
    height: Float64Array.from(blocks.flatMap(({ hinges }) => hinges.map(([, height]) => height!))),
    slope: Float64Array.from(blocks.flatMap(({ hinges }) => hinges.flatMap(([, , ...slopes]) => slopes))),
    total,
    constant: random.pick([0, 0, 5]),
  }
}

const starts = (sizes: readonly number[]): Int32Array => {
  let sum = 0
  return Int32Array.from([0, ...sizes.map((size) => (sum += size))])
}

/**
 * A program as a standard form: one column u for each hinge, u ≥ height + slope·x and u ≥ 0. With a `seed` the same program in
 * disguise: columns scaled, turned and shifted, rows turned, −u for u, bounds on u that never bind.
 */
export function formOf(program: BlockProgram, seed?: number): FormInput {
  const { variableStarts, hingeStarts, row, upper, linear, quadratic, weight, height, slope, total } = program
  const random = randomFrom(seed ?? 0)
  const draw = (of: readonly number[], plain: number): number => (seed === undefined ? plain : random.pick(of))
  const variables = row.length
  const columns = variables + weight.length
  // x = factor · column + shift.
  const factor = Float64Array.from({ length: variables }, () => draw([1, 1, -1, 2, -0.5], 1))
  const shift = Float64Array.from({ length: variables }, () => draw([0, 0, 1, -3], 0))
  const triplets: [number, number, number][] = []
  const rowLower: number[] = []
  const rowUpper: number[] = []
  const addRow = (low: number, high: number, terms: readonly (readonly [number, number])[]): void => {
    const turn = draw([1, -1, 2], 1)
    for (const [j, value] of terms) if (value !== 0) triplets.push([rowLower.length, j, turn * value])
    rowLower.push(turn > 0 ? turn * low : turn * high)
    rowUpper.push(turn > 0 ? turn * high : turn * low)
  }
  const ends = (low: number, high: number, by: number): [number, number] => (by > 0 ? [low, high] : [high, low])
  for (let k = 0; k < total.length; k++) {
    const own = Array.from(row.keys()).filter((v) => row[v] === k)
    const moved = own.reduce((sum, v) => sum + shift[v], 0)
    addRow(
      total[k] - moved,
      total[k] - moved,
      own.map((v) => [v, factor[v]] as const),
    )
  }
  const costs = Float64Array.from({ length: columns }, (_, j) => (j < variables ? linear[j] * factor[j] : 0))
  const lower: number[] = []
  const highest: number[] = []
  let offset = program.constant ?? 0
  for (let v = 0; v < variables; v++) {
    const [low, high] = ends(-shift[v] / factor[v], (upper[v] - shift[v]) / factor[v], factor[v])
    lower.push(low)
    highest.push(high)
    offset += linear[v] * shift[v]
    const curvature = quadratic?.[v] ?? 0
    offset += 0.5 * curvature * shift[v] ** 2
    costs[v] += curvature * shift[v] * factor[v]
  }
  let next = 0
  for (let i = 0; i + 1 < variableStarts.length; i++) {
    const [from, to] = [variableStarts[i], variableStarts[i + 1]]
    for (let j = hingeStarts[i]; j < hingeStarts[i + 1]; j++) {
      const side = draw([1, 1, -1], 1)
      let end = height[j]
      let most = Math.max(0, height[j])
      const terms: [number, number][] = [[variables + j, side]]
      for (let v = from; v < to; v++, next++) {
        terms.push([v, -slope[next] * factor[v]])
        end += slope[next] * shift[v]
        if (slope[next] > 0) most += slope[next] * upper[v]
      }
      addRow(end, Infinity, terms)
      const cap = draw([Infinity, most], Infinity)
      const [low, high] = ends(0, side * cap, side)
      lower.push(side > 0 ? 0 : low === 0 ? -cap : low)
      highest.push(side > 0 ? high : 0)
      costs[variables + j] = side * weight[j]
    }
  }
  return {
    linear: costs,
    ...(quadratic && {
      quadratic: fromTriplets(
        columns,
        columns,
        Array.from(quadratic, (q, v) => [v, v, q * factor[v] ** 2] as [number, number, number]),
      ),
    }),
    offset,
    matrix: fromTriplets(rowLower.length, columns, triplets),
    rowLower,
    rowUpper,
    lower,
    upper: highest,
  }
}
