import { describe, expect, it } from 'vitest'
import { bookAfter, eventJson, parseEvent, readEvent } from '#models/index.js'
import { errorOf, folderWith, jsonOf, spillwayHere } from '../../cli/support.js'
import { afterByHand, type PlainEvent, randomCase } from './support.js'

/** Digests go by exact decimals and the terms of the file: equal ones are the same book to the last digit. */
const digestOf = (event: PlainEvent): string => parseEvent(event).digest()

describe('after', () => {
  it('leaves the book that exact fractions leave (seeds 1 to 150)', () => {
    let closed = 0
    for (let seed = 1; seed <= 150; seed++) {
      const { event, reductions } = randomCase(seed)
      const left = bookAfter(parseEvent(event), { format: 'spillway/allocation@1', reductions: [...reductions] })
      expect(left.event.digest(), `seed ${seed}`).toBe(digestOf(afterByHand(event, reductions)))
      expect(left.violations).toEqual([])
      closed += left.closed.whole
    }
    expect(closed).toBeGreaterThan(150)
  })

  it('is path independent: half now and half of what is left give the same book as all at once (seeds 1 to 100)', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { event, reductions } = randomCase(seed)
      const parsed = parseEvent({ ...event })
      const half = reductions.filter((_, r) => r % 2 === 0)
      const rest = reductions.filter((_, r) => r % 2 === 1)
      const allocation = (list: typeof half) => ({ format: 'spillway/allocation@1' as const, reductions: [...list] })
      const first = bookAfter(parsed, allocation(half)).event
      // The demand that is left is put back by hand.
      const demanded = { ...eventJson(first), demand: demandOf(event, rest) }
      const inTwo = bookAfter(parseEvent(demanded), allocation(rest)).event
      expect(inTwo.digest(), `seed ${seed}`).toBe(
        bookAfter(parsed, allocation(reductions as typeof half)).event.digest(),
      )
    }
  })

  it('takes accounts over that a derived demand comes from, and leaves figures out that closing makes stale', () => {
    const event = {
      format: 'spillway/event@1',
      markets: [{ market: 'BTC', markPrice: 100, adlPrice: 90, contractSize: 2 }],
      accounts: [
        { account: 'bankrupt', equity: -5, positions: [{ market: 'BTC', quantity: -3, maintenanceMargin: 1 }] },
        { account: 'part', equity: 50, positions: [{ market: 'BTC', quantity: 4, maintenanceMargin: 7, openedAt: 0 }] },
        {
          account: 'whole',
          equity: 50,
          maintenanceMargin: 9,
          positions: [{ market: 'BTC', quantity: 2, entryPrice: 80 }],
        },
        {
          account: 'safe',
          equity: 50,
          maintenanceMargin: 9,
          positions: [{ market: 'BTC', quantity: 1, maintenanceMargin: 3 }],
        },
      ],
    }
    const allocation = {
      format: 'spillway/allocation@1' as const,
      reductions: [
        { account: 'part', market: 'BTC', quantity: 1 },
        { account: 'whole', market: 'BTC', quantity: 2 },
      ],
    }
    const { event: left, stale } = bookAfter(parseEvent(event), allocation)
    expect(eventJson(left)).toEqual({
      format: 'spillway/event@1',
      markets: [{ market: 'BTC', markPrice: 100, adlPrice: 90, contractSize: 2 }],
      accounts: [
        { account: 'part', equity: 30, positions: [{ market: 'BTC', quantity: 3, openedAt: 0 }] },
        { account: 'whole', equity: 10, positions: [] },
        {
          account: 'safe',
          equity: 50,
          maintenanceMargin: 9,
          positions: [{ market: 'BTC', quantity: 1, maintenanceMargin: 3 }],
        },
      ],
      demand: [],
    })
    expect(stale).toEqual({ maintenanceMargin: 1, walletBalance: 0 })
  })

  it('closes whole what a tolerance forgives beyond the position', () => {
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'BTC', markPrice: 100, adlPrice: 99 }],
      accounts: [{ account: 'a', equity: 50, positions: [{ market: 'BTC', quantity: 3 }] }],
      demand: [{ market: 'BTC', side: 'long', quantity: 3 }],
    })
    const reductions = [{ account: 'a', market: 'BTC', quantity: '3.000000001' }]
    const left = bookAfter(event, { format: 'spillway/allocation@1', reductions })
    expect(eventJson(left.event).accounts).toEqual([{ account: 'a', equity: 47, positions: [] }])
    expect(() => bookAfter(event, { format: 'spillway/allocation@1', reductions }, { feasibility: 0 })).toThrow(
      expect.objectContaining({ code: 'misplaced-reduction' }),
    )
  })
})

describe('spillway after', () => {
  const { event, reductions } = randomCase(7)

  it('writes folders and files that read as the same book, and refuses what would be lost', async () => {
    const folder = await folderWith({
      'event.json': event,
      'closed.json': { format: 'spillway/allocation@1', reductions },
    })
    const [from, closed] = [`${folder}/event.json`, `${folder}/closed.json`]
    const expected = digestOf(afterByHand(event, reductions))
    for (const out of [`${folder}/left.json`, `${folder}/left`]) {
      const run = await spillwayHere(['after', from, closed, '--out', out, '--json'])
      expect(run.status, run.stderr).toBe(0)
      expect(jsonOf(run).digest).toBe(expected)
      expect((await readEvent(out)).digest()).toBe(expected)
    }
    const printed = await spillwayHere(['after', from, closed, '--out', '-'])
    expect(parseEvent(JSON.parse(printed.stdout)).digest()).toBe(expected)
    const codes: [string, string][] = [
      [from, 'overwrites-event'],
      [closed, 'overwrites-input'],
      [`${folder}/left`, 'folder-not-empty'],
      [`${folder}/left.csv`, 'unknown-extension'],
    ]
    for (const [out, code] of codes) {
      const run = await spillwayHere(['after', from, closed, '--out', out, '--json'])
      expect(run.status).toBe(2)
      expect(errorOf(run).code).toBe(code)
    }
    const own = await spillwayHere(['after', `${folder}/left`, closed, '--out', `${folder}/left`, '--force', '--json'])
    expect(errorOf(own).code).toBe('overwrites-event')
  })

  it('names every reduction that has no place, and writes nothing', async () => {
    const folder = await folderWith({
      'event.json': event,
      'closed.csv': 'account,market,quantity\nnobody,M0,1\na0,M9,1\n',
    })
    const out = `${folder}/left.json`
    const run = await spillwayHere(['after', `${folder}/event.json`, `${folder}/closed.csv`, '--out', out, '--json'])
    expect(run.status).toBe(2)
    expect(errorOf(run).code).toBe('misplaced-reduction')
    expect(jsonOf(run).errors).toHaveLength(2)
    await expect(readEvent(out)).rejects.toMatchObject({ code: 'file-missing' })
  })
})

function demandOf({ demand }: PlainEvent, rest: readonly { market: string; quantity: string }[]) {
  return demand.map(({ market, side }) => {
    const own = rest.filter((one) => one.market === market)
    return { market, side, quantity: own.reduce((sum, { quantity }) => addText(sum, quantity), '0') }
  })
}

/** Sum of two decimals of at most six places. */
function addText(a: string, b: string): string {
  const sum = BigInt(Math.round(Number(a) * 1e6)) + BigInt(Math.round(Number(b) * 1e6))
  return `${sum / 1000000n}.${String(sum % 1000000n).padStart(6, '0')}`
}
