import { conditionalValueAtRisk, expectedLoss, parseEvent, parseMoves, solve, worstCaseLoss } from 'spillway'
import { describe, expect, it } from 'vitest'

/**
 * A move of the mark to the ADL price makes closing free: d + σ p r = 0, where doubles leave 1e-17. With that for a coefficient the
 * program used to be rescaled by 2^28, and no solver found a point of a book of four accounts.
 */
const event = () =>
  parseEvent({
    format: 'spillway/event@1',
    markets: [
      { market: 'M0', markPrice: '0.001' },
      { market: 'M1', markPrice: 7109, adlPrice: 6753.55 },
    ],
    accounts: [
      { account: 'a0', equity: 2132.7, positions: [{ market: 'M1', quantity: 3 }] },
      {
        account: 'a1',
        equity: 10663.5,
        positions: [
          { market: 'M0', quantity: 7 },
          { market: 'M1', quantity: -15 },
        ],
      },
      { account: 'a2', equity: -135071, positions: [{ market: 'M1', quantity: 19 }] },
      { account: 'a3', equity: 5687.2, positions: [{ market: 'M1', quantity: -8 }] },
    ],
    demand: [
      { market: 'M0', side: 'long', quantity: 7 },
      { market: 'M1', side: 'long', quantity: 2.2 },
    ],
  })
const moves = parseMoves({
  format: 'spillway/moves@1',
  markets: ['M0', 'M1'],
  moves: [
    [-0.2, 0.01],
    [-0.01, 0.02],
    [-0.2, 0],
    [0.01, -0.05],
    [0.05, -0.1],
  ],
  weights: [3, 4, 3, 2, 4],
})

describe('a move to the ADL price', () => {
  // By hand: in the worst move, of −0.1, only a2 and a0 can lose; 2.2 contracts of either save what they fall beyond the concession.
  it.each([undefined, 'highs', 'jslp', 'yalps'])('spoils no program (%s)', async (solver) => {
    const options = solver === undefined ? {} : { solver }
    const worst = await solve(event(), worstCaseLoss({ moves }), options)
    expect(worst.status).toBe('optimal')
    expect(worst.objective.value).toBeCloseTo(148578.1 - 2.2 * (0.1 * 7109 - 355.45), 6)
    for (const objective of [expectedLoss({ moves }), conditionalValueAtRisk({ moves, confidence: 0.9 })]) {
      expect((await solve(event(), objective, options)).status).toBe('optimal')
    }
  })
})
