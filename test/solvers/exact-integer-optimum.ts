/**
 * The optimum of a small integer program by enumeration: every choice of its integers, and for each the linear program
 * of the others by the simplex method in whole numbers (Edmonds' integer pivoting, Bland's rule). Numbers are the
 * decimals that they are written as. Shares nothing with `src`.
 */
export interface ExactProgram {
  readonly cost: readonly number[]
  readonly rows: readonly { readonly a: readonly number[]; readonly lower: number; readonly upper: number }[]
  readonly lower: readonly number[]
  readonly upper: readonly number[]
  readonly integer: readonly boolean[]
  /** What to enumerate of an integer that has no bounds of its own, implied by how the program was made. */
  readonly ranges?: Readonly<Record<number, readonly [number, number]>>
}

export type Exact = number | 'infeasible' | 'unbounded'

/** Decimal places that all data share. */
const PLACES = 9
const UNIT = 10n ** BigInt(PLACES)

/** value · 10^PLACES, from the text of the number. */
function units(value: number): bigint {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [integer = '', fraction = ''] = mantissa.split('.')
  const shift = Number(exponent) - fraction.length + PLACES
  if (shift < 0) throw new Error(`${value} has more than ${PLACES} places`)
  return BigInt(integer + fraction) * 10n ** BigInt(shift)
}

interface Constraint {
  readonly a: bigint[]
  readonly isEquality: boolean
  readonly right: bigint
}

export function exactIntegerOptimum(program: ExactProgram): Exact {
  const { cost, integer, ranges = {} } = program
  const integers = integer.flatMap((flag, j) => (flag ? [j] : []))
  const others = integer.flatMap((flag, j) => (flag ? [] : [j]))
  const costs = cost.map(units)
  const rows = program.rows.map(({ a, lower, upper }) => ({
    a: a.map(units),
    lower: Number.isFinite(lower) ? units(lower) * UNIT : undefined,
    upper: Number.isFinite(upper) ? units(upper) * UNIT : undefined,
  }))
  const bounds = program.lower.map((low, j) => ({
    lower: Number.isFinite(low) ? units(low) : undefined,
    upper: Number.isFinite(program.upper[j]) ? units(program.upper[j]) : undefined,
  }))
  let best: Quotient | undefined
  let falls = false
  const chosen = new Map<number, bigint>()
  const visit = (k: number): void => {
    if (falls) return
    const j = integers[k]
    if (j !== undefined) {
      const [from, to] = ranges[j] ?? [Math.ceil(program.lower[j]), Math.floor(program.upper[j])]
      for (let value = from; value <= to; value++) {
        chosen.set(j, BigInt(value) * UNIT)
        visit(k + 1)
      }
      return
    }
    const constraints: Constraint[] = []
    for (const { a, lower, upper } of rows) {
      const constant = integers.reduce((sum, i) => sum + a[i] * chosen.get(i)!, 0n)
      const free = others.map((i) => a[i])
      if (free.every((entry) => entry === 0n)) {
        if ((lower !== undefined && constant < lower) || (upper !== undefined && constant > upper)) return
      } else if (lower !== undefined && lower === upper) {
        constraints.push({ a: free, isEquality: true, right: lower - constant })
      } else {
        if (upper !== undefined) constraints.push({ a: free, isEquality: false, right: upper - constant })
        if (lower !== undefined) {
          constraints.push({ a: free.map((entry) => -entry), isEquality: false, right: constant - lower })
        }
      }
    }
    const base = integers.reduce((sum, i) => sum + costs[i] * chosen.get(i)!, 0n)
    const found = leastLinear(
      others.map((i) => costs[i]),
      constraints,
      others.map((i) => bounds[i]),
    )
    if (found === 'unbounded') falls = true
    else if (found !== 'infeasible') {
      const value = { n: found.n + base * found.d, d: found.d }
      if (best === undefined || value.n * best.d < best.n * value.d) best = value
    }
  }
  visit(0)
  if (falls) return 'unbounded'
  return best === undefined ? 'infeasible' : toNumber(best.n, best.d * UNIT * UNIT)
}

interface Quotient {
  readonly n: bigint
  /** Above zero. */
  readonly d: bigint
}

function toNumber(n: bigint, d: bigint): number {
  const digits = 40
  const scaled = (n * 10n ** BigInt(digits)) / d
  return Number(`${scaled}e-${digits}`)
}

/** minimise c·x subject to constraints and bounds; x in the units of the bounds. */
function leastLinear(
  c: readonly bigint[],
  constraints: readonly Constraint[],
  bounds: readonly { readonly lower: bigint | undefined; readonly upper: bigint | undefined }[],
): Quotient | 'infeasible' | 'unbounded' {
  // x_j = start + Σ sign · y over columns y ≥ 0.
  const columns: { readonly j: number; readonly sign: bigint }[] = []
  const starts: bigint[] = []
  const all: Constraint[] = [...constraints]
  bounds.forEach(({ lower, upper }, j) => {
    starts.push(lower ?? upper ?? 0n)
    if (lower !== undefined) columns.push({ j, sign: 1n })
    else columns.push({ j, sign: -1n })
    if (lower === undefined && upper === undefined) columns.push({ j, sign: 1n })
    if (lower !== undefined && upper !== undefined) {
      all.push({ a: c.map((_, i) => (i === j ? 1n : 0n)), isEquality: false, right: upper })
    }
  })
  const slacks = all.filter(({ isEquality }) => !isEquality).length
  const width = columns.length + slacks + all.length + 1
  const last = width - 1
  const basis: number[] = []
  let slack = columns.length
  const rows = all.map(({ a, isEquality, right }, i) => {
    const row = new Array<bigint>(width).fill(0n)
    columns.forEach(({ j, sign }, k) => {
      row[k] = a[j] * sign
    })
    row[last] = right - a.reduce((sum, entry, j) => sum + entry * starts[j], 0n)
    if (!isEquality) row[slack++] = 1n
    if (row[last] < 0n) for (let k = 0; k < width; k++) row[k] = -row[k]
    const artificial = columns.length + slacks + i
    row[artificial] = 1n
    basis.push(artificial)
    return row
  })
  const first = columns.length + slacks
  const state = { rows, basis, d: 1n }
  const trouble = new Array<bigint>(width).fill(0n)
  for (const row of rows) {
    for (let k = 0; k < width; k++) if (k < first || k === last) trouble[k] -= row[k]
  }
  pivotAll(state, trouble, first)
  if (trouble[last] < 0n) return 'infeasible'
  dropArtificials(state, first, last)
  const price = new Array<bigint>(width).fill(0n)
  columns.forEach(({ j, sign }, k) => {
    price[k] = c[j] * sign * state.d
  })
  state.basis.forEach((k, i) => {
    const cost = k < columns.length ? c[columns[k].j] * columns[k].sign : 0n
    if (cost === 0n) return
    for (let q = 0; q < width; q++) price[q] -= cost * state.rows[i][q]
  })
  if (!pivotAll(state, price, first)) return 'unbounded'
  const base = c.reduce((sum, cost, j) => sum + cost * starts[j], 0n)
  return { n: base * state.d - price[last], d: state.d }
}

interface State {
  readonly rows: bigint[][]
  readonly basis: number[]
  /** The common denominator of all rows. */
  d: bigint
}

/** Pivots until no reduced cost is below zero; false where the objective is unbounded. */
function pivotAll(state: State, objective: bigint[], columns: number): boolean {
  const last = objective.length - 1
  for (;;) {
    let enter = 0
    while (enter < columns && objective[enter] >= 0n) enter++
    if (enter === columns) return true
    let leave = -1
    state.rows.forEach((row, i) => {
      if (row[enter] <= 0n) return
      if (leave < 0) leave = i
      else {
        const best = state.rows[leave]
        const difference = row[last] * best[enter] - best[last] * row[enter]
        if (difference < 0n || (difference === 0n && state.basis[i] < state.basis[leave])) leave = i
      }
    })
    if (leave < 0) return false
    pivot(state, leave, enter, objective)
  }
}

function pivot(state: State, leave: number, enter: number, objective?: bigint[]): void {
  const row = state.rows[leave]
  const entry = row[enter]
  for (const other of objective === undefined ? state.rows : [...state.rows, objective]) {
    if (other === row) continue
    const factor = other[enter]
    for (let k = 0; k < row.length; k++) other[k] = (entry * other[k] - factor * row[k]) / state.d
  }
  state.basis[leave] = enter
  state.d = entry
}

/** Artificial columns still in the basis, all at zero, leave it; a row without other entries says nothing. */
function dropArtificials(state: State, first: number, last: number): void {
  for (let i = state.rows.length - 1; i >= 0; i--) {
    if (state.basis[i] < first) continue
    const row = state.rows[i]
    const enter = row.findIndex((entry, k) => k < first && k !== last && entry !== 0n)
    if (enter < 0) {
      state.rows.splice(i, 1)
      state.basis.splice(i, 1)
      continue
    }
    if (row[enter] < 0n) for (let k = 0; k < row.length; k++) row[k] = -row[k]
    pivot(state, i, enter)
  }
}
