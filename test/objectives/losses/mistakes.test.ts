import {
  conditionalValueAtRisk,
  expectedLoss,
  type GaussianMoves,
  meanAndTail,
  parseAllocation,
  solve,
  spectralLoss,
  verify,
  worstCaseLoss,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { ratioNumber } from '#src/numeric/index.js'
import { fake } from '../../solvers/fakes/fake.js'
import { eventOf } from '../leverage/support.js'
import { measures, movesOf, parsed, planOf, rechecked } from './support.js'

const event = eventOf(
  [
    ['BTC', '100'],
    ['ETH', '10'],
  ],
  { a: ['30', ['BTC', '-2']], b: ['50', ['BTC', '-3'], ['ETH', '-5']], c: ['40', ['ETH', '-10']] },
  [
    ['BTC', 'short', '2'],
    ['ETH', 'short', '6'],
  ],
)
const rows = [
  [0.2, 0.3],
  [0.1, 0.6],
  [-0.1, 0.1],
  [0.5, 0.2],
]
const moves = movesOf(['ETH', 'BTC'], rows)
const gaussian: GaussianMoves = {
  kind: 'gaussian',
  markets: ['BTC', 'ETH'],
  mean: new Float64Array(2),
  covariance: Float64Array.of(1, 0, 0, 1),
  digest: () => '',
}

const thrown = (make: () => unknown): unknown => {
  try {
    make()
  } catch (error) {
    return error
  }
  return undefined
}

describe('what is refused', () => {
  it('losses without moves, each by name', () => {
    for (const make of [
      () => expectedLoss(),
      () => conditionalValueAtRisk({}),
      () => worstCaseLoss(),
      () => meanAndTail({ weight: 1 }),
      () => spectralLoss({ parts: [{ weight: 1, confidence: 0.5 }] }),
    ]) {
      expect(thrown(make)).toMatchObject({ code: 'missing-input', path: 'inputs.moves' })
    }
  })

  it('a confidence outside (0, 1)', () => {
    for (const confidence of [0, 1, -0.5, 2, Number.NaN, Infinity]) {
      expect(thrown(() => conditionalValueAtRisk({ moves, confidence }))).toMatchObject({ code: 'confidence' })
    }
    expect(thrown(() => spectralLoss({ moves, parts: [{ weight: 1, confidence: 1.5 }] }))).toMatchObject({
      code: 'confidence',
      path: 'inputs.parts[0].confidence',
    })
  })

  it('weights of parts that are not above zero, and no parts', () => {
    expect(thrown(() => meanAndTail({ moves, weight: 0 }))).toMatchObject({ code: 'part-weight' })
    expect(thrown(() => spectralLoss({ moves, parts: [] }))).toMatchObject({ code: 'part-weight' })
    expect(thrown(() => spectralLoss({ moves, parts: [{ weight: -1, confidence: 0 }] }))).toMatchObject({
      code: 'part-weight',
      path: 'inputs.parts[0].weight',
    })
  })

  it('tails of Gaussian moves, with a cure', () => {
    for (const make of [conditionalValueAtRisk, worstCaseLoss]) {
      const error = thrown(() => make({ moves: gaussian })) as { cure: string }
      expect(error).toMatchObject({ code: 'moves-kind', path: 'inputs.moves' })
      expect(error.cure).toContain('spillway moves')
    }
  })

  it('moves that lack a market, and weights that cannot be', () => {
    const at = (given: typeof moves) => thrown(() => expectedLoss({ moves: given }).prepare(parsed(event)))
    expect(at(movesOf(['BTC'], [[0.1]]))).toMatchObject({ code: 'missing-market', value: 'ETH' })
    expect(at(movesOf(['BTC', 'ETH'], rows, [1, -1, 1, 1]))).toMatchObject({ path: 'moves.weights[1]' })
    expect(at(movesOf(['BTC', 'ETH'], rows, [0, 0, 0, 0]))).toMatchObject({ code: 'moves-weight' })
  })
})

describe('evidence', () => {
  it('of another shape, name, move or measure is refused', async () => {
    const prepared = measures['cvar 0.8'].make(moves).prepare(parsed(event))
    const evidence = (await planOf(prepared)).bound().evidence!() as Record<string, unknown>
    for (const spoiled of [
      undefined,
      { ...evidence, prices: { BTC: '1' } },
      { ...evidence, prices: { BTC: 1, ETH: '2' } },
      { ...evidence, tails: [] },
      { ...evidence, tails: [{ weight: '1', confidence: '0.9', masses: {} }] },
      { ...evidence, tails: [{ weight: '1', confidence: '0.8', masses: { '7': '1' } }] },
      { ...evidence, shares: { nobody: {} } },
    ]) {
      expect(thrown(() => prepared.recheck!(spoiled))).toMatchObject({
        code: expect.stringMatching(/^(bad-evidence|unknown-key)$/),
      })
    }
  })

  it('that is rough proves less, never more; greedy evidence is refused', async () => {
    for (const { make } of Object.values(measures)) {
      const prepared = make(moves).prepare(parsed(event))
      const plan = await planOf(prepared)
      const optimum = ratioNumber(prepared.value(plan.reductions)!)
      const evidence = plan.bound().evidence!() as {
        prices: Record<string, string>
        tails: { masses: object }[]
      }
      expect(rechecked(prepared, evidence)).toBeGreaterThan(optimum * (1 - 1e-9))
      const heavy = evidence.tails.map((tail) => ({ ...tail, masses: { '0': '9', '1': '9', '2': '9', '3': '9' } }))
      const large = { a: { '0': '5', '1': '5', '2': '5', '3': '5' } }
      for (const greedy of [
        { ...evidence, tails: heavy },
        { ...evidence, shares: large },
      ]) {
        expect(thrown(() => rechecked(prepared, greedy))).toMatchObject({ code: 'evidence-range' })
      }
      for (const factor of [-1, 0, 0.9, 1.1, 1e6]) {
        const prices = Object.fromEntries(
          Object.entries(evidence.prices).map(([market, price]) => [market, String(Number(price) * factor)]),
        )
        expect(rechecked(prepared, { ...evidence, prices })).toBeLessThanOrEqual(optimum)
      }
    }
  })
})

describe('solvers that lie', () => {
  it('prove nothing with wrong points, and cannot lift the bound with wrong prices', async () => {
    const { make } = measures['expected-loss']
    const prepared = make(moves).prepare(parsed(event))
    const honest = await planOf(prepared)
    const optimum = ratioNumber(prepared.value(honest.reductions)!)
    const spoil = (factor: number) => (values: Float64Array) => values.map((own) => own * factor)
    for (const factor of [0, -1, 1e9, Number.NaN]) {
      const plan = await planOf(prepared, (answer) => ({
        ...answer,
        prices: new Map([...answer.prices!].map(([name, own]) => [name, spoil(factor)(own)])),
      }))
      const { bound } = plan.bound()
      expect(ratioNumber(bound!)).toBeLessThanOrEqual(optimum)
      expect(ratioNumber(bound!)).toBeLessThan(optimum * 0.99)
    }
    const wrong = await planOf(prepared, (answer) => ({
      ...answer,
      values: new Map([['closed', answer.values.get('closed')!.map((_, pair) => pair % 2)]]),
    }))
    expect(ratioNumber(prepared.value(wrong.reductions)!)).toBeGreaterThan(optimum * 1.001)
  })

  it('end as the method says, never as optimal', async () => {
    const lying = fake('liar')
    const solution = await solve(parsed(event), expectedLoss({ moves }), { solver: lying as unknown as string }).catch(
      (error: { code: string }) => ({ status: error.code }),
    )
    expect(solution.status).not.toBe('optimal')
  })
})

describe('verify', () => {
  it('calls an allocation that misses the demand infeasible', async () => {
    const reductions = [{ account: 'a', market: 'BTC', quantity: '1' }]
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
    const verdict = await verify(parsed(event), allocation, expectedLoss({ moves }))
    expect(verdict.verdict).toBe('infeasible')
  })
})
