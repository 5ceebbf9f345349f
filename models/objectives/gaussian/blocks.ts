import {
  add,
  type DecimalFactor,
  decimalFactor,
  multiply,
  pivotedFactor,
  signOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { NormalLoss, NormalLosses, NormalLossesPoint } from '../../../src/solvers/index.js'
import { exactCapacity } from '../../book/exact-amounts.js'
import { stateAfter } from '../../proof/gaussian/book.js'
import type { GaussianProblem } from '../../proof/gaussian/bound.js'
import { type CutSeed, seedAt, seedOf } from '../../proof/gaussian/cut.js'

/**
 * A Gaussian problem in doubles, one block per account with something to decide. Columns are kept shares η = 1 − x/c of the
 * pairs in markets that keep anything: a market whose whole capacity is demanded has no choice and no interior.
 */
export interface GaussianBlocks extends NormalLosses {
  /** Pair of each column, and market of each row. */
  readonly pairs: Int32Array
  readonly markets: readonly number[]
  /** Owner of each block. */
  readonly owners: readonly number[]
  /** By block, the factor of its covariance where that is singular. */
  readonly singular: readonly (Singular | undefined)[]
  /** By block the indices among its markets, and by column the exposure, of a pair held whole. */
  readonly indices: readonly (readonly number[])[]
  readonly changes: Float64Array
  /** Exposures of a block's account by held market, at a point of the blocks. */
  exposureAt(point: NormalLossesPoint, block: number): number[]
  /** Seeds of cuts by owner, at a point of the blocks. */
  seedsAt(point: NormalLossesPoint): CutSeed[]
}

/** A factor of which the first `rank` pivots are the covariance as given, and the others its lift. */
export interface Singular {
  readonly fine: DecimalFactor
  readonly rank: number
}

export function gaussianBlocks(problem: GaussianProblem): GaussianBlocks {
  const { space, deciding, law } = problem
  const capacity = space.markets.map(() => zero)
  space.capacity.forEach((_, pair) => {
    const k = space.pairMarket[pair]
    capacity[k] = add(capacity[k], exactCapacity(space, pair))
  })
  const kept = space.markets.map(({ quantity }, k) => subtract(capacity[k], quantity))
  const markets = space.markets.flatMap((_, k) => (signOf(kept[k]) > 0 ? [k] : []))
  const rowOfMarket = new Map(markets.map((k, row) => [k, row]))
  const pairs: number[] = []
  const blocks: NormalLoss[] = []
  const owners: number[] = []
  const closed: number[][] = []
  const singular: (Singular | undefined)[] = []
  const indices: number[][] = []
  deciding.forEach((account, owner) => {
    const free = account.pairs.filter(({ pair }) => rowOfMarket.has(space.pairMarket[pair]))
    if (free.length === 0) return
    const { gain, exposure } = stateAfter(account, (pair) => exactCapacity(space, pair))
    const held = exposure.map(toNumber)
    const gone = free.map(({ pair, index, exposure: change, gain: lost }) => {
      const amount = exactCapacity(space, pair)
      return { index, exposure: -toNumber(multiply(change, amount)), gain: -toNumber(multiply(lost, amount)) }
    })
    const size = account.markets.length
    const entries = new Float64Array(size * size)
    account.markets.forEach((i, a) => {
      account.markets.forEach((j, b) => {
        entries[a * size + b] = toNumber(law.covariance[i][j])
      })
    })
    const factor = pivotedFactor(entries, size)
    // What a perfect hedge is exposed to under a lifted covariance is lost in doubles, unless it is kept apart.
    const fine =
      factor.pivots.length < size
        ? decimalFactor(account.markets.map((i) => account.markets.map((j) => law.covariance[i][j])))
        : undefined
    singular.push(fine && { fine, rank: Math.min(factor.pivots.length, fine.pivots.length) })
    const columns = fine?.columns.map((column) => column.map(toNumber)) ?? factor.columns.map((l) => Array.from(l))
    const root = (fine?.pivots.map(toNumber) ?? factor.pivots).map(Math.sqrt)
    blocks.push({
      first: pairs.length,
      gain: toNumber(gain),
      slope: Float64Array.from(gone, (pair) => pair.gain),
      spread: Float64Array.from(columns, (column, f) => root[f] * column.reduce((sum, l, k) => sum + l * held[k], 0)),
      weights: Float64Array.from(
        columns.flatMap((column, f) => gone.map((pair) => root[f] * column[pair.index] * pair.exposure)),
      ),
    })
    owners.push(owner)
    closed.push(held)
    indices.push(gone.map(({ index }) => index))
    for (const { pair } of free) pairs.push(pair)
  })
  const exposureOf = gaussianExposures(problem, pairs)
  const exposureAt = ({ point }: NormalLossesPoint, b: number): number[] => {
    const { first, slope } = blocks[b]
    const exposure = closed[b].slice()
    for (let j = 0; j < slope.length; j++) exposure[indices[b][j]] += exposureOf[first + j] * point[first + j]
    return exposure
  }
  return {
    blocks,
    rows: markets.length,
    rowOf: Int32Array.from(pairs, (pair) => rowOfMarket.get(space.pairMarket[pair])!),
    amount: Float64Array.from(pairs, (pair) => space.capacity[pair]),
    total: Float64Array.from(markets, (k) => toNumber(kept[k])),
    pairs: Int32Array.from(pairs),
    markets,
    owners,
    singular,
    indices,
    changes: exposureOf,
    exposureAt,
    seedsAt(found) {
      const seeds = deciding.map((account) =>
        seedOf(
          law,
          account,
          stateAfter(account, (pair) => exactCapacity(space, pair)),
        ),
      )
      owners.forEach((owner, b) => {
        seeds[owner] = seedAt(found.gain[b], exposureAt(found, b), found.spread[b])
      })
      return seeds
    },
  }
}

/** Signed exposure of a pair held whole, by column. */
function gaussianExposures({ space }: GaussianProblem, pairs: readonly number[]): Float64Array {
  return Float64Array.from(pairs, (pair) => {
    const { price, side } = space.markets[space.pairMarket[pair]]
    return side * toNumber(multiply(price, exactCapacity(space, pair)))
  })
}
