import fc from 'fast-check'
import { factorLeverage, minMaxLeverage, parseAllocation, parseEvent, squaredLeverage, verify } from 'spillway'
import { describe, expect, test } from 'vitest'
import {
  type Fraction,
  frac,
  least,
  minus,
  most,
  order,
  over,
  plus,
  sign,
  size,
  times,
  total,
  ZERO,
} from '../../fraction.js'

/**
 * Where nobody may end below zero, closing something of an account that is insolvent at the ADL price is called suboptimal only if an
 * allocation exists that is no worse for anybody who counts and leaves the leverage of no such account higher: sought among all of a grid.
 */
const SEED = 3111
const MARK = 20
const OTHER = 10

interface Own {
  readonly equity: number
  readonly long: number
  /** Of the same market, and of a market in which nothing is demanded (signed). */
  readonly short: number
  readonly other: number
}
interface Sketch {
  readonly adl: number
  readonly accounts: readonly Own[]
  readonly demand: number
}
const book: fc.Arbitrary<Sketch> = fc.record({
  adl: fc.constantFrom(10, 15, 15, 18, 25),
  accounts: fc.array(
    fc.record({
      equity: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 10, max: 60 })),
      long: fc.integer({ min: 1, max: 2 }),
      short: fc.constantFrom(0, 0, 0, 1, 9),
      other: fc.constantFrom(0, 0, 0, 3, -4, 40),
    }),
    { minLength: 2, maxLength: 3 },
  ),
  demand: fc.integer({ min: 1, max: 2 }),
})

const concession = ({ adl }: Sketch): Fraction => frac(MARK - adl)
const remarked = (sketch: Sketch, { equity, long, short }: Own): Fraction =>
  frac(equity + (long - short) * (sketch.adl - MARK))
const capOf = (sketch: Sketch, { equity, long }: Own): Fraction =>
  sign(concession(sketch)) <= 0 ? frac(long) : least(frac(long), over(frac(equity), concession(sketch)))
const equityAfter = (sketch: Sketch, own: Own, x: Fraction): Fraction =>
  minus(frac(own.equity), times(concession(sketch), x))

const gross = ({ long, short, other }: Own, x: Fraction): Fraction =>
  plus(times(frac(MARK), minus(frac(long + short), x)), frac(OTHER * Math.abs(other)))
/** Loadings 1 and −0.5. */
const factor = ({ long, short, other }: Own, x: Fraction): Fraction =>
  size(minus(times(frac(MARK), minus(frac(long - short), x)), times(frac('0.5'), frac(OTHER * other))))

/** Of non-negative N and E; undefined for ∞. */
const ratio = (n: Fraction, e: Fraction): Fraction | undefined =>
  sign(n) === 0 ? ZERO : sign(e) > 0 ? over(n, e) : undefined
const notAbove = (a: Fraction | undefined, b: Fraction | undefined): boolean =>
  b === undefined || (a !== undefined && order(a, b) <= 0)

function* grid(sketch: Sketch, left: Fraction, i = 0): Generator<readonly Fraction[]> {
  const cap = capOf(sketch, sketch.accounts[i]!)
  const highest = least(left, cap)
  if (i === sketch.accounts.length - 1) {
    if (order(left, cap) <= 0) yield [left]
    return
  }
  const steps = [highest]
  for (let q = ZERO; order(q, highest) < 0; q = plus(q, frac('0.25'))) steps.push(q)
  for (const x of steps) for (const rest of grid(sketch, minus(left, x), i + 1)) yield [x, ...rest]
}

/** What is closed of those that come last, moved to the others in their order: the grid may miss it. */
function moved(sketch: Sketch, closed: readonly Fraction[], isLast: readonly boolean[]): readonly Fraction[] {
  let left = total(closed.filter((_, i) => isLast[i]))
  return closed.map((x, i) => {
    if (isLast[i]) return ZERO
    const more = least(left, minus(capOf(sketch, sketch.accounts[i]!), x))
    left = minus(left, more)
    return plus(x, more)
  })
}

const objectives = {
  'min-max-leverage': { make: minMaxLeverage, sizeOf: gross },
  'squared-leverage': { make: squaredLeverage, sizeOf: gross },
  'factor-leverage': { make: () => factorLeverage({ loadings: { A: 1, B: -0.5 } }), sizeOf: factor },
}

const eventOf = ({ adl, accounts, demand }: Sketch) =>
  parseEvent({
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: MARK, adlPrice: adl },
      { market: 'B', markPrice: OTHER },
    ],
    accounts: accounts.map(({ equity, long, short, other }, i) => ({
      account: `a${i}`,
      equity,
      positions: [
        { market: 'A', quantity: long },
        { market: 'A', quantity: -short },
        { market: 'B', quantity: other },
      ].filter(({ quantity }) => quantity !== 0),
    })),
    demand: [{ market: 'A', side: 'long', quantity: demand }],
  })

describe(`who comes first where nobody may end below zero, seed ${SEED}`, () => {
  test.each(Object.entries(objectives))(
    '%s: suboptimal only where something better is on the grid',
    async (name, objective) => {
      const counts = { suboptimal: 0, refused: 0 }
      const { make, sizeOf } = objective
      await fc.assert(
        fc.asyncProperty(book, fc.nat(), async (sketch, pick) => {
          const isLast = sketch.accounts.map((own) => sign(remarked(sketch, own)) <= 0)
          const worth = (closed: readonly Fraction[]): Fraction | undefined => {
            const own = sketch.accounts.flatMap((account, i) => {
              if (isLast[i]) return []
              const n = sizeOf(account, closed[i]!)
              if (name === 'min-max-leverage') return [ratio(n, equityAfter(sketch, account, closed[i]!))]
              return [over(times(n, n), remarked(sketch, account))]
            })
            return own.includes(undefined)
              ? undefined
              : name === 'min-max-leverage'
                ? (own as Fraction[]).reduce(most, ZERO)
                : total(own as Fraction[])
          }
          const leverage = (i: number, x: Fraction) =>
            ratio(sizeOf(sketch.accounts[i]!, x), equityAfter(sketch, sketch.accounts[i]!, x))
          const all = [...grid(sketch, frac(sketch.demand))]
          // An account with g = 0 that is closed whole has neither size nor equity: it comes last by definition.
          const early = all.filter((closed) =>
            closed.some(
              (x, i) =>
                isLast[i] &&
                sign(x) > 0 &&
                sign(plus(size(equityAfter(sketch, sketch.accounts[i]!, x)), gross(sketch.accounts[i]!, x))) > 0,
            ),
          )
          fc.pre(early.length > 0)
          // Where the others are not enough, nothing is closed too early.
          const held = total(sketch.accounts.map((own, i) => (isLast[i] ? ZERO : capOf(sketch, own))))
          fc.pre(order(held, frac(sketch.demand)) >= 0)
          const closed = early[pick % early.length]!
          const text = (x: Fraction): string => (Number(x.n) / Number(x.d)).toString()
          fc.pre(closed.every((x) => order(frac(text(x)), x) === 0))
          const allocation = parseAllocation({
            format: 'spillway/allocation@1',
            reductions: closed.flatMap((x, i) =>
              sign(x) === 0 ? [] : { account: `a${i}`, market: 'A', quantity: text(x) },
            ),
          })
          const judged = await verify(eventOf(sketch), allocation, make(), { keepSolvent: true }).catch(
            (error: { code?: string }) => error.code,
          )
          if (typeof judged !== 'object') {
            expect(judged).toBe('not-expressible')
            counts.refused++
            return
          }
          expect(judged.verdict).toBe('suboptimal')
          counts.suboptimal++
          const isNoWorse = [...all, moved(sketch, closed, isLast)].some(
            (one) =>
              isLast.every((last, i) => !last || sign(one[i]!) === 0) &&
              notAbove(worth(one), worth(closed)) &&
              one.every((x, i) => !isLast[i] || notAbove(leverage(i, x), leverage(i, closed[i]!))),
          )
          expect(isNoWorse).toBe(true)
        }),
        { seed: SEED, numRuns: Number(process.env.RUNS ?? 40) },
      )
      expect(counts.suboptimal).toBeGreaterThan(2)
      expect(counts.refused).toBeGreaterThan(2)
    },
  )
})
