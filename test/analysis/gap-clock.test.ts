import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GapClock } from '#models/analysis/gap-clock.js'
import { expectedLoss, type Progress, parseEvent, parseMoves, solve } from '#models/index.js'
import { randomBook } from '../books.js'

describe('a gap that falls', () => {
  it('by the same factor in the same time is at its target when the clock says so', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-12, max: 1e-3, noNaN: true }),
        fc.double({ min: 0.05, max: 3, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (target, decades, steps) => {
          const clock = new GapClock(target)
          const whole = -Math.log10(target) / decades
          for (let step = 0; step < steps; step++) {
            const left = clock.left(10 ** (-decades * step), 1000 * step)
            if (step === 0) expect(left).toBeUndefined()
            else expect(left).toBeCloseTo(Math.max(0, whole - step), 6)
          }
        },
      ),
      { seed: 11 },
    )
  })

  it('is met at once, and nothing is said where it rises or stays', () => {
    const clock = new GapClock(1e-6)
    expect(clock.left(Number.POSITIVE_INFINITY, 0)).toBeUndefined()
    expect(clock.left(1e-2, 1000)).toBeUndefined()
    expect(clock.left(1e-2, 2000)).toBeUndefined()
    expect(clock.left(2e-2, 3000)).toBeUndefined()
    expect(clock.left(1e-4, 3000)).toBeCloseTo(2, 9)
    expect(clock.left(1e-6, 4000)).toBe(0)
  })
})

it('a solve by blocks says how long it has left, never beyond its limit', async () => {
  const event = parseEvent(randomBook(11, { accounts: 300, markets: 6, holdings: 4 }))
  const moves = parseMoves({
    format: 'spillway/moves@1',
    markets: event.markets.map(({ market }) => market),
    moves: Array.from({ length: 40 }, (_, s) =>
      event.markets.map((_market, k) => Number((0.4 * Math.sin(1 + 12.9898 * s + 78.233 * k)).toFixed(4))),
    ),
  })
  const seen: Progress[] = []
  const solution = await solve(event, expectedLoss({ moves }), {
    solver: 'blocks',
    timeLimitSeconds: 60,
    onProgress: (progress) => seen.push(progress),
  })
  expect(solution.status).toBe('optimal')
  const left = seen.flatMap(({ secondsLeft }) => secondsLeft ?? [])
  expect(left.length).toBeGreaterThan(0)
  for (const seconds of left) expect(seconds >= 0 && seconds <= 60).toBe(true)
})
