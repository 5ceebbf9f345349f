import {
  type Certificate,
  conditionalValueAtRisk,
  ellipsoidLoss,
  entropicValueAtRisk,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  type Objective,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  squaredLeverage,
  verifyWithProof,
  worstCaseLoss,
} from 'spillway'
import { type PlainEvent, randomFrom } from '../books.js'
import type { Case } from './python.js'
import type { Shaped } from './shapes.js'

export const movesFor = (book: PlainEvent, seed: number) => {
  const random = randomFrom(seed)
  const markets = book.markets.map(({ market }) => market)
  // A market that the event does not have is passed over.
  const names = random.chance(0.3) ? ['elsewhere', ...markets] : markets
  const moves = Array.from({ length: random.whole(1, 9) }, () =>
    names.map(() => Number(random.between(-0.6, 0.6).toFixed(3))),
  )
  return parseMoves({
    format: 'spillway/moves@1',
    markets: names,
    moves,
    ...(random.chance(0.5) && { weights: moves.map((_, s) => (s === 0 ? '1.5' : random.pick([0, 1, 2]))) }),
  })
}

const normalFor = (book: PlainEvent, seed: number) => {
  const random = randomFrom(seed)
  const markets = book.markets.map(({ market }) => market)
  // Of one factor: singular where own variances are left out.
  const beta = markets.map(() => random.between(-0.4, 0.4))
  const own = random.pick([0, 0.01])
  const covariance = beta.map((a, i) => beta.map((b, j) => a * b + (i === j ? own : 0)))
  return parseMoves({
    format: 'spillway/moves@1',
    markets,
    gaussian: { covariance, ...(random.chance(0.3) && { mean: markets.map(() => 0.01) }) },
  })
}

const loadingsFor = (book: PlainEvent) =>
  Object.fromEntries(book.markets.map(({ market }, k) => [market, k % 2 === 0 ? 1.1 : -0.3]))

export const objectives: Readonly<Record<string, (book: PlainEvent, seed: number) => Objective>> = {
  'min-max-leverage': () => minMaxLeverage(),
  'squared-leverage': () => squaredLeverage(),
  'factor-leverage': (book) => factorLeverage({ loadings: loadingsFor(book) }),
  'expected-loss': (book, seed) => expectedLoss({ moves: movesFor(book, seed) }),
  'expected-loss, normal': (book, seed) => expectedLoss({ moves: normalFor(book, seed) }),
  cvar: (book, seed) => conditionalValueAtRisk({ moves: movesFor(book, seed), confidence: 0.6 }),
  evar: (book, seed) => entropicValueAtRisk({ moves: movesFor(book, seed), confidence: seed % 4 < 2 ? 0.6 : 0.05 }),
  'worst-case-loss': (book, seed) => worstCaseLoss({ moves: movesFor(book, seed) }),
  'ellipsoid-loss': (book, seed) => ellipsoidLoss({ moves: normalFor(book, seed), confidence: 0.8 }),
}

export interface Certified extends Case {
  readonly event: PlainEvent
  readonly allocation: { readonly format: string; readonly reductions: readonly Reduction[] }
  readonly certificate: Certificate
}

interface Reduction {
  readonly account: string
  readonly market: string
  readonly quantity: string
}

/** Codes that say that a question is not answered for this book: there is nothing to check then. */
const UNANSWERED = ['not-expressible', 'demand-exceeds-holdings', 'no-evidence', 'inverse-move', 'demand-off-lots']

/**
 * A fresh certificate of a book under its terms: of the best allocation for the objective, or for another one. Undefined where the
 * question has no answer.
 */
export async function certified(
  { book, lots, pinned }: Shaped,
  objective: Objective,
  best: Objective = objective,
): Promise<Certified | undefined> {
  try {
    const event = parseEvent(book)
    const { keepSolvent = false, demand = 'event', feasibility = 1e-9 } = pinned
    const { reductions } = await solve(event, best, { lots, keepSolvent })
    if (reductions === undefined) return undefined
    const allocation = { format: 'spillway/allocation@1' as const, reductions: underTerms(reductions, pinned) }
    const options = { lots, keepSolvent, demand, feasibility }
    const { certificate } = await verifyWithProof(event, parseAllocation(allocation), objective, options)
    const proof = certificate()
    return proof && { event: book, allocation, certificate: JSON.parse(JSON.stringify(proof)) as Certificate, pinned }
  } catch (error) {
    if (UNANSWERED.includes((error as { code?: string }).code ?? '')) return undefined
    throw error
  }
}

/** A row less where the demand may be filled in part, and a ten-thousandth too much of one where that is forgiven. */
function underTerms(reductions: readonly Reduction[], { demand, feasibility }: Shaped['pinned']): readonly Reduction[] {
  if (demand === 'filled') return reductions.slice(1)
  if (feasibility === undefined || reductions.length === 0) return reductions
  const [{ quantity, ...first }, ...others] = reductions
  return [{ ...first, quantity: (Number(quantity) * 1.0001).toFixed(18) }, ...others]
}
