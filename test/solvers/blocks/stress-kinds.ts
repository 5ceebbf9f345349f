import type { LossBlocksOptions } from '../../../benchmarks/loss-blocks.js'

/** Made-up books that made versions of the method stall, by what is odd about them. */
export const stressKinds = (accounts: number): Readonly<Record<string, Partial<LossBlocksOptions>>> => ({
  plain: {},
  'sizes over e^(4 gauss)': { spread: 4 },
  'sizes over e^(6 gauss)': { spread: 6 },
  hedged: { reduced: 0.5, held: 8 },
  'ten copies of each': { accounts: accounts / 10, copies: 10 },
  'round lots': { isRound: true },
  'moves rounded to 5 %': { step: 0.05 },
  'one factor': { factor: 1 },
  'rounded moves, lots and copies': { step: 0.05, isRound: true, accounts: accounts / 10, copies: 10 },
  'a third insolvent': { insolvent: 0.3 },
  'one market': { markets: 1 },
  'many markets': { markets: 100 },
  'off the mark': { concession: 0.2, insolvent: 0.1, demand: 0.8 },
  'all of the capacity': { demand: 1 },
  'nearly all': { demand: 0.9999 },
  'a mix of shares': { demand: [1, 1e-6, 0.9, 0.3] },
  'next to nothing': { demand: 1e-5 },
  'nothing in places': { demand: [0, 0.2] },
  'three moves': { moves: 3 },
})
