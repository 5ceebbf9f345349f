import { KEPT, type Screened, upperBound } from './screen.js'
import { sortBreakpoints } from './sort-breakpoints.js'

/**
 * Blocks of one variable, and variables of blocks without hinges. The slope of such a function, per unit of x, is a step
 * function of ξ = x/size between 0 and 1: with breakpoints β_j = −height_j/(slope_j size), ascending, cell z between β_{z−1}
 * and β_z has
 *
 *     slope_0 = linear + Σ_{slope_j<0} weight_j slope_j,    slope_z = slope_{z−1} + weight_j |slope_j|   (j the z-th kink).
 *
 * With the price π of its row, the window W and the centre c of the proximal term, and curvature q size,
 *
 *     slope(ξ) + π + W (ξ − c) + q size ξ = 0
 *
 * at the response, unless a breakpoint or a bound holds it. The cell of the last response is kept: most stay in it.
 *
 * Variables of one row without hinges, slope and curvature are one variable; what it takes is spread in proportion to size.
 */
export class Singles {
  readonly count: number
  /** Of each variable of the program: its single, or −1. */
  readonly singleOf: Int32Array
  readonly row: Int32Array
  readonly size: Float64Array
  /** Σ size of the variables that are one here, as a multiple of `size`: how far it can be filled. */
  readonly spread: Float64Array
  /** The upper bound of ξ without the cap of the size. */
  readonly reach: Float64Array
  readonly curvature: Float64Array
  readonly at: Float64Array
  readonly center: Float64Array
  /** The cells of single s stand from `cellStarts[s]` up to `cellStarts[s + 1]`; right end and slope of each. */
  readonly cellStarts: Int32Array
  readonly end: Float64Array
  readonly slope: Float64Array
  readonly #cell: Int32Array
  /** The objective at ξ = 0, all singles together. */
  readonly #base: number

  constructor(screened: Screened) {
    const { program, size, linear, movable, kept } = screened
    const { variableStarts, row, total, quadratic } = program
    const rows = total.length
    this.singleOf = new Int32Array(size.length).fill(-1)
    const variable: number[] = []
    const cells: number[] = []
    const idle = new Map<number, number>()
    const idleSize = new Float64Array(rows + 1)
    const idleUpper = new Float64Array(rows + 1)
    for (let i = 0; i < movable.length; i++) {
      if (movable[i] > 1 && kept[i] > 0) continue
      for (let v = variableStarts[i]; v < variableStarts[i + 1]; v++) {
        if (size[v] === 0) continue
        const k = row[v] < 0 ? rows : row[v]
        const isIdle = kept[i] === 0 && linear[v] === 0 && (quadratic?.[v] ?? 0) === 0
        const known = isIdle ? idle.get(k) : undefined
        if (isIdle) {
          idle.set(k, known ?? variable.length)
          idleSize[k] += size[v]
          idleUpper[k] += upperBound(program, v)
        }
        this.singleOf[v] = known ?? variable.length
        if (known !== undefined) continue
        variable.push(v)
        cells.push(kept[i] + 1)
      }
    }
    this.count = variable.length
    this.row = Int32Array.from(variable, (v) => (row[v] < 0 ? rows : row[v]))
    this.size = Float64Array.from(variable, (v) => size[v])
    this.spread = new Float64Array(this.count).fill(1)
    this.reach = Float64Array.from(variable, (v) => upperBound(program, v) / size[v])
    for (const [k, s] of idle) {
      const most = k < rows ? Math.min(idleSize[k], Math.max(2 * total[k], 1e-9 * idleSize[k])) : idleSize[k]
      this.size[s] = most
      this.spread[s] = most / idleSize[k]
      this.reach[s] = idleUpper[k] / most
    }
    this.curvature = Float64Array.from(variable, (v) => (quadratic?.[v] ?? 0) * size[v])
    this.at = new Float64Array(this.count)
    this.center = new Float64Array(this.count)
    this.cellStarts = new Int32Array(this.count + 1)
    for (let s = 0; s < this.count; s++) this.cellStarts[s + 1] = this.cellStarts[s] + cells[s]
    this.end = new Float64Array(this.cellStarts[this.count])
    this.slope = new Float64Array(this.cellStarts[this.count])
    this.#cell = this.cellStarts.slice(0, this.count)
    this.#base = this.#fillCells(screened)
  }

  #fillCells(screened: Screened): number {
    const { linear } = screened
    let base = 0
    const filled = new Uint8Array(this.count)
    eachSingleHinge(screened, (v, from, to, slopeOf) => {
      const s = this.singleOf[v]
      if (s < 0 || filled[s] !== 0) return
      filled[s] = 1
      const { weight, height } = screened.program
      let next = this.cellStarts[s]
      let slope = linear[v]
      for (let j = from; j < to; j++) {
        if (screened.fate[j] !== KEPT) continue
        const own = slopeOf(j)
        if (own < 0) slope += weight[j] * own
        base += weight[j] * Math.max(0, height[j])
        this.end[next] = breakpoint(height[j], own, screened.size[v])
        this.slope[next++] = weight[j] * Math.abs(own)
      }
      sortBreakpoints(this.end, this.slope, this.cellStarts[s], next)
      this.end[next] = 1
      for (let z = this.cellStarts[s]; z <= next; z++) {
        const jump = this.slope[z]
        this.slope[z] = slope
        slope += jump
      }
    })
    return base
  }

  /** The responses that x is. */
  startAt(x: Float64Array): void {
    this.at.fill(0)
    for (let v = 0; v < x.length; v++) {
      const s = this.singleOf[v]
      if (s >= 0) this.at[s] = Math.min(1, this.at[s] + x[v] / this.size[s])
    }
  }

  /** The response of every single: adds to Σ x by row and to the diagonal of H = −∂(Σ x)/∂π, of order `stride`. */
  respond(
    prices: Float64Array,
    windows: Float64Array,
    sums: Float64Array,
    hessian: Float64Array,
    stride: number,
  ): void {
    const { count, row, size, curvature, at, center, cellStarts, end, slope } = this
    const cells = this.#cell
    for (let s = 0; s < count; s++) {
      const k = row[s]
      const price = prices[k]
      const window = windows[k]
      const bend = curvature[s]
      const middle = center[s]
      const first = cellStarts[s]
      const last = cellStarts[s + 1] - 1
      let z = cells[s]
      while (z < last && slope[z] + price + window * (end[z] - middle) + bend * end[z] < 0) z++
      while (z > first && slope[z - 1] + price + window * (end[z - 1] - middle) + bend * end[z - 1] >= 0) z--
      cells[s] = z
      const left = z > first ? end[z - 1] : 0
      const right = end[z]
      let xi = middle - (slope[z] + price + bend * middle) / (window + bend)
      if (xi <= left) xi = left
      else if (xi >= right) xi = right
      else hessian[k * stride + k] += size[s] / (window + bend)
      at[s] = xi
      sums[k] += size[s] * xi
    }
  }

  /**
   * What the responses may lose against the bound of the prices: Σ size (r ξ − min(0, r) · reach), r the slope nearest to 0 at
   * ξ and reach the upper bound of ξ without the cap.
   */
  gap(prices: Float64Array): number {
    let gap = 0
    for (let s = 0; s < this.count; s++) {
      const first = this.cellStarts[s]
      const last = this.cellStarts[s + 1] - 1
      const xi = this.at[s]
      let low = this.#cell[s]
      let high = low
      while (low > first && this.end[low - 1] >= xi) low--
      while (high < last && this.end[high] <= xi) high++
      const more = prices[this.row[s]] + this.curvature[s] * xi
      const r = Math.max(Math.min(0, this.slope[high] + more), this.slope[low] + more)
      gap += this.size[s] * (r * xi - Math.min(0, r) * this.reach[s])
    }
    return gap
  }

  /** The objective of all singles at their responses. */
  value(): number {
    let sum = this.#base
    for (let s = 0; s < this.count; s++) {
      const xi = this.at[s]
      let from = 0
      let own = 0.5 * this.curvature[s] * xi * xi
      for (let z = this.cellStarts[s]; from < xi; z++) {
        const to = Math.min(xi, this.end[z])
        own += this.slope[z] * (to - from)
        from = to
      }
      sum += this.size[s] * own
    }
    return sum
  }

  /**
   * Shares of the kept hinges at the best response ξ* to prices without a proximal term: on if above zero at ξ*, and those
   * with their kink there are filled one after the other until the slope is 0.
   */
  shares(screened: Screened, prices: Float64Array, shares: Float64Array): void {
    const { height, weight } = screened.program
    eachSingleHinge(screened, (v, from, to, slopeOf) => {
      const s = this.singleOf[v]
      if (s < 0 || from === to) return
      const last = this.cellStarts[s + 1] - 1
      const price = prices[this.row[s]]
      const bend = this.curvature[s]
      let z = this.cellStarts[s]
      let left = 0
      while (z < last && this.slope[z] + price + bend * this.end[z] < 0) left = this.end[z++]
      // A slope that turns inside a cell leaves no kink to fill.
      const isKink = this.slope[z] + price + bend * left >= 0
      const best = isKink ? left : Math.min(this.end[z], bend > 0 ? -(this.slope[z] + price) / bend : this.end[z])
      let missing = 0
      const isTied = (j: number): boolean => breakpoint(height[j], slopeOf(j), screened.size[v]) === best
      if (isKink && z > this.cellStarts[s]) {
        let below = z
        while (below > this.cellStarts[s] && this.end[below - 1] >= best) below--
        missing = -(this.slope[below] + price + bend * best)
      }
      for (let j = from; j < to; j++) {
        if (screened.fate[j] !== KEPT) continue
        const own = slopeOf(j)
        const at = breakpoint(height[j], own, screened.size[v])
        if (!isTied(j)) {
          shares[j] = own > 0 === at < best ? 1 : 0
          continue
        }
        // Left of its kink a rising hinge is off and a falling one on; the missing slope is taken from either.
        const jump = weight[j] * Math.abs(own)
        const part = Math.min(1, Math.max(0, missing / jump))
        shares[j] = own > 0 ? part : 1 - part
        missing -= jump * part
      }
    })
  }
}

/** The same expression wherever it is needed: ties are found again as ties. */
const breakpoint = (height: number, slope: number, size: number): number =>
  Math.min(1, Math.max(0, -height / (slope * size)))

/** Calls back for every variable of a block of singles with the hinges of its block and their slopes in it. */
function eachSingleHinge(
  { program, size, movable, kept }: Screened,
  visit: (v: number, fromHinge: number, toHinge: number, slopeOf: (j: number) => number) => void,
): void {
  const { variableStarts, hingeStarts, slope } = program
  let next = 0
  for (let i = 0; i < movable.length; i++) {
    const width = variableStarts[i + 1] - variableStarts[i]
    const [from, to] = [hingeStarts[i], hingeStarts[i + 1]]
    const first = next
    next += width * (to - from)
    if (movable[i] > 1 && kept[i] > 0) continue
    for (let d = 0; d < width; d++) {
      if (size[variableStarts[i] + d] === 0) continue
      visit(variableStarts[i] + d, from, to, (j) => slope[first + (j - from) * width + d])
    }
  }
}
