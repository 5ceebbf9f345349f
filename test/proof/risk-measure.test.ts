import { describe, expect, it } from 'vitest'
import {
  entropicAbove,
  entropicRepair,
  entropicSupport,
  entropicTemperature,
  isEntropicWeighting,
  isNearBest,
} from '#models/proof/losses/entropic.js'
import {
  byLoss,
  checkConfidence,
  entropicPart,
  isScenarioWeighting,
  type Measure,
  repairScenarioWeights,
  riskOf,
  scenarioWeightsFrom,
  supportOf,
  tailPart,
  totalScenarioWeights,
  withoutNarrowTails,
} from '#models/proof/losses/risk-measure.js'
import { add, type Decimal, multiply, toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../books.js'
import { dec, fracOf, fracOfRatio } from '../certificates/decimals.js'
import { type Fraction, frac, least, minus, order, over, plus, total as sumOf, times } from '../fraction.js'

const SEED = 15_013
const decs = (values: readonly (number | string)[]): Decimal[] => values.map(dec)
const texts = (values: readonly Decimal[]): string[] => values.map(toText)
const ONE = frac('1')

/** min over t of t + E (L − t)⁺ / (1 − α), which is attained at one of the losses (Rockafellar and Uryasev 2000). */
function slowTail(losses: readonly number[], weights: readonly number[], alpha: string): Fraction {
  const all = sumOf(weights.map((w) => frac(String(w))))
  const tail = minus(ONE, frac(alpha))
  return losses
    .map((t) => {
      const beyond = losses.map((loss, s) => times(frac(String(weights[s])), frac(String(Math.max(0, loss - t)))))
      return plus(frac(String(t)), over(sumOf(beyond), times(all, tail)))
    })
    .reduce((a, b) => least(a, b))
}

describe(`a tail of losses (seed ${SEED})`, () => {
  it('is the mean of the worst, by another formula of it', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 80; round++) {
      const count = random.whole(1, 5)
      const losses = Array.from({ length: count }, () => random.whole(0, 9))
      const weights = Array.from({ length: count }, () => random.pick([0.5, 1, 2, 3]))
      const total = weights.reduce((a, b) => a + b, 0)
      const alpha = random.pick(['0', '0.25', '0.5', '0.8', '0.9', '0.99'])
      const measure = [{ weight: dec('2'), confidence: dec(alpha) }]
      const value = fracOfRatio(riskOf(measure, decs(losses), decs(weights), dec(total)))
      expect(order(value, times(frac('2'), slowTail(losses, weights, alpha))), `round ${round}`).toBe(0)
      // The worst moves first are weights that attain it, and lie in Θ but for rounding down.
      const [support] = supportOf(measure, decs(losses), decs(weights), dec(total))
      const attained = over(
        sumOf(support.map((mass, s) => times(fracOf(mass), frac(String(losses[s]))))),
        frac(String(total)),
      )
      expect(order(attained, value), `round ${round}`).toBeLessThanOrEqual(0)
      expect(order(minus(value, attained), frac('1e-30')), `round ${round}`).toBe(-1)
      expect(isScenarioWeighting(measure[0], support, decs(weights), dec(total)), `round ${round}`).toBe(true)
    }
  })

  it('of all is the mean, of none the worst, and parts add up', () => {
    const [losses, weights, total] = [decs([4, 1, 7]), decs([1, 2, 1]), dec(4)]
    const risk = (measure: Measure): string => riskOf(measure, losses, weights, total).toFraction()
    expect(risk([tailPart(1, 0)])).toBe('13/4')
    expect(risk([tailPart(1, 1)])).toBe('7')
    expect(risk([tailPart(0.5, 1)])).toBe('7/2')
    expect(risk([tailPart(1, 0.5)])).toBe('11/2')
    expect(risk([tailPart(1, 0.75)])).toBe('7')
    expect(risk([tailPart(0.5, 0), tailPart(2, 1)])).toBe('125/8')
    expect(supportOf([tailPart(1, 1)], losses, weights, total).map(texts)).toEqual([['0', '0', '4']])
    expect(supportOf([tailPart(0.5, 0)], losses, weights, total).map(texts)).toEqual([['0.5', '1', '0.5']])
    expect(texts(totalScenarioWeights([decs([1, 2]), decs([0.5, 0])]))).toEqual(['1.5', '2'])
  })

  it('no wider than the least weight is the worst case, and the mean under one move', () => {
    const weights = decs([1, 2, 1])
    const narrow = (alpha: number) => toText(withoutNarrowTails([tailPart(3, alpha)], weights, dec(4))[0].confidence)
    expect([narrow(0.75), narrow(0.7499), narrow(0.9), narrow(0)]).toEqual(['1', '0.7499', '1', '0'])
    expect(toText(withoutNarrowTails([tailPart(3, 0.9)], weights, dec(4))[0].weight)).toBe('3')
    expect(withoutNarrowTails([entropicPart(1, 0.9)], weights, dec(4))[0]).toEqual(tailPart(1, 1))
    expect(withoutNarrowTails([entropicPart(1, 0.5)], weights, dec(4))[0]).toEqual(entropicPart(1, 0.5))
    expect(withoutNarrowTails([tailPart(3, 0.9)], decs([2]), dec(2))).toEqual([tailPart(3, 0)])
  })

  it('puts the largest loss first, and the first of equals', () => {
    expect(byLoss(decs([1, 3, 3, 2]))).toEqual([1, 2, 3, 0])
    expect(byLoss([])).toEqual([])
  })

  it('has a confidence between 0 and 1', () => {
    expect([checkConfidence(0.5, 'here'), checkConfidence(1e-9, 'here')]).toEqual([0.5, 1e-9])
    for (const wrong of [0, 1, -0.5, 1.5, NaN, '0.5']) {
      expect(() => checkConfidence(wrong as number, 'here')).toThrow(
        expect.objectContaining({ code: 'confidence', path: 'here' }),
      )
    }
  })
})

describe('scenario weights', () => {
  const weights = decs([1, 2, 1])
  const total = dec(4)
  const isOne = (part: Measure[number], theta: readonly (number | string)[]): boolean =>
    isScenarioWeighting(part, decs(theta), weights, total)

  it('are not below zero, not beyond the cap of their move, and not more than there is', () => {
    const half = tailPart(1, 0.5)
    expect(isOne(half, [2, 0, 2])).toBe(true)
    expect(isOne(half, [2, 2, 0])).toBe(true)
    expect(isOne(half, [0, 0, 0])).toBe(true)
    expect(isOne(half, ['2.0000000000000000001', 0, 0])).toBe(false)
    expect(isOne(half, [0, 4, 0])).toBe(true)
    expect(isOne(half, [2, '2.0000000000000000001', 0])).toBe(false)
    expect(isOne(half, ['-1e-20', 2, 0])).toBe(false)
    // Of a part of weight λ, λ times as much.
    expect(isOne(tailPart(0.5, 0.5), [1, 1, 0])).toBe(true)
    expect(isOne(tailPart(0.5, 0.5), [1.01, 0, 0])).toBe(false)
    expect(isOne(tailPart(0.5, 0.5), [1, 1.01, 0])).toBe(false)
    expect(isOne(tailPart(1, 1), [4, 0, 0])).toBe(true)
    expect(isOne(tailPart(1, 1), [4.01, 0, 0])).toBe(false)
    expect(isOne(tailPart(1, 0), [1, 2, 1])).toBe(true)
    expect(isOne(tailPart(1, 0), [1.01, 1, 1])).toBe(false)
  })

  it('that are rough are put there, and nothing is changed that is', () => {
    const repair = (alpha: number, rough: readonly (number | string)[] | undefined): string[] =>
      texts(repairScenarioWeights([tailPart(1, alpha)], rough === undefined ? [] : [decs(rough)], weights, total)[0])
    expect(repair(0.5, [2, 1, 0.5])).toEqual(['2', '1', '0.5'])
    expect(repair(0.5, [9, 0, 0])).toEqual(['2', '0', '0'])
    expect(repair(0.5, [-1, 3, 0])).toEqual(['0', '3', '0'])
    // Too much in all: the largest give first.
    expect(repair(0.5, [2, 3, 1])).toEqual(['2', '1', '1'])
    expect(repair(0.5, [2, 4, 2])).toEqual(['2', '0', '2'])
    expect(repair(1, [4, 4, 1])).toEqual(['0', '3', '1'])
    expect(repair(0.5, undefined)).toEqual(['0', '0', '0'])
  })

  it('come from the duals of a solver, scaled to all there is', () => {
    const from = (alpha: number, theta: readonly number[], weight = 1): string[] =>
      texts(scenarioWeightsFrom([tailPart(weight, alpha)], [Float64Array.from(theta)], weights, total)[0])
    expect(from(0.5, [0.25, 0.25, 0])).toEqual(['2', '2', '0'])
    expect(from(0.5, [0.25, NaN, -1])).toEqual(['2', '0', '0'])
    expect(from(0.5, [0, 0, 0])).toEqual(['0', '0', '0'])
    expect(from(0.5, [0.25, 0.75, Infinity])).toEqual(['1', '3', '0'])
    expect(from(0.5, [0.25, 0.75, 0], 0.5)).toEqual(['0.5', '1.5', '0'])
  })
})

describe('entropic value at risk', () => {
  const weights = decs([1, 1, 2])
  const total = dec(4)
  const losses = decs([8, 2, 0])
  const alpha = 0.5
  const kappa = -Math.log1p(-alpha)
  const by = (t: number): number => {
    const mean = [8, 2, 0].reduce((sum, loss, s) => sum + [1, 1, 2][s] * Math.exp((loss - 8) / t), 0) / 4
    return 8 + t * (Math.log(mean) + kappa)
  }
  const best = Array.from({ length: 4000 }, (_, i) => by(0.05 * (i + 1) * 0.1)).reduce((a, b) => Math.min(a, b))
  const outcomes = [losses, weights, total, dec(alpha)] as const

  it('is the least over t of the formula, and by any t no less', () => {
    const t = entropicTemperature(...outcomes)
    expect(toNumber(entropicAbove(outcomes, t))).toBeCloseTo(best, 5)
    for (const own of [0.5, 1, 3, 20]) {
      const above = toNumber(entropicAbove(outcomes, dec(own)))
      expect(above).toBeGreaterThanOrEqual(Math.min(8, by(own)) - 1e-14)
      expect(above).toBeCloseTo(Math.min(8, by(own)), 9)
      expect(above).toBeGreaterThanOrEqual(best - 1e-9)
    }
    expect(toText(entropicAbove(outcomes, undefined))).toBe('8')
    expect(riskOf([entropicPart(2, alpha)], losses, weights, total).valueOf()).toBeCloseTo(2 * best, 5)
  })

  it('is the worst case where the worst move is no wider than the tail', () => {
    // κ of 1 − α = 1/8 is beyond the divergence of the worst move alone, ln 4.
    const far = [losses, weights, total, dec(0.875)] as const
    expect(entropicTemperature(...far)).toBeUndefined()
    expect(isNearBest(far, undefined, dec(8))).toBe(true)
    expect(isNearBest(far, undefined, dec('8.001'))).toBe(false)
    expect(isNearBest(outcomes, undefined, dec(8))).toBe(false)
  })

  it('is near the best by the best t, and not by another', () => {
    const t = entropicTemperature(...outcomes) as Decimal
    expect(isNearBest(outcomes, t, entropicAbove(outcomes, t))).toBe(true)
    for (const factor of [0.5, 0.9, 1.1, 2]) {
      const own = dec(toNumber(t) * factor)
      expect(isNearBest(outcomes, own, entropicAbove(outcomes, own)), String(factor)).toBe(false)
    }
    expect(isNearBest(outcomes, t, dec(toNumber(entropicAbove(outcomes, t)) * (1 + 1e-5)))).toBe(false)
  })

  it.each(['1e-9', '3e-8', '1.7e-7', '7.3e-7', '1e-5', '0.2'])(
    'is found where the two worst losses are only %s apart',
    (apart) => {
      // In doubles of two thousand million such a difference is a rounding, or another number.
      const near = [dec(0), dec(12), dec('2005319609.9'), add(dec('2005319609.9'), dec(apart))]
      const equal = near.map(() => dec(1))
      const close = [near, equal, dec(4), dec(0.6)] as const
      const t = entropicTemperature(...close)
      const value = entropicAbove(close, t)
      expect(isNearBest(close, t, value)).toBe(true)
      const support = entropicSupport(...close)
      expect(isEntropicWeighting(support, equal, dec(4), dec(0.6))).toBe(true)
      const least = toNumber(support.reduce((sum, mass, s) => add(sum, multiply(mass, near[s])), dec(0))) / 4
      expect(toNumber(value) / least - 1).toBeLessThan(1e-12)
    },
  )

  it('is bounded by weights whose divergence is at most κ', () => {
    const isOne = (theta: readonly number[]): boolean => isEntropicWeighting(decs(theta), weights, total, dec(alpha))
    const divergence = (theta: readonly number[]): number => {
      const all = theta.reduce((a, b) => a + b, 0)
      return theta.reduce((sum, m, s) => sum + (m > 0 ? (m / 4) * Math.log((m * 4) / (all * [1, 1, 2][s])) : 0), 0)
    }
    expect(isOne([1, 1, 2])).toBe(true)
    expect(isOne([0, 0, 0])).toBe(true)
    expect(isOne([1.1, 1, 2])).toBe(false)
    expect(isOne([-0.1, 1, 2])).toBe(false)
    expect(isEntropicWeighting(decs([1, 1]), decs([2, 0]), dec(2), dec(alpha))).toBe(false)
    expect(isEntropicWeighting(decs([1, 0]), decs([2, 0]), dec(2), dec(alpha))).toBe(true)
    for (const theta of [
      [3, 1, 0],
      [2.9, 1, 0.1],
      [4, 0, 0],
      [1.9, 0, 0],
      [1.9, 2, 0.1],
      [2.5, 1, 0.5],
      [1, 0, 0],
      [0.1, 0, 3.9],
    ]) {
      expect(isOne(theta), String(theta)).toBe(divergence(theta) <= kappa)
    }
    // Within 1e-9 of κ on either side.
    const edge = (x: number): readonly number[] => [x, (4 - x) / 2, (4 - x) / 2]
    let [low, high] = [1, 4]
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2
      if (divergence(edge(middle)) <= kappa) low = middle
      else high = middle
    }
    expect([isOne(edge(low - 1e-9)), isOne(edge(low + 1e-9))]).toEqual([true, false])
  })

  it('has weights that attain it, and rough ones are mixed until they prove something', () => {
    const support = entropicSupport(losses, weights, total, dec(alpha))
    expect(isEntropicWeighting(support, weights, total, dec(alpha))).toBe(true)
    const attained = support.reduce((sum, mass, s) => sum + toNumber(mass) * [8, 2, 0][s], 0) / 4
    expect(attained).toBeCloseTo(best, 5)
    const repaired = (rough: readonly number[]) => entropicRepair(decs(rough), weights, total, dec(alpha))
    expect(texts(repaired([0, 0, 0]))).toEqual(['1', '1', '2'])
    expect(texts(repaired([-1, -1, -2]))).toEqual(['1', '1', '2'])
    expect(texts(repaired([2, 2, 4]))).toEqual(['1', '1', '2'])
    // Just outside it is mixed with a tenth of the weights, far outside there are the weights.
    const outside = entropicSupport(losses, weights, total, dec(alpha + 0.01)).map(toNumber)
    const mixed = repaired(outside)
    expect(isEntropicWeighting(decs(outside), weights, total, dec(alpha))).toBe(false)
    expect(isEntropicWeighting(mixed, weights, total, dec(alpha))).toBe(true)
    mixed.forEach((mass, s) => {
      expect(toNumber(mass)).toBeCloseTo(0.9 * outside[s] + 0.1 * [1, 1, 2][s], 9)
    })
    expect(texts(repaired([4, 0, 0]))).toEqual(['1', '1', '2'])
    expect(supportOf([entropicPart(2, alpha)], losses, weights, total)[0].map(toNumber)).toEqual(
      support.map((mass) => 2 * toNumber(mass)),
    )
    expect(repairScenarioWeights([entropicPart(1, alpha)], [], weights, total).map(texts)).toEqual([['1', '1', '2']])
    expect(isScenarioWeighting(entropicPart(2, alpha), decs([2, 2, 4]), weights, total)).toBe(true)
    expect(isScenarioWeighting(entropicPart(1, alpha), decs([2, 2, 4]), weights, total)).toBe(false)
    // More of a move than a tail takes, and no more surprising for that.
    const heavy = decs([2.1, 1, 0.9])
    expect(isScenarioWeighting(entropicPart(1, alpha), heavy, weights, total)).toBe(true)
    expect(isScenarioWeighting(tailPart(1, alpha), heavy, weights, total)).toBe(false)
    // Parts that weigh nothing, or are below zero, are dropped; the weights themselves are not handed out.
    expect(texts(entropicRepair(decs([1, 1, -3]), decs([1, 1, 1]), dec(3), dec(0.9)))).toEqual(['1.5', '1.5', '0'])
    expect(texts(entropicRepair(decs([1, 1, 3]), decs([1, 1, 0]), dec(2), dec(0.9)))).toEqual(['1', '1', '0'])
    expect(entropicRepair(decs([0, 0, 0]), weights, total, dec(alpha))).not.toBe(weights)
    expect(entropicRepair(decs([4, 0, 0]), weights, total, dec(alpha))).not.toBe(weights)
  })
})
