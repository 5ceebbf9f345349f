import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventJson, readAllocation, readEvent } from '#models/book/index.js'
import { type Imported, type ImportOptions, importHyperliquid } from '#models/importers/index.js'
import { folderWith, type Row, row, runImport, tableOf } from './support.js'

async function imported(rows: readonly Row[], options: ImportOptions = { gapMs: 10 }): Promise<Imported> {
  return importHyperliquid([await tableOf(...rows)], options)
}

const shapeOf = ({ waves = [] }: Imported) =>
  waves.map(({ name, event, reductions }) => {
    const { accounts, demand = [] } = eventJson(event)
    const held = accounts.flatMap(({ account, positions }) =>
      positions.map(({ market, quantity }) => `${account} ${market} ${quantity}`),
    )
    const closed = reductions.map(({ account, market, quantity }) => `${account} ${market} ${quantity}`)
    return { name, held, closed, demand: (demand ?? []).map(({ market, quantity }) => `${market} ${quantity}`) }
  })

describe('waves of fills', () => {
  const apart = [
    row({ adl_size: '0.46', position_size: '-0.68' }),
    row({ adl_size: '0.22', position_size: '-0.22', time: '1001' }),
    row({ user: '0xb', adl_size: '1', position_size: '-2', time: '1001' }),
  ]

  test('fills a millisecond apart are one wave: the position is what stood before the first of them', async () => {
    const whole = { held: ['0xa AAA -0.68', '0xb AAA -2'], closed: ['0xa AAA 0.68', '0xb AAA 1'], demand: ['AAA 1.68'] }
    expect(shapeOf(await imported(apart))).toEqual([{ name: '0001', ...whole }])
    expect(shapeOf(await imported(apart.toReversed()))[0]?.held.toSorted()).toEqual(whole.held)
    const [first, second] = shapeOf(await imported(apart, { gapMs: 0 }))
    expect(first).toEqual({ name: '0001', held: ['0xa AAA -0.68'], closed: ['0xa AAA 0.46'], demand: ['AAA 0.46'] })
    expect(second?.held).toEqual(['0xa AAA -0.22', '0xb AAA -2'])
  })

  test('a wave out of many is never a smaller one in silence: rows of other times are counted, with their contracts', async () => {
    const { record } = await imported(apart, { time: 1001 })
    expect(record).toMatchObject({ rows: 3, kept: 2, moment: '1970-01-01T00:00:01.001Z' })
    expect(record.dropped).toEqual([
      { reason: 'other-time', count: 1, first: 'replay.csv:2', contracts: { AAA: '0.46' } },
    ])
  })

  test('several prices, or both sides, are several events of one moment, in the order of execution', async () => {
    const prices = await imported([...apart, row({ user: '0xc', adl_price: '21', time: '1002' })])
    expect(shapeOf(prices)).toEqual([
      {
        name: '0001-a',
        held: ['0xa AAA -0.68', '0xb AAA -2', '0xc AAA -3'],
        closed: ['0xa AAA 0.68', '0xb AAA 1'],
        demand: ['AAA 1.68'],
      },
      { name: '0001-b', held: ['0xb AAA -1', '0xc AAA -3'], closed: ['0xc AAA 3'], demand: ['AAA 3'] },
    ])
    expect(prices.record.repaired).toEqual([{ reason: 'several-events', count: 1, first: 'replay.csv:2' }])
    const sides = await imported([row(), row({ user: '0xb', position_size: '5', adl_size: '1' })])
    expect(sides.waves?.map(({ name, event }) => [name, event.demand[0]?.side])).toEqual([
      ['0001-a', -1],
      ['0001-b', 1],
    ])
  })

  test('a fill that stands twice is one; a position that grew between fills is what makes all of them possible', async () => {
    const { record, waves } = await imported([...apart, apart[0] ?? row()])
    expect(waves?.[0]?.event.demand[0]?.quantity).toEqual({ digits: 168n, scale: 2 })
    expect(record.dropped).toEqual([
      { reason: 'duplicate-fill', count: 1, first: 'replay.csv:5', contracts: { AAA: '0.46' } },
    ])
    const grown = await imported([
      row({ adl_size: '2', position_size: '-2' }),
      row({ adl_size: '3', position_size: '-4', time: '1001' }),
    ])
    expect(shapeOf(grown)[0]).toMatchObject({ held: ['0xa AAA -6'], closed: ['0xa AAA 5'] })
    expect(grown.record.repaired).toMatchObject([{ reason: 'position-moved', count: 1 }])
  })

  test('folders: each wave is an event with its allocation and its record, the whole has a record of all', async () => {
    const out = join(await folderWith({}), 'event')
    const table = await tableOf(...apart, row({ user: '0xc', time: '5000' }))
    const { status, json } = await runImport('hyperliquid', table, '--gap-ms', '10', '--out', out)
    expect(status).toBe(0)
    expect(json.waves).toMatchObject([
      { name: '0001', demand: { AAA: '1.68' } },
      { name: '0002', demand: { AAA: '3' } },
    ])
    expect((await readdir(out)).sort()).toEqual(['import.json', 'waves'])
    expect((await readdir(join(out, 'waves'))).sort()).toEqual(['0001', '0002'])
    const event = await readEvent(join(out, 'waves', '0002'))
    expect(event.accounts.names).toEqual(['0xc'])
    expect((await readAllocation(join(out, 'waves', '0002', 'allocation.csv'))).count).toBe(1)
    const record = JSON.parse(await readFile(join(out, 'import.json'), 'utf8'))
    expect(record).toMatchObject({ rows: 4, kept: 4, until: '1970-01-01T00:00:05.000Z' })
    // A wave that is no longer there must not be replayed with those that are.
    await runImport('hyperliquid', await tableOf(row()), '--out', out, '--force')
    expect(await readdir(out)).not.toContain('waves')
  })
})

test('the order of the rows is of no account: 60 seeded books of chained fills, shuffled', async () => {
  const account = fc.record({
    user: fc.nat(5),
    coin: fc.constantFrom('A', 'B'),
    sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
    left: fc.nat(5),
    start: fc.nat(40),
  })
  const books = fc.uniqueArray(account, { minLength: 1, maxLength: 8, selector: ({ user, coin }) => `${user}${coin}` })
  await fc.assert(
    fc.asyncProperty(
      books,
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 0, max: 6 }),
      async (accounts, keys, gapMs) => {
        const rows = accounts.flatMap(({ user, coin, sizes, left, start }) =>
          sizes.map((size, s) => {
            const before = sizes.slice(s).reduce((a, b) => a + b, left)
            return row({
              user: `u${user}`,
              coin,
              adl_size: `${size}`,
              position_size: `-${before}`,
              time: `${start + s}`,
            })
          }),
        )
        const order = new Map(rows.map((one) => [one, Number(keys.next().value)]))
        const shuffled = rows.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
        const sorted = (one: Imported) =>
          shapeOf(one).map((wave) => ({
            ...wave,
            held: wave.held.toSorted(),
            closed: wave.closed.toSorted(),
            demand: wave.demand.toSorted(),
          }))
        const [one, other] = [await imported(rows, { gapMs }), await imported(shuffled, { gapMs })]
        expect(sorted(other)).toEqual(sorted(one))
        // Every fill is in exactly one wave, and waves are as far apart as was asked.
        const times = [...new Set(rows.map(({ time }) => Number(time)))].sort((a, b) => a - b)
        expect(one.waves?.length).toBe(times.filter((time, t) => t === 0 || time - (times[t - 1] ?? 0) > gapMs).length)
        expect(one.waves?.reduce((total, wave) => total + wave.rows, 0)).toBe(rows.length)
      },
    ),
    { numRuns: 60, seed: 20251010 },
  )
})
