import fc from 'fast-check'
import {
  checkCertificate,
  compare,
  expectedLoss,
  minMaxLeverage,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  squaredLeverage,
  verify,
  verifyWithProof,
  worstCaseLoss,
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

const SEED = 3110

interface Sketch {
  readonly adl: number
  readonly accounts: readonly { readonly equity: number; readonly quantity: number }[]
  readonly demand: number
}
const MARK = 20

const book = fc.record({
  adl: fc.constantFrom(20, 18, 15, 21),
  accounts: fc.array(
    fc.record({ equity: fc.integer({ min: -3, max: 30 }), quantity: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 2, maxLength: 4 },
  ),
  demand: fc.integer({ min: 1, max: 5 }),
})
const isHeld = ({ accounts, demand }: Sketch): boolean =>
  accounts.reduce((sum, { quantity }) => sum + quantity, 0) >= demand

const eventOf = ({ adl, accounts, demand }: Sketch) =>
  parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: MARK, adlPrice: adl }],
    accounts: accounts.map(({ equity, quantity }, i) => ({
      account: `a${i}`,
      equity,
      positions: [{ market: 'A', quantity }],
    })),
    demand: [{ market: 'A', side: 'long', quantity: demand }],
  })

const returns = ['-0.5', '-0.2', '0.3']
const moves = parseMoves({ format: 'spillway/moves@1', markets: ['A'], moves: returns.map((r) => [r]) })
const concession = ({ adl }: Sketch): Fraction => frac(MARK - adl)
const leftOf = (sketch: Sketch, i: number, x: Fraction): Fraction =>
  minus(frac(sketch.accounts[i]!.equity), times(concession(sketch), x))

/** What solvency allows, exactly: nothing below zero, else e/d where d > 0. */
function capOf(sketch: Sketch, i: number): Fraction {
  const { equity, quantity } = sketch.accounts[i]!
  if (equity < 0) return ZERO
  return sign(concession(sketch)) <= 0 ? frac(quantity) : least(frac(quantity), over(frac(equity), concession(sketch)))
}

function losses(name: string, sketch: Sketch, closed: readonly Fraction[]): Fraction {
  const byMove = returns.map((r) =>
    total(
      sketch.accounts.map(({ quantity }, i) => {
        const left = times(times(minus(frac(quantity), closed[i]!), frac(MARK)), frac(r))
        return most(ZERO, minus(ZERO, plus(leftOf(sketch, i, closed[i]!), left)))
      }),
    ),
  )
  return name === 'worst-case-loss' ? byMove.reduce(most, ZERO) : over(total(byMove), frac(returns.length))
}

/** Quarters of contracts, and the caps themselves, that add up to the demand and leave nobody below zero. */
function* grid(sketch: Sketch, left: Fraction, i = 0): Generator<readonly Fraction[]> {
  const cap = i < sketch.accounts.length ? capOf(sketch, i) : ZERO
  if (i >= sketch.accounts.length - 1) {
    if (order(left, cap) <= 0) yield [left]
    return
  }
  const steps = [cap]
  for (let q = ZERO; order(q, least(left, cap)) <= 0; q = plus(q, frac('0.5'))) steps.push(q)
  for (const x of steps) {
    if (order(x, left) > 0) continue
    for (const rest of grid(sketch, minus(left, x), i + 1)) yield [x, ...rest]
  }
}

const closedIn = (sketch: Sketch, reductions: readonly { account: string; quantity: string }[] = []): Fraction[] =>
  sketch.accounts.map((_, i) => frac(reductions.find(({ account }) => account === `a${i}`)?.quantity ?? '0'))

describe(`nobody below zero, seed ${SEED}`, () => {
  test('losses: as good as any allocation that leaves nobody below zero, or infeasible where the caps add up to less', async () => {
    await fc.assert(
      fc.asyncProperty(book.filter(isHeld), async (sketch) => {
        const event = eventOf(sketch)
        const all = total(sketch.accounts.map((_, i) => capOf(sketch, i)))
        for (const objective of [expectedLoss({ moves }), worstCaseLoss({ moves })]) {
          const solution = await solve(event, objective, { keepSolvent: true })
          if (order(all, frac(sketch.demand)) < 0) {
            expect(solution.status).toBe('infeasible')
            continue
          }
          const closed = closedIn(sketch, solution.reductions)
          closed.forEach((x, i) => {
            if (sign(x) > 0) expect(sign(leftOf(sketch, i, x))).toBeGreaterThanOrEqual(0)
          })
          const best = Array.from(grid(sketch, frac(sketch.demand)), (one) =>
            losses(objective.name, sketch, one),
          ).reduce(least)
          expect(solution.status).toBe('optimal')
          expect(solution.objective.value).toBeCloseTo(num(losses(objective.name, sketch, closed)), 9)
          expect(solution.objective.value!).toBeLessThanOrEqual(num(best) + 1e-9)
          const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: solution.reductions })
          const { verdict, certificate } = await verifyWithProof(event, allocation, objective, { keepSolvent: true })
          expect(verdict.verdict).toBe('optimal')
          expect(checkCertificate(event, allocation, certificate()!, [], { keepSolvent: true })).toMatchObject({
            proved: true,
            verdict: 'optimal',
            under: { keepSolvent: true },
          })
          expect(checkCertificate(event, allocation, certificate()!).proved).toBe(false)
        }
      }),
      { seed: SEED, numRuns: 5 },
    )
  })

  test('leverage: those whose leverage falls are closed as if the others were not there', async () => {
    await fc.assert(
      fc.asyncProperty(book.filter(isHeld), async (sketch) => {
        const isSolvent = ({ equity, quantity }: Sketch['accounts'][number]): boolean =>
          equity >= 0 && equity - (MARK - sketch.adl) * quantity > 0
        const others = { ...sketch, accounts: sketch.accounts.filter(isSolvent) }
        for (const objective of [minMaxLeverage(), squaredLeverage()]) {
          const asked = solve(eventOf(sketch), objective, { keepSolvent: true, solver: 'closed-form' })
          if (!isHeld(others)) {
            const reaches = order(total(sketch.accounts.map((_, i) => capOf(sketch, i))), frac(sketch.demand)) >= 0
            expect((await asked).status).toBe(reaches ? 'optimal' : 'infeasible')
            continue
          }
          const [one, two] = [await asked, await solve(eventOf(others), objective, { solver: 'closed-form' })]
          expect([one.status, one.objective.value, one.bound]).toEqual([two.status, two.objective.value, two.bound])
          expect(one.reductions!.map(({ quantity }) => quantity)).toEqual(
            two.reductions!.map(({ quantity }) => quantity),
          )
        }
      }),
      { seed: SEED, numRuns: 20 },
    )
  })

  test('closing something of an account that ends below zero is a violation, and only then', async () => {
    await fc.assert(
      fc.asyncProperty(book.filter(isHeld), async (sketch) => {
        const held = sketch.accounts.reduce((sum, { quantity }) => sum + quantity, 0)
        const reductions = sketch.accounts.map(({ quantity }, i) => ({
          account: `a${i}`,
          market: 'A',
          quantity: (quantity * sketch.demand) / held,
        }))
        const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
        const judged = await verify(eventOf(sketch), allocation, expectedLoss({ moves }), { keepSolvent: true })
        const broken = judged.violations.filter(({ code }) => code === 'made-insolvent').map(({ account }) => account)
        const expected = sketch.accounts.flatMap((_, i) =>
          sketch.accounts[i]!.equity < 0 || sign(leftOf(sketch, i, frac(reductions[i]!.quantity))) < 0 ? `a${i}` : [],
        )
        expect(broken.toSorted()).toEqual(expected)
      }),
      { seed: SEED, numRuns: 30 },
    )
  })
})

test('the policy of dYdX skips who is below water at the closing price, whatever the seed', async () => {
  const event = eventOf({
    adl: 20,
    accounts: [
      { equity: -1, quantity: 1 },
      { equity: 500, quantity: 1 },
      { equity: 90, quantity: 1 },
    ],
    demand: 2,
  })
  for (let seed = 1; seed <= 6; seed++) {
    const { rows } = await compare(event, { policies: ['dydx'], objectives: [minMaxLeverage()], seed })
    expect(rows[0]).toMatchObject({ feasible: true, touched: 2 })
    expect(JSON.stringify(rows[0])).not.toContain('a0')
  }
})

describe('what was filled', () => {
  const event = eventOf({
    adl: 20,
    accounts: [
      { equity: 30, quantity: 4 },
      { equity: 10, quantity: 4 },
      { equity: 80, quantity: 4 },
    ],
    demand: 5,
  })
  const filled = (...quantities: number[]) =>
    parseAllocation({
      format: 'spillway/allocation@1',
      reductions: quantities.map((quantity, i) => ({ account: `a${i}`, market: 'A', quantity })),
    })

  test('is what a partly filled ADL is judged against', async () => {
    for (const quantities of [
      [1, 2, 0],
      [0, 3, 0],
      [0, 0, 0],
      [2, 2, 1],
    ]) {
      const sum = quantities.reduce((a, b) => a + b, 0)
      const own = await verify(event, filled(...quantities), minMaxLeverage(), {
        demand: 'filled',
        solver: 'closed-form',
      })
      const asked = eventOf({
        adl: 20,
        accounts: [
          { equity: 30, quantity: 4 },
          { equity: 10, quantity: 4 },
          { equity: 80, quantity: 4 },
        ],
        demand: sum,
      })
      const other = await verify(asked, filled(...quantities), minMaxLeverage(), { solver: 'closed-form' })
      expect({ ...own, seconds: 0 }).toEqual({ ...other, seconds: 0 })
      const plain = await verify(event, filled(...quantities), minMaxLeverage(), { solver: 'closed-form' })
      expect(plain.violations.map(({ code }) => code)).toEqual(sum < 5 ? ['demand-short'] : [])
    }
  })

  test('forgives nothing else: more than the demand, more than is held, names that are not there', async () => {
    const codes = async (...reductions: [account: string, quantity: number][]) => {
      const allocation = parseAllocation({
        format: 'spillway/allocation@1',
        reductions: reductions.map(([account, quantity]) => ({ account, market: 'A', quantity })),
      })
      const { violations } = await verify(event, allocation, minMaxLeverage(), {
        demand: 'filled',
        solver: 'closed-form',
      })
      return violations.map(({ code }) => code)
    }
    expect(await codes(['a0', 3], ['a1', 3])).toEqual(['demand-over'])
    expect(await codes(['a0', 4.5])).toContain('over-reduction')
    expect(await codes(['a0', 1], ['nobody', 1])).toEqual(['unknown-account'])
  })

  test('stands in the certificate, and is pinned', async () => {
    const { verdict, certificate } = await verifyWithProof(event, filled(1, 2, 0), minMaxLeverage(), {
      demand: 'filled',
      solver: 'closed-form',
    })
    const check = checkCertificate(event, filled(1, 2, 0), certificate()!, [], { demand: 'filled' })
    expect(check).toMatchObject({
      proved: true,
      value: verdict.objective.value,
      under: { demand: 'filled', filled: [{ market: 'A', side: 'long', quantity: '3' }], keepSolvent: false },
    })
    expect(checkCertificate(event, filled(1, 2, 0), certificate()!)).toMatchObject({ proved: false })
    const whole = await verifyWithProof(event, filled(2, 3, 0), minMaxLeverage(), { solver: 'closed-form' })
    expect(checkCertificate(event, filled(2, 3, 0), whole.certificate()!, [], { demand: 'filled' }).proved).toBe(false)
    expect(checkCertificate(event, filled(2, 3, 0), whole.certificate()!).under).toMatchObject({
      demand: 'event',
      keepSolvent: false,
    })
  })
})
