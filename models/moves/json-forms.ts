import type { RawNumber } from '../book/number.js'

/** Moves in their JSON form. */
export type MovesJson = {
  format: 'spillway/moves@1'
  markets: string[]
  moves?: RawNumber[][] | undefined
  weights?: RawNumber[] | undefined
  gaussian?: GaussianJson | undefined
}

/** Jointly normal moves in theirs: by market, and by pair of markets, or as factors. */
export type GaussianJson = {
  mean?: RawNumber[] | undefined
  covariance?: RawNumber[][] | undefined
  loadings?: RawNumber[][] | undefined
  idiosyncraticVariance?: RawNumber[] | undefined
}
