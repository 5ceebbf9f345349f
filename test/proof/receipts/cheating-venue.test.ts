// One entry for each statement that a checker must insist on: above three hundred lines they would be apart from what they have in common.
import { describe, expect, it } from 'vitest'
import { checkReceipt, ReceiptsCheck } from '#models/proof/index.js'
import { skipUnless } from '../../notes.js'
import { hasPython, receiptVerdicts } from './python.js'
import { filesOf, filling, queue, type Venue } from './venue.js'

/**
 * Receipts of a venue that cheats: hashes, digests and sums all fit, for it made them itself, and one statement is not what a checker must
 * insist on. `checkReceipt` and the Python program refuse each, and accept the honest one beside it.
 */
/** Other texts for a number, all of them wrong. */
const spelled = (text: string): readonly unknown[] => [
  ...[
    `+${text}`,
    `0${text}`,
    `${text}.0`,
    `${text}e0`,
    ` ${text}`,
    `${text}\n`,
    `${text}.`,
    `-${text}`,
    `${text}_0`,
    `${text}/1`,
  ],
  ...[
    text.replace(/\d/, (digit) => String.fromCharCode(0x660 + Number(digit))),
    '',
    'NaN',
    '-0',
    '0x10',
    Number(text),
    null,
    [text],
  ],
]

type Change = Partial<Venue>
const forgeries: readonly (readonly [what: string, base: Venue, change: Change])[] = [
  ...Object.entries({
    'a cut below zero beside the own': [
      ['1', '10', '-10', '0'],
      ['2', '40', '25', '0'],
    ],
    'a holding below zero beside the own': [
      ['1', '-10', '0', '0'],
      ['2', '40', '15', '0'],
    ],
    'holdings without equity below zero': [
      ['1', '10', '10', '-5'],
      ['2', '20', '5', '5'],
    ],
    'a group without leaves': [
      ['0', '10', '10', '0'],
      ['2', '20', '5', '0'],
    ],
    'a number of leaves below zero': [
      ['-1', '10', '10', '0'],
      ['4', '20', '5', '0'],
    ],
    'half a leaf': [
      ['0.5', '10', '10', '0'],
      ['2.5', '20', '5', '0'],
    ],
    'more closed than held beside the own': [
      ['1', '5', '10', '0'],
      ['2', '25', '5', '0'],
    ],
    'more without equity than held': [
      ['1', '10', '10', '15'],
      ['2', '20', '5', '0'],
    ],
    'cuts that are not the demand': [
      ['1', '10', '10', '0'],
      ['2', '20', '6', '0'],
    ],
    'a sum too many': [
      ['1', '10', '10', '0', '0'],
      ['2', '20', '5', '0'],
    ],
    'a sum too few': [
      ['1', '10', '10'],
      ['2', '20', '5', '0'],
    ],
  }).map(
    ([what, [right, left]]) =>
      [
        what,
        filling,
        {
          path: [
            ['right', right!],
            ['left', left!],
          ],
        },
      ] as const,
  ),
  ...spelled('10').flatMap((text) =>
    [1, 2].map((column) => {
      const sums = ['1', '10', '10', '0'].map((own, k) => (k === column ? text : own)) as string[]
      return [
        `a sum spelled ${JSON.stringify(text)}`,
        filling,
        { path: [['right', sums], filling.path[1]!], above: [['2', '20', '15', '0']] },
      ] as const
    }),
  ),
  ...['Left', 'up', '', null].map(
    (side) =>
      [
        `a side called ${side}`,
        filling,
        { path: [[side as string, ['1', '10', '10', '0']], filling.path[1]!] },
      ] as const,
  ),
  ...['AB'.repeat(32), 'ab'.repeat(31), `${'ab'.repeat(32)}\n`, 'xy'.repeat(32), ''].map(
    (hash) =>
      [
        `a hash ${JSON.stringify(hash)}`,
        filling,
        { path: [['right', ['1', '10', '10', '0'], hash], filling.path[1]!] },
      ] as const,
  ),
  [
    'a node that is not the sum of both',
    filling,
    {
      above: [
        ['2', '20', '15', '0'],
        ['4', '39', '20', '0'],
      ],
    },
  ],
  [
    'a node below that is not the sum of both',
    filling,
    { above: [['2', '21', '15', '0']], path: [filling.path[0]!, ['left', ['2', '19', '5', '0']]] },
  ],
  ['a root of other totals', filling, { totals: ['4', '41', '20', '0'] }],
  [
    'a leaf that holds more',
    filling,
    { leaf: ['1', '12', '5', '0'], path: [filling.path[0]!, ['left', ['2', '18', '5', '0']]] },
  ],
  ['a leaf that counts twice', filling, { leaf: ['2', '10', '5', '0'] }],
  ['a leaf with no equity that says so', filling, { leaf: ['1', '10', '5', '10'] }],
  [
    'less closed than the rule says',
    filling,
    { own: { ...filling.own, closed: '4' }, path: [filling.path[0]!, ['left', ['2', '20', '6', '0']]] },
  ],
  [
    'more closed than the rule says',
    filling,
    { own: { ...filling.own, closed: '6' }, path: [filling.path[0]!, ['left', ['2', '20', '4', '0']]] },
  ],
  [
    'more closed than held',
    filling,
    { own: { ...filling.own, closed: '15' }, path: [['right', ['1', '10', '0', '0']], filling.path[1]!] },
  ],
  ['a level below the one that was used', filling, { level: '0.5' }],
  ['a level above the one that was used', filling, { level: '2' }],
  ['no level', filling, { level: null }],
  ['a market of no price', filling, { market: { ...filling.market, markPrice: '0', adlPrice: '0' } }],
  ['a field of a market that nobody knows', filling, { market: { ...filling.market, note: '1' } }],
  ['a market without unit', filling, { market: { market: 'BTC', markPrice: '100', adlPrice: '100' } }],
  ...['10', '0.5', '0.1', '0.00000011', '-0.00000001', '1e-8', 0].map(
    (unit) => [`a unit ${unit}`, filling, { market: { ...filling.market, unit } }] as const,
  ),
  ...['both', 'Short', '', null].map(
    (side) => [`the side ${side}`, filling, { demand: { ...filling.demand, side } }] as const,
  ),
  ['a demand of another market', filling, { demand: { ...filling.demand, market: 'ETH' } }],
  ['a demand with a field that nobody knows', filling, { demand: { ...filling.demand, note: '1' } }],
  ...[0, -1, 1.5, '1', true, null, 2 ** 53, [1]].map(
    (number) =>
      [`the number ${JSON.stringify(number)}`, filling, { statement: { ...filling.statement, number } }] as const,
  ),
  ...['c'.repeat(63), 'C'.repeat(64), `${'c'.repeat(64)}\n`, 5, null, 'a\nb'].map(
    (salt) => [`the salt ${JSON.stringify(salt)}`, filling, { statement: { ...filling.statement, salt } }] as const,
  ),
  ...[7, null, ['t'], true].map(
    (account) =>
      [
        `an account called ${JSON.stringify(account)}`,
        filling,
        { statement: { ...filling.statement, account } },
      ] as const,
  ),
  ['a statement with a field that nobody knows', filling, { statement: { ...filling.statement, note: '1' } }],
  ['a holding with a field that nobody knows', filling, { own: { ...filling.own, note: '1' } }],
  ...spelled('1000').map(
    (text) =>
      [
        `gross notional ${JSON.stringify(text)}`,
        filling,
        { statement: { ...filling.statement, grossNotional: text } },
      ] as const,
  ),
  ...spelled('500').map(
    (text) =>
      [
        `equity ${JSON.stringify(text)}`,
        filling,
        { statement: { ...filling.statement, remarkedEquity: text } },
      ] as const,
  ),
  ...spelled('5').map(
    (text) =>
      [
        `closed ${JSON.stringify(text)}`,
        filling,
        { own: { ...filling.own, closed: text }, leaf: ['1', '10', '5', '0'] },
      ] as const,
  ),
  ...spelled('10').map(
    (text) =>
      [
        `held ${JSON.stringify(text)}`,
        filling,
        { own: { ...filling.own, capacity: text }, leaf: ['1', '10', '5', '0'] },
      ] as const,
  ),
  ...spelled('100').map(
    (text) => [`mark ${JSON.stringify(text)}`, filling, { market: { ...filling.market, markPrice: text } }] as const,
  ),
  ...spelled('100').map(
    (text) =>
      [`ADL price ${JSON.stringify(text)}`, filling, { market: { ...filling.market, adlPrice: text } }] as const,
  ),
  ...spelled('20').map(
    (text) => [`demand ${JSON.stringify(text)}`, filling, { demand: { ...filling.demand, quantity: text } }] as const,
  ),
  ...spelled('1')
    .filter((text) => text !== null)
    .map((text) => [`level ${JSON.stringify(text)}`, filling, { level: text }] as const),
  ...(
    [
      ['a rule that nobody has', { rule: 'toString' }],
      ['another format', { format: 'spillway/receipts@2' }],
      ['another number of leaves', { leaves: { BTC: 5 } }],
      ['half a leaf in all', { leaves: { BTC: 4.5 } }],
      ['leaves of no market', { leaves: { BTC: 4, ETH: 1 } }],
      ['no root', { roots: {} }],
      ['another root', { roots: { BTC: 'ab'.repeat(32) } }],
      ['a root that is none', { roots: { BTC: null } }],
      ['a level of no market', { levels: { BTC: '1', ETH: '1' } }],
      ['no level at all', { levels: {} }],
      ['no totals', { totals: {} }],
      [
        'totals with a name that nobody knows',
        { totals: { BTC: { leaves: '4', capacity: '40', closed: '20', first: '0', more: '1' } } },
      ],
      ['a market twice', { markets: [filling.market, filling.market], demand: [filling.demand, filling.demand] }],
      ['a demand too many', { demand: [filling.demand, { ...filling.demand, market: 'ETH' }] }],
      ['no demand', { demand: [] }],
      ['a field that nobody knows', { note: 1 }],
      ['markets that are no list', { markets: { 0: filling.market } }],
    ] as const
  ).map(([what, given]) => [what, filling, { given }] as const),
  // Queues: who stands where, and who was spared.
  ...Object.entries({
    'somebody ahead who was spared': [
      ['1', '10', '5', '0', '1', '1'],
      ['1', '10', '5', '0', '3', '3'],
    ],
    'somebody behind who was closed before': [
      ['1', '10', '2', '0', '1', '1'],
      ['1', '10', '8', '0', '3', '3'],
    ],
    'a range that is turned, ahead': [
      ['1', '10', '0', '0', '1', '1'],
      ['2', '10', '10', '0', '4', '3'],
    ],
    'a range that is turned, behind': [
      ['2', '10', '0', '0', '1.5', '1'],
      ['1', '10', '10', '0', '3', '3'],
    ],
    'a range around the own, ahead': [
      ['1', '10', '0', '0', '1', '1'],
      ['2', '10', '10', '0', '1', '3'],
    ],
    'a range from the own on, ahead': [
      ['1', '10', '0', '0', '1', '1'],
      ['2', '10', '10', '0', '2', '3'],
    ],
    'a range up to the own, behind': [
      ['2', '10', '0', '0', '1', '2'],
      ['1', '10', '10', '0', '3', '3'],
    ],
    'lower scores ahead': [
      ['1', '10', '0', '0', '1', '1'],
      ['1', '10', '10', '0', '1', '1'],
    ],
    'higher scores behind': [
      ['1', '10', '0', '0', '3', '3'],
      ['1', '10', '10', '0', '3', '3'],
    ],
    'no scores': [
      ['1', '10', '0', '0'],
      ['1', '10', '10', '0'],
    ],
    'a fake group that makes up for who was spared': [
      ['1', '10', '5', '0', '1', '1'],
      ['2', '10', '15', '0', '3', '3'],
    ],
  }).map(
    ([what, [right, left]]) =>
      [
        what,
        queue,
        {
          path: [
            ['right', right!],
            ['left', left!],
          ],
        },
      ] as const,
  ),
  ...[
    '6/2',
    '3/1',
    '+3',
    '03',
    '3.0',
    '3e0',
    ' 3',
    '3\n',
    'Infinity',
    'inf',
    '-0',
    '0/1',
    '1/-2',
    '3/0',
    '\u0663',
    3,
    null,
  ].map(
    (score) =>
      [
        `a score ${JSON.stringify(score)}`,
        queue,
        { path: [queue.path[0]!, ['left', ['1', '10', '10', '0', score as string, score as string]]] },
      ] as const,
  ),
  ['the own score, another one', queue, { leaf: ['1', '10', '5', '0', '4', '4'] }],
  ['the equity of a friend', queue, { statement: { ...queue.statement, equity: '5000' } }],
  [
    'more closed than the queue says',
    queue,
    {
      own: { ...queue.own, closed: '6' },
      leaf: ['1', '10', '6', '0', '2', '2'],
      demand: { ...queue.demand, quantity: '16' },
      path: [
        ['right', ['1', '10', '1', '0', '1', '1']],
        ['left', ['1', '10', '9', '0', '3', '3']],
      ],
    },
  ],
]

/** What may be right or wrong: both have to say the same, and neither may fail. */
const odd: readonly (readonly [what: string, base: Venue, change: Change])[] = [
  [
    'nothing held',
    filling,
    { own: { ...filling.own, capacity: '0', closed: '0' }, path: [filling.path[0]!, ['left', ['2', '20', '10', '0']]] },
  ],
  [
    'nothing at all',
    { ...filling, rule: 'pro-rata' },
    {
      level: null,
      own: { ...filling.own, capacity: '0', closed: '0' },
      path: [],
      demand: { ...filling.demand, quantity: '0' },
    },
  ],
  [
    'nothing at all, and no equity',
    filling,
    {
      level: null,
      own: { ...filling.own, capacity: '0', closed: '0' },
      statement: { ...filling.statement, remarkedEquity: '0' },
      path: [],
      demand: { ...filling.demand, quantity: '0' },
    },
  ],
  [
    'nothing at all in a queue',
    queue,
    {
      leaf: ['1', '0', '0', '0', '2', '2'],
      own: { ...queue.own, capacity: '0', closed: '0' },
      path: [],
      demand: { ...queue.demand, quantity: '0' },
    },
  ],
  ['nobody beside', filling, { path: [], demand: { ...filling.demand, quantity: '5' } }],
  [
    'a market called as what all objects have',
    filling,
    {
      own: { ...filling.own, market: 'toString' },
      market: { ...filling.market, market: 'toString' },
      demand: { ...filling.demand, market: 'toString' },
    },
  ],
  ['a name with half a pair', filling, { statement: { ...filling.statement, account: '\ud800' } }],
  ['a name with a line feed', filling, { statement: { ...filling.statement, account: 'a\nb' } }],
  [
    'a number in many digits',
    filling,
    { statement: { ...filling.statement, grossNotional: `1000.${'0'.repeat(420)}1` } },
  ],
  ['its own score beside it', queue, { path: [queue.path[0]!, ['left', ['1', '10', '10', '0', '2', '2']]] }],
  ['without equity ahead', queue, { path: [queue.path[0]!, ['left', ['1', '10', '10', '0', 'infinity', 'infinity']]] }],
]

describe('a venue that cheats', () => {
  skipUnless(hasPython, 'there is no python3')
  it('is found out by one statement, though all its hashes fit', () => {
    const honest = [filling, queue].map((base) => ['honest', base, {}] as const)
    const cases = [...honest, ...forgeries, ...odd].map(([what, base, change]) => ({
      what: `${base.rule}: ${what}`,
      files: filesOf({ ...base, ...change }),
    }))
    const theirs = receiptVerdicts(cases.map(({ files }) => files))
    const wrong = cases.flatMap(({ what, files }, i) => {
      // As files hold them.
      const [receipt, published] = JSON.parse(JSON.stringify(files)) as [unknown, unknown]
      const { accepted, reason } = checkReceipt(receipt, published)
      const isFine = i < honest.length ? accepted : i < honest.length + forgeries.length ? !accepted : true
      return isFine && accepted === theirs[i]!.startsWith('0')
        ? []
        : [`${what}: ${reason ?? 'accepted'}; Python ${theirs[i]}`]
    })
    expect(wrong).toEqual([])
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
