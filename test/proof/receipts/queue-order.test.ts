import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { RULES, type RuleName } from '#models/proof/index.js'
import { maintenanceMarginOf, walletBalanceOf } from '#models/proof/receipts/given-amounts.js'
import { queueOf } from '#models/proof/receipts/queue-order.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { type Fraction, frac, order, plus, times, total, ZERO } from '../../fraction.js'
import { fractionOf, scoreByDocs } from './fractions.js'

const SEED = 515
const BOOKS = 6
const queues = (Object.keys(RULES) as RuleName[]).filter((rule) => 'isQueue' in RULES[rule])
const never = (owner: number, field: string): Error => new Error(`${owner} ${field}`)

/** Shorts of one market among holdings of another; equals, accounts without equity, and margins and balances of account or position. */
function randomBook(seed: number, isLong: boolean) {
  const random = randomFrom(seed)
  const sign = isLong ? 1 : -1
  return {
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: '100' },
      { market: 'B', markPrice: '2.5' },
    ],
    accounts: Array.from({ length: random.whole(2, 9) }, (_, i) => ({
      account: `a${i}`,
      equity: random.pick(['500', '250', '-1', '1e-8', '0']),
      maintenanceMargin: random.pick(['0', '20', '20']),
      walletBalance: random.pick(['-5', '1', '300']),
      positions: [
        { market: 'A', quantity: String(sign * random.pick([10, 5])), entryPrice: random.pick(['80', '100', '125']) },
        ...(random.chance(0.3) ? [{ market: 'B', quantity: '8', entryPrice: '2' }] : []),
      ],
    })),
    demand: [{ market: 'A', side: isLong ? 'long' : 'short', quantity: '1' }],
  }
}

/** By falling score, infinities at the ends. */
const rank = (score: string): Fraction => {
  if (score.endsWith('infinity')) return frac(score.startsWith('-') ? '-1e99' : '1e99')
  const [n, d = '1'] = score.split('/')
  return { n: BigInt(n!), d: BigInt(d) }
}

describe(`queues of random books (seed ${SEED})`, () => {
  it.each(queues)('by %s: the higher score first, equals in the order of the book', (rule) => {
    for (let b = 0; b < BOOKS; b++) {
      const book = randomBook(SEED + b, b % 2 === 0)
      const space = decisionSpace(parseEvent(book))
      const queue = queueOf(space, rule, 0, never)
      const wanted = book.accounts
        .map((account, i) => {
          const [own, other] = account.positions
          const [c, o] = [own!.quantity.replace('-', ''), other?.quantity ?? '0']
          const gross = plus(times(frac(c), frac('100')), times(frac(o), frac('2.5')))
          const score = scoreByDocs(rule, {
            ...{
              price: '100',
              isLong: b % 2 === 0,
              capacity: c,
              entryPrice: own!.entryPrice,
              gross: String(Number(gross.n)),
            },
            ...account,
          })
          return { i, c: frac(c), score }
        })
        .sort((one, other) => order(rank(other.score), rank(one.score)) || one.i - other.i)
      expect(queue.pairs.map((pair) => space.pairOwner[pair])).toEqual(wanted.map(({ i }) => i))
      expect(queue.pairs.map((pair) => queue.scores.get(pair))).toEqual(wanted.map(({ score }) => score))
      expect(
        queue.pairs.map((pair) => {
          const { ahead, together } = queue.standing(pair)
          return [fractionOf(ahead!), fractionOf(together!)]
        }),
      ).toEqual(
        wanted.map(({ score }) => [
          total([ZERO, ...wanted.filter((one) => order(rank(one.score), rank(score)) > 0).map(({ c }) => c)]),
          total(wanted.filter((one) => one.score === score).map(({ c }) => c)),
        ]),
      )
    }
  })

  it('are of their own market, in which alone they stand', () => {
    const held = (market: string, quantity: string) => ({ market, quantity })
    const space = decisionSpace(
      parseEvent({
        format: 'spillway/event@1',
        markets: [
          { market: 'A', markPrice: '100' },
          { market: 'B', markPrice: '100' },
        ],
        accounts: [
          { account: 'a', equity: '900', positions: [held('A', '-1'), held('B', '-2')] },
          { account: 'b', equity: '100', positions: [held('B', '-4')] },
          { account: 'c', equity: '100', positions: [held('A', '-8')] },
        ],
        demand: ['A', 'B'].map((market) => ({ market, side: 'short', quantity: '1' })),
      }),
    )
    const owners = (k: number) => {
      const queue = queueOf(space, 'queue-leverage', k, never)
      return queue.pairs.map((pair) => [space.pairOwner[pair], toText(queue.standing(pair).ahead!)])
    }
    expect(owners(0)).toEqual([
      [2, '0'],
      [0, '8'],
    ])
    expect(owners(1)).toEqual([
      [1, '0'],
      [0, '4'],
    ])
  })

  it('tell scores apart that are one double', () => {
    const equities = ['1000000000000.00000001', '1000000000000', '1000000000000.00000002']
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'A', markPrice: '100' }],
      accounts: equities.map((equity, i) => ({ account: `a${i}`, equity, positions: [{ market: 'A', quantity: -1 }] })),
      demand: [{ market: 'A', side: 'short', quantity: '1' }],
    })
    expect(queueOf(decisionSpace(event), 'queue-leverage', 0, never).pairs).toEqual([1, 0, 2])
  })
})

describe('what a queue looks at', () => {
  const book = (account: object, position: object, other: object | undefined = undefined) =>
    decisionSpace(
      parseEvent({
        format: 'spillway/event@1',
        markets: [
          { market: 'A', markPrice: '100' },
          { market: 'B', markPrice: '2.5' },
        ],
        accounts: [
          {
            account: 'first',
            equity: '1',
            positions: [{ market: 'A', quantity: '-1', entryPrice: '1', maintenanceMargin: '1', walletBalance: '1' }],
          },
          {
            account: 'asked',
            equity: '500',
            ...account,
            positions: [
              { market: 'A', quantity: '-10', ...position },
              ...(other ? [{ market: 'B', quantity: '8', ...other }] : []),
            ],
          },
        ],
        demand: [{ market: 'A', side: 'short', quantity: '1' }],
      }),
    )
  const margin = (...given: Parameters<typeof book>) => {
    const found = maintenanceMarginOf(book(...given), 1)
    return found && toText(found)
  }
  const balance = (...given: Parameters<typeof book>) => {
    const found = walletBalanceOf(book(...given), 1)
    return found && toText(found)
  }

  it('is the maintenance margin of the account, else that of all that it holds', () => {
    expect(margin({ maintenanceMargin: '7' }, { maintenanceMargin: '3' })).toBe('7')
    expect(margin({}, { maintenanceMargin: '3' }, { maintenanceMargin: '0.5' })).toBe('3.5')
    expect(margin({}, { maintenanceMargin: '3' }, {})).toBeUndefined()
    expect(margin({}, {}, { maintenanceMargin: '3' })).toBeUndefined()
    expect(margin({}, { maintenanceMargin: '3' }, { quantity: '0' })).toBe('3')
  })

  it('is the wallet balance of the position, else of the account, else equity less all profit', () => {
    expect(balance({ walletBalance: '7' }, { walletBalance: '-3', entryPrice: '90' })).toBe('-3')
    expect(balance({ walletBalance: '7' }, { entryPrice: '90' })).toBe('7')
    // Shorts entered at 90 have lost 100, longs entered at 2 have won 4.
    expect(balance({}, { entryPrice: '90' }, { entryPrice: '2' })).toBe('596')
    expect(balance({}, { entryPrice: '90' }, {})).toBeUndefined()
    expect(balance({}, { entryPrice: '90' }, { quantity: '0' })).toBe('600')
  })

  it('is refused where it is missing and the rule asks for it', () => {
    const missing =
      (rule: RuleName, ...given: Parameters<typeof book>) =>
      () =>
        queueOf(book(...given), rule, 0, never)
    expect(missing('bitmex', {}, {})).toThrow('1 entryPrice')
    expect(missing('queue-leverage', {}, {})).not.toThrow()
    expect(missing('bybit', {}, { entryPrice: '90' })).not.toThrow()
    expect(missing('bitget', {}, { entryPrice: '90' })).toThrow('1 maintenanceMargin')
    expect(missing('aevo', { maintenanceMargin: '1' }, { entryPrice: '90' }, {})).toThrow('1 walletBalance')
    expect(missing('binance', { maintenanceMargin: '1', walletBalance: '1' }, { entryPrice: '90' }, {})).not.toThrow()
    expect(missing('gate', { maintenanceMargin: '1' }, { entryPrice: '90' }, {})).not.toThrow()
  })
})
