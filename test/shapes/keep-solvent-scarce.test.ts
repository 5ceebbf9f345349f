import fc from 'fast-check'
import {
  checkCertificate,
  minMaxLeverage,
  parseAllocation,
  parseEvent,
  solve,
  squaredLeverage,
  verify,
  verifyWithProof,
} from 'spillway'
import { describe, expect, test } from 'vitest'
import {
  type Fraction,
  frac,
  least,
  minus,
  most,
  num,
  order,
  over,
  plus,
  sign,
  times,
  total,
  ZERO,
} from '../models/fraction.js'

/**
 * Nobody may end below zero, and those whose leverage falls cannot meet the demand: what is beyond them falls on those whose leverage
 * rises. The oracle finds the least level among all prefixes of accounts in the order of their own levels, in exact fractions.
 */
const SEED = 3112
const MARK = 20
const ADL = 15
const D = frac(MARK - ADL)

interface Own {
  readonly equity: number
  readonly long: number
  /** Notional of a market in which nothing is demanded. */
  readonly other: number
}

/** Accounts with g ≤ 0 ≤ e come last, the others have g > 0. */
const isLast = ({ equity, long }: Own): boolean => equity - (MARK - ADL) * long <= 0
const capOf = ({ equity, long }: Own): Fraction => least(frac(long), over(frac(equity), D))
const grossOf = ({ long, other }: Own): Fraction => frac(MARK * long + other)

const books = fc
  .record({
    first: fc.array(
      fc.record({
        equity: fc.integer({ min: 60, max: 90 }),
        long: fc.integer({ min: 1, max: 3 }),
        other: fc.constantFrom(0, 7),
      }),
      {
        maxLength: 2,
      },
    ),
    last: fc.array(
      fc.record({
        equity: fc.integer({ min: 0, max: 20 }),
        long: fc.integer({ min: 4, max: 9 }),
        other: fc.constantFrom(0, 0, 30),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    share: fc.integer({ min: 1, max: 15 }),
  })
  .map(({ first, last, share }) => {
    const accounts = [...first, ...last]
    const caps = total(accounts.filter(isLast).map(capOf))
    /** Beyond the capacity of the others, in sixteenths of what the caps allow. */
    const beyond = times(caps, over(frac(share), frac(16)))
    return { accounts, beyond, demand: plus(beyond, frac(first.reduce((sum, { long }) => sum + long, 0))) }
  })
  .filter(({ beyond }) => sign(beyond) > 0)

const decimal = (x: Fraction): string => {
  const scaled = (x.n * 10n ** 20n) / x.d
  if (scaled * x.d !== x.n * 10n ** 20n) throw new Error('not a decimal')
  const text = String(scaled).padStart(21, '0')
  return `${text.slice(0, -20)}.${text.slice(-20)}`
}

const eventOf = (accounts: readonly Own[], demand: Fraction) =>
  parseEvent({
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: MARK, adlPrice: ADL },
      { market: 'B', markPrice: 1 },
    ],
    accounts: accounts.map(({ equity, long, other }, i) => ({
      account: `a${i}`,
      equity,
      positions: [{ market: 'A', quantity: long }, ...(other > 0 ? [{ market: 'B', quantity: -other }] : [])],
    })),
    demand: [{ market: 'A', side: 'long', quantity: decimal(demand) }],
  })

/** What is closed of an account at a level above p/d. */
const closedAt = (own: Own, level: Fraction): Fraction =>
  most(ZERO, over(minus(times(level, frac(own.equity)), grossOf(own)), minus(times(level, D), frac(MARK))))

/** The level at which those who come last give exactly so much; undefined where it is p/d, or they give all that they may. */
function leastLevel(last: readonly Own[], beyond: Fraction): Fraction | undefined {
  const found = last.flatMap((_, n) => {
    const group = last
      .filter(({ equity }) => equity > 0)
      .toSorted((a, b) => order(over(grossOf(a), frac(a.equity)), over(grossOf(b), frac(b.equity))))
      .slice(0, n + 1)
    const weight = minus(total(group.map(({ equity }) => frac(equity))), times(D, beyond))
    if (sign(weight) <= 0) return []
    const level = over(minus(total(group.map(grossOf)), times(frac(MARK), beyond)), weight)
    if (order(level, over(frac(MARK), D)) <= 0) return []
    return order(total(last.map((own) => closedAt(own, level))), beyond) === 0 ? [level] : []
  })
  return found[0]
}

const levelAfter = (own: Own, x: Fraction): Fraction | undefined => {
  const after = minus(frac(own.equity), times(D, x))
  const left = minus(grossOf(own), times(frac(MARK), x))
  return sign(left) === 0 ? ZERO : sign(after) > 0 ? over(left, after) : undefined
}

describe(`those whose leverage rises, where the others are not enough, seed ${SEED}`, () => {
  test('largest leverage: at the least level, proved, and any other split is told from it', async () => {
    const seen = { optimal: 0, suboptimal: 0 }
    await fc.assert(
      fc.asyncProperty(
        books,
        fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }),
        async ({ accounts, beyond, demand }, weights) => {
          const level = leastLevel(accounts.filter(isLast), beyond)
          fc.pre(level !== undefined)
          const event = eventOf(accounts, demand)
          const solution = await solve(event, minMaxLeverage(), { keepSolvent: true, solver: 'closed-form' })
          expect(solution).toMatchObject({ status: 'optimal', prices: { A: 0 } })
          const closed = accounts.map((_, i) =>
            frac(solution.reductions?.find(({ account }) => account === `a${i}`)?.quantity ?? '0'),
          )
          accounts.forEach((own, i) => {
            const expected = isLast(own) ? closedAt(own, level!) : frac(own.long)
            expect(Math.abs(num(minus(closed[i]!, expected)))).toBeLessThanOrEqual(1e-12 * own.long)
          })
          const reductions = (list: readonly Fraction[]) => ({
            format: 'spillway/allocation@1' as const,
            reductions: list.map((x, i) => ({ account: `a${i}`, market: 'A', quantity: decimal(x) })),
          })
          const own = parseAllocation(reductions(closed))
          const { verdict, certificate } = await verifyWithProof(event, own, minMaxLeverage(), { keepSolvent: true })
          expect(verdict).toMatchObject({ verdict: 'optimal', relativeGap: 0 })
          expect(checkCertificate(event, own, certificate()!, [], { keepSolvent: true }).proved).toBe(true)
          // Another split of what is beyond: part of the way to the caps of some, in an order drawn.
          let left = beyond
          const order_ = accounts.map((_, i) => i).toSorted((a, b) => weights[a % 6]! - weights[b % 6]! || a - b)
          const other = accounts.map((one) => (isLast(one) ? ZERO : frac(one.long)))
          for (const i of order_) {
            if (!isLast(accounts[i]!)) continue
            const share = least(left, times(capOf(accounts[i]!), frac('0.875')))
            other[i] = share
            left = minus(left, share)
          }
          if (sign(left) !== 0) return
          const highest = accounts
            .flatMap((one, i) => (isLast(one) && sign(other[i]!) > 0 ? [levelAfter(one, other[i]!)] : []))
            .reduce<Fraction | undefined>((a, b) => (a === undefined || b === undefined ? undefined : most(a, b)), ZERO)
          const judged = await verify(event, parseAllocation(reductions(other)), minMaxLeverage(), {
            keepSolvent: true,
          })
          const isHigher = highest === undefined || num(highest) > num(level!) * (1 + 1e-6)
          expect(judged.verdict).toBe(isHigher ? 'suboptimal' : 'optimal')
          seen[isHigher ? 'suboptimal' : 'optimal']++
        },
      ),
      { seed: SEED, numRuns: 30 },
    )
    expect(seen.suboptimal).toBeGreaterThan(10)
  })

  test('squares: pro rata to what leaves nobody below zero', async () => {
    await fc.assert(
      fc.asyncProperty(books, async ({ accounts, beyond, demand }) => {
        const solution = await solve(eventOf(accounts, demand), squaredLeverage(), { keepSolvent: true })
        expect(solution.status).toBe('optimal')
        const caps = total(accounts.filter(isLast).map(capOf))
        accounts.forEach((own, i) => {
          const closed = frac(solution.reductions?.find(({ account }) => account === `a${i}`)?.quantity ?? '0')
          const expected = isLast(own) ? times(capOf(own), over(beyond, caps)) : frac(own.long)
          expect(Math.abs(num(minus(closed, expected)))).toBeLessThanOrEqual(1e-12 * own.long)
        })
      }),
      { seed: SEED, numRuns: 12 },
    )
  })

  test('several markets and whole lots stay refused', async () => {
    const json = {
      format: 'spillway/event@1' as const,
      markets: [
        { market: 'A', markPrice: 20, adlPrice: 15, lotSize: 1 },
        { market: 'B', markPrice: 20, adlPrice: 15 },
      ],
      accounts: [
        { account: 'x', equity: 10, positions: [{ market: 'A', quantity: 9 }] },
        { account: 'y', equity: 10, positions: [{ market: 'B', quantity: 9 }] },
      ],
    }
    const one = { ...json, demand: [{ market: 'A', side: 'long' as const, quantity: 1 }] }
    const two = { ...json, demand: [...one.demand, { market: 'B', side: 'long' as const, quantity: 1 }] }
    await expect(solve(two, minMaxLeverage(), { keepSolvent: true })).rejects.toMatchObject({ code: 'not-expressible' })
    await expect(solve(one, minMaxLeverage(), { keepSolvent: true, lots: true })).rejects.toMatchObject({
      code: 'not-expressible',
    })
    expect((await solve(one, minMaxLeverage(), { keepSolvent: true })).status).toBe('optimal')
  })
})
