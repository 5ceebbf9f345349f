import type { RuleName } from '#models/proof/index.js'
import { filling, queue, type Venue } from './venue.js'

/** What honest venues state, by every rule, worked by hand: whoever checks accepts each, and what is next to it is forged (`forged-venues.ts`). */
export const honest: Readonly<Record<string, Venue>> = {
  filling,
  queue,
  // x = 10 · 20/40.
  'by shares': { ...filling, rule: 'pro-rata', level: null },
  // N' = 500 = Λ g with Λ = 1 · 100/(100 − 1) and g = 495.
  'shorts off the mark': {
    ...filling,
    statement: { ...filling.statement, remarkedEquity: '495' },
    market: { ...filling.market, adlPrice: '101' },
  },
  'longs off the mark': {
    ...filling,
    statement: { ...filling.statement, remarkedEquity: '495' },
    market: { ...filling.market, adlPrice: '99' },
    demand: { ...filling.demand, side: 'long' },
  },
  // Levels up to p/d = 100 mean something: N' = 0 and whatever g is, what is left is below the level.
  'a level just below what can be meant': {
    ...filling,
    own: { ...filling.own, closed: '10' },
    path: [
      ['right', ['1', '10', '10', '0']],
      ['left', ['2', '20', '0', '0']],
    ],
    market: { ...filling.market, adlPrice: '101' },
    statement: { ...filling.statement, grossNotional: '505050500', remarkedEquity: '500' },
    level: '99.99',
  },
  // F = 40, all without equity.
  'no equity, a share of what is demanded': {
    ...filling,
    statement: { ...filling.statement, remarkedEquity: '0' },
    path: [
      ['right', ['1', '10', '5', '10']],
      ['left', ['2', '20', '10', '20']],
    ],
    level: null,
  },
  'less than no equity, all of it': {
    ...filling,
    statement: { ...filling.statement, remarkedEquity: '-3' },
    own: { ...filling.own, closed: '10' },
    path: [
      ['right', ['1', '10', '5', '0']],
      ['left', ['2', '20', '5', '0']],
    ],
  },
  'cuts that are a unit less than the demand': {
    ...filling,
    market: { ...filling.market, unit: '0.00000001' },
    path: [filling.path[0]!, ['left', ['2', '20', '4.99999999', '0']]],
    above: [
      ['2', '20', '15', '0'],
      ['4', '40', '19.99999999', '0'],
    ],
  },
  'cuts that are a unit more than the demand': {
    ...filling,
    market: { ...filling.market, unit: '0.00000001' },
    path: [filling.path[0]!, ['left', ['2', '20', '5.00000001', '0']]],
    above: [
      ['2', '20', '15', '0'],
      ['4', '40', '20.00000001', '0'],
    ],
  },
  // z' = 800 − 100 · 5 = 300 = 0.6 · 500; where the factor falls with the market, z' = 800 + 500 = 2.6 · 500.
  'a factor that rises with longs': factor('long', '1', '0.6'),
  'a factor that falls with shorts': factor('short', '-1', '0.6'),
  'a factor that rises with shorts': factor('short', '1', '2.6'),
  'a factor that is left below zero': factor('long', '1', '-1.4', '-200'),
  // p − Λ d = 100 − 200: the level of a factor is no leverage, and may be anything.
  'a factor, and a level beyond all leverage': {
    ...factor('long', '1', '200', '100500'),
    market: { ...factor('long', '1', '200').market, adlPrice: '99' },
  },
  'a factor, and no equity': {
    ...factor('long', '1', null),
    statement: { ...factor('long', '1', null).statement, remarkedEquity: '-1' },
    path: [
      ['right', ['1', '10', '7', '10']],
      ['left', ['2', '20', '8', '20']],
    ],
  },
  // Lot j of the account ranks by (1000 − 50 j)/500, and j = 9 is the last of all.
  'lots, the own one the last': lots('1.1', '550', '500', 1),
  'lots, another one the last': lots('1.1', '110', '100', 7, '4.5'),
  // x = 10 · 20.25/40 = 5.0625, in lots of 0.5.
  'lots of an account without equity': {
    ...lots(null, null, null, null),
    statement: { ...filling.statement, remarkedEquity: '-3' },
    path: [
      ['right', ['1', '10', '5', '10']],
      ['left', ['2', '20', '10.25', '20']],
    ],
    demand: { ...filling.demand, quantity: '20.25' },
  },
  'no lots of accounts with equity': { ...lots(null, null, null, null, '0') },
  // Score G/e = 2: Q ≤ 10 is met by those ahead, whoever they are, and Q ≥ 20 closes all beside.
  'a queue that ends ahead of the own turn': {
    ...queue,
    own: { ...queue.own, closed: '0' },
    leaf: ['1', '10', '0', '0', '2', '2'],
    path: [
      ['right', ['1', '10', '0', '0', '1', '1']],
      ['left', ['1', '10', '4', '0', '3', '3']],
    ],
    demand: { ...queue.demand, quantity: '4' },
  },
  'a queue that ends with those ahead': {
    ...queue,
    own: { ...queue.own, closed: '0' },
    leaf: ['1', '10', '0', '0', '2', '2'],
    path: [
      ['right', ['1', '10', '0', '0', '2', '2']],
      ['left', ['1', '10', '10', '0', '3', '3']],
    ],
    demand: { ...queue.demand, quantity: '10' },
  },
  'a queue that ends with the own turn': {
    ...queue,
    own: { ...queue.own, closed: '10' },
    leaf: ['1', '10', '10', '0', '2', '2'],
    demand: { ...queue.demand, quantity: '20' },
  },
  'a queue that goes on behind': {
    ...queue,
    own: { ...queue.own, closed: '10' },
    leaf: ['1', '10', '10', '0', '2', '2'],
    path: [
      ['right', ['1', '10', '7', '0', '1/2', '1/2']],
      ['left', ['2', '10', '10', '0', '7/2', '9/2']],
    ],
    demand: { ...queue.demand, quantity: '27' },
  },
  'equals in a queue, on both sides': {
    ...queue,
    path: [
      ['right', ['1', '10', '5', '0', '2', '2']],
      ['left', ['2', '20', '10', '0', '2', '2']],
      ['left', ['2', '10', '10', '0', '3', '5']],
    ],
    demand: { ...queue.demand, quantity: '30' },
  },
  // A unit of each of the two who stand ahead, and one of who stands behind.
  'a queue, but for a unit of every leaf': {
    ...queue,
    market: { ...queue.market, unit: '0.00000001' },
    path: [
      ['right', ['1', '10', '0.00000001', '0', '1', '1']],
      ['left', ['2', '10', '9.99999998', '0', '3', '4']],
    ],
    above: [
      ['2', '20', '5.00000001', '0', '1', '2'],
      ['4', '30', '14.99999999', '0', '1', '4'],
    ],
  },
  'a queue by equity at the mark, and none at ADL prices': {
    ...queue,
    statement: { ...queue.statement, remarkedEquity: '-1' },
  },
  'a queue that begins with who has no equity': ranked('queue-leverage', { equity: '-2' }, {}, 'infinity'),
  // p = 100, c = 10 short, entered at 125: r = 1/5; entered at 80: r = −1/4. e = 500, G = 2000, N = 1000.
  ...Object.fromEntries(
    (
      [
        ['queue-leverage', {}, {}, '4'],
        ['queue-pnl-leverage', {}, { entryPrice: '125' }, '4/5'],
        ['queue-pnl-leverage', {}, { entryPrice: '80' }, '-1/16'],
        ['bitmex', {}, { entryPrice: '125' }, '2/5'],
        ['bitmex', {}, { entryPrice: '80' }, '-1/8'],
        ['hyperliquid', {}, { entryPrice: '125' }, '250'],
        ['bybit', {}, { entryPrice: '80' }, '-1/2'],
        ['okx', {}, { entryPrice: '125' }, '2/5'],
        ['okx', { equity: '0' }, { entryPrice: '80' }, '-infinity'],
        ['bitget', { maintenanceMargin: '50' }, { entryPrice: '80' }, '-5/2'],
        ['gate', { maintenanceMargin: '50' }, { entryPrice: '125' }, '1/50'],
        ['binance', { maintenanceMargin: '50' }, { entryPrice: '125', walletBalance: '400' }, '1/16'],
        ['aevo', { maintenanceMargin: '50' }, { entryPrice: '125', walletBalance: '-7' }, '25'],
      ] as const
    ).map(([rule, own, held, score]) => [
      `${rule} ${JSON.stringify({ ...own, ...held })}`,
      ranked(rule, own, held, score),
    ]),
  ),
}

function factor(side: 'long' | 'short', loading: string, level: string | null, exposure = '800'): Venue {
  return {
    ...filling,
    rule: 'factor-water-filling',
    statement: { ...filling.statement, factorExposure: exposure },
    market: { ...filling.market, factorLoading: loading },
    demand: { ...filling.demand, side },
    level,
  }
}

function lots(
  level: string | null,
  lastNotional: string | null,
  lastEquity: string | null,
  lastNumber: number | null,
  closed = '5',
): Venue {
  return {
    ...filling,
    rule: 'water-filling-lots',
    own: { ...filling.own, closed },
    market: { ...filling.market, lotSize: '0.5', lastNotional, lastEquity, lastNumber },
    demand: { ...filling.demand, quantity: String(15 + Number(closed)) },
    level,
  }
}

/** Closed in part, between one ahead and one behind, or at an end of the queue. */
function ranked(rule: RuleName, own: object, held: object, score: string): Venue {
  const behind = ['right', ['1', '10', '0', '0', '-1000', '-1000']] as const
  const ahead = ['left', ['1', '10', '10', '0', '1000', '1000']] as const
  const path = score === 'infinity' ? [behind] : score === '-infinity' ? [ahead] : [behind, ahead]
  return {
    ...queue,
    rule,
    statement: { ...filling.statement, grossNotional: '2000', equity: '500', ...own },
    own: { ...queue.own, ...held },
    leaf: ['1', '10', '5', '0', score, score],
    path,
    demand: { ...queue.demand, quantity: path.includes(ahead) ? '15' : '5' },
  }
}
