import { describe, expect, it } from 'vitest'
import { higherLevel, type LotColumns, lotSquareBound, needsMoreSteps } from '#src/certificates/lot-bound.js'
import { randomFrom } from '../books.js'
import { type Fraction, frac, least, minus, order, over, plus, times, ZERO } from '../fraction.js'
import { dec, fracOfRatio } from './decimals.js'

const SEED = 90_017

interface Plain {
  readonly start: readonly number[]
  readonly weight: readonly number[]
  readonly most: readonly number[]
  readonly step: number
  readonly wanted: number
}
const columnsOf = ({ start, weight, most, step, wanted }: Plain): LotColumns => ({
  start: start.map(dec),
  weight: weight.map(dec),
  most: most.map(BigInt),
  step: dec(step),
  wanted: BigInt(wanted),
})

function randomColumns(random: ReturnType<typeof randomFrom>): Plain {
  const count = random.whole(1, 4)
  const list = (low: number, high: number): number[] => Array.from({ length: count }, () => random.whole(low, high))
  return {
    start: list(0, 12),
    weight: Array.from({ length: count }, () => random.pick([0.5, 1, 2, 4])),
    most: list(0, 5),
    step: random.pick([0.5, 1, 2]),
    wanted: random.whole(0, 9),
  }
}

/** By trying every number of steps: (a − j t)/w < N/D. */
function slowNeeds({ start, weight, most, step, wanted }: Plain, level: readonly [number, number]): boolean {
  let needed = 0
  for (const [i, a] of start.entries()) {
    let j = 0
    while (j <= most[i] && (a - j * step) * level[1] >= weight[i] * level[0]) j++
    if (j > most[i]) return true
    needed += j
  }
  return needed > wanted
}

describe(`levels below which no choice of lots brings all (seed ${SEED})`, () => {
  it('are those that trying every number of steps finds', () => {
    const random = randomFrom(SEED)
    const seen = [0, 0]
    for (let round = 0; round < 500; round++) {
      const plain = randomColumns(random)
      const level = [random.whole(0, 8), random.pick([1, 2, 3])] as const
      const slow = slowNeeds(plain, level)
      const found = needsMoreSteps(columnsOf(plain), [dec(level[0]), dec(level[1])])
      expect(found, `round ${round}: ${JSON.stringify(plain)} ${level}`).toBe(slow)
      seen[Number(slow)]++
    }
    expect(Math.min(...seen)).toBeGreaterThan(50)
  })

  it('a column just at the level has to take one more step, and may have none left', () => {
    const one = { start: [5], weight: [1], most: [2], step: 1, wanted: 2 }
    const needs = (plain: Plain, level: number): boolean => needsMoreSteps(columnsOf(plain), [dec(level), dec(1)])
    expect(needs(one, 3)).toBe(true)
    expect(needs(one, 3.001)).toBe(false)
    expect(needs({ ...one, wanted: 1 }, 3.001)).toBe(true)
    expect(needs(one, 5)).toBe(false)
    expect(needs({ ...one, most: [0], wanted: 0 }, 5)).toBe(true)
    expect(needs({ ...one, most: [0], wanted: 0 }, 5.001)).toBe(false)
    // What one column has to spare is no help to another.
    expect(needs({ start: [5, 0], weight: [1, 1], most: [9, 9], step: 1, wanted: 1 }, 3.5)).toBe(true)
    expect(needs({ start: [], weight: [], most: [], step: 1, wanted: 0 }, 0)).toBe(false)
  })
})

describe(`the bound on squares of lots (seed ${SEED})`, () => {
  it('is the least over every number of steps, rounded down', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 300; round++) {
      const plain = randomColumns(random)
      const price = random.pick([-3, -0.5, 0, 0.5, 1, 3.25, 8, 40])
      const theta = frac(String(price))
      let truth: Fraction = times(frac(String(-plain.wanted)), theta)
      for (const [i, a] of plain.start.entries()) {
        const cost = (j: number): Fraction => {
          const left = frac(String(a - j * plain.step))
          return plus(over(times(left, left), frac(String(plain.weight[i]))), times(theta, frac(String(j))))
        }
        truth = plus(
          truth,
          Array.from({ length: plain.most[i] + 1 }, (_, j) => cost(j)).reduce((x, y) => least(x, y)),
        )
      }
      // Weights divide evenly: nothing is rounded.
      const found = fracOfRatio(lotSquareBound(columnsOf(plain), dec(price), 10))
      expect(order(found, truth), `round ${round}: ${JSON.stringify(plain)} ${price}`).toBe(0)
    }
  })

  it('rounds down, at the places it is given', () => {
    const thirds = columnsOf({ start: [1, 1], weight: [3, 3], most: [0, 0], step: 1, wanted: 0 })
    expect(order(fracOfRatio(lotSquareBound(thirds, dec(0), 3)), frac('0.666'))).toBe(0)
    const rough = fracOfRatio(lotSquareBound(thirds, dec(0), 20))
    expect(order(rough, over(frac('2'), frac('3')))).toBe(-1)
    expect(order(minus(over(frac('2'), frac('3')), rough), frac('2e-20'))).toBe(-1)
    expect(
      order(
        fracOfRatio(lotSquareBound(columnsOf({ start: [], weight: [], most: [], step: 1, wanted: 3 }), dec(2), 5)),
        minus(ZERO, frac('6')),
      ),
    ).toBe(0)
  })
})

describe('the higher of two levels', () => {
  it('is compared without division, and the first of equals', () => {
    const a = [dec(1), dec(3)] as const
    const b = [dec(2), dec(5)] as const
    const c = [dec(2), dec(6)] as const
    expect(higherLevel(a, b)).toBe(b)
    expect(higherLevel(b, a)).toBe(b)
    expect(higherLevel(a, c)).toBe(a)
    expect(higherLevel(c, a)).toBe(c)
  })
})
