import fc from 'fast-check'
import {
  checkCertificate,
  expectedLoss,
  minMaxLeverage,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  squaredLeverage,
  verify,
  verifyWithProof,
} from 'spillway'
import { expect, test } from 'vitest'
import { accountKinds, eventJson, readEvent, seal, writeEventFolder } from '#models/book/index.js'
import { frac, minus, most, num, plus, times, total, ZERO } from '../../fraction.js'
import { folderWith } from '../support.js'

const SEED = 1128
/** No other thread is started: the tests are about the book. */
const closed = { solver: 'closed-form' }

interface AccountText {
  readonly account: string
  readonly equity: string
  readonly positions: readonly { readonly market: string; readonly quantity: string }[]
  readonly exempt?: boolean
}

const account = fc.record({
  equity: fc.integer({ min: -20, max: 60 }),
  quantity: fc.integer({ min: 1, max: 12 }),
  isExempt: fc.boolean(),
})
const book = fc.array(account, { minLength: 3, maxLength: 7 }).filter((rows) => rows.some(({ isExempt }) => !isExempt))
type Rows = typeof book extends fc.Arbitrary<infer T> ? T : never

/** The event of some accounts, the exempt among them or without them, with half of what the others hold demanded. */
function eventOf(rows: Rows, areThere: boolean): { readonly accounts: readonly AccountText[] } & object {
  const held = rows.reduce((sum, { quantity, isExempt }) => (isExempt ? sum : sum + quantity), 0)
  const accounts = rows.flatMap(({ equity, quantity, isExempt }, i): AccountText[] => {
    const positions = [{ market: 'A', quantity: String(quantity) }]
    if (isExempt && !areThere) return []
    return [{ account: `a${i}`, equity: String(equity), positions, ...(isExempt && { exempt: true }) }]
  })
  const demand = [{ market: 'A', side: 'long', quantity: String(held / 2) }]
  return {
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: '10', adlPrice: '9.9' }],
    accounts,
    demand,
  } as never
}

const returns = ['-0.5', '-0.1', '0.2']
const moves = parseMoves({ format: 'spillway/moves@1', markets: ['A'], moves: returns.map((r) => [Number(r)]) })

test(`exempt accounts are not there for leverage, and for losses add what they lose, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(book, async (rows) => {
      const [all, others] = [eventOf(rows, true), eventOf(rows, false)]
      for (const objective of [minMaxLeverage(), squaredLeverage()]) {
        const [one, other] = [
          await solve(all as never, objective, closed),
          await solve(others as never, objective, closed),
        ]
        expect({ ...one, seconds: 0 }).toEqual({ ...other, seconds: 0 })
      }
      const [one, other] = [
        await solve(all as never, expectedLoss({ moves })),
        await solve(others as never, expectedLoss({ moves })),
      ]
      const lost = total(
        all.accounts
          .filter(({ exempt }) => exempt)
          .flatMap(({ equity, positions: [held] }) =>
            returns.map((r) =>
              most(ZERO, minus(ZERO, plus(frac(equity), times(times(frac(held!.quantity), frac(10)), frac(r))))),
            ),
          ),
      )
      expect(one.status).toBe('optimal')
      expect(one.objective.value! - other.objective.value!).toBeCloseTo(num(lost) / returns.length, 9)
    }),
    { seed: SEED, numRuns: 10 },
  )
})

test(`an allocation that closes something of an exempt account breaks a rule, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(book, async (rows) => {
      const event = parseEvent(eventOf(rows, true))
      const { reductions } = await solve(event, minMaxLeverage(), closed)
      const fair = parseAllocation({ format: 'spillway/allocation@1', reductions })
      const proved = await verifyWithProof(event, fair, minMaxLeverage(), closed)
      expect(proved.verdict.verdict).toBe('optimal')
      expect(checkCertificate(event, fair, proved.certificate()!).proved).toBe(true)
      const i = rows.findIndex(({ isExempt }) => isExempt)
      if (i < 0) return
      const taken = [...reductions!, { account: `a${i}`, market: 'A', quantity: '0.25' }]
      const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: taken })
      const { digest: _, ...stated } = proved.certificate()!
      const forged = seal({ ...stated, allocation: allocation.digest() })
      expect(checkCertificate(event, allocation, forged)).toMatchObject({
        proved: false,
        reason: `the allocation breaks 1 rule(s), the first: exempt a${i} A`,
      })
      const verdict = await verify(event, allocation, minMaxLeverage(), closed)
      expect(verdict.violations).toEqual([{ code: 'exempt', account: `a${i}`, market: 'A', by: 0.25 }])
      expect(verdict.verdict).toBe('infeasible')
    }),
    { seed: SEED, numRuns: 8 },
  )
})

test('a demand that only exempt accounts could meet is bad input', () => {
  const event = eventOf(
    [
      { equity: 1, quantity: 4, isExempt: false },
      { equity: 1, quantity: 9, isExempt: true },
    ],
    true,
  )
  const asking = { ...event, demand: [{ market: 'A', side: 'long', quantity: '4.01' }] }
  expect(() => parseEvent(asking)).toThrow(
    expect.objectContaining({ code: 'demand-exceeds-holdings', path: 'demand[0].quantity' }),
  )
  expect(() => parseEvent(asking)).toThrow(/exempt/)
})

test('an exempt account with negative equity is not taken over', () => {
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: 10 }],
    accounts: [
      { account: 'fund', equity: -5, exempt: true, positions: [{ market: 'A', quantity: -7 }] },
      { account: 'broke', equity: -1, positions: [{ market: 'A', quantity: -2 }] },
      { account: 'long', equity: 50, positions: [{ market: 'A', quantity: 9 }] },
    ],
  })
  expect(event.takenOver).toEqual(['broke'])
  expect(event.demand.map(({ side, quantity }) => [side, Number(quantity.digits)])).toEqual([[1, 2]])
})

test('equal accounts are of one kind only where both are exempt or neither is', () => {
  const row = (name: string, exempt: boolean | null) => ({
    account: name,
    equity: 1,
    exempt,
    positions: [{ market: 'A', quantity: 1 }],
  })
  const { accounts, ...rest } = eventOf([{ equity: 1, quantity: 1, isExempt: false }], true)
  const event = parseEvent({ ...rest, accounts: [row('a', false), row('b', true), row('c', null), row('d', true)] })
  expect(Array.from(accountKinds(event)!.kindOf)).toEqual([0, 1, 0, 1])
})

test('exempt is read and written in both forms, and only true is in the digest', async () => {
  const rows: Rows = [
    { equity: 5, quantity: 4, isExempt: false },
    { equity: 5, quantity: 4, isExempt: true },
  ]
  const event = parseEvent(eventOf(rows, true))
  const folder = await folderWith()
  await writeEventFolder(folder, event)
  const again = await readEvent(folder)
  expect(eventJson(again)).toEqual(eventJson(event))
  expect(again.digest()).toBe(event.digest())
  expect(parseEvent(eventJson(event)).digest()).toBe(event.digest())
  const { accounts } = eventJson(event)
  const said = (exempt: boolean | null | undefined) =>
    parseEvent({ ...eventJson(event), accounts: accounts.map((row) => ({ ...row, exempt })) }).digest()
  expect(new Set([said(false), said(null), said(undefined)]).size).toBe(1)
  expect(said(false)).not.toBe(event.digest())
})

test('a cell that says neither yes nor no is refused where it stands', async () => {
  const files = {
    'markets.csv': 'market,markPrice\nA,4\n',
    'accounts.csv': 'account,equity,exempt\na,1,maybe\n',
    'positions.csv': 'account,market,quantity\na,A,1\n',
  }
  await expect(readEvent(await folderWith(files))).rejects.toMatchObject({
    code: 'bad-flag',
    path: 'accounts.csv:2 exempt',
  })
})
