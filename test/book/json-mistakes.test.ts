import { describe, expect, test } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { goodEvent, mistakeOf } from './support.js'

type Break = (event: ReturnType<typeof goodEvent>) => unknown

/** Puts a value at a path of the good base and gives the event back. */
const put =
  (path: string, value: unknown): Break =>
  (event) => {
    const keys = path.split('.')
    const last = keys.pop() as string
    let parent: unknown = event
    for (const key of keys) parent = (parent as Record<string, unknown>)[key]
    if (value === undefined) delete (parent as Record<string, unknown>)[last]
    else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true })
    return event
  }

const first = 'accounts.0.positions.0'
const inFirst = 'accounts[0].positions[0]'

const cases: readonly [what: string, breaks: Break, code: string, path: string, value: unknown, cure?: RegExp][] = [
  ['no object at all', () => 42, 'wrong-type', 'event', 42],
  ['null', () => null, 'wrong-type', 'event', null],
  ['nothing', () => undefined, 'wrong-type', 'event', undefined],
  ['a hole in a list', (event) => ({ ...event, markets: [undefined] }), 'wrong-type', 'markets[0]', undefined],
  ['a list', () => [], 'wrong-type', 'event', []],
  ['another format', put('format', 'spillway/moves@1'), 'wrong-format', 'format', 'spillway/moves@1', /event@1/],
  ['no format', put('format', undefined), 'wrong-format', 'format', undefined],
  ['no markets', put('markets', undefined), 'missing-field', 'markets', undefined],
  ['no accounts', put('accounts', undefined), 'missing-field', 'accounts', undefined],
  ['markets no list', put('markets', {}), 'wrong-type', 'markets', {}],
  ['an unknown field', put('note', 'hello'), 'unknown-field', 'note', 'hello'],
  ['a field named __proto__', put('__proto__', 1), 'unknown-field', '__proto__', 1],
  ['a misspelt demand', put('demands', []), 'unknown-field', 'demands', [], /"demand"/],
  ['a misspelt market field', put('markets.0.lotsize', 1), 'unknown-field', 'markets[0].lotsize', 1, /"lotSize"/],
  ['a misspelt account field', put('accounts.1.equitty', 1), 'unknown-field', 'accounts[1].equitty', 1, /"equity"/],
  [
    'a misspelt position field',
    put(`${first}.entryprice`, 1),
    'unknown-field',
    `${inFirst}.entryprice`,
    1,
    /"entryPrice"/,
  ],
  ['a misspelt demand field', put('demand.0.Side', 'x'), 'unknown-field', 'demand[0].Side', 'x', /"side"/],
  ['a strange unknown field', put('markets.0.a b', 1), 'unknown-field', 'markets[0]["a b"]', 1],
  ['market without name', put('markets.1.market', undefined), 'missing-field', 'markets[1].market', undefined],
  ['market with an empty name', put('markets.1.market', ''), 'empty-name', 'markets[1].market', ''],
  ['market with a number for a name', put('markets.1.market', 7), 'wrong-type', 'markets[1].market', 7],
  ['market twice', put('markets.1.market', 'BTC'), 'duplicate-market', 'markets[1].market', 'BTC'],
  ['no mark', put('markets.0.markPrice', undefined), 'missing-field', 'markets[0].markPrice', undefined],
  ['mark zero', put('markets.0.markPrice', 0), 'not-positive', 'markets[0].markPrice', 0],
  ['mark negative', put('markets.0.markPrice', '-1'), 'not-positive', 'markets[0].markPrice', '-1'],
  ['mark null', put('markets.0.markPrice', null), 'wrong-type', 'markets[0].markPrice', null],
  ['mark true', put('markets.0.markPrice', true), 'wrong-type', 'markets[0].markPrice', true],
  ['ADL price zero', put('markets.0.adlPrice', '0.0'), 'not-positive', 'markets[0].adlPrice', '0.0'],
  ['lot size zero', put('markets.0.lotSize', 0), 'not-positive', 'markets[0].lotSize', 0],
  [
    'loading not finite',
    put('markets.0.factorLoading', Infinity),
    'number-out-of-range',
    'markets[0].factorLoading',
    Infinity,
  ],
  ['account without name', put('accounts.1.account', undefined), 'missing-field', 'accounts[1].account', undefined],
  ['account twice', put('accounts.1.account', 'short-1'), 'duplicate-account', 'accounts[1].account', 'short-1'],
  ['half a character', put('accounts.1.account', '\ud800'), 'bad-name', 'accounts[1].account', '\ud800'],
  ['no equity', put('accounts.1.equity', undefined), 'missing-field', 'accounts[1].equity', undefined],
  [
    'equity not finite',
    put('accounts.1.equity', JSON.parse('1e999')),
    'number-out-of-range',
    'accounts[1].equity',
    Infinity,
  ],
  ['equity NaN', put('accounts.1.equity', Number.NaN), 'bad-number', 'accounts[1].equity', Number.NaN],
  ['equity with commas', put('accounts.1.equity', '1,000'), 'bad-number', 'accounts[1].equity', '1,000', /comma/],
  ['no positions', put('accounts.3.positions', undefined), 'missing-field', 'accounts[3].positions', undefined],
  ['margin no number', put('accounts.0.maintenanceMargin', 'x'), 'bad-number', 'accounts[0].maintenanceMargin', 'x'],
  ['wallet no number', put('accounts.0.walletBalance', {}), 'wrong-type', 'accounts[0].walletBalance', {}],
  ['a day that is none', put('accounts.0.openedAt', '2025-02-30'), 'bad-time', 'accounts[0].openedAt', '2025-02-30'],
  [
    'an hour that is none',
    put('accounts.0.openedAt', '2025-02-20T25:00Z'),
    'bad-time',
    'accounts[0].openedAt',
    '2025-02-20T25:00Z',
  ],
  ['a time in words', put('accounts.0.openedAt', 'now'), 'bad-time', 'accounts[0].openedAt', 'now'],
  ['a time beyond the calendar', put('accounts.0.openedAt', 1e17), 'bad-time', 'accounts[0].openedAt', 1e17],
  ['unknown market', put(`${first}.market`, 'btc'), 'unknown-market', `${inFirst}.market`, 'btc', /"BTC"/],
  ['market __proto__', put(`${first}.market`, '__proto__'), 'unknown-market', `${inFirst}.market`, '__proto__'],
  [
    'market held twice',
    put('accounts.2.positions.1', { market: 'BTC', quantity: 1 }),
    'duplicate-position',
    'accounts[2].positions[1].market',
    'BTC',
  ],
  ['no quantity', put(`${first}.quantity`, undefined), 'missing-field', `${inFirst}.quantity`, undefined],
  ['quantity empty', put(`${first}.quantity`, ''), 'bad-number', `${inFirst}.quantity`, ''],
  ['entry price zero', put(`${first}.entryPrice`, 0), 'not-positive', `${inFirst}.entryPrice`, 0],
  [
    'position margin hex',
    put(`${first}.maintenanceMargin`, '0x10'),
    'bad-number',
    `${inFirst}.maintenanceMargin`,
    '0x10',
  ],
  ['demand for an unknown market', put('demand.0.market', 'DOGE'), 'unknown-market', 'demand[0].market', 'DOGE'],
  ['demand on no side', put('demand.0.side', 'sell'), 'bad-side', 'demand[0].side', 'sell', /long/],
  ['demand without a side', put('demand.0.side', undefined), 'missing-field', 'demand[0].side', undefined],
  ['demand negative', put('demand.0.quantity', -1), 'negative', 'demand[0].quantity', -1],
  [
    'demand too large',
    put('demand.0.quantity', '10.5000000000000000000001'),
    'demand-exceeds-holdings',
    'demand[0].quantity',
    '10.5000000000000000000001',
  ],
  [
    'demand twice',
    put('demand.1', { market: 'BTC', side: 'long', quantity: 1 }),
    'duplicate-demand',
    'demand[1].market',
    'BTC',
  ],
  ['demand false', put('demand', false), 'wrong-type', 'demand', false],
]

describe('every broken field of a JSON event has its code, place, value and cure', () => {
  test('and the good base none', () => {
    expect(parseEvent(goodEvent()).accounts.count).toBe(4)
  })

  test.each(cases)('%s', async (_, breaks, code, path, value, cure = /./) => {
    const mistake = await mistakeOf(() => parseEvent(breaks(goodEvent())))
    expect({ code: mistake.code, path: mistake.path, value: mistake.value }).toEqual({ code, path, value })
    expect(mistake.cure).toMatch(cure)
  })

  test('a required field under a wrong name is reported as misspelt, not as missing', async () => {
    const { equity, ...account } = goodEvent().accounts[3]
    const event = { ...goodEvent(), accounts: [{ ...account, equty: equity }] }
    const mistake = await mistakeOf(() => parseEvent(event))
    expect(mistake).toMatchObject({ code: 'unknown-field', path: 'accounts[0].equty' })
    expect(mistake.cure).toContain('Did you mean "equity"?')
  })

  test('one mistake is reported of a hundred thousand, and soon', async () => {
    const accounts = Array.from({ length: 100_000 }, (_, i) => ({ account: `a${i}`, equity: 'x', positions: [] }))
    expect(await mistakeOf(() => parseEvent({ ...goodEvent(), accounts }))).toMatchObject({
      path: 'accounts[0].equity',
    })
  })
})
