import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { parseMoves } from '#models/moves/index.js'
import { resolveLoadings } from '#models/proof/factor/loadings.js'
import type { ObjectiveInputs } from '#models/proof/inputs.js'
import { toNumber } from '#src/numeric/index.js'

interface Facts {
  /** Of the event, by market: A and B are demanded, the accounts hold A, B, and the first C. */
  readonly loadings?: readonly (string | undefined)[]
  readonly ofC?: string
  readonly inverse?: boolean
  readonly inputs?: ObjectiveInputs
}

/** `accounts` hold quantities of A, B, C and D; `b` has nothing that is demanded, and does not count. */
function resolved({ loadings = [], ofC = '2', inverse = false, inputs = {} }: Facts): unknown {
  const space = decisionSpace(
    parseEvent({
      format: 'spillway/event@1',
      markets: ['A', 'B', 'C', 'D'].map((market, k) => ({
        market,
        markPrice: '2',
        ...(inverse && { inverse, settles: 'X' }),
        ...(loadings[k] !== undefined && { factorLoading: loadings[k] }),
      })),
      accounts: [
        { account: 'b', equity: '5', positions: [{ market: 'D', quantity: '3' }] },
        {
          account: 'c',
          equity: '5',
          positions: [
            { market: 'A', quantity: '-3' },
            { market: 'C', quantity: ofC },
          ],
        },
        { account: 'd', equity: '5', positions: [{ market: 'D', quantity: '3' }] },
        { account: 'e', equity: '5', positions: [{ market: 'B', quantity: '-3' }] },
        { account: 'f', equity: '5', positions: [{ market: 'D', quantity: '3' }] },
      ],
      demand: [
        { market: 'A', side: 'short', quantity: '1' },
        { market: 'B', side: 'short', quantity: '1' },
      ],
    } as never),
  )
  try {
    const { byMarket, ...rest } = resolveLoadings(space, inputs)
    return { ...rest, byMarket: byMarket.map((loading) => loading && toNumber(loading)) }
  } catch (error) {
    const { code, path, message } = error as { code: string; path: string; message: string }
    return `${code} ${path}: ${/(demanded|account "\w" holds|not a finite|no factor loadings|loadings given|loadings of the event|the moves)/.exec(message)?.[0]}`
  }
}

const moves = parseMoves({
  format: 'spillway/moves@1',
  markets: ['A', 'B', 'C', 'D'],
  moves: [
    [0.1, 0.2, 0, 0],
    [-0.1, -0.2, 0, 0],
  ],
} as never)

describe('loadings', () => {
  it('are those given, else those of the event, else what moves say, and never mixed', () => {
    const given = { A: 1, B: -0.5, C: 0 }
    const own = ['1.5', '2', '0', '7']
    const byMarket = [1, -0.5, 0, undefined]
    expect(resolved({ inputs: { loadings: given } })).toEqual({ source: 'given', byMarket })
    expect(resolved({ loadings: own, inputs: { loadings: new Map(Object.entries(given)), moves } })).toEqual({
      source: 'given',
      byMarket,
    })
    expect(resolved({ loadings: own, inputs: { moves } })).toEqual({ source: 'event', byMarket: [1.5, 2, 0, 7] })
    // One of the event is enough to count as its own.
    expect(resolved({ loadings: ['1.5', undefined, undefined, undefined], inputs: { moves } })).toBe(
      'missing-loading markets.B.factorLoading: demanded',
    )
    // Variances of 0.02 and 0.08 in one direction: the loadings are the deviations, and explain all of it.
    const about = (value: number) => expect.closeTo(value, 12)
    expect(resolved({ inputs: { moves } })).toEqual({
      source: 'moves',
      explained: about(1),
      byMarket: [0.1, 0.2, 0, 0].map(about),
    })
    expect(resolved({})).toBe('missing-input inputs.loadings: no factor loadings')
  })

  it('are needed of what is demanded, and of what eligible accounts hold', () => {
    const of = (loadings: Record<string, number>, more: Facts = {}) => resolved({ ...more, inputs: { loadings } })
    expect(of({ A: 1, B: 1, C: 1 })).toHaveProperty('source', 'given')
    expect(of({ A: 1, C: 1 })).toBe('missing-loading markets.B.factorLoading: demanded')
    expect(of({ B: 1, C: 1, D: 1 })).toBe('missing-loading markets.A.factorLoading: demanded')
    expect(of({ A: 1, B: 1 })).toBe('missing-loading markets.C.factorLoading: account "c" holds')
    expect(of({ A: 1, B: 1, D: 1 })).toBe('missing-loading markets.C.factorLoading: account "c" holds')
    // A holding of nothing needs none.
    expect(of({ A: 1, B: 1 }, { ofC: '0' })).toHaveProperty('source', 'given')
    expect(resolved({ loadings: ['1', '1', undefined, '1'] })).toBe(
      'missing-loading markets.C.factorLoading: account "c" holds',
    )
  })

  it('are finite, and turned where prices are', () => {
    const of = (loadings: Record<string, number>, more: Facts = {}) => resolved({ ...more, inputs: { loadings } })
    expect(of({ A: Number.NaN, B: 1, C: 1 })).toBe('loading-value inputs.loadings.A: not a finite')
    expect(of({ A: 1, B: Infinity, C: 1 })).toBe('loading-value inputs.loadings.B: not a finite')
    expect(of({ A: 1, B: 0.5, C: 0 }, { inverse: true })).toEqual({
      source: 'given',
      byMarket: [-1, -0.5, 0, undefined],
    })
  })
})
