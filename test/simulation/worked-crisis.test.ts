import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseEvent, parseVenue, readPaths, simulate } from 'spillway'
import { describe, expect, it } from 'vitest'
import type { Asked } from '#models/simulation/index.js'
import { toNumber } from '#src/numeric/index.js'

const root = resolve(import.meta.dirname, '../..')
const json = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(root, 'examples/books', name), 'utf8'))

describe('the worked crisis of the documentation', () => {
  it('has no number that the book, plain arithmetic, and the simulation do not give', async () => {
    const asked: Asked[] = []
    const { paths } = await simulate(parseEvent(await json('crisis.json')), {
      paths: await readPaths(join(root, 'examples/books/crisis-paths.json')),
      venue: parseVenue(await json('crisis-venue.json')),
      policies: ['water-filling', 'pro-rata', 'queue-pnl-leverage'],
      onAsked: (one) => void asked.push(one),
    })
    // The book, and what is done to it, by hand.
    const [first, mark, last] = [100_000, 92_000, 110_000]
    const { accounts } = (await json('crisis.json')) as {
      accounts: { account: string; equity: number; positions: { quantity: number }[] }[]
    }
    const book = new Map(
      accounts.map(({ account, equity, positions: [{ quantity }] }) => [account, { equity, held: quantity }]),
    )
    const at = (name: string, price: number): number => {
      const { equity, held } = book.get(name)!
      return equity + held * (price - first)
    }
    const thin = ['trend', 'scalper', 'late-short']
    const shorts = [...thin, 'miner', 'basis-fund']
    const holds = (name: string): number => Math.abs(book.get(name)!.held)
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
    const equities = thin.map((name) => at(name, mark))
    const closed = holds('whale') + holds('degen')
    const owed = -at('whale', mark) - at('degen', mark)
    const kept = sum(thin.map(holds)) - closed
    const level = (kept * mark) / sum(equities)
    const share = 1 - closed / sum(shorts.map(holds))
    const rise = last - mark
    const later = (name: string, contracts: number): number => at(name, mark) - rise * contracts
    const fund = 20_000
    const notional = holds('degen') * mark
    const left = at('degen', mark) - 0.006 * notional
    const fee = 0.002 * notional
    // Neither the fund nor the fee of the smaller deficit reaches for it.
    expect(-left).toBeLessThan(-(at('whale', mark) - 0.006 * holds('whale') * mark))
    expect(fund + fee + left).toBeLessThan(0)
    const trendKept = (level * at('trend', mark)) / mark
    const known = [
      ...[0.6, notional, left, fee, fund + fee + left],
      ...[first, mark, last, rise, first - mark, fund, closed, kept, owed, owed - fund, level, 100 * share],
      ...[...book].flatMap(([name, { equity, held }]) => [equity, Math.abs(held), at(name, mark)]),
      ...[sum(shorts.map(holds)), sum(thin.map(holds)), sum(equities), share * 12, share * 10, trendKept, 1],
      ...shorts.map((name) => (holds(name) * mark) / at(name, mark)),
      ...[later('scalper', share * 12), later('late-short', share * 10), later('trend', 8), later('trend', trendKept)],
      -later('scalper', share * 12) - later('late-short', share * 10),
    ].map(Math.abs)
    const page = await readFile(join(root, 'docs/simulation.md'), 'utf8')
    const [, section = ''] = /### By hand\n(.*?)\n## /s.exec(page.replace(/<!--.*?-->/gs, '')) ?? []
    const written = [...section.matchAll(/\d[\d,]*(?:\.(\d+))?/g)]
    expect(written.length).toBeGreaterThan(40)
    for (const [text, places = ''] of written) {
      const value = Number(text.replaceAll(',', ''))
      const allowed = 0.5 * 10 ** -places.length + 1e-9
      expect(
        known.some((one) => Math.abs(one - value) <= allowed),
        `${text} in the worked crisis`,
      ).toBe(true)
    }
    // The simulation says the same.
    const [water, share2, queue] = ['water-filling', 'pro-rata', 'queue-pnl-leverage'].map(
      (name) => paths[0].policies[name],
    )
    for (const { steps } of [water, share2, queue]) {
      expect(steps[1]).toMatchObject({
        prices: { BTC: mark },
        liquidated: 2,
        takenOver: 2,
        drawn: fund,
        uncovered: owed - fund,
      })
      expect(steps[1].adl).toMatchObject([{ side: 'short', quantity: closed, price: mark }])
    }
    const uncovered = [water, share2, queue].map(({ totals }) => totals.uncovered - (owed - fund))
    const expected = [0, known[known.length - 1], -later('trend', 8)]
    for (const [p, value] of uncovered.entries()) expect(value).toBeCloseTo(expected[p], 6)
    const taken = asked.find(({ policy, step }) => policy === 'water-filling' && step === 2)!
    const reductions = taken.reductions.map(toNumber)
    expect(sum(reductions)).toBeCloseTo(closed, 9)
    expect(reductions[2]).toBeCloseTo(8 - trendKept, 9)
    expect(queue.steps[1].closed).toBe(2)
  })
})
