import { parseEvent, policies } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../books.js'
import { closedBy, complaintAbout, type PlainBook } from './support.js'

/** Twenty thousand accounts, as sorted as can be, or all alike: nothing may take time with the square of their number. */
const COUNT = 20_000
const SECONDS = 10

function largeBook(kind: 'tied' | 'sorted' | 'wild'): PlainBook {
  const random = randomFrom(7)
  const accounts = Array.from({ length: COUNT }, (_, i) => {
    const scale = kind === 'wild' ? 10 ** random.between(-6, 9) : 100 + i
    const quantity = kind === 'tied' ? '2' : (scale / 8).toPrecision(9)
    return {
      account: `a${i}`,
      equity:
        kind === 'tied' ? '40' : (kind === 'wild' ? random.between(0.01, 2) * scale : 1e9 / (i + 1)).toPrecision(9),
      maintenanceMargin: '3',
      positions: [
        { market: 'M', quantity: `-${Number(quantity)}`, entryPrice: kind === 'sorted' ? String(101 + i) : '120' },
      ],
    }
  })
  const total = accounts.reduce((sum, { positions }) => sum - Number(positions[0].quantity), 0)
  return {
    format: 'spillway/event@1',
    markets: [{ market: 'M', markPrice: '100', factorLoading: '1' }],
    accounts,
    demand: [{ market: 'M', side: 'short', quantity: String(Number((total * 0.37).toPrecision(12))) }],
  }
}

describe.each(['tied', 'sorted', 'wild'] as const)('%s accounts by the thousand', (kind) => {
  const book = largeBook(kind)
  const event = parseEvent(book)

  it('are closed by every policy without delay', async () => {
    for (const name of policies.keys()) {
      const start = performance.now()
      const closed = await closedBy(name, event)
      expect((performance.now() - start) / 1000, name).toBeLessThan(SECONDS)
      if (name === 'queue-leverage' || name === 'integer-pro-rata' || name === 'pro-rata-equity') {
        expect(complaintAbout(book, closed), name).toBeUndefined()
      }
    }
  }, 120_000)
})
