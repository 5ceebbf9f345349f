import { describe, expect, it } from 'vitest'
import { listen } from '#cli/interrupt.js'
import {
  conditionalValueAtRisk,
  expectedLoss,
  type Progress,
  parseEvent,
  parseMoves,
  solve,
  worstCaseLoss,
} from '#models/index.js'
import { randomBook } from '../../books.js'

const MARKETS = 6
const book = randomBook(11, { accounts: 300, markets: MARKETS, holdings: 4 })
const event = parseEvent(book)
const moves = parseMoves({
  format: 'spillway/moves@1',
  markets: event.markets.map(({ market }) => market),
  moves: Array.from({ length: 40 }, (_, s) =>
    event.markets.map((_market, k) =>
      Math.max(-0.9, Number((0.4 * Math.sin(1 + 12.9898 * s + 78.233 * k)).toFixed(4))),
    ),
  ),
})

const PLACES = 60
/** A decimal as an integer number of 1e-60. */
const units = (text: string): bigint => {
  const [whole, fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(PLACES, '0'))
}

/** Stops a solve at the first report of the block solver that has a gap. */
async function stopped(objective: ReturnType<typeof expectedLoss>) {
  const controller = new AbortController()
  const onProgress = ({ canStop, relativeGap }: Progress): void => {
    if (canStop && relativeGap !== undefined) controller.abort()
  }
  return solve(event, objective, { solver: 'blocks', tolerance: 1e-12, stop: controller.signal, onProgress })
}

describe('a solve that is stopped', () => {
  it.each([
    ['expected loss', expectedLoss({ moves })],
    ['CVaR', conditionalValueAtRisk({ moves, confidence: 0.9 })],
    ['worst case', worstCaseLoss({ moves })],
  ])('hands over a feasible allocation of %s with its certified gap', async (_, objective) => {
    const best = await solve(event, objective, { solver: 'blocks' })
    expect(best.status).toBe('optimal')
    const early = await stopped(objective)
    expect(['limit', 'optimal']).toContain(early.status)
    expect(early.relativeGap).toBeGreaterThanOrEqual(0)
    expect(early.objective.value!).toBeGreaterThanOrEqual(best.bound!)
    expect(early.bound!).toBeLessThanOrEqual(best.objective.value!)
    const closed = new Map<string, bigint>()
    for (const { market, quantity } of early.reductions!)
      closed.set(market, (closed.get(market) ?? 0n) + units(quantity))
    for (const { market, quantity } of book.demand!) expect(closed.get(market) ?? 0n).toBe(units(String(quantity)))
  })

  it('is asked for by the first interrupt, and ended by the second', () => {
    const interrupt = listen()
    const others = process.listeners('SIGINT').slice(0, -1)
    for (const other of others) process.off('SIGINT', other)
    try {
      interrupt.canStop = true
      process.emit('SIGINT')
      expect([interrupt.stop.aborted, interrupt.signal.aborted, interrupt.exitStatus()]).toEqual([
        true,
        false,
        undefined,
      ])
      process.emit('SIGINT')
      expect([interrupt.signal.aborted, interrupt.exitStatus()]).toEqual([true, 130])
    } finally {
      interrupt.dispose()
      for (const other of others) process.on('SIGINT', other)
    }
  })
})
