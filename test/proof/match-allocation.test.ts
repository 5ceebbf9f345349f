import { describe, expect, it } from 'vitest'
import { decisionSpace, type SpaceOptions } from '#models/book/decision-space.js'
import { parseAllocation, parseEvent } from '#models/book/index.js'
import {
  forgivingFeasibility,
  matchAllocation,
  matchReductions,
  pairFinder,
  toleranceOf,
} from '#models/proof/match-allocation.js'
import { toText } from '#src/numeric/index.js'
import { dec } from '../certificates/decimals.js'

/** Shorts of A are closed, longs of B, nothing of C. Closing a short of A costs 1 a contract, of B 0.5. */
const event = parseEvent({
  format: 'spillway/event@1',
  markets: [
    { market: 'A', markPrice: '100', adlPrice: '101', lotSize: '0.5' },
    { market: 'B', markPrice: '10', adlPrice: '9.5' },
    { market: 'C', markPrice: '1' },
  ],
  accounts: [
    {
      account: 'one',
      equity: '6',
      positions: [
        { market: 'A', quantity: '-10' },
        { market: 'B', quantity: '20' },
        { market: 'C', quantity: '5' },
      ],
    },
    { account: 'two', equity: '100', positions: [{ market: 'A', quantity: '-4.25' }] },
    { account: 'long', equity: '100', positions: [{ market: 'A', quantity: '3' }] },
    { account: 'exempt', equity: '100', exempt: true, positions: [{ market: 'A', quantity: '-3' }] },
    { account: 'debtor', equity: '-1', positions: [{ market: 'A', quantity: '-3' }] },
    {
      account: 'both',
      equity: '100',
      positions: [
        { market: 'A', quantity: '2' },
        { market: 'A', quantity: '-1' },
      ],
    },
    { account: 'none', equity: '100', positions: [{ market: 'A', quantity: '0' }] },
  ],
  demand: [
    { market: 'A', side: 'short', quantity: '8' },
    { market: 'B', side: 'long', quantity: '10' },
  ],
} as never)

type Row = readonly [account: string, market: string, quantity: string]
function violations(
  rows: readonly Row[],
  feasibility = '0',
  options: SpaceOptions = {},
): readonly (readonly unknown[])[] {
  const allocation = parseAllocation({
    format: 'spillway/allocation@1',
    reductions: rows.map(([account, market, quantity]) => ({ account, market, quantity })),
  })
  const { violations: found } = matchAllocation(
    decisionSpace(event, { hasSolvencyRows: true, ...options }),
    allocation,
    dec(feasibility),
  )
  return found.map(({ code, account, market, by }) => [code, account, market, by])
}
const right: readonly Row[] = [
  ['one', 'A', '5'],
  ['two', 'A', '3'],
  ['one', 'B', '10'],
]

describe('an allocation', () => {
  it('that closes what is demanded of what is held breaks nothing, and is matched by pair', () => {
    expect(violations(right)).toEqual([])
    const allocation = parseAllocation({
      format: 'spillway/allocation@1',
      reductions: right.map(([account, market, quantity]) => ({ account, market, quantity })),
    })
    const space = decisionSpace(event)
    const { reductions } = matchAllocation(space, allocation, dec('0'))
    const find = pairFinder(space)
    const at = (account: string, market: string): string => toText(reductions[find(account, market) as number])
    expect([at('one', 'A'), at('two', 'A'), at('one', 'B'), at('debtor', 'A'), at('both', 'A')]).toEqual([
      '5',
      '3',
      '10',
      '0',
      '0',
    ])
  })

  it('meets every demand, neither less nor more', () => {
    expect(violations(right.slice(1))).toEqual([['demand-short', undefined, 'A', 5]])
    expect(violations([...right, ['debtor', 'A', '1']])).toEqual([['demand-over', undefined, 'A', 1]])
    expect(violations([])).toEqual([
      ['demand-short', undefined, 'A', 8],
      ['demand-short', undefined, 'B', 10],
    ])
  })

  it('is forgiven a share of the demand, and no more', () => {
    const off = (quantity: string, feasibility: string) =>
      violations([['one', 'A', quantity], ...right.slice(1)], feasibility)
    expect(off('5.08', '0.01')).toEqual([])
    expect(off('4.92', '0.01')).toEqual([])
    expect(off('5.0800001', '0.01')).toHaveLength(1)
    expect(off('4.9199999', '0.01')).toHaveLength(1)
    expect(off('5.0000001', '0')).toHaveLength(1)
  })

  it('closes no more than is held, but for a share of the holding', () => {
    const rows = (quantity: string, rest: string): readonly Row[] => [
      ['two', 'A', quantity],
      ['one', 'A', rest],
      ['one', 'B', '10'],
    ]
    expect(violations(rows('4.25', '3.75'))).toEqual([])
    expect(violations(rows('4.5', '3.5'))).toEqual([['over-reduction', 'two', 'A', 0.25]])
    expect(violations(rows('4.2925', '3.7075'), '0.01')).toEqual([])
    expect(violations(rows('4.2926', '3.7074'), '0.01')).toHaveLength(1)
  })

  it('names what is there, on the side that is closed', () => {
    const extra = (account: string, market: string) => violations([...right, [account, market, '0.5']])
    expect(extra('nobody', 'A')).toEqual([['unknown-account', 'nobody', 'A', 0.5]])
    expect(extra('one', 'nowhere')).toEqual([['unknown-market', 'one', 'nowhere', 0.5]])
    expect(extra('two', 'B')).toEqual([['no-position', 'two', 'B', 0.5]])
    expect(extra('none', 'A')).toEqual([['no-position', 'none', 'A', 0.5]])
    expect(extra('long', 'A')).toEqual([['wrong-side', 'long', 'A', 0.5]])
    expect(extra('one', 'C')).toEqual([['not-demanded', 'one', 'C', 0.5]])
    expect(extra('exempt', 'A')).toEqual([['exempt', 'exempt', 'A', 0.5]])
    // The leg that is closed may stand behind the other.
    expect(
      violations([
        ['one', 'A', '4.5'],
        ['two', 'A', '3'],
        ['both', 'A', '0.5'],
        ['one', 'B', '10'],
      ]),
    ).toEqual([])
    // An entry of zero says the same as none.
    expect(violations([...right, ['nobody', 'A', '0']])).toEqual([])
  })

  it('is in whole lots where they are asked for, but for a share of the holding', () => {
    const rows = (quantity: string, rest: string): readonly Row[] => [
      ['one', 'A', quantity],
      ['two', 'A', rest],
      ['one', 'B', '10'],
    ]
    const lots = { lots: true }
    expect(violations(rows('5.5', '2.5'), '0', lots)).toEqual([])
    expect(violations(rows('5.6', '2.4'), '0', lots)).toEqual([
      ['lot', 'one', 'A', expect.closeTo(0.1, 12)],
      ['lot', 'two', 'A', expect.closeTo(0.1, 12)],
    ])
    expect(violations(rows('5.4', '2.6'), '0', lots)).toHaveLength(2)
    // 0.01 of 10 and of 4.25 are 0.1 and 0.0425.
    expect(violations(rows('5.6', '2.4'), '0.01', lots)).toEqual([['lot', 'two', 'A', expect.closeTo(0.1, 12)]])
    expect(violations(rows('5.6', '2.4'), '0.03', lots)).toEqual([])
    expect(violations(rows('5.6', '2.4'))).toEqual([])
  })

  it('pushes nobody below zero where that is asked for', () => {
    const kept = { keepSolvent: true }
    // 5 of A at 1 and 2 of B at 0.5 use up what account one has.
    const rows = (a: string, b: string): readonly Row[] => [
      ['one', 'A', a],
      ['two', 'A', String(8 - Number(a))],
      ['one', 'B', b],
    ]
    const all = (a: string, b: string, feasibility = '0') => violations(rows(a, b), feasibility, kept)
    const short = (by: number) => ['demand-short', undefined, 'B', by]
    expect(all('5', '2')).toEqual([short(8)])
    expect(all('5', '3')).toEqual([['made-insolvent', 'one', 'A', 0.5], short(7)])
    expect(all('5', '10')).toEqual([['made-insolvent', 'one', 'A', 4]])
    // Where only B is closed it counts in contracts of B.
    expect(all('0', '14').filter(([code]) => code === 'made-insolvent')).toEqual([['made-insolvent', 'one', 'B', 2]])
    // A share of the holding, at its cost: 0.1 of 10 is 1.
    expect(all('5', '4', '0.1')).toEqual([short(6)])
    expect(all('5', '4.0001', '0.1')).toHaveLength(2)
    expect(violations(rows('5', '10'))).toEqual([])
    // Who is below zero has nothing to close.
    expect(violations([...right, ['debtor', 'A', '1']], '0', kept).map(([code]) => code)).toContain('made-insolvent')
    expect(pairFinder(decisionSpace(event, { ...kept, hasSolvencyRows: true }))('debtor', 'A')).toBe('made-insolvent')
    expect(pairFinder(decisionSpace(event, { ...kept, hasSolvencyRows: true }))('long', 'A')).toBe('wrong-side')
  })

  it('counts in the market that costs most, wherever it stands', () => {
    const later = parseEvent({
      format: 'spillway/event@1',
      markets: [
        { market: 'Z', markPrice: '1' },
        { market: 'B', markPrice: '10', adlPrice: '9.5' },
        { market: 'A', markPrice: '100', adlPrice: '101' },
        { market: 'D', markPrice: '10', adlPrice: '9.25' },
      ],
      accounts: [
        {
          account: 'one',
          equity: '6',
          positions: ['Z', 'B', 'A', 'D'].map((market, k) => ({ market, quantity: ['-1', '20', '-10', '20'][k] })),
        },
      ],
      demand: ['Z', 'B', 'A', 'D'].map((market, k) => ({
        market,
        side: k % 2 === 0 ? 'short' : 'long',
        quantity: ['1', '3', '5', '2'][k],
      })),
    } as never)
    const allocation = parseAllocation({
      format: 'spillway/allocation@1',
      reductions: ['Z', 'B', 'A', 'D'].map((market, k) => ({
        account: 'one',
        market,
        quantity: ['1', '3', '5', '2'][k],
      })),
    } as never)
    const space = decisionSpace(later, { keepSolvent: true, hasSolvencyRows: true })
    // 6 − 1.5 − 5 − 1.5.
    expect(matchAllocation(space, allocation, dec('0')).violations).toEqual([
      { code: 'made-insolvent', account: 'one', market: 'A', by: 2 },
    ])
  })

  it('is forgiven by the least power of ten that forgives all, up to a hundredth', () => {
    const by = (quantity: string) =>
      forgivingFeasibility(
        decisionSpace(event),
        parseAllocation({
          format: 'spillway/allocation@1',
          reductions: [['one', 'A', quantity], ...right.slice(1)].map(([account, market, amount]) => ({
            account,
            market,
            quantity: amount,
          })),
        } as never),
      )
    expect([by('5.08'), by('5.0081'), by('5.008'), by('5.00001'), by('5.09'), by('5')]).toEqual([
      '1e-2',
      '1e-2',
      '1e-3',
      '1e-5',
      undefined,
      '1e-15',
    ])
  })
})

describe('reductions by pair', () => {
  const space = decisionSpace(event)
  const find = pairFinder(space)
  const zero = dec('0')
  const reductions = (rows: readonly Row[]) => {
    const list = Array.from(space.capacity, () => zero)
    for (const [account, market, quantity] of rows) list[find(account, market) as number] = dec(quantity)
    return list
  }
  const match = (rows: readonly Row[], feasibility = '0') => {
    const { violations: found, isExact } = matchReductions(space, reductions(rows), dec(feasibility))
    return [found.map(({ code, account, market, by }) => [code, account, market, by]), isExact]
  }

  it('are judged as allocations are, and are exact where nothing is forgiven', () => {
    expect(match(right)).toEqual([[], true])
    expect(match(right.slice(1))).toEqual([[['demand-short', undefined, 'A', 5]], false])
    expect(match([['one', 'A', '5.0000001'], ...right.slice(1)], '0.01')).toEqual([[], false])
    expect(
      match([
        ['two', 'A', '4.25'],
        ['one', 'A', '3.75'],
        ['one', 'B', '10'],
      ]),
    ).toEqual([[], true])
    expect(
      match([
        ['two', 'A', '4.5'],
        ['one', 'A', '3.5'],
        ['one', 'B', '10'],
      ]),
    ).toEqual([[['over-reduction', 'two', 'A', 0.25]], false])
    expect(
      match(
        [
          ['two', 'A', '4.26'],
          ['one', 'A', '3.74'],
          ['one', 'B', '10'],
        ],
        '0.01',
      ),
    ).toEqual([[], false])
    expect(
      match(
        [
          ['two', 'A', '4.2925'],
          ['one', 'A', '3.7075'],
          ['one', 'B', '10'],
        ],
        '0.01',
      ),
    ).toEqual([[], false])
    expect(
      match([
        ['two', 'A', '4.25000000000000000001'],
        ['one', 'A', '3.74999999999999999999'],
        ['one', 'B', '10'],
      ])[1],
    ).toBe(false)
  })

  it('are refused where they are none', () => {
    const refused = expect.objectContaining({ code: 'policy-answer', path: 'policy' })
    const list = reductions(right)
    for (const wrong of [
      list.slice(1),
      [...list, zero],
      'text',
      undefined,
      [...list.slice(1), dec('-1')],
      [...list.slice(1), { digits: 1, scale: 0 }],
      [...list.slice(1), { digits: 1n, scale: -1 }],
      [...list.slice(1), undefined],
      [...list.slice(1), { digits: 1n }],
    ]) {
      expect(() => matchReductions(space, wrong as never, zero)).toThrow(refused)
    }
  })
})

describe('a tolerance', () => {
  it('is a number from 0 up to, not including, 1', () => {
    expect(toText(toleranceOf(0, 'here'))).toBe('0')
    expect(toText(toleranceOf(1e-9, 'here'))).toBe('0.000000001')
    expect(toText(toleranceOf(0.999, 'here'))).toBe('0.999')
    const refused = expect.objectContaining({ code: 'option-value', path: 'here' })
    for (const value of [1, 2, -1e-9, NaN, Infinity]) expect(() => toleranceOf(value, 'here')).toThrow(refused)
  })
})
