import { expect, test } from 'vitest'
import {
  compare,
  conditionalValueAtRisk,
  objectives,
  parseEvent,
  parseMoves,
  SpillwayError,
  solve,
} from '#models/index.js'
import { seededUniform } from '#src/numeric/index.js'
import { note } from '../../notes.js'

/**
 * Numbers at the edge of the doubles, over every objective and every policy: a named error or an answer. The first set is beyond what
 * can be computed with, and the second just within. More events: NUMBER_RANGE=300 npx vitest run test/objectives/leverage/number-range.test.ts
 */
const EVENTS = Number(process.env.NUMBER_RANGE ?? 12)
const SEED = 16

const sets = {
  'beyond the range': ['1e300', '1.7976931348623157e308', '1e-300', '1e-320', '5e-324', '1e150', '1', '0.1'],
  'just within': ['1e75', '1e-75', '9e-75', '1e50', '1e-50', '123456789012345678901234567890', '1', '0.1', '7.5'],
} as const

function eventFrom(numbers: readonly string[], random: () => number) {
  const pick = (other: string): string => (random() < 0.5 ? numbers[Math.floor(random() * numbers.length)] : other)
  const names = random() < 0.6 ? ['A'] : ['A', 'B']
  const markets = names.map((market) => ({
    market,
    markPrice: pick('10'),
    lotSize: pick('1'),
    factorLoading: '1',
    ...(random() < 0.3 && { adlPrice: pick('10') }),
  }))
  const accounts = ['a', 'b', 'c'].map((account) => ({
    account,
    equity: `${random() < 0.15 ? '-' : ''}${pick('20')}`,
    walletBalance: pick('20'),
    maintenanceMargin: pick('1'),
    positions: names.map((market) => ({ market, quantity: pick('5'), entryPrice: pick('9'), openedAt: 5 })),
  }))
  const demand = names.map((market) => ({ market, side: 'long', quantity: random() < 0.6 ? '1' : pick('1') }))
  return { format: 'spillway/event@1', markets, accounts, demand }
}

/** What is thrown; only errors that blame the input, the solver or the time are good ones. */
async function named(json: unknown, action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (error) {
    expect(error, `${String(error)} of ${JSON.stringify(json)}`).toBeInstanceOf(SpillwayError)
    expect((error as SpillwayError).code, JSON.stringify(json)).not.toMatch(/internal|contradiction/)
    return false
  }
}

test.each(Object.entries(sets))(
  '%s: an error by name or an answer (seed %#)',
  async (_, numbers) => {
    const random = seededUniform(SEED)
    let answered = 0
    let refused = 0
    for (let n = 0; n < EVENTS; n++) {
      const json = eventFrom(numbers, random)
      const names = json.markets.map(({ market }) => market)
      const moves = parseMoves({
        format: 'spillway/moves@1',
        markets: names,
        moves: [names.map(() => -0.5), names.map((_, k) => 0.3 * k), names.map(() => '1e-320')],
        weights: [1, '1e-300', '1e300'],
      })
      let event: ReturnType<typeof parseEvent> | undefined
      if (!(await named(json, async () => (event = parseEvent(json))))) continue
      for (const kind of objectives.values()) {
        const isAnswer = await named(json, async () => {
          const { objective, bound } = await solve(event!, kind.make({ moves }), { timeLimitSeconds: 5 })
          for (const value of [objective.value, bound]) expect(value ?? 0).toSatisfy(Number.isFinite)
        })
        if (isAnswer) answered++
        else refused++
      }
      await named(json, async () => {
        const { rows } = await compare(event!, { inputs: { moves }, timeLimitSeconds: 5 })
        for (const row of rows)
          if ('error' in row) expect(row.error.code, row.policy).not.toMatch(/internal|policy-failed|policy-error/)
      })
    }
    note(`${answered} answered and ${refused} refused, seed ${SEED}`)
    expect(answered + refused).toBeGreaterThan(EVENTS)
  },
  60_000,
)

test('what cannot be computed with is named, unless nobody holds it', async () => {
  const event = (price: string, equity: string, quantity: string) => ({
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: 10 },
      { market: 'B', markPrice: price },
    ],
    accounts: [
      {
        account: 'a',
        equity,
        positions: [
          { market: 'A', quantity: 5 },
          { market: 'B', quantity },
        ],
      },
      { account: 'b', equity: 30, positions: [{ market: 'A', quantity: 5 }] },
    ],
    demand: [{ market: 'A', side: 'long', quantity: 4 }],
  })
  const refusal = (json: unknown): Promise<unknown> =>
    solve(json as never, 'min-max-leverage').catch((error: unknown) => error)
  expect(await refusal(event('1', '1e-320', '1'))).toMatchObject({ code: 'number-range', path: 'accounts.a.equity' })
  expect(await refusal(event('1e300', '20', '1'))).toMatchObject({ code: 'number-range' })
  expect(await refusal(event('1', '20', '1e100'))).toMatchObject({ code: 'number-range' })
  expect(await refusal(event('1e300', '20', '0'))).toMatchObject({ status: 'optimal' })
})

test('a policy that passes over insolvent dust, which a tolerance forgives, is no better than the optimum', async () => {
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: 10 }],
    accounts: [
      { account: 'a', equity: 20, positions: [{ market: 'A', quantity: 5 }] },
      { account: 'dust', equity: -1, positions: [{ market: 'A', quantity: '1e-10' }] },
    ],
    demand: [{ market: 'A', side: 'long', quantity: 1 }],
  })
  const { rows, optimum } = await compare(event, { objectives: ['min-max-leverage', 'squared-leverage'] })
  expect(rows.length).toBeGreaterThan(20)
  for (const { value, bound } of Object.values(optimum)) expect(value).toBe(bound)
  const moves = parseMoves({ format: 'spillway/moves@1', markets: ['A'], moves: [[-0.5]] })
  expect((await solve(event, conditionalValueAtRisk({ moves }))).status).toBe('optimal')
})
