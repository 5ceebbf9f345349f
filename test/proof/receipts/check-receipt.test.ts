import { describe, expect, it } from 'vitest'
import { checkReceipt, ReceiptsCheck, type Shown } from '#models/proof/receipts/check-receipt.js'
import { forgeries } from './forged-venues.js'
import { honest } from './honest-venues.js'
import { filesOf, filling, sealed, type Venue } from './venue.js'

/** As files hold them. */
const written = (venue: Venue) => JSON.parse(JSON.stringify(filesOf(venue))) as [Record<string, unknown>, Row]
type Row = Record<string, unknown>

describe('one receipt', () => {
  it('of an honest venue is accepted', () => {
    const wrong = Object.entries(honest).flatMap(([what, venue]) => {
      const { accepted, reason } = checkReceipt(...written(venue))
      return accepted ? [] : [`${what}: ${reason}`]
    })
    expect(wrong).toEqual([])
  })

  it('of a venue that cheats is refused, and why', () => {
    const wrong = forgeries.flatMap(({ what, base, change, why }) => {
      const { accepted, reason } = checkReceipt(...written({ ...base, ...change }))
      return !accepted && why.test(reason!) ? [] : [`${base.rule}: ${what}: ${reason ?? 'accepted'}`]
    })
    expect(wrong).toEqual([])
  })

  it('shows whatever is stated of the account, and of its markets alone', () => {
    const [receipt, published] = written(
      honest['binance {"maintenanceMargin":"50","entryPrice":"125","walletBalance":"400"}']!,
    )
    expect(checkReceipt(receipt, published)).toEqual({
      accepted: true,
      rule: 'binance',
      number: 1,
      account: 't',
      numbers: { grossNotional: '2000', remarkedEquity: '500', equity: '500', maintenanceMargin: '50' },
      markets: [
        {
          market: 'BTC',
          side: 'short',
          capacity: '10',
          closed: '5',
          level: null,
          demand: '15',
          markPrice: '100',
          adlPrice: '100',
          entryPrice: '125',
          walletBalance: '400',
        },
      ],
    })
    expect(checkReceipt(...written(honest['longs off the mark']!)).markets).toEqual([
      {
        market: 'BTC',
        side: 'long',
        capacity: '10',
        closed: '5',
        level: '1',
        demand: '20',
        markPrice: '100',
        adlPrice: '99',
      },
    ])
  })

  it('hangs where its path says', () => {
    const shown: Shown[] = []
    checkReceipt(...written(filling), (one) => shown.push(one))
    expect(shown).toEqual([{ market: 'BTC', leaf: expect.stringMatching(/^[0-9a-f]{64}$/), turns: 'rl' }])
  })

  it('of another publication, of none, and of what is no publication', () => {
    const [receipt, published] = written(filling)
    const { digest: _, ...rest } = published
    const cases: readonly [unknown, unknown, RegExp][] = [
      [receipt, sealed({ ...rest, event: `sha256:${'2'.repeat(64)}` }), /^the receipt belongs to another public.json$/],
      [receipt, { ...published, event: `sha256:${'2'.repeat(64)}` }, /its digest does not fit$/],
      [receipt, rest, /^public.json has not the fields that it must have: digest$/],
      [receipt, null, /^public.json is no object$/],
      [receipt, 'public.json', /^public.json is no object$/],
      [receipt, [published], /^public.json is no object$/],
      [{ ...receipt, format: 'spillway/receipt@2' }, published, /^the receipt is of another format$/],
      [{ ...receipt, public: 'none' }, published, /^public is no hash$/],
      [null, published, /^the receipt is no object$/],
    ]
    for (const [one, beside, why] of cases) expect(checkReceipt(one, beside).reason).toMatch(why)
  })

  it('of markets that nobody published, that stand twice, or of none', () => {
    const [receipt, published] = written(filling)
    const [row] = receipt.markets as [Row]
    const cases: readonly [unknown, RegExp][] = [
      [[], /^the receipt is about no market$/],
      [[row, row], /^a market stands twice$/],
      [[{ ...row, market: 'ETH' }], /^nothing is public of market ETH$/],
      [[{ ...row, market: 7 }], /^market is no text$/],
      [{ 0: row }, /^markets is no list$/],
      [[{ ...row, path: '' }], /^path in BTC is no list$/],
      [[{ ...row, path: ['right'] }], /^step 0 is no list$/],
    ]
    for (const [markets, why] of cases) expect(checkReceipt({ ...receipt, markets }, published).reason).toMatch(why)
  })

  it('does not take a fault of who takes notes for a refusal', () => {
    const fault = new Error('no room for notes')
    expect(() =>
      checkReceipt(...written(filling), () => {
        throw fault
      }),
    ).toThrow(fault)
  })
})

describe('all receipts', () => {
  /** Two leaves of one account each, all of whose hashes fit: number 1 on the left, number 2 on the right. */
  function pair(change: object = {}): [Row, Row, Row] {
    const statement = { ...filling.statement, number: 2, account: 'u', ...change }
    const alone = (venue: Venue) => rootlessLeaf(venue)
    const venue = { ...filling, demand: { ...filling.demand, quantity: '10' } }
    const left = alone({ ...venue, path: [] })
    const right = alone({ ...venue, statement, path: [] })
    const sums = ['1', '10', '5', '0']
    const [one, published] = written({ ...venue, path: [['right', sums, right]] })
    const [two] = written({ ...venue, statement, path: [['left', sums, left]] })
    return [one, two, published]
  }
  const rootlessLeaf = (venue: Venue): string => {
    const shown: Shown[] = []
    const quantity = String(venue.own.closed)
    checkReceipt(...written({ ...venue, demand: { ...venue.demand, quantity } }), (one) => shown.push(one))
    return shown[0]!.leaf
  }

  it('are all leaves together, and not before', () => {
    const [one, two, published] = pair()
    const all = new ReceiptsCheck(published)
    expect([all.count, all.missing()]).toEqual([0, '0 of 2 leaves of BTC are shown by these receipts'])
    expect([all.add(one), all.count]).toEqual([undefined, 1])
    expect(all.missing()).toBe('1 of 2 leaves of BTC are shown by these receipts')
    expect([all.add(two), all.count]).toEqual([undefined, 2])
    expect(all.missing()).toBeUndefined()
  })

  it('are no longer all leaves where one is shown twice', () => {
    const [one, two, published] = pair()
    const all = new ReceiptsCheck(published)
    expect([one, two, one].map((receipt) => all.add(receipt))).toEqual([undefined, undefined, 'number 1 stands twice'])
    expect(all.missing()).toBe('3 of 2 leaves of BTC are shown by these receipts')
  })

  it('give no number and no account twice', () => {
    for (const [change, why] of [
      [{ number: 1 }, 'number 1 stands twice'],
      [{ account: 't' }, 'account "t" stands twice'],
    ] as const) {
      const [one, two, published] = pair(change)
      const all = new ReceiptsCheck(published)
      expect([one, two].map((receipt) => all.add(receipt))).toEqual([undefined, why])
    }
  })

  it('are refused one by one, and a refused one is not counted', () => {
    const [one, , published] = pair()
    const all = new ReceiptsCheck(published)
    expect([all.add({ ...one, account: 'v' }), all.count]).toEqual([
      'the leaf in BTC does not lead to the published root',
      0,
    ])
    expect(all.add(one)).toBeUndefined()
  })

  it('cannot hide a group from the check of all by saying that it has no leaf', () => {
    const [receipt, published] = filesOf({ ...filling, path: [['right', ['0', '30', '15', '0']]] })
    const all = new ReceiptsCheck(published)
    expect(all.add(receipt)).toMatch(/leaves/)
    const [counted, other] = filesOf({ ...filling, path: [['right', ['1', '30', '15', '0']]] })
    const both = new ReceiptsCheck(other)
    expect([both.add(counted), both.missing()]).toEqual([undefined, expect.stringMatching(/1 of 2 leaves/)])
  })
})
