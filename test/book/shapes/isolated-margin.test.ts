import { minMaxLeverage, parseEvent, solve } from 'spillway'
import { expect, test } from 'vitest'

const eventOf = (account: string, mark: number, adlPrice: number, equity: number, demand: number) =>
  parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'BTC', markPrice: mark, adlPrice }],
    accounts: [{ account, equity, positions: [{ market: 'BTC', quantity: 20, entryPrice: 100 }] }],
    demand: [{ market: 'BTC', side: 'long', quantity: demand }],
  })

test.each([
  [130, 125, 1600, 10, 1.625, 1300 / 1550],
  [125, 120, 1500, 5, 2500 / 1500, 1875 / 1475],
])('margin stays: at %d, closing at %d, the figures of the page', async (mark, adl, equity, demand, before, after) => {
  const { leverage } = await solve(eventOf('cat', mark, adl, equity, demand), minMaxLeverage())
  expect(leverage.maxBefore).toBeCloseTo(before, 12)
  expect(leverage.maxAfter).toBeCloseTo(after, 12)
})

test('an isolated position that is closed in part is remarked on, whole ones and others are not', async () => {
  const codes = async (account: string, demand: number) => {
    const { remarks } = await solve(eventOf(account, 130, 125, 1600, demand), minMaxLeverage())
    return remarks.map(({ code }) => code)
  }
  expect(await codes('cat:BTC', 10)).toEqual(['margin-stays'])
  expect(await codes('cat:BTC', 20)).toEqual([])
  expect(await codes('cat:BTC:long', 10)).toEqual(['margin-stays'])
  for (const name of ['cat', 'cat:BTCUSD', 'BTC']) expect(await codes(name, 10)).toEqual([])
})
