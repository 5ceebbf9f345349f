import { type Certificate, parseAllocation, parseEvent, seal } from '#models/book/index.js'

/**
 * Certificates worked by hand, of the book of docs/certificate.md with another equity of B, so that all that is optimal is a decimal: BTC at 100, demand 10 short, A holds −10 with
 * equity 200 and B −10 with 800. Closed by 8 and 2, A is left with 200 of 200 and B with 800 of 800.
 */
export interface Worked {
  readonly event: object
  readonly allocation: { readonly format: 'spillway/allocation@1'; readonly reductions: Cut[] }
  readonly certificate: Certificate
}
interface Cut {
  readonly account: string
  readonly market: string
  readonly quantity: string
}
export type Stated = Pick<Certificate, 'objective' | 'value' | 'bound' | 'evidence'> & Partial<Certificate>

export const book = {
  format: 'spillway/event@1',
  markets: [{ market: 'BTC', markPrice: '100' }],
  accounts: [
    { account: 'A', equity: '200', positions: [{ market: 'BTC', quantity: '-10' }] },
    { account: 'B', equity: '800', positions: [{ market: 'BTC', quantity: '-10' }] },
  ],
  demand: [{ market: 'BTC', side: 'short', quantity: '10' }],
} as const

export const cutsOf = (cuts: Readonly<Record<string, string>>): Worked['allocation'] => ({
  format: 'spillway/allocation@1',
  reductions: Object.entries(cuts).map(([account, quantity]) => ({ account, market: 'BTC', quantity })),
})
export const best = cutsOf({ A: '8', B: '2' })

/** What is stated, of an event and an allocation, sealed. */
export function worked(stated: Stated, allocation = best, event: object = book): Worked {
  const certificate = seal({
    ...{ format: 'spillway/certificate@1', inputs: {}, lots: false, feasibility: '1e-9' },
    ...{ event: parseEvent(event).digest(), allocation: parseAllocation(allocation).digest() },
    ...stated,
  } as Omit<Certificate, 'digest'>)
  return { event, allocation, certificate }
}

/** The group {A, B}: 2000 − 1000 λ ≥ 1000 up to λ = 1. */
export const leverage: Stated = {
  objective: 'min-max-leverage',
  value: '1',
  bound: '1',
  evidence: { group: ['A', 'B'] },
}
/** 2 · 2000 − 1000 − 200 · 10 = 200²/200 + 800²/800. */
export const squares: Stated = {
  objective: 'squared-leverage',
  value: '1000',
  bound: '1000',
  evidence: { multipliers: { A: '1', B: '1' }, prices: { BTC: '200' } },
}
/** β = −1: z = 1000 each, v = 100; 2 · 2000 − 1000 − 2 · 1000. */
export const factor: Stated = {
  objective: 'factor-leverage',
  inputs: { loadings: { BTC: '-1' } },
  value: '1000',
  bound: '1000',
  evidence: { levels: { BTC: '1' } },
}

/**
 * The same book with 2 contracts demanded, under moves 0 of weight 3 and +0.5 of weight 1: A loses 300 in the second, and 50 less for each contract that is
 * closed; nobody else loses. All that closes both is best.
 */
export const lossBook = { ...book, demand: [{ market: 'BTC', side: 'short', quantity: '2' }] } as const
export const moves = {
  format: 'spillway/moves@1',
  markets: ['BTC'],
  moves: [['0'], ['0.5']],
  weights: ['3', '1'],
} as const
export const lossCuts = cutsOf({ A: '2' })

/** By mass on the second move, of all that weighs 4: 4 · bound = −2 θ + 300 m + 10 min(0, θ − 50 m), θ = 50 m. */
const loss = (objective: string, confidence: string, value: string, mass: string, price: string): Stated => ({
  objective,
  inputs: { moves, ...(objective === 'cvar' && { confidence }) } as never,
  value,
  bound: value,
  evidence: {
    prices: { BTC: price },
    tails: [{ weight: '1', confidence, masses: { 1: mass } }],
    shares: { A: { 1: '1' } },
  },
})
export const meanLoss = loss('expected-loss', '0', '50', '1', '12.5')
export const cvar = loss('cvar', '0.5', '100', '2', '25')
export const worstLoss = loss('worst-case-loss', '1', '200', '4', '50')

/** As on docs/certificate.md: A has 100, s = 800 · 0.2 = 160 after closing, and loses 160 − 100 at worst. */
export const ellipsoidBook = {
  ...lossBook,
  accounts: [{ ...book.accounts[0], equity: '100' }, book.accounts[1]],
}
export const ellipsoid: Stated = {
  objective: 'ellipsoid-loss',
  inputs: {
    moves: { format: 'spillway/moves@1', markets: ['BTC'], gaussian: { covariance: [[0.04]] } } as never,
    confidence: '0.5',
  },
  value: '60',
  bound: '60',
  evidence: { prices: { BTC: '20' }, moves: [{ account: 'A', share: '1', direction: { BTC: '5' } }] },
}

/** No variance, and a mean of +0.5: A loses 300, and 50 less for each contract. */
export const normal: Stated = {
  objective: 'expected-loss',
  inputs: {
    moves: { format: 'spillway/moves@1', markets: ['BTC'], gaussian: { covariance: [[0]], mean: [0.5] } } as never,
  },
  value: '200',
  bound: '200',
  evidence: {
    prices: { BTC: '50' },
    cuts: [
      { account: 'A', tau: '-10', direction: { BTC: '0' } },
      { account: 'B', tau: '10', direction: { BTC: '0' } },
    ],
  },
}
