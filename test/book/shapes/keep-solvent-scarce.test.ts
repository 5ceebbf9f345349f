import fc from 'fast-check'
import {
  checkCertificate,
  eventJson,
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
} from '../../fraction.js'
import { type Case, hasPython, isProved, judge } from '../../proof/python.js'

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
  test('largest leverage: at the least level, proved, and any other split is told apart from it', async () => {
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

  test('several markets: each at its own least level, while nobody gives in two of those that are scarce', async () => {
    await fc.assert(
      fc.asyncProperty(books, books, async (one, two) => {
        const levels = [one, two].map(({ accounts, beyond }) => leastLevel(accounts.filter(isLast), beyond))
        fc.pre(levels.every((level) => level !== undefined))
        // The same accounts again in a market C at twice the prices of A, with twice the equity: levels stay what they are.
        const event = parseEvent({
          format: 'spillway/event@1',
          markets: [
            { market: 'A', markPrice: MARK, adlPrice: ADL },
            { market: 'B', markPrice: 1 },
            { market: 'C', markPrice: 2 * MARK, adlPrice: 2 * ADL },
          ],
          accounts: [one, two].flatMap(({ accounts }, t) =>
            accounts.map(({ equity, long, other }, i) => ({
              account: `${t}${i}`,
              equity: (t + 1) * equity,
              positions: [
                { market: t === 0 ? 'A' : 'C', quantity: long },
                ...(other > 0 ? [{ market: 'B', quantity: -other * (t + 1) }] : []),
              ],
            })),
          ),
          demand: [
            { market: 'A', side: 'long', quantity: decimal(one.demand) },
            { market: 'C', side: 'long', quantity: decimal(two.demand) },
          ],
        })
        const solution = await solve(event, minMaxLeverage(), { keepSolvent: true })
        expect(solution).toMatchObject({ status: 'optimal', prices: { A: 0, C: 0 } })
        const closed = (account: string): Fraction =>
          frac(solution.reductions?.find((own) => own.account === account)?.quantity ?? '0')
        for (const [t, { accounts }] of [one, two].entries()) {
          accounts.forEach((own, i) => {
            const expected = isLast(own) ? closedAt(own, levels[t]!) : frac(own.long)
            expect(Math.abs(num(minus(closed(`${t}${i}`), expected)))).toBeLessThanOrEqual(1e-12 * own.long)
          })
        }
        const allocation = { format: 'spillway/allocation@1' as const, reductions: solution.reductions! }
        const { verdict, certificate } = await verifyWithProof(event, parseAllocation(allocation), minMaxLeverage(), {
          keepSolvent: true,
        })
        expect(verdict.verdict).toBe('optimal')
        const { event: _, ...file } = { event, allocation, certificate: certificate()!, pinned: { keepSolvent: true } }
        expect(isProved({ ...file, event: eventJson(event) })).toBe(true)
        cases.push({ ...file, event: eventJson(event) })
      }),
      { seed: SEED, numRuns: 6 },
    )
    if (hasPython) expect(judge(cases).filter(({ proved }) => !proved)).toEqual([])
  })

  test('whole lots: no other choice of lots ends lower, and one that ends higher is told apart from it', async () => {
    const seen = { optimal: 0, suboptimal: 0 }
    const files: { readonly file: Case; readonly proved: boolean }[] = []
    await fc.assert(
      fc.asyncProperty(books, fc.integer({ min: 1, max: 6 }), fc.nat(30), async ({ accounts }, lots, pick) => {
        const last = accounts.filter(isLast)
        const lotsOf = (own: Own): number => Math.floor(num(over(capOf(own), LOT)))
        fc.pre(last.reduce((sum, own) => sum + lotsOf(own), 0) >= lots)
        const held = accounts.filter((own) => !isLast(own)).reduce((sum, { long }) => sum + long, 0)
        const json = withLots(eventJson(eventOf(accounts, plus(frac(held), times(frac(lots), LOT)))))
        const event = parseEvent(json)
        /** Every split of the lots, and the highest level of those who are closed in it; undefined is ∞. */
        const splits: { readonly counts: readonly number[]; readonly highest: Fraction | undefined }[] = []
        const walk = (counts: readonly number[], left: number): void => {
          if (counts.length === last.length) {
            if (left > 0) return
            const levels = last.flatMap((own, i) =>
              counts[i]! > 0 ? [levelAfter(own, times(frac(counts[i]!), LOT))] : [],
            )
            const highest = levels.reduce<Fraction | undefined>(
              (a, b) => (a === undefined || b === undefined ? undefined : most(a, b)),
              ZERO,
            )
            splits.push({ counts, highest })
            return
          }
          for (let n = 0; n <= Math.min(left, lotsOf(last[counts.length]!)); n++) walk([...counts, n], left - n)
        }
        walk([], lots)
        const lower = (a: Fraction | undefined, b: Fraction | undefined): boolean =>
          a !== undefined && (b === undefined || order(a, b) < 0)
        const best = splits.reduce((a, b) => (lower(b.highest, a.highest) ? b : a)).highest
        const judged = async (counts: readonly number[]) => {
          let next = 0
          const reductions = accounts.map((own, i) => ({
            account: `a${i}`,
            market: 'A',
            quantity: decimal(isLast(own) ? times(frac(counts[next++]!), LOT) : frac(own.long)),
          }))
          const allocation = { format: 'spillway/allocation@1' as const, reductions }
          const { verdict, certificate } = await verifyWithProof(event, parseAllocation(allocation), minMaxLeverage(), {
            keepSolvent: true,
            lots: true,
          })
          const proof = certificate()
          const proved = verdict.verdict === 'optimal'
          if (proof !== undefined)
            files.push({ file: { event: json, allocation, certificate: proof, pinned: { keepSolvent: true } }, proved })
          return verdict.verdict
        }
        const solution = await solve(event, minMaxLeverage(), { keepSolvent: true, lots: true })
        expect(solution.status).toBe('optimal')
        const own = last.map((_, i) => {
          const account = `a${accounts.indexOf(last[i]!)}`
          const quantity = solution.reductions?.find((one) => one.account === account)?.quantity ?? '0'
          return num(over(frac(quantity), LOT))
        })
        const chosen = splits.find(({ counts }) => counts.every((n, i) => n === own[i]))!
        expect(lower(best, chosen.highest)).toBe(false)
        expect(await judged(chosen.counts)).toBe('optimal')
        const other = splits[pick % splits.length]!
        const verdict = await judged(other.counts)
        expect(verdict).toBe(lower(best, other.highest) ? 'suboptimal' : 'optimal')
        seen[verdict as 'optimal' | 'suboptimal']++
      }),
      { seed: SEED, numRuns: 25 },
    )
    expect(Math.min(seen.optimal, seen.suboptimal)).toBeGreaterThan(1)
    for (const { file, proved } of files) expect(isProved(file)).toBe(proved)
    if (hasPython)
      expect(judge(files.map(({ file }) => file)).map(({ proved }) => proved)).toEqual(
        files.map(({ proved }) => proved),
      )
  })

  test('an account that would have to give in two scarce markets is refused, and so is a solvent one that a part of it could sink', async () => {
    const both = {
      format: 'spillway/event@1' as const,
      markets: [
        { market: 'A', markPrice: 20, adlPrice: 15 },
        { market: 'C', markPrice: 20, adlPrice: 15 },
      ],
      accounts: [
        {
          account: 'x',
          equity: 10,
          positions: [
            { market: 'A', quantity: 9 },
            { market: 'C', quantity: 9 },
          ],
        },
        { account: 'y', equity: 90, positions: [{ market: 'C', quantity: 5 }] },
      ],
      demand: [
        { market: 'A', side: 'long' as const, quantity: 1 },
        { market: 'C', side: 'long' as const, quantity: 5 },
      ],
    }
    expect((await solve(parseEvent(both), minMaxLeverage(), { keepSolvent: true })).reductions).toEqual([
      { account: 'x', market: 'A', quantity: '1' },
      { account: 'y', market: 'C', quantity: '5' },
    ])
    const scarce = { ...both, demand: [both.demand[0]!, { ...both.demand[1]!, quantity: 6 }] }
    await expect(solve(parseEvent(scarce), minMaxLeverage(), { keepSolvent: true })).rejects.toMatchObject({
      code: 'not-expressible',
      message: expect.stringContaining('of A and of C'),
    })
    const raised = { ...both, markets: [both.markets[0]!, { market: 'C', markPrice: 20, adlPrice: 30 }] }
    await expect(solve(parseEvent(raised), minMaxLeverage(), { keepSolvent: true })).rejects.toMatchObject({
      code: 'not-expressible',
    })
  })
})

const LOT = frac('0.5')
const cases: Case[] = []

const withLots = (json: ReturnType<typeof eventJson>) => ({
  ...json,
  markets: json.markets.map((own) => (own.market === 'A' ? { ...own, lotSize: '0.5' } : own)),
})
