import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type WaterFillInput, waterFill } from '#src/closed-forms/index.js'
import { SpillwayError } from '#src/errors.js'
import { instances } from '../campaign.js'
import { note } from '../notes.js'
import { digitsOf, exact, sumOf, toNumber } from './exact.js'
import { slowLevels } from './slow-water-fill.js'

const SEED = 20_240_811
note(`water-fill laws: seed ${SEED}`)
/** A fifth of the instances here, all of them in the campaign. */
const laws = (numRuns: number) => ({ seed: SEED, numRuns: instances(numRuns / 5, numRuns) })

/** Relative; a few dozen units in the last place. */
const TOLERANCE = 1e-14

type Columns = Omit<WaterFillInput, 'removed'>
type Draw = () => number

function generator(seed: number): Draw {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const wild = (draw: Draw): number => 10 ** (18 * draw() - 6)

/** One column each: [amount, weight, fixed]. */
const families: Record<string, (draw: Draw) => [number, number, number]> = {
  uniform: (draw) => [draw(), draw() + 1e-3, draw()],
  ties: (draw) => {
    const weight = 1 + Math.floor(8 * draw())
    return [weight * Math.floor(4 * draw()), weight, weight * Math.floor(3 * draw())]
  },
  'rounded ties': (draw) => {
    const weight = draw() + 0.1
    return [weight * Math.ceil(3 * draw()) * 0.1, weight, weight * Math.floor(3 * draw()) * 0.1]
  },
  wild: (draw) => [wild(draw), wild(draw), wild(draw)],
  giants: (draw) => (draw() < 0.002 ? [1e12 * draw(), 1e9, 0] : [1e-6 * draw(), 1e-3 * draw() + 1e-6, 1e-6 * draw()]),
  zeros: (draw) => [draw() < 0.7 ? 0 : draw(), draw() + 1e-3, draw() < 0.5 ? 0 : draw()],
  'halving levels': (draw) => [2 ** (-40 * draw()), 2 ** (40 * draw()), 0],
}
const familyNames = Object.keys(families)

function columnsOf(family: string, count: number, seed: number, hasFixed: boolean): Columns {
  const draw = generator(seed)
  const rows = Array.from({ length: count }, () => families[family](draw))
  const column = (k: number) => Float64Array.from(rows, (row) => row[k])
  return hasFixed
    ? { amount: column(0), weight: column(1), fixed: column(2) }
    : { amount: column(0), weight: column(1) }
}

const plainSum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0)

/** Any family, with or without fixed parts, any share removed; the counts decide which paths are taken. */
const inputs = (counts: fc.Arbitrary<number>): fc.Arbitrary<WaterFillInput> =>
  fc
    .record({
      family: fc.constantFrom(...familyNames),
      count: counts,
      seed: fc.integer(),
      hasFixed: fc.boolean(),
      share: fc.oneof(
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        fc.constantFrom(1e-9, 0.001, 0.5, 0.999, 1 - 1e-9),
      ),
    })
    .map(({ family, count, seed, hasFixed, share }) => {
      const columns = columnsOf(family, count, seed, hasFixed)
      return { ...columns, removed: share * plainSum(columns.amount) }
    })

const small = inputs(fc.integer({ min: 1, max: 60 }))
/** Up to 400 columns are solved outright, more go through samples, 14,000 through samples of samples. */
const aroundThresholds = inputs(fc.constantFrom(399, 400, 401, 511, 512, 513, 5000, 14_000))

/** Σ clip(o + u − λ w, 0, u) − s, exactly: times a power of two, for a product has the digits of both factors. */
function over({ amount, weight, fixed, removed }: WaterFillInput, level: number): bigint {
  const digits = digitsOf(amount, weight, fixed ?? [], [removed])
  const more = digitsOf([level])
  const at = exact(level, more)
  const widen = (value: number): bigint => exact(value, digits) << BigInt(more)
  let sum = -widen(removed)
  for (let i = 0; i < amount.length; i++) {
    const u = widen(amount[i])
    const above = widen(fixed?.[i] ?? 0) + u - at * exact(weight[i], digits)
    sum += above <= 0n ? 0n : above < u ? above : u
  }
  return sum
}

/** Exact: removed(λ) only falls, so that signs a hair to either side enclose a root. */
function expectRoot(input: WaterFillInput, level: number): void {
  expect(over(input, level * (1 - TOLERANCE)) >= 0n, `level ${level} is too high`).toBe(true)
  expect(over(input, level * (1 + TOLERANCE)) <= 0n, `level ${level} is too low`).toBe(true)
}

function isStrict({ amount, removed }: WaterFillInput): boolean {
  const digits = digitsOf(amount, [removed])
  return removed > 0 && exact(removed, digits) < sumOf(amount, digits)
}

describe('the level', () => {
  it('agrees with sorting all breakpoints in exact rationals', () => {
    let compared = 0
    fc.assert(
      fc.property(small, (input) => {
        fc.pre(isStrict(input))
        const { level } = waterFill(input)
        const [lowest, highest] = slowLevels(input)
        expect(level).toBeGreaterThanOrEqual(lowest * (1 - TOLERANCE))
        expect(level).toBeLessThanOrEqual(highest * (1 + TOLERANCE))
        compared++
      }),
      laws(1500),
    )
    expect(compared).toBeGreaterThanOrEqual(instances(200, 1000))
  })

  it.each(familyNames)('agrees with it on 5,000 columns, %s', (family) => {
    for (const hasFixed of [false, true]) {
      const columns = columnsOf(family, 5000, SEED, hasFixed)
      const input = { ...columns, removed: 0.3 * plainSum(columns.amount) }
      const { level } = waterFill(input)
      const [lowest, highest] = slowLevels(input)
      expect(level).toBeGreaterThanOrEqual(lowest * (1 - TOLERANCE))
      expect(level).toBeLessThanOrEqual(highest * (1 + TOLERANCE))
    }
  })

  it('is a root in exact arithmetic around every threshold', () => {
    fc.assert(
      fc.property(aroundThresholds, (input) => {
        fc.pre(isStrict(input))
        expectRoot(input, waterFill(input).level)
      }),
      laws(250),
    )
  })

  it('keeps its digits when the sums cancel', () => {
    const input = { amount: Float64Array.of(1e12, 1e-6), weight: Float64Array.of(1, 1), removed: 1e12 }
    expect(waterFill(input).level).toBe(0.5e-6)
  })

  it('does not depend on what the sample sees', () => {
    // Only one column of 6,000 is large, at every kind of place, and the others rise, fall or tie.
    for (const place of [0, 8, 255, 256, 3000, 5999]) {
      for (const level of [(i: number) => i + 1, (i: number) => 6000 - i, () => 1, (i: number) => 2 ** -(i % 1000)]) {
        const amount = Float64Array.from({ length: 6000 }, (_, i) => level(i))
        amount[place] = 1e12
        const weight = new Float64Array(6000).fill(1)
        for (const removed of [1e-3, 1e12, 0.999 * plainSum(amount)]) {
          const input = { amount, weight, removed }
          if (isStrict(input)) expectRoot(input, waterFill(input).level)
        }
      }
    }
  })
})

describe('the kept amounts', () => {
  it('lie in bounds, follow the level and leave the right total', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 5, arbitrary: small }, { weight: 1, arbitrary: aroundThresholds }), (input) => {
        fc.pre(isStrict(input))
        const { amount, weight, fixed, removed } = input
        const { level, kept } = waterFill(input)
        let scale = 0
        for (let i = 0; i < kept.length; i++) {
          const o = fixed?.[i] ?? 0
          expect(kept[i]).toBe(Math.max(0, Math.min(amount[i], level * weight[i] - o)))
          const before = (o + amount[i]) / weight[i]
          const after = (o + kept[i]) / weight[i]
          const expected = Math.min(before, Math.max(level, o / weight[i]))
          expect(Math.abs(after - expected)).toBeLessThanOrEqual(4 * Number.EPSILON * expected)
          if (kept[i] > 0) scale += kept[i] + (kept[i] < amount[i] ? o : 0)
        }
        // λ w_i is rounded before o_i is taken off, so that a kept amount carries an error relative to o_i + kept_i.
        const digits = digitsOf(kept, amount, [removed, 1])
        const missed = sumOf(kept, digits) - (sumOf(amount, digits) - exact(removed, digits))
        expect(toNumber(missed < 0n ? -missed : missed, exact(1, digits))).toBeLessThanOrEqual(TOLERANCE * scale)
      }),
      laws(600),
    )
  })

  it('minimise Σ w φ(level) for every convex φ against random feasible others', () => {
    fc.assert(
      fc.property(small, fc.integer(), (input, seed) => {
        fc.pre(isStrict(input))
        const { amount, weight, fixed } = input
        const { kept } = waterFill(input)
        const other = feasible(amount, plainSum(kept), generator(seed))
        const levels = (left: Float64Array) => left.map((k, i) => ((fixed?.[i] ?? 0) + k) / weight[i])
        const [best, rival] = [levels(kept), levels(other)]
        const cost = (profile: Float64Array, convex: (level: number) => number) =>
          profile.reduce((sum, level, i) => sum + weight[i] * convex(level), 0)
        const convexes = [...best, ...rival, 0].map((t) => (level: number) => Math.max(level - t, 0))
        for (const convex of [(level: number) => level * level, ...convexes]) {
          // Both sides are rounded relative to Σ (o + kept), for the square times the highest level.
          const slack =
            1e-12 * cost(rival, convex === convexes[0] ? Math.abs : (level) => Math.max(level, level * level))
          expect(cost(best, convex)).toBeLessThanOrEqual(cost(rival, convex) + slack)
        }
      }),
      laws(300),
    )
  })
})

/** Random kept amounts with a given total: random shares, then shrunk or grown in proportion. */
function feasible(amount: Float64Array, total: number, draw: Draw): Float64Array {
  const first = amount.map((u) => u * draw())
  const sum = plainSum(first)
  if (sum >= total) return first.map((k) => (k * total) / sum)
  const share = (total - sum) / (plainSum(amount) - sum)
  return first.map((k, i) => k + share * (amount[i] - k))
}

describe('the answer follows the question', () => {
  const both = fc.oneof({ weight: 4, arbitrary: small }, { weight: 1, arbitrary: aroundThresholds })
  const strict = both.filter(isStrict)
  const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(2 * TOLERANCE * Math.abs(b))
  const times = (column: Float64Array, factor: number) => column.map((x) => x * factor)
  /** Ranges of levels are answers too where nothing is being cut; elsewhere the level is unique. */
  const isUnique = (input: WaterFillInput, level: number) =>
    over(input, level * (1 - 1e-9)) > 0n && over(input, level * (1 + 1e-9)) < 0n

  it('under a permutation', () => {
    fc.assert(
      fc.property(strict, fc.integer(), (input, seed) => {
        const draw = generator(seed)
        const keys = Array.from(input.amount, draw)
        const order = keys.map((_, i) => i).sort((a, b) => keys[a] - keys[b])
        const shuffle = (column: Float64Array) => Float64Array.from(order, (i) => column[i])
        const shuffled = { ...input, amount: shuffle(input.amount), weight: shuffle(input.weight) }
        const { level } = waterFill(input)
        const fixed = input.fixed
        const again = waterFill(fixed === undefined ? shuffled : { ...shuffled, fixed: shuffle(fixed) })
        if (isUnique(input, level)) near(again.level, level)
      }),
      laws(200),
    )
  })

  it('under scaling: exactly for powers of two, to the last digits for others', () => {
    const factors = fc.constantFrom(2 ** -30, 0.5, 8, 2 ** 40, 3, 0.1)
    fc.assert(
      fc.property(strict, factors, factors, (input, a, b) => {
        const { level, kept } = waterFill(input)
        const parts = { amount: times(input.amount, a), weight: times(input.weight, b), removed: input.removed * a }
        const fixed = input.fixed
        const scaled = fixed === undefined ? parts : { ...parts, fixed: times(fixed, a) }
        const again = waterFill(scaled)
        if (Number.isInteger(Math.log2(a)) && Number.isInteger(Math.log2(b))) {
          expect(again.level).toBe((level * a) / b)
          expect(again.kept).toEqual(times(kept, a))
        } else if (isStrict(scaled)) expectRoot(scaled, again.level)
      }),
      laws(200),
    )
  })

  it('when columns are split in proportion', () => {
    fc.assert(
      fc.property(strict, (input) => {
        const { level } = waterFill(input)
        // A quarter and three quarters of doubles with spare digits are doubles, so nothing is rounded.
        const split = (column: Float64Array) =>
          Float64Array.from([...column].flatMap((x) => [Math.fround(x) / 4, (Math.fround(x) / 4) * 3]))
        const whole = (column: Float64Array) => column.map(Math.fround)
        const map = (f: (column: Float64Array) => Float64Array): WaterFillInput => {
          const parts = { amount: f(input.amount), weight: f(input.weight), removed: input.removed * (1 - 1e-6) }
          return input.fixed === undefined ? parts : { ...parts, fixed: f(input.fixed) }
        }
        const one = map(whole)
        fc.pre(isStrict(one) && level > 0)
        const answer = waterFill(one).level
        if (isUnique(one, answer)) near(waterFill(map(split)).level, answer)
      }),
      laws(200),
    )
  })
})

describe('the ends', () => {
  const columns = { amount: Float64Array.of(3, 0, 8), weight: Float64Array.of(1, 2, 4) }
  const fixed = Float64Array.of(2, 2, 2)

  it('keep everything when nothing is removed', () => {
    for (const removed of [0, -0, -1e-12]) {
      const { level, kept } = waterFill({ ...columns, removed })
      expect(kept).toEqual(columns.amount)
      expect(level).toBe(3)
    }
    expect(waterFill({ ...columns, fixed, removed: 0 }).level).toBe(5)
  })

  it('keep nothing when all is removed, or a rounding error more', () => {
    for (const removed of [11, 11 * (1 + 1e-12)]) {
      expect(waterFill({ ...columns, removed })).toEqual({ level: 0, kept: new Float64Array(3) })
      const { level, kept } = waterFill({ ...columns, fixed, removed })
      expect(kept).toEqual(new Float64Array(3))
      expect(level).toBeGreaterThan(0)
    }
  })

  it('hold for large inputs too', () => {
    for (const family of familyNames) {
      for (const hasFixed of [false, true]) {
        const large = columnsOf(family, 5000, SEED, hasFixed)
        expect(waterFill({ ...large, removed: 0 }).kept).toEqual(large.amount)
        const total = toNumber(sumOf(large.amount), exact(1)) * (1 + 1e-12)
        expect(plainSum(waterFill({ ...large, removed: total }).kept)).toBe(0)
      }
    }
  })

  it('accept no columns at all', () => {
    const nothing = { amount: new Float64Array(0), weight: new Float64Array(0), removed: 0 }
    expect(waterFill(nothing).kept).toEqual(new Float64Array(0))
    expect(codeOf({ ...nothing, removed: 1 })).toBe('fill-total')
  })

  it('accept one column', () => {
    const one = { amount: Float64Array.of(6), weight: Float64Array.of(3), removed: 2 }
    expect(waterFill(one)).toEqual({ level: 4 / 3, kept: Float64Array.of(4) })
  })
})

function codeOf(input: WaterFillInput): string | undefined {
  try {
    waterFill(input)
  } catch (error) {
    if (error instanceof SpillwayError) return error.code
    throw error
  }
  return undefined
}

describe('misuse', () => {
  for (const count of [3, 5000]) {
    const base = () => ({ ...columnsOf('uniform', count, SEED, true), removed: 0.5 })
    it(`is named, among ${count} columns`, () => {
      expect(codeOf(base())).toBeUndefined()
      for (const removed of [1e9, -1, Number.NaN, Infinity, -Infinity]) {
        expect(codeOf({ ...base(), removed })).toBe('fill-total')
        const { amount, weight } = base()
        expect(codeOf({ amount, weight, removed })).toBe('fill-total')
      }
      const bad = {
        amount: [Number.NaN, -1, Infinity],
        weight: [Number.NaN, -1, 0, Infinity],
        fixed: [Number.NaN, -1, Infinity],
      }
      for (const name of ['amount', 'weight', 'fixed'] as const) {
        for (const value of bad[name]) {
          for (const removed of [0, 0.5, 1]) {
            const input = { ...base(), removed }
            input[name]![1] = value
            expect(codeOf(input), `${name} ${value}`).toBe('fill-column')
            const { amount, weight } = input
            if (name !== 'fixed') expect(codeOf({ amount, weight, removed }), `${name} ${value}`).toBe('fill-column')
          }
        }
      }
    })
  }
})
