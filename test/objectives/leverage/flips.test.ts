import {
  type ComparedRow,
  checkCertificate,
  compare,
  conditionalValueAtRisk,
  defineObjective,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  type Objective,
  type Policy,
  parseAllocation,
  parseEvent,
  policies,
  squaredLeverage,
  verifyWithProof,
} from 'spillway'
import { sumSquares } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { parseDecimal, zero } from '#src/numeric/index.js'
import { type PlainEvent, randomBook, randomFrom } from '../../books.js'
import { instances } from '../../campaign.js'
import {
  type Fraction,
  frac,
  least,
  minus,
  most,
  num,
  over,
  plus,
  sign,
  size,
  times,
  total,
  ZERO,
} from '../../fraction.js'
import { randomMoves, riskOf, shortfalls } from '../losses/support.js'
import type { ReductionText } from './oracle.js'
import { text } from './support.js'

const SEED = 20615
const FEASIBILITY = 0.5

interface Left {
  readonly gross: Fraction
  readonly factor: Fraction
  readonly equity: Fraction
  readonly remarked: Fraction
}

/** What every eligible account is left with, straight from the definition: n' = n − σ x, whatever its sign. */
function leftOf(
  event: PlainEvent,
  loadings: Readonly<Record<string, number>>,
  closed: readonly ReductionText[],
): Left[] {
  const market = new Map(event.markets.map((entry) => [entry.market, entry]))
  const sideOf = new Map(event.demand.filter(({ quantity }) => Number(quantity) > 0).map((d) => [d.market, d.side]))
  const direction = (name: string): Fraction => frac({ long: 1, short: -1 }[sideOf.get(name)!])
  return event.accounts.flatMap(({ account, equity, positions }) => {
    const isEligible = positions.some(
      ({ market: name, quantity }) => sideOf.has(name) && sign(times(direction(name), frac(quantity))) > 0,
    )
    if (!isEligible) return []
    const left = { gross: ZERO, factor: ZERO, equity: frac(equity), remarked: frac(equity) }
    for (const { market: name, quantity } of positions) {
      const { markPrice, adlPrice = markPrice } = market.get(name)!
      let after = frac(quantity)
      if (sideOf.has(name)) {
        const gap = minus(frac(adlPrice), frac(markPrice))
        left.remarked = plus(left.remarked, times(frac(quantity), gap))
        const x = frac(closed.find((r) => r.account === account && r.market === name)?.quantity ?? '0')
        after = minus(after, times(direction(name), x))
        left.equity = plus(left.equity, times(times(direction(name), x), gap))
      }
      const notional = times(after, frac(markPrice))
      left.gross = plus(left.gross, size(notional))
      left.factor = plus(left.factor, times(notional, frac(String(loadings[name]))))
    }
    return [left]
  })
}

/** Largest leverage over some; undefined for ∞. */
function largest(all: readonly Left[]): Fraction | undefined {
  if (all.some(({ gross, equity }) => sign(gross) > 0 && sign(equity) <= 0)) return undefined
  return all.map(({ gross, equity }) => (sign(gross) > 0 ? over(gross, equity) : ZERO)).reduce(most, ZERO)
}

const solvent = (all: readonly Left[]): Left[] => all.filter(({ remarked }) => sign(remarked) > 0)

/** Closes past zero here and there, by up to what is forgiven, and meets every demand to what is forgiven. */
function flippingAllocation(event: PlainEvent, random: ReturnType<typeof randomFrom>): ReductionText[] {
  return event.demand.flatMap(({ market, side, quantity }) => {
    let missing = frac(quantity)
    const holders = event.accounts.flatMap(({ account, positions }) =>
      positions
        .filter((p) => p.market === market && sign(frac(p.quantity)) === (side === 'long' ? 1 : -1))
        .map((p) => ({ account, held: size(frac(p.quantity)), key: random.unit() })),
    )
    return holders
      .sort((a, b) => a.key - b.key)
      .flatMap(({ account, held }) => {
        const wanted = times(held, frac(random.pick(['1.5', '1.4', '1.25', '1', '0.5'])))
        const x = least(wanted, missing)
        missing = minus(missing, x)
        return sign(x) > 0 ? [{ account, market, quantity: text(x) }] : []
      })
  })
}

const isBeyondZero = ({ accounts }: PlainEvent, { account, market, quantity }: ReductionText): boolean => {
  const held = accounts.find((a) => a.account === account)!.positions.find((p) => p.market === market)!
  return sign(minus(frac(quantity), size(frac(held.quantity)))) > 0
}

const near = (value: number | null | undefined, wanted: Fraction | undefined, where: string): void => {
  if (wanted === undefined) expect(value, where).toBeNull()
  else expect(Math.abs((value ?? Number.NaN) - num(wanted)), where).toBeLessThanOrEqual(1e-12 * Math.abs(num(wanted)))
}

describe(`what is left of a position is |n'| (seed ${SEED})`, () => {
  it('in value, check, largest leverage and comparisons, under every objective, flips included', async () => {
    let flips = 0
    for (let b = 0; flips < instances(12, 60); b++) {
      const random = randomFrom(SEED + b)
      const kind = [{}, { offMark: true }, { markets: 3, holdings: 3, twoSided: true }, { insolvents: true }][b % 4]
      const book = randomBook(SEED + b, { accounts: 2 + (b % 5), ...kind })
      const loadings = Object.fromEntries(book.markets.map(({ market }) => [market, random.pick([1, -0.5, 0.25])]))
      const closed = flippingAllocation(book, random)
      if (!closed.some((r) => isBeyondZero(book, r))) continue
      flips++
      const event = parseEvent(book)
      const moves = randomMoves(
        random,
        book.markets.map(({ market }) => market),
        4,
      )
      const left = leftOf(book, loadings, closed)
      const losses = shortfalls(book, closed, moves)
      const squares = (
        of: (state: Left) => Fraction,
        weight: (state: Left) => Fraction,
        all: readonly Left[],
      ): Fraction => total(all.map((state) => over(times(of(state), of(state)), weight(state))))
      const wanted: [Objective, Fraction | undefined][] = [
        [minMaxLeverage(), largest(solvent(left))],
        [
          squaredLeverage(),
          squares(
            ({ gross }) => gross,
            ({ remarked }) => remarked,
            solvent(left),
          ),
        ],
        [
          factorLeverage({ loadings }),
          squares(
            ({ factor }) => factor,
            ({ remarked }) => remarked,
            solvent(left),
          ),
        ],
        [expectedLoss({ moves }), riskOf(losses, moves, [{ weight: 1, confidence: 0 }])],
        [conditionalValueAtRisk({ moves, confidence: 0.7 }), riskOf(losses, moves, [{ weight: 1, confidence: 0.7 }])],
        [
          ownSquares,
          squares(
            ({ gross }) => gross,
            () => frac(1),
            left,
          ),
        ],
      ]
      const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: closed })
      for (const [objective, value] of wanted) {
        const where = `seed ${SEED + b}, ${objective.name}`
        const { verdict, certificate } = await verifyWithProof(event, allocation, objective, {
          feasibility: FEASIBILITY,
        })
        expect(verdict.feasible, where).toBe(true)
        near(verdict.objective.value, value, where)
        near(verdict.leverage.maxAfter, largest(left), where)
        const proof = certificate()
        if (proof === undefined) continue
        const check = checkCertificate(event, allocation, proof, [objective], { feasibility: FEASIBILITY })
        expect(check.proved, `${where}: ${check.reason}`).toBe(true)
        near(check.value, value, where)
      }
      if (flips % 4 !== 0) continue
      const policy: Policy = {
        ...policies.get('pro-rata')!(),
        name: 'flips',
        allocate: (space) =>
          Array.from(space.capacity, (_, pair) => {
            const account = space.event.accounts.names[space.owners[space.pairOwner[pair]]]
            const { market } = space.markets[space.pairMarket[pair]].market
            const own = closed.find((r) => r.account === account && r.market === market)
            return own === undefined ? zero : parseDecimal(own.quantity)!
          }),
      }
      const { rows } = await compare(event, {
        policies: [policy],
        objectives: ['min-max-leverage'],
        feasibility: FEASIBILITY,
      })
      const row = rows[0] as ComparedRow
      near(row.maxLeverage, largest(left), `seed ${SEED + b}, compare`)
      near(row.objectives['min-max-leverage'], largest(solvent(left)), `seed ${SEED + b}, compare`)
    }
  })

  it('as in one book by hand: short 10, closed 14, long 4 at price 100 on equity 100', async () => {
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'M', markPrice: 100 }],
      accounts: [
        { account: 'a', equity: 100, positions: [{ market: 'M', quantity: -10 }] },
        { account: 'b', equity: 1000, positions: [{ market: 'M', quantity: -10 }] },
      ],
      demand: [{ market: 'M', side: 'short', quantity: 10 }],
    })
    const reductions = [
      { account: 'a', market: 'M', quantity: 14 },
      { account: 'b', market: 'M', quantity: 1 },
    ]
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
    const { verdict } = await verifyWithProof(event, allocation, minMaxLeverage(), { feasibility: 0.5 })
    expect(verdict).toMatchObject({ verdict: 'suboptimal', objective: { value: 4 }, leverage: { maxAfter: 4 } })
  })
})

const ownSquares = defineObjective({
  name: 'own-squares',
  summary: 'squared gross notional',
  formula: 'Σ_i N′_i²',
  source: 'test',
  minimize: ({ exposure }) => sumSquares(exposure),
})
