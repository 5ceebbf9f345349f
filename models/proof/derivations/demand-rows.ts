import type { ProofRow } from '../../../src/certificates/index.js'
import { type Decimal, decimalOf, signOf } from '../../../src/numeric/index.js'
import type { LeverageProblem } from '../leverage/problem.js'

/** 1. */
export const one: Decimal = decimalOf(1)

/** Σ_i x_ik = R_k over the solvent, one row a market in which something is left to them; `columnOf` gives a free pair's column. */
export function* demandRows(
  { space, freePairs, remaining }: LeverageProblem,
  columnOf: (index: number) => number,
  dualOf: (market: number) => Decimal,
): Generator<ProofRow> {
  const terms = space.markets.map((): [number, Decimal][] => [])
  freePairs.forEach((pair, index) => {
    terms[space.pairMarket[pair]].push([columnOf(index), one])
  })
  for (const [k, list] of terms.entries()) {
    if (signOf(remaining[k]) <= 0) continue
    yield {
      name: `demand_${space.markets[k].index}`,
      terms: list,
      sense: 'E',
      side: remaining[k],
      dual: dualOf(k),
    }
  }
}

/** The free pairs of every owner as indices into `freePairs`: those of owner o stand from `starts[o]` up to `starts[o + 1]`. */
export function freeStarts({ space, freePairs }: LeverageProblem): Int32Array {
  const starts = new Int32Array(space.owners.length + 1)
  for (const pair of freePairs) starts[space.pairOwner[pair] + 1]++
  for (const owner of space.owners.keys()) starts[owner + 1] += starts[owner]
  return starts
}
