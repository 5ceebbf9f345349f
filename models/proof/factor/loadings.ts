import { SpillwayError } from '../../../src/errors.js'
import { type Decimal, decimalOf } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { AdlEvent } from '../../book/index.js'
import { asLoadings, principalLoadings } from '../../moves/index.js'
import type { ObjectiveInputs } from '../inputs.js'

/** β_k by market of the event, and where they come from. */
export interface FactorLoadings {
  /** undefined for markets of which nobody said anything. */
  readonly byMarket: readonly (Decimal | undefined)[]
  readonly source: 'given' | 'event' | 'moves'
  /** Share of the variance of the moves that the factor explains, where the loadings were estimated. */
  readonly explained?: number
}

/**
 * The loadings that count: those given, else those of the event, else the leading principal component of the moves. One source
 * serves all markets; they are never mixed.
 *
 * Throws `SpillwayError` `missing-input` where there is none, `missing-loading` where a demanded market, or one that an
 * eligible account holds, has none.
 */
export function resolveLoadings(space: DecisionSpace, inputs: ObjectiveInputs): FactorLoadings {
  const loadings = sourceOf(space.event, inputs)
  const bare = firstBareMarket(space, loadings.byMarket)
  if (bare === undefined) return loadings
  const { market } = space.event.markets[bare.market]
  throw new SpillwayError({
    code: 'missing-loading',
    path: `markets.${market}.factorLoading`,
    value: undefined,
    problem: `${bare.says}, and the ${WORDS[loadings.source]} give it no factor loading`,
    cure: 'Give every demanded market, and every market that accounts in them hold, a loading; 0 if the factor does not move it.',
  })
}

const WORDS = { given: 'loadings given', event: 'loadings of the event', moves: 'moves' } as const

function sourceOf(event: AdlEvent, { loadings, moves }: ObjectiveInputs): FactorLoadings {
  if (loadings !== undefined) return { source: 'given', byMarket: byMarketOf(event, asLoadings(loadings)) }
  if (event.markets.some(({ factorLoading }) => factorLoading !== undefined)) {
    return { source: 'event', byMarket: event.markets.map(({ factorLoading }) => factorLoading) }
  }
  if (moves !== undefined) {
    const estimate = principalLoadings(moves, event)
    return { source: 'moves', byMarket: byMarketOf(event, estimate.loadings), explained: estimate.share }
  }
  throw new SpillwayError({
    code: 'missing-input',
    path: 'inputs.loadings',
    value: undefined,
    problem: 'there are no factor loadings: none were given, the event has none, and no moves tell them',
    cure: 'Give loadings (--loadings, or factorLoading of each market of the event) or moves (--moves).',
  })
}

function byMarketOf(event: AdlEvent, loadings: ReadonlyMap<string, number>): (Decimal | undefined)[] {
  return event.markets.map(({ market, inverse }) => {
    const loading = loadings.get(market)
    if (loading === undefined) return undefined
    // To first order a move of p is one of −1 times it of 1/p.
    if (Number.isFinite(loading)) return decimalOf(inverse ? -loading : loading)
    throw new SpillwayError({
      code: 'loading-value',
      path: `inputs.loadings.${market}`,
      value: loading,
      problem: 'is not a finite number',
      cure: 'Give a relative move per unit of the factor, such as 1.2.',
    })
  })
}

/** The first market that needs a loading and has none. */
function firstBareMarket(
  { event, markets, owners }: DecisionSpace,
  byMarket: readonly (Decimal | undefined)[],
): { readonly market: number; readonly says: string } | undefined {
  const demanded = markets.find(({ index }) => byMarket[index] === undefined)
  if (demanded !== undefined) return { market: demanded.index, says: 'this market is demanded' }
  if (byMarket.every((loading) => loading !== undefined)) return undefined
  const { starts, market, quantity } = event.positions
  for (const account of owners) {
    for (let p = starts[account]; p < starts[account + 1]; p++) {
      if (quantity.values[p] !== 0 && byMarket[market[p]] === undefined) {
        return {
          market: market[p],
          says: `account ${JSON.stringify(event.accounts.names[account])} holds this market`,
        }
      }
    }
  }
  return undefined
}
