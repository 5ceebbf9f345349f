// One entry for each statement that a checker must insist on: above three hundred lines they would be apart from what they have in common.
import { honest } from './honest-venues.js'
import { filling, queue, type Venue } from './venue.js'

/**
 * What a venue that cheats states. Hashes, digests and sums all fit, for it made them itself, and one statement is not what a checker must
 * insist on: `why` is what the checker answers.
 */
export interface Forgery {
  readonly what: string
  readonly base: Venue
  readonly change: Change
  readonly why: RegExp
}
type Change = Partial<Venue>
type Path = Venue['path']

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

/** The reason where a number is not in its one spelling, or negative. */
const isNone = (what: string): RegExp => new RegExp(`^${what} is (no plain decimal|negative)$`)

const forged = (base: Venue, why: RegExp, changes: Readonly<Record<string, Change>>): Forgery[] =>
  Object.entries(changes).map(([what, change]) => ({ what, base, change, why }))

/** One statement in other texts. */
const named = (base: Venue, why: RegExp, values: readonly unknown[], what: string, change: (value: never) => Change) =>
  values.map(
    (value): Forgery => ({ what: `${what} ${JSON.stringify(value)}`, base, change: change(value as never), why }),
  )

const paths = (right: readonly string[], left: readonly string[]): { readonly path: Path } => ({
  path: [
    ['right', right],
    ['left', left],
  ],
})
const beside = ['1', '10', '10', '0']
const [below, above] = filling.path as [Path[number], Path[number]]
const statement = (change: object): Change => ({ statement: { ...filling.statement, ...change } })
const own = (change: object): Change => ({ own: { ...filling.own, ...change } })
const market = (change: object): Change => ({ market: { ...filling.market, ...change } })
const demand = (change: object): Change => ({ demand: { ...filling.demand, ...change } })
const given = (change: Record<string, unknown>): Change => ({ given: change })
/** A leaf that says what is right, whatever the statement says. */
const leaf = ['1', '10', '5', '0']

const sums: readonly Forgery[] = [
  ...forged(filling, /^(closed|capacity|first|leaves) of step 0 is negative$/, {
    'a cut below zero beside the own': paths(['1', '10', '-10', '0'], ['2', '40', '25', '0']),
    'a holding below zero beside the own': paths(['1', '-10', '0', '0'], ['2', '40', '15', '0']),
    'holdings without equity below zero': paths(['1', '10', '10', '-5'], ['2', '20', '5', '5']),
    'a number of leaves below zero': paths(['-1', '10', '10', '0'], ['4', '20', '5', '0']),
  }),
  ...forged(filling, /^leaves of step 0 is not whole, or none$/, {
    'a group without leaves': paths(['0', '10', '10', '0'], ['2', '20', '5', '0']),
    'half a leaf': paths(['0.5', '10', '10', '0'], ['2.5', '20', '5', '0']),
  }),
  ...forged(filling, /^more of step 0 is closed than was held$/, {
    'more closed than held beside the own': paths(['1', '5', '10', '0'], ['2', '25', '5', '0']),
  }),
  ...forged(filling, /^the sums of step 0 contradict each other$/, {
    'more without equity than held': paths(['1', '10', '10', '15'], ['2', '20', '5', '0']),
  }),
  ...forged(filling, /do not add up to the demand$/, {
    'more cuts than the demand': paths(beside, ['2', '20', '6', '0']),
    'fewer cuts than the demand': paths(beside, ['2', '20', '4', '0']),
    'more cuts than the demand, by more than a unit': {
      ...paths(beside, ['2', '20', '5.000000011', '0']),
      ...market({ unit: '0.00000001' }),
      totals: ['4', '40', '20.000000011', '0'],
      above: [
        ['2', '20', '15', '0'],
        ['4', '40', '20.000000011', '0'],
      ],
    },
    'fewer cuts than the demand, by more than a unit': {
      ...paths(beside, ['2', '20', '4.999999989', '0']),
      ...market({ unit: '0.00000001' }),
      totals: ['4', '40', '19.999999989', '0'],
      above: [
        ['2', '20', '15', '0'],
        ['4', '40', '19.999999989', '0'],
      ],
    },
  }),
  ...forged(filling, /^step 0 has not 4 sums$/, {
    'a sum too many': paths([...beside, '0'], above[1]),
    'a sum too few': {
      ...paths(beside.slice(0, 3), above[1]),
      above: [
        ['2', '20', '15', '0'],
        ['4', '40', '20', '0'],
      ],
    },
  }),
  ...[1, 2].flatMap((column) =>
    named(
      filling,
      isNone(`${column === 1 ? 'capacity' : 'closed'} of step 0`),
      spelled('10'),
      `in column ${column} the sum`,
      (text) => ({
        path: [['right', beside.map((one, k) => (k === column ? text : one))], above],
        above: [['2', '20', '15', '0']],
      }),
    ),
  ),
  ...named(filling, /^step 0 stands on no side$/, ['Left', 'up', '', null], 'a side called', (side) => ({
    path: [[side, beside], above],
  })),
  ...named(
    filling,
    /^the hash of step 0 is no hash$/,
    [
      'AB'.repeat(32),
      'ab'.repeat(31),
      `${'ab'.repeat(32)}\n`,
      'xy'.repeat(32),
      `x${'ab'.repeat(32)}`,
      '',
      ['ab'.repeat(32)],
    ],
    'a hash',
    (hash) => ({ path: [['right', beside, hash], above] }),
  ),
  ...forged(filling, /does not lead to the published root$/, {
    'a node that is not the sum of both': {
      above: [
        ['2', '20', '15', '0'],
        ['4', '39', '20', '0'],
      ],
    },
    'a node below that is not the sum of both': {
      above: [['2', '21', '15', '0']],
      path: [below, ['left', ['2', '19', '5', '0']]],
    },
    'a root of other totals': { totals: ['4', '41', '20', '0'] },
    'a root of other totals, in its hash as well': {
      totals: ['4', '41', '20', '0'],
      above: [
        ['2', '20', '15', '0'],
        ['4', '41', '20', '0'],
      ],
    },
    'a leaf that holds more': { leaf: ['1', '12', '5', '0'], path: [below, ['left', ['2', '18', '5', '0']]] },
    'a leaf that counts twice': { leaf: ['2', '10', '5', '0'] },
    'a leaf with no equity that says so': { leaf: ['1', '10', '5', '10'] },
    'another root': given({ roots: { BTC: 'ab'.repeat(32) } }),
  }),
]

const cuts: readonly Forgery[] = [
  ...forged(filling, /^the cut in BTC is not what rule and level say$/, {
    'less closed than the rule says': { ...own({ closed: '4' }), path: [below, ['left', ['2', '20', '6', '0']]] },
    'more closed than the rule says': { ...own({ closed: '6' }), path: [below, ['left', ['2', '20', '4', '0']]] },
    'a level below the one that was used': { level: '0.5' },
    'a level above the one that was used': { level: '2' },
    'no level': { level: null },
    'less equity than there was': statement({ remarkedEquity: '-500' }),
  }),
  ...forged(filling, /^more of BTC is closed than was held$/, {
    'more closed than held': { ...own({ closed: '15' }), path: [['right', ['1', '10', '0', '0']], above] },
  }),
]

const statements: readonly Forgery[] = [
  ...named(filling, /^the number is none$/, [0, -1, 1.5, '1', true, null, 2 ** 53, [1]], 'the number', (number) =>
    statement({ number }),
  ),
  ...named(
    filling,
    /^the salt is no hash$/,
    ['c'.repeat(63), 'C'.repeat(64), `${'c'.repeat(64)}\n`, 5, null, 'a\nb'],
    'the salt',
    (salt) => statement({ salt }),
  ),
  ...named(filling, /^account is no text$/, [7, null, ['t'], true], 'an account called', (account) =>
    statement({ account }),
  ),
  ...named(filling, isNone('grossNotional'), spelled('1000'), 'gross notional', (text) =>
    statement({ grossNotional: text }),
  ),
  ...named(
    filling,
    /^remarkedEquity is no plain decimal$/,
    spelled('500').filter((text) => text !== '-500'),
    'equity',
    (text) => statement({ remarkedEquity: text }),
  ),
  ...named(filling, isNone('closed in BTC'), spelled('5'), 'closed', (text) => ({ ...own({ closed: text }), leaf })),
  ...named(filling, isNone('capacity in BTC'), spelled('10'), 'held', (text) => ({ ...own({ capacity: text }), leaf })),
  ...named(
    queue,
    isNone('equity'),
    spelled('20').filter((text) => text !== '-20'),
    'equity at the mark',
    (text) => ({
      statement: { ...queue.statement, equity: text },
    }),
  ),
  ...forged(filling, / has not the fields that it must have: note$/, {
    'a statement with a field that nobody knows': statement({ note: '1' }),
    'a holding with a field that nobody knows': own({ note: '1' }),
    'a field of a market that nobody knows': market({ note: '1' }),
    'a demand with a field that nobody knows': demand({ note: '1' }),
    'a field that nobody knows': given({ note: 1 }),
  }),
]

const published: readonly Forgery[] = [
  ...named(filling, isNone('markPrice of BTC'), spelled('100'), 'mark', (text) => market({ markPrice: text })),
  ...named(filling, isNone('adlPrice of BTC'), spelled('100'), 'ADL price', (text) => market({ adlPrice: text })),
  ...named(filling, isNone('demand of BTC'), spelled('20'), 'demand', (text) => demand({ quantity: text })),
  ...named(
    filling,
    isNone('level of BTC'),
    spelled('1').filter((text) => text !== null),
    'level',
    (level) => ({ level }),
  ),
  ...forged(filling, /^markPrice of BTC is zero$/, {
    'a market of no price': market({ markPrice: '0', adlPrice: '0' }),
  }),
  ...forged(filling, / has not the fields that it must have: /, {
    'a market without unit': { market: { market: 'BTC', markPrice: '100', adlPrice: '100' } },
    'leaves of no market': given({ leaves: { BTC: 4, ETH: 1 } }),
    'no root': given({ roots: {} }),
    'a level of no market': given({ levels: { BTC: '1', ETH: '1' } }),
    'no level at all': given({ levels: {} }),
    'no totals': given({ totals: {} }),
    'totals with a name that nobody knows': given({
      totals: { BTC: { leaves: '4', capacity: '40', closed: '20', first: '0', more: '1' } },
    }),
  }),
  ...named(
    filling,
    /^the unit of BTC is no power of ten/,
    ['10', '0.5', '0.1', '0.00000011', '0.0000001', '0.000000002'],
    'a unit',
    (unit) => market({ unit }),
  ),
  ...named(filling, isNone('unit of BTC'), ['-0.00000001', '1e-8', 0], 'a unit', (unit) => market({ unit })),
  ...named(filling, /^the side of BTC is none$/, ['both', 'Short', '', null], 'the side', (side) => demand({ side })),
  ...forged(filling, /^the demand is in another order than the markets$/, {
    'a demand of another market': demand({ market: 'ETH' }),
  }),
  ...forged(filling, /^the rule is not known here$/, {
    'a rule that nobody has': given({ rule: 'toString' }),
    'a rule that is no text': given({ rule: ['water-filling'] }),
  }),
  ...forged(filling, /^public.json is of another format$/, {
    'another format': given({ format: 'spillway/receipts@2' }),
  }),
  ...forged(filling, /^leaves of BTC are not those of its root$/, {
    'another number of leaves': given({ leaves: { BTC: 5 } }),
    'half a leaf in all': given({ leaves: { BTC: 4.5 } }),
  }),
  ...forged(filling, /^root of BTC is no hash$/, { 'a root that is none': given({ roots: { BTC: null } }) }),
  ...forged(filling, /^a market stands twice$/, {
    'a market twice': given({ markets: [filling.market, filling.market], demand: [filling.demand, filling.demand] }),
  }),
  ...forged(filling, /^not every market has one demand$/, {
    'a demand too many': given({ demand: [filling.demand, { ...filling.demand, market: 'ETH' }] }),
    'no demand': given({ demand: [] }),
  }),
  ...forged(filling, / is no list$/, {
    'markets that are no list': given({ markets: { 0: filling.market } }),
    'demands that are no list': given({ demand: null }),
  }),
  ...forged(filling, / is no object$/, {
    'a market that is a list': given({ markets: [['BTC', '100', '100', '0']] }),
    'a market that is none': given({ markets: [null] }),
    'a market that is a text': given({ markets: ['BTC'] }),
  }),
  ...forged(filling, /^markets\[0\]\.market is no text$/, {
    'a market without a name': given({ markets: [{ ...filling.market, market: 7 }] }),
  }),
]

/** Who stands where in a queue, and who was spared. */
const queues: readonly Forgery[] = [
  ...forged(queue, /^somebody who stands ahead in BTC was not closed whole$/, {
    'somebody ahead who was spared': paths(['1', '10', '5', '0', '1', '1'], ['1', '10', '5', '0', '3', '3']),
    'somebody ahead who was spared, and somebody behind who was closed': paths(
      ['1', '10', '2', '0', '1', '1'],
      ['1', '10', '8', '0', '3', '3'],
    ),
    'somebody ahead who was spared where their turn ends with them': {
      ...paths(['1', '10', '0', '0', '1', '1'], ['2', '10', '9.99', '0', '3', '4']),
      own: { ...queue.own, closed: '5.01' },
      leaf: ['1', '10', '5.01', '0', '2', '2'],
    },
    'somebody ahead who was spared where the demand ends with those ahead': {
      own: { ...queue.own, closed: '0' },
      leaf: ['1', '10', '0', '0', '2', '2'],
      demand: { ...queue.demand, quantity: '10' },
      ...paths(['1', '10', '1', '0', '2', '2'], ['1', '10', '9', '0', '3', '3']),
    },
    'more closed than the queue says': {
      own: { ...queue.own, closed: '6' },
      leaf: ['1', '10', '6', '0', '2', '2'],
      demand: { ...queue.demand, quantity: '16' },
      ...paths(['1', '10', '1', '0', '1', '1'], ['1', '10', '9', '0', '3', '3']),
    },
  }),
  ...forged(queue, /^somebody who stands behind in BTC was closed before$/, {
    'somebody behind who was closed where the demand ends with those beside': {
      own: { ...queue.own, closed: '10' },
      leaf: ['1', '10', '10', '0', '2', '2'],
      demand: { ...queue.demand, quantity: '30' },
      path: [
        ['right', ['1', '10', '8', '0', '2', '2']],
        ['right', ['1', '10', '2', '0', '1', '1']],
        ['left', ['1', '10', '10', '0', '3', '3']],
      ],
    },
    'somebody behind who was closed before': {
      own: { ...queue.own, closed: '3' },
      leaf: ['1', '10', '3', '0', '2', '2'],
      ...paths(['1', '10', '2', '0', '1', '1'], ['1', '10', '10', '0', '3', '3']),
    },
  }),
  ...forged(queue, /^the cut in BTC is not what rule and level say$/, {
    'less than the turn of the account, of which nobody behind has more': {
      own: { ...queue.own, closed: '3' },
      leaf: ['1', '10', '3', '0', '2', '2'],
      demand: { ...queue.demand, quantity: '13' },
      path: [
        ['right', ['1', '10', '0', '0', '2', '2']],
        ['left', ['1', '10', '10', '0', '3', '3']],
      ],
    },
  }),
  ...forged(queue, /^a range of scores in BTC is turned$/, {
    'a range that is turned, ahead': paths(['1', '10', '0', '0', '1', '1'], ['2', '10', '10', '0', '4', '3']),
    'a range that is turned, behind': {
      ...paths(['2', '10', '0', '0', '3/2', '1'], ['1', '10', '10', '0', '3', '3']),
    },
  }),
  ...forged(queue, /^the queue of BTC is not in the order of its scores$/, {
    'a range around the own, ahead': paths(['1', '10', '0', '0', '1', '1'], ['2', '10', '10', '0', '1', '3']),
    'a range from the own on, ahead': paths(['1', '10', '0', '0', '1', '1'], ['2', '10', '10', '0', '2', '3']),
    'a range up to the own, behind': paths(['2', '10', '0', '0', '1', '2'], ['1', '10', '10', '0', '3', '3']),
    'lower scores ahead': paths(['1', '10', '0', '0', '1', '1'], ['1', '10', '10', '0', '1', '1']),
    'higher scores behind': paths(['1', '10', '0', '0', '3', '3'], ['1', '10', '10', '0', '3', '3']),
    'the equity of a friend': { statement: { ...queue.statement, equity: '5000' } },
  }),
  ...forged(queue, / has not the fields that it must have: least$/, {
    'no scores': paths(['1', '10', '0', '0'], ['1', '10', '10', '0']),
  }),
  ...forged(queue, /^more of step 1 is closed than was held$/, {
    'a fake group that makes up for who was spared': paths(
      ['1', '10', '5', '0', '1', '1'],
      ['2', '10', '15', '0', '3', '3'],
    ),
  }),
  ...forged(queue, /does not lead to the published root$/, {
    'the own score, another one': { leaf: ['1', '10', '5', '0', '4', '4'] },
  }),
  ...named(
    queue,
    /^greatest of the root of BTC is no score$/,
    [
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
    ],
    'a score',
    (score) => paths(queue.path[0]![1], ['1', '10', '10', '0', score, score]),
  ),
]

/** What is next to what is honest by other rules. */
const next = (name: string, row: object, key: 'market' | 'own' | 'statement' | 'demand' = 'market'): Change => {
  const base = honest[name]!
  return { ...base, [key]: { ...base[key], ...row } }
}
const LAST = 'lots, the own one the last'
const NO_LOTS = 'no lots of accounts with equity'
const OFF = 'a level just below what can be meant'
const RISES = 'a factor that rises with longs'
const BITGET = 'bitget {"maintenanceMargin":"50","entryPrice":"80"}'
const AEVO = 'aevo {"maintenanceMargin":"50","entryPrice":"125","walletBalance":"-7"}'

const others: readonly Forgery[] = [
  ...forged(filling, /^the level of BTC is beyond what closing at its ADL price can mean$/, {
    'a level at which closing takes all that it gives': { ...honest[OFF], level: '100' },
    'a level above it': { ...honest[OFF], level: '100.01' },
  }),
  ...forged(filling, /^the cut in BTC is not what rule and level say$/, {
    'the sign of a concession turned, of shorts': next('shorts off the mark', { adlPrice: '99' }),
    'the sign of a concession turned, of longs': next('longs off the mark', { side: 'short' }, 'demand'),
    'other lots, of which the last but one is level': next(LAST, { lotSize: '0.3' }),
    'lots of an account that stands behind the last': next('lots, another one the last', {
      lastNumber: 1,
      lastEquity: '500',
      lastNotional: '550',
    }),
    'a factor that moves the market the other way': next(RISES, { side: 'short' }, 'demand'),
    'a level of a factor that is too high': { ...honest[RISES], level: '0.61' },
    'a level of a factor that is too low': { ...honest[RISES], level: '0.59' },
  }),
  ...forged(filling, /^the factor does not move BTC$/, { 'no loading': next(RISES, { factorLoading: '0' }) }),
  ...forged(filling, /^lotSize of BTC is zero$/, { 'lots of nothing': next(LAST, { lotSize: '0' }) }),
  ...forged(filling, /^lastEquity of BTC is zero$/, { 'a last lot without equity': next(LAST, { lastEquity: '0' }) }),
  ...named(filling, /^lastNumber of BTC is none$/, [0, -1, 1.5, '1', null, 2 ** 53], 'the last number', (lastNumber) =>
    next(LAST, { lastNumber }),
  ),
  ...forged(filling, /^the level of BTC is not that of its last lot$/, {
    'another level than that of the last lot': { ...honest[LAST], level: '1.2' },
  }),
  ...forged(filling, /^the last lot of BTC has no level$/, {
    'a last lot without level': { ...honest[LAST], level: null },
    'a last notional without level': next(NO_LOTS, { lastNotional: '1' }),
    'a last equity without level': next(NO_LOTS, { lastEquity: '1' }),
    'a last number without level': next(NO_LOTS, { lastNumber: 1 }),
  }),
  ...['lotSize', 'lastNotional', 'lastEquity'].flatMap((name) =>
    named(filling, isNone(`${name} of BTC`), ['0.50', '-1', '', null, 1], name, (value) =>
      next(LAST, { [name]: value }),
    ),
  ),
  ...named(filling, isNone('loading of BTC'), ['1.0', '', null, 1], 'a loading', (value) =>
    next(RISES, { factorLoading: value }),
  ),
  ...named(filling, isNone('factorExposure'), ['1.0', '', null, 1], 'an exposure', (value) =>
    next(RISES, { factorExposure: value }, 'statement'),
  ),
  ...named(queue, isNone('maintenanceMargin'), ['-50', '50.0', null], 'a maintenance margin', (value) =>
    next(BITGET, { maintenanceMargin: value }, 'statement'),
  ),
  ...named(queue, isNone('entryPrice in BTC'), ['-80', '80.0', null], 'an entry price', (value) =>
    next(BITGET, { entryPrice: value }, 'own'),
  ),
  ...forged(queue, /^entryPrice in BTC is zero$/, { 'entered for nothing': next(BITGET, { entryPrice: '0' }, 'own') }),
  ...named(queue, isNone('walletBalance in BTC'), ['-7.0', '', null], 'a balance', (value) =>
    next(AEVO, { walletBalance: value }, 'own'),
  ),
]

export const forgeries: readonly Forgery[] = [...sums, ...cuts, ...statements, ...published, ...queues, ...others]

/** What may be right or wrong: both have to say the same, and neither may fail. */
export const odd: readonly (readonly [what: string, base: Venue, change: Change])[] = [
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
