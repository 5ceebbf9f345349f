import type { ExactProgram } from './exact-integer-optimum.js'

/**
 * Random integer programs with a big M between 1e3 and 1e12 in every place where one can hide, free variables,
 * equalities and ties; two to five integers of few values, so that all their choices can be enumerated.
 */
export interface DrawnProgram extends ExactProgram {
  readonly family: string
  readonly bigM: number
}

const oo = Infinity

/** `uniform`: numbers from 0 up to, not including, 1. */
export function drawProgram(uniform: () => number): DrawnProgram {
  const int = (least: number, most: number): number => least + Math.floor(uniform() * (most - least + 1))
  const pick = <T>(list: readonly T[]): T => list[int(0, list.length - 1)]
  const bigM = 10 ** int(3, 12) * pick([1, 1, 1, 2.5])
  const draw = { int, pick, bigM, chance: (share: number) => uniform() < share }
  return pick(FAMILIES)(draw)
}

interface Draw {
  readonly int: (least: number, most: number) => number
  readonly pick: <T>(list: readonly T[]) => T
  readonly bigM: number
  readonly chance: (share: number) => boolean
}

/** A program that grows by columns and rows. */
class Growing {
  readonly cost: number[] = []
  readonly lower: number[] = []
  readonly upper: number[] = []
  readonly integer: boolean[] = []
  readonly ranges: Record<number, readonly [number, number]> = {}
  readonly rows: { readonly terms: ReadonlyMap<number, number>; readonly lower: number; readonly upper: number }[] = []

  column(cost: number, lower: number, upper: number, integer = false): number {
    this.cost.push(cost)
    this.lower.push(lower)
    this.upper.push(upper)
    this.integer.push(integer)
    return this.cost.length - 1
  }

  row(terms: readonly (readonly [column: number, value: number])[], lower: number, upper: number): void {
    const sums = new Map<number, number>()
    for (const [j, value] of terms) sums.set(j, (sums.get(j) ?? 0) + value)
    this.rows.push({ terms: sums, lower, upper })
  }

  done(family: string, bigM: number): DrawnProgram {
    const { cost, lower, upper, integer, ranges } = this
    const rows = this.rows.map(({ terms, ...sides }) => ({ a: cost.map((_, j) => terms.get(j) ?? 0), ...sides }))
    return { family, bigM, cost, lower, upper, integer, ranges, rows }
  }
}

/** Plants that must be opened; the M of an opening stands in a row, an equality, a pinned column or with the other sign. */
function fixedCharge({ int, pick, bigM, chance }: Draw): DrawnProgram {
  const p = new Growing()
  const plants = int(2, 4)
  const hidden = pick(['row', 'equality', 'pinned', 'negative', 'scaled'])
  const isTied = chance(0.3)
  const charge = int(20, 120)
  const served: number[] = []
  for (let k = 0; k < plants; k++) {
    const made = p.column(isTied ? 1 : int(1, 4), 0, chance(0.5) ? oo : int(3, 12))
    served.push(made)
    const open = p.column(isTied ? charge : int(20, 120), 0, 1, true)
    if (hidden === 'row')
      p.row(
        [
          [made, 1],
          [open, -bigM],
        ],
        -oo,
        0,
      )
    else if (hidden === 'scaled')
      p.row(
        [
          [made, 1 / 2 ** int(0, 3)],
          [open, -bigM],
        ],
        -oo,
        0,
      )
    else if (hidden === 'negative') {
      p.cost[open] = -p.cost[open]
      p.row(
        [
          [made, 1],
          [open, bigM],
        ],
        -oo,
        bigM,
      )
    } else if (hidden === 'equality') {
      const room = p.column(0, 0, oo)
      p.row(
        [
          [room, 1],
          [open, -bigM],
        ],
        0,
        0,
      )
      p.row(
        [
          [made, 1],
          [room, -1],
        ],
        -oo,
        0,
      )
    } else {
      const share = p.column(0, 0, 1)
      p.row(
        [
          [share, 1],
          [open, -1],
        ],
        -oo,
        0,
      )
      p.row(
        [
          [made, 1],
          [share, -bigM],
        ],
        -oo,
        0,
      )
    }
  }
  const need = int(2, 9) + pick([0, 0, 0.5])
  p.row(
    served.map((j) => [j, 1]),
    need,
    chance(0.3) ? need : oo,
  )
  if (chance(0.1))
    p.row(
      served.map((j) => [j, 1]),
      -oo,
      need - 1,
    )
  return p.done(`fixed charge, ${hidden}`, bigM)
}

/** A free variable that must lie in one of several intervals, each switched off by M. */
function disjunction({ int, pick, bigM, chance }: Draw): DrawnProgram {
  const p = new Growing()
  const y = p.column(int(-3, 3), -oo, oo)
  const z = p.column(chance(0.5) ? int(-2, 2) : 0, -oo, oo)
  const intervals = int(2, 5)
  const chosen: number[] = []
  for (let k = 0; k < intervals; k++) {
    const from = int(-40, 40)
    const on = p.column(chance(0.4) ? 0 : int(-5, 5), 0, 1, true)
    chosen.push(on)
    p.row(
      [
        [y, 1],
        [on, -bigM],
      ],
      from - bigM,
      oo,
    )
    p.row(
      [
        [y, 1],
        [on, bigM],
      ],
      -oo,
      from + int(0, 6) + bigM,
    )
  }
  p.row(
    chosen.map((j) => [j, 1]),
    1,
    chance(0.7) ? 1 : 2,
  )
  p.row(
    [
      [z, 1],
      [y, pick([-2, -1, 1, 2])],
    ],
    int(-5, 0),
    int(0, 5),
  )
  if (chance(0.1)) p.row([[y, 1]], 90, oo)
  return p.done('disjunction', bigM)
}

/** Rows of small numbers over integers and continuous columns, some free, some equalities; some fall without end. */
function mixed({ int, pick, bigM, chance }: Draw): DrawnProgram {
  const p = new Growing()
  const columns = int(3, 6)
  for (let j = 0; j < columns; j++) {
    const isInteger = j < 2 || chance(0.4)
    const low = int(-3, 1)
    if (isInteger) p.column(int(-6, 6), low, low + int(1, 3), true)
    else p.column(int(-6, 6), chance(0.4) ? -oo : low, chance(0.4) ? oo : low + int(1, 9))
  }
  const rows = int(2, 4)
  for (let i = 0; i < rows; i++) {
    const terms = p.cost.flatMap((_, j): [number, number][] =>
      chance(0.7) ? [[j, int(-6, 6) * pick([1, 1, 0.5, 0.1])]] : [],
    )
    const side = int(-9, 9)
    const kind = pick(['=', '<', '>', 'range'])
    p.row(
      terms.map(([j, a]) => [j, Number(a.toFixed(3))]),
      kind === '<' ? -oo : side,
      kind === '>' ? oo : kind === 'range' ? side + 4 : side,
    )
  }
  const first = p.cost.length - 1
  if (chance(0.6))
    p.row(
      [
        [first, 1],
        [0, -bigM],
      ],
      -oo,
      int(0, 4),
    )
  return p.done('mixed', bigM)
}

/** Rows of integers alone: M cancels between them, decimals meet exactly, and one integer has no bounds of its own. */
function integersAlone({ int, pick, bigM, chance }: Draw): DrawnProgram {
  const p = new Growing()
  const count = int(2, 3)
  for (let j = 0; j < count; j++) p.column(chance(0.3) ? 1 : int(-5, 5), 0, int(1, 3), true)
  p.row(
    [
      [0, bigM],
      [1, -bigM],
      [count - 1, 1],
    ],
    int(-2, 1),
    pick([0, 1, 2]),
  )
  p.row(
    p.cost.map((_, j) => [j, pick([0.1, 0.2, 0.3])]),
    -oo,
    pick([0.3, 0.6, 0.9]),
  )
  if (chance(0.5))
    p.row(
      p.cost.map((_, j) => [j, int(1, 3)]),
      int(1, 4),
      oo,
    )
  if (chance(0.5)) {
    // n = Σ a_j x_j, free, within what the bounded ones allow.
    const weights = p.cost.map(() => int(-3, 3))
    const reach = weights.reduce((sum, a, j) => sum + Math.abs(a) * p.upper[j], 0)
    const n = p.column(int(-4, 4), -oo, oo, true)
    p.ranges[n] = [-reach, reach]
    p.row([[n, 1], ...weights.map((a, j): [number, number] => [j, -a])], 0, 0)
  }
  return p.done('integers alone', bigM)
}

/** Coefficients from 1e-6 to 1e7 in one row, below and above what solvers take for zero and for feasible. */
function wide({ int, pick, chance }: Draw): DrawnProgram {
  const p = new Growing()
  const power = (): number => Number(`1e${int(-6, 7)}`)
  const value = (): number => Number((pick([-3, -2, -1, 1, 2, 3]) * power()).toPrecision(3))
  const columns = int(2, 5)
  for (let j = 0; j < columns; j++) {
    const low = int(-9, 1)
    if (j < 1 || chance(0.5))
      p.column(chance(0.3) ? 0 : value(), Math.max(-2, low), Math.max(-2, low) + int(1, 3), true)
    else p.column(chance(0.3) ? 0 : value(), low, chance(0.3) ? oo : low + int(1, 12))
  }
  for (let i = 0; i < int(1, 3); i++) {
    const terms = p.cost.map((_, j): [number, number] => [j, chance(0.8) ? value() : 0])
    const side = value()
    const kind = pick(['=', '<', '>'])
    p.row(terms, kind === '<' ? -oo : side, kind === '>' ? oo : side)
  }
  return p.done('wide', 1e7)
}

const FAMILIES = [wide, fixedCharge, fixedCharge, disjunction, mixed, integersAlone]
