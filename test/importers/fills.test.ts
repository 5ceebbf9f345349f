import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventJson } from '#models/book/index.js'
import { importHyperliquidFills } from '#models/importers/index.js'
import { type ApiFill, eventOf, fillsOf, knownEvents } from './payloads.js'
import { folderWith, mistakeOf } from './support.js'

const fill: ApiFill = {
  ...{ user: '0xa1', coin: 'HYPE', px: '49.6805', sz: '0.46', side: 'B', time: 1760130964831, startPosition: '-0.68' },
  ...{ dir: 'Auto-Deleveraging', closedPnl: '0', tid: 1 },
  liquidation: { liquidatedUser: '0xbbb', markPx: '49.7', method: 'backstop' },
}

const filed = async (name: string, content: unknown): Promise<string> =>
  join(await folderWith({ [name]: typeof content === 'string' ? content : JSON.stringify(content) }), name)

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('')

/** The same fills in every form in which they come. */
const forms: readonly [name: string, file: string, write: (fills: readonly ApiFill[]) => unknown][] = [
  ['a list', 'fills.json', (fills) => fills],
  ['a line each', 'fills.jsonl', lines],
  ['lines without an extension that says so', 'fills.txt', (fills) => lines([...fills, { ...fill, dir: 'Open Long' }])],
  [
    'blocks of a node',
    'node.jsonl',
    (fills) =>
      lines([
        {
          ...{ block_time: '2025-10-10T21:16:04.831123456', block_number: 758800641 },
          events: fills.map(({ user, ...own }) => [user, own]),
        },
      ]),
  ],
  [
    'by user',
    'users.json',
    (fills) => Object.fromEntries(fills.map(({ user }) => [user, fills.filter((one) => one.user === user)])),
  ],
  [
    'a table',
    'fills.csv',
    (fills) =>
      [
        'timestamp,address,coin,price,size,side,start_position,direction,realized_pnl,liquidation_mark_px,trade_id\n',
        ...fills.map(
          (f) =>
            `${f.time},${f.user},${f.coin},${f.px},${f.sz},${f.side === 'A' ? 'sell' : 'buy'},${f.startPosition},${f.dir},${f.closedPnl},${f.liquidation.markPx},${f.tid}\n`,
        ),
      ].join(''),
  ],
]

describe.each(forms)('fills as %s', (_, name, write) => {
  test('event → fills and equities → the same event', async () => {
    await fc.assert(
      fc.asyncProperty(knownEvents, fc.boolean(), async (known, reversed) => {
        const fills = reversed ? fillsOf(known).toReversed() : fillsOf(known)
        const equities = await filed(
          'equities.json',
          [...known.equities].map(([user, account_value]) => ({ user, account_value })),
        )
        const { event, record } = await importHyperliquidFills([await filed(name, write(fills)), equities])
        expect(event.digest()).toBe(eventOf(known).digest())
        expect(record.defaulted).toEqual([])
        expect(record.moment).toBe('2025-10-10T21:16:04.831Z')
        const dropped = record.dropped.reduce((total, { count }) => total + count, 0)
        expect(record.kept + dropped).toBe(record.rows)
        expect(record.kept).toBe(fills.length + known.equities.size)
      }),
      { numRuns: 15, seed: 20251010 },
    )
  })
})

describe('what fills do not say', () => {
  test('equities: the notional at the mark, said aloud', async () => {
    const { event, record } = await importHyperliquidFills([await filed('0xcafe.json', [{ ...fill, user: undefined }])])
    // 0.68 · 49.7
    expect(eventJson(event).accounts).toMatchObject([{ account: '0xcafe', equity: 33.796 }])
    expect(record.defaulted.map(({ reason, count }) => [reason, count])).toEqual([
      ['account-from-file', 1],
      ['equity-from-notional', 1],
    ])
    expect(record.unknown.map(({ reason }) => reason)).toContain('equity')
  })

  test('equities and the other accounts from states: at the marks of the fills, by the positions held', async () => {
    const state = (user: string, szi: string) => ({
      user,
      ...{ marginSummary: { accountValue: '100' }, crossMarginSummary: { accountValue: '100' }, time: 1 },
      assetPositions: [
        {
          position: { coin: 'HYPE', szi, entryPx: '60', positionValue: '50.0', leverage: { type: 'cross', value: 5 } },
        },
      ],
    })
    const states = await filed('states.json', [state('0xa1', '-1'), state('0xb2', '1')])
    const { event, reductions, record } = await importHyperliquidFills([await filed('fills.json', [fill]), states])
    // Marks: 50 in the states, 49.7 at the fill; 0xa1 holds 0.68 before it.
    expect(eventJson(event).accounts).toEqual([
      { account: '0xa1', equity: 100.204, positions: [{ market: 'HYPE', quantity: -0.68, entryPrice: 49.6805 }] },
      { account: '0xb2', equity: 99.7, positions: [{ market: 'HYPE', quantity: 1, entryPrice: 60 }] },
    ])
    expect(reductions).toEqual([{ account: '0xa1', market: 'HYPE', quantity: '0.46' }])
    expect(record.repaired.map(({ reason, count }) => [reason, count])).toEqual([
      ['entry-from-profit', 1],
      ['position-from-fill', 1],
      ['re-marked', 2],
    ])
    expect(record.unknown.map(({ reason }) => reason)).toEqual(['moment-differs', 'demand-is-filled'])
  })

  test('other fills are left out and counted; a fill that stands twice counts once', async () => {
    const others = [fill, { ...fill, dir: 'Close Short' }, { ...fill, dir: 'Liquidated Cross Short' }]
    const { record } = await importHyperliquidFills([
      await filed('fills.json', others),
      await filed('more.json', [fill]),
    ])
    expect(record).toMatchObject({ rows: 4, kept: 1 })
    expect(record.dropped).toEqual([
      { reason: 'not-adl', count: 2, first: 'fills.json[1]' },
      { reason: 'duplicate-fill', count: 1, first: 'more.json[0]', contracts: { HYPE: '0.46' } },
    ])
  })

  test('a record without the fields of a fill is counted', async () => {
    const { sz: _, ...without } = fill
    const { record } = await importHyperliquidFills([await filed('fills.json', [fill, without])])
    expect(record).toMatchObject({ rows: 2, kept: 1, dropped: [{ reason: 'unknown-record', first: 'fills.json[1]' }] })
  })
})

describe('refusals', () => {
  const later = { ...fill, time: fill.time + 1 }
  const cases: [name: string, file: string, content: unknown, code: string, place: string][] = [
    ['cut off', 'f.json', JSON.stringify([fill]).slice(0, -9), 'malformed-json', ''],
    ['a line cut off', 'f.jsonl', `${lines([fill])}{"coin":"HYPE","px`, 'malformed-json', ':2:'],
    ['a field twice', 'f.jsonl', '{"coin":"A","coin":"B","px":1,"sz":1}', 'duplicate-field', ':1:13'],
    ['several moments', 'f.json', [fill, later], 'several-times', '[1].time'],
    ['seconds and milliseconds', 'f.json', [fill, { ...later, time: 1760130964 }], 'mixed-units', '[1].time'],
    ['a wrong word for a side', 'f.json', [{ ...fill, side: 'Short' }], 'bad-side', '[0].side'],
    ['a side that adds to the position', 'f.json', [{ ...fill, side: 'A' }], 'wrong-side', '[0].side'],
    ['nothing held', 'f.json', [{ ...fill, startPosition: '0.0' }], 'zero-position', '[0].startPosition'],
    ['no size', 'f.json', [{ ...fill, sz: null }], 'missing-value', '[0].sz'],
    ['a size with a unit', 'f.json', [{ ...fill, sz: '0.46 HYPE' }], 'bad-number', '[0].sz'],
    ['a price of zero', 'f.json', [{ ...fill, px: '0.0' }], 'not-positive', '[0].px'],
    ['more than is held', 'f.json', [{ ...fill, sz: '0.7' }], 'demand-exceeds-holdings', '[0].sz'],
    ['nothing of the source', 'f.json', { code: -2015, msg: 'Invalid API-key' }, 'no-records', ''],
    ['no fill by ADL', 'f.json', [{ ...fill, dir: 'Open Long' }], 'empty-table', ''],
    ['packed', 'f.json.gz', '\u001f\u008b', 'no-records', ''],
  ]
  test.each(cases)('%s', async (_, name, content, code, place) => {
    const file = await filed(name, content)
    const error = await mistakeOf(() => importHyperliquidFills([file]))
    expect(error.code).toBe(code)
    expect(error.path.startsWith(`${file}${place}`)).toBe(true)
  })

  test('a file of another kind: what it looks like and which command reads it', async () => {
    const replay = 'user,coin,time,adl_price,adl_size,position_size,entry_price,total_equity\n'
    const error = await mistakeOf(async () =>
      importHyperliquidFills([await filed('replay.csv', `${replay}a,B,1,1,1,-1,1,1\n`)]),
    )
    expect(error.code).toBe('looks-like')
    expect(error.cure).toContain('spillway import hyperliquid FILE')
  })

  test('scientific numbers are numbers', async () => {
    const small = { ...fill, px: '4.96805e1', sz: '4.6e-1', startPosition: '-6.8E-1' }
    const { event } = await importHyperliquidFills([await filed('fills.json', [small])])
    expect(event.demand[0]?.quantity).toEqual({ digits: 46n, scale: 2 })
  })
})
