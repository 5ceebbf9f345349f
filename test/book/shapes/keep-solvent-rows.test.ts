import fc from 'fast-check'
import {
  conditionalValueAtRisk,
  expectedLoss,
  linearProofOf,
  minMaxLeverage,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  verifyWithProof,
  worstCaseLoss,
} from 'spillway'
import { viprText } from 'spillway/modeling'
import { describe, expect, test } from 'vitest'
import { seal } from '#models/book/certificate.js'
import { type Fraction, frac, minus, most, num, order, over, plus, sign, times, total, ZERO } from '../../fraction.js'
import { type Case, hasPython, isProved, judge } from '../../proof/python.js'
import { hasPython as hasVipr, verdictsOf } from '../../proof/vipr/support.js'

/**
 * Nobody below zero where several markets together could push an account there: Σ_k d_k x_ik ≤ e_i is a row of the program. Whether there is
 * an allocation, and an upper end of the optimum, come from all vertices of the polytope in exact fractions; that nothing is better, from
 * certificates that the checker in Python, which shares nothing with the code, proves.
 */
const SEED = 3113
const BOOKS = Number(process.env.BOOKS ?? 5)
const MARKS = [20, 10]
const MOVES = [
  [-0.5, -0.1],
  [0.2, -0.4],
  [-0.1, 0.3],
]

interface Sketch {
  readonly adl: readonly number[]
  readonly accounts: readonly { readonly equity: number; readonly held: readonly number[] }[]
  readonly demand: readonly number[]
}
const book: fc.Arbitrary<Sketch> = fc
  .record({
    adl: fc.tuple(fc.constantFrom(15, 16, 22), fc.constantFrom(8, 9)),
    accounts: fc.array(
      fc.record({
        equity: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: -2, max: 60 })),
        held: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 })),
      }),
      { minLength: 2, maxLength: 3 },
    ),
    demand: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
  })
  .filter(({ accounts, demand }) =>
    demand.every((wanted, k) => accounts.reduce((sum, { held }) => sum + held[k]!, 0) >= wanted),
  )
  .filter((sketch) => sketch.accounts.some((_, i) => isRow(sketch, i)))

const cost = ({ adl }: Sketch, k: number): number => MARKS[k]! - adl[k]!
function isRow(sketch: Sketch, i: number): boolean {
  const { equity, held } = sketch.accounts[i]!
  const costs = held.map((n, k) => Math.max(0, cost(sketch, k)) * n)
  return equity >= 0 && costs[0]! + costs[1]! > equity && held.every((n) => n > 0)
}

const json = ({ adl, accounts, demand }: Sketch) => ({
  format: 'spillway/event@1' as const,
  markets: MARKS.map((markPrice, k) => ({ market: `m${k}`, markPrice, adlPrice: adl[k]! })),
  accounts: accounts.map(({ equity, held }, i) => ({
    account: `a${i}`,
    equity,
    positions: held.flatMap((quantity, k) => (quantity > 0 ? [{ market: `m${k}`, quantity }] : [])),
  })),
  demand: demand.map((quantity, k) => ({ market: `m${k}`, side: 'long' as const, quantity })),
})

/** Rows a·x ≤ b over x_ik, the pairs in the order account by account, and the demands as equalities. */
function polytope(sketch: Sketch) {
  const pairs = sketch.accounts.flatMap(({ held, equity }, i) =>
    held.flatMap((quantity, k) => (quantity > 0 && equity >= 0 ? [{ i, k, quantity }] : [])),
  )
  const unit = (p: number, value: number): number[] => pairs.map((_, q) => (p === q ? value : 0))
  const rows = [
    ...pairs.map((_, p) => ({ a: unit(p, -1), b: 0 })),
    ...pairs.map(({ quantity }, p) => ({ a: unit(p, 1), b: quantity })),
    ...sketch.accounts.flatMap(({ equity }, i) =>
      equity < 0 ? [] : [{ a: pairs.map((own) => (own.i === i ? cost(sketch, own.k) : 0)), b: equity }],
    ),
  ]
  const equal = sketch.demand.map((b, k) => ({ a: pairs.map((own) => (own.k === k ? 1 : 0)), b }))
  return { pairs, rows, equal }
}

/** Gauss in fractions; undefined where the system has no single solution. */
function solved(system: readonly { readonly a: readonly number[]; readonly b: number }[], n: number) {
  const m = system.map(({ a, b }) => [...a, b].map((value) => frac(value)))
  for (let column = 0; column < n; column++) {
    const pivot = m.findIndex((row, r) => r >= column && sign(row[column]!) !== 0)
    if (pivot < 0) return undefined
    ;[m[column], m[pivot]] = [m[pivot]!, m[column]!]
    const lead = m[column]![column]!
    m[column] = m[column]!.map((value) => over(value, lead))
    for (let r = 0; r < m.length; r++) {
      const factor = m[r]![column]!
      if (r !== column && sign(factor) !== 0)
        m[r] = m[r]!.map((value, c) => minus(value, times(factor, m[column]![c]!)))
    }
  }
  return m.slice(0, n).map((row) => row[n]!)
}

function* subsets(n: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) yield []
  else for (let i = from; i < n; i++) for (const rest of subsets(n, size - 1, i + 1)) yield [i, ...rest]
}

function vertices(sketch: Sketch): Fraction[][] {
  const { pairs, rows, equal } = polytope(sketch)
  const dot = (a: readonly number[], x: readonly Fraction[]): Fraction => total(a.map((v, p) => times(frac(v), x[p]!)))
  const found: Fraction[][] = []
  for (const active of subsets(rows.length, Math.max(0, pairs.length - equal.length))) {
    const x = solved([...equal, ...active.map((r) => rows[r]!)], pairs.length)
    if (x === undefined || rows.some(({ a, b }) => order(dot(a, x), frac(b)) > 0)) continue
    if (equal.every(({ a, b }) => order(dot(a, x), frac(b)) === 0)) found.push(x)
  }
  return found
}

/** The losses by move of what is closed, pair by pair. */
function losses(sketch: Sketch, closed: (i: number, k: number) => Fraction): Fraction[] {
  return MOVES.map((move) =>
    total(
      sketch.accounts.map(({ equity, held }, i) => {
        const gone = total(held.map((_, k) => times(frac(cost(sketch, k)), closed(i, k))))
        const left = held.map((n, k) =>
          times(times(minus(frac(n), closed(i, k)), frac(MARKS[k]!)), frac(String(move[k]))),
        )
        return most(ZERO, minus(gone, plus(frac(equity), total(left))))
      }),
    ),
  )
}
const mean = (all: readonly Fraction[]): Fraction => over(total(all), frac(all.length))
const worst = (all: readonly Fraction[]): Fraction => all.reduce(most, ZERO)
/** CVaR at 0.5 of three equal moves: the worst weighs 1/3 of 1/2, the next the rest. */
const tail = (all: readonly Fraction[]): Fraction => {
  const [first, second] = all.toSorted((a, b) => order(b, a))
  return plus(times(over(frac(2), frac(3)), first!), times(over(frac(1), frac(3)), second!))
}

const moves = parseMoves({ format: 'spillway/moves@1', markets: ['m0', 'm1'], moves: MOVES })
const OBJECTIVES = [
  { objective: expectedLoss({ moves }), of: mean },
  { objective: worstCaseLoss({ moves }), of: worst },
  { objective: conditionalValueAtRisk({ moves, confidence: 0.5 }), of: tail },
]

describe(`nobody below zero, by several markets together, seed ${SEED}`, () => {
  test('losses: solvent after, no worse than any vertex, infeasible exactly where there is none, proved by both checkers', async () => {
    const cases: Case[] = []
    const derivations: string[] = []
    const seen = { infeasible: 0, binding: 0 }
    await fc.assert(
      fc.asyncProperty(book, async (sketch) => {
        const event = parseEvent(json(sketch))
        const all = vertices(sketch)
        const { pairs } = polytope(sketch)
        for (const { objective, of } of OBJECTIVES) {
          const solution = await solve(event, objective, { keepSolvent: true })
          if (all.length === 0) {
            expect(solution.status).toBe('infeasible')
            seen.infeasible++
            continue
          }
          expect(solution.status).toBe('optimal')
          const given = new Map(solution.reductions!.map((own) => [`${own.account} ${own.market}`, frac(own.quantity)]))
          const closed = (i: number, k: number): Fraction => given.get(`a${i} m${k}`) ?? ZERO
          sketch.accounts.forEach(({ equity, held }, i) => {
            const conceded = total(held.map((_, k) => times(frac(cost(sketch, k)), closed(i, k))))
            if (held.some((_, k) => sign(closed(i, k)) > 0))
              expect(order(conceded, frac(equity))).toBeLessThanOrEqual(0)
            if (isRow(sketch, i) && order(conceded, frac(equity)) === 0 && equity > 0) seen.binding++
          })
          const own = of(losses(sketch, closed))
          expect(solution.objective.value).toBeCloseTo(num(own), 9)
          for (const x of all) {
            const at = new Map(pairs.map(({ i, k }, p) => [`${i} ${k}`, x[p]!]))
            const value = of(losses(sketch, (i, k) => at.get(`${i} ${k}`) ?? ZERO))
            expect(num(own)).toBeLessThanOrEqual(num(value) + 1e-9)
          }
          const allocation = { format: 'spillway/allocation@1' as const, reductions: solution.reductions! }
          const { verdict, certificate } = await verifyWithProof(event, parseAllocation(allocation), objective, {
            keepSolvent: true,
          })
          expect(verdict.verdict).toBe('optimal')
          const file = { event: json(sketch), allocation, certificate: certificate()!, pinned: { keepSolvent: true } }
          cases.push(file)
          expect(isProved(file)).toBe(true)
          const proof = linearProofOf(event, certificate()!)
          expect(num({ n: BigInt(proof.bound.s * proof.bound.n), d: BigInt(proof.bound.d) })).toBeCloseTo(
            verdict.bound as number,
            9,
          )
          derivations.push([...viprText(proof)].join(''))
        }
      }),
      { seed: SEED, numRuns: BOOKS },
    )
    if (hasPython) expect(judge(cases).filter(({ proved }) => !proved)).toEqual([])
    if (hasVipr) expect(verdictsOf(derivations).filter((verdict) => verdict !== 'proved')).toEqual([])
    if (BOOKS >= 30) expect(Math.min(seen.infeasible, seen.binding)).toBeGreaterThan(0)
  }, 600_000)

  test('a dual below zero, of an account without a row, or of a book without rows proves nothing', async () => {
    const sketch: Sketch = {
      adl: [15, 8],
      accounts: [
        { equity: 10, held: [3, 3] },
        { equity: 500, held: [3, 3] },
      ],
      demand: [2, 2],
    }
    const event = parseEvent(json(sketch))
    const objective = worstCaseLoss({ moves })
    const { reductions } = await solve(event, objective, { keepSolvent: true })
    const allocation = { format: 'spillway/allocation@1' as const, reductions: reductions! }
    const { certificate } = await verifyWithProof(event, parseAllocation(allocation), objective, { keepSolvent: true })
    const whole = certificate()!
    const evidence = whole.evidence as Readonly<Record<string, unknown>>
    expect(Object.keys(evidence)).toContain('solvency')
    for (const solvency of [{ a0: '-0.25' }, { a1: '0.25' }, { nobody: '1' }]) {
      const { digest: _, ...rest } = { ...whole, evidence: { ...evidence, solvency } }
      const file: Case = { event: json(sketch), allocation, certificate: seal(rest), pinned: { keepSolvent: true } }
      expect(isProved(file)).toBe(false)
      if (hasPython) expect(judge([file])[0]!.proved).toBe(false)
    }
  })

  test('who has no row for it says so: the block solver, whole lots, leverage where such an account must give', async () => {
    const sketch: Sketch = { adl: [15, 8], accounts: [{ equity: 10, held: [3, 3] }], demand: [1, 1] }
    const event = parseEvent(json(sketch))
    const inLots = parseEvent({
      ...json(sketch),
      markets: json(sketch).markets.map((own) => ({ ...own, lotSize: 1 })),
    })
    const refused = { code: 'not-expressible' }
    await expect(solve(event, expectedLoss({ moves }), { keepSolvent: true, solver: 'blocks' })).rejects.toMatchObject(
      refused,
    )
    await expect(solve(inLots, expectedLoss({ moves }), { keepSolvent: true, lots: true })).rejects.toMatchObject(
      refused,
    )
    await expect(solve(event, minMaxLeverage(), { keepSolvent: true })).rejects.toMatchObject(refused)
    expect((await solve(event, expectedLoss({ moves }), { keepSolvent: true })).status).toBe('optimal')
  })
})
