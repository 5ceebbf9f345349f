import { describe, expect, test } from 'vitest'
import {
  type AdlEvent,
  audit,
  checkCertificate,
  compare,
  conditionalValueAtRisk,
  defineObjective,
  definePolicy,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  objectives,
  parseAllocation,
  parseEvent,
  parseMoves,
  policies,
  SpillwayError,
  solve,
  verify,
  verifyWithProof,
  worstCaseLoss,
} from '#models/index.js'
import { positivePart } from '#src/index.js'

const eventJson = {
  format: 'spillway/event@1',
  markets: [{ market: 'A', markPrice: 10 }],
  accounts: [
    { account: 'a', equity: 20, positions: [{ market: 'A', quantity: 8 }] },
    { account: 'b', equity: '30.5', positions: [{ market: 'A', quantity: 5 }] },
  ],
  demand: [{ market: 'A', side: 'long', quantity: 4 }],
} as const
const allocationJson = {
  format: 'spillway/allocation@1',
  reductions: [{ account: 'a', market: 'A', quantity: 4 }],
} as const
const movesJson = { format: 'spillway/moves@1', markets: ['A'], moves: [[-0.5], [0.2]] }

const event = parseEvent(eventJson)
const allocation = parseAllocation(allocationJson)
const moves = parseMoves(movesJson)
const sealed = (await verifyWithProof(event, allocation, minMaxLeverage())).certificate()!

/** What plain JavaScript lets through. */
const junk: readonly unknown[] = [
  undefined,
  null,
  7,
  'crash.json',
  '',
  true,
  [],
  {},
  [{}],
  () => 0,
  Symbol('s'),
  new Map(),
  Promise.resolve(event),
  event,
  allocation,
  moves,
  sealed,
  eventJson,
  allocationJson,
  movesJson,
  minMaxLeverage(),
  minMaxLeverage,
  policies.get('pro-rata')!(),
  new Date(Number.NaN),
  { digest: () => '' },
  { name: 'x' },
]

const definition = {
  name: 'excess',
  summary: 's',
  formula: 'f',
  source: 's',
  minimize: ({ exposure, equity }: { exposure: never; equity: never }) =>
    positivePart((exposure as { minus(other: unknown): never }).minus(equity)).sum(),
}
const policy = { name: 'none', summary: 's', allocate: () => [4, 0] }

const few = { policies: ['pro-rata'], objectives: ['min-max-leverage'] }

/** Every public function with good arguments. */
const calls: readonly (readonly [name: string, call: (...given: never[]) => unknown, good: readonly unknown[]])[] = [
  ['parseEvent', parseEvent as never, [eventJson]],
  ['parseAllocation', parseAllocation as never, [allocationJson]],
  ['parseMoves', parseMoves as never, [movesJson]],
  ['solve', solve as never, [event, minMaxLeverage(), { tolerance: 1e-6 }]],
  ['verify', verify as never, [event, allocation, minMaxLeverage(), { feasibility: 1e-9 }]],
  ['checkCertificate', checkCertificate as never, [event, allocation, sealed, [], {}]],
  ['compare', ((given: never) => compare(given, few)) as never, [event]],
  ...(['policies', 'objectives', 'inputs', 'seed'] as const).map(
    (field) =>
      [
        `compare ${field}`,
        ((given: never) => compare(event, { ...few, [field]: given })) as never,
        [{ ...few, inputs: { moves }, seed: 3 }[field]],
      ] as const,
  ),
  ['audit', ((given: never) => audit(given, { trials: 1, axioms: ['demand-met'] })) as never, ['pro-rata']],
  ['expectedLoss', expectedLoss as never, [{ moves }]],
  ['conditionalValueAtRisk', conditionalValueAtRisk as never, [{ moves, confidence: 0.9 }]],
  ['worstCaseLoss', worstCaseLoss as never, [{ moves }]],
  ['factorLeverage', factorLeverage as never, [{ loadings: { A: 1 } }]],
  ['defineObjective', defineObjective as never, [definition]],
  ['definePolicy', definePolicy as never, [policy]],
  ...(['moves', 'confidence', 'loadings'] as const).map(
    (field) =>
      [
        `conditionalValueAtRisk ${field}`,
        ((given: never) => conditionalValueAtRisk({ moves, [field]: given })) as never,
        [{ moves, confidence: 0.5, loadings: { A: 1 } }[field]],
      ] as const,
  ),
  ...(['solver', 'tolerance', 'lots', 'exact', 'timeLimitSeconds', 'signal', 'onProgress'] as const).map(
    (option) =>
      [
        `solve ${option}`,
        ((given: never) => solve(event, minMaxLeverage(), { [option]: given })) as never,
        [
          {
            solver: 'closed-form',
            tolerance: 0.1,
            lots: false,
            exact: true,
            timeLimitSeconds: 5,
            signal: AbortSignal.abort,
            onProgress: () => 0,
          }[option],
        ],
      ] as const,
  ),
]

const outcomeOf = async (call: (...given: never[]) => unknown, given: readonly unknown[]): Promise<unknown> => {
  try {
    return await call(...(given as never[]))
  } catch (error) {
    return error
  }
}

const refusal = async (call: () => unknown): Promise<SpillwayError> => {
  const error = await outcomeOf(call, [])
  expect(error).toBeInstanceOf(SpillwayError)
  return error as SpillwayError
}

describe('a wrong argument of a public function', () => {
  test('is refused by name or answered, never a bare error', async () => {
    let refused = 0
    for (const [name, call, good] of calls) {
      if (!name.startsWith('solve s')) expect(await outcomeOf(call, good), name).not.toBeInstanceOf(Error)
      for (let at = 0; at < good.length; at++) {
        for (const wrong of junk) {
          const outcome = await outcomeOf(call, good.with(at, wrong))
          if (!(outcome instanceof Error)) continue
          expect(outcome, `${name}, argument ${at}: ${String(outcome)}`).toBeInstanceOf(SpillwayError)
          expect((outcome as SpillwayError).code).not.toBe('internal')
          refused++
        }
      }
    }
    expect(refused).toBeGreaterThan(300)
  })

  test('an allocation for an event, a certificate for an allocation, a path for either, say so', async () => {
    const objective = minMaxLeverage()
    const path = 'crash.json' as never
    expect((await refusal(() => solve(path, objective))).cure).toContain('readEvent')
    expect((await refusal(() => verify(event, path, objective))).cure).toContain('readAllocation')
    expect((await refusal(() => solve(allocation as never, objective))).message).toContain('is an allocation')
    expect((await refusal(() => solve(Promise.resolve(event) as never, objective))).cure).toContain('await')
    expect((await refusal(() => verify(event, sealed as never, objective))).message).toContain('a certificate')
    expect((await refusal(() => verify(event, event as never, objective))).message).toContain('is an event')
    expect((await refusal(() => checkCertificate(event, allocation, sealed, { lots: true } as never))).path).toBe(
      'custom',
    )
  })

  test('an objective that was not called, or needs inputs, says so', async () => {
    expect(await refusal(() => solve(event, expectedLoss as never))).toMatchObject({
      code: 'not-called',
      path: 'objective',
    })
    expect(await refusal(() => solve(event, 'expected-loss'))).toMatchObject({ code: 'missing-input' })
    expect((await refusal(() => solve(event, 'min-max-levrage'))).cure).toContain('"min-max-leverage"')
    expect((await refusal(() => solve(event, objectives.get('cvar') as never))).code).toBe('not-called')
    expect((await refusal(() => compare(event, { policies: [policies.get('pro-rata') as never] }))).code).toBe(
      'not-called',
    )
    expect((await refusal(() => audit(policies.get('pro-rata') as never))).code).toBe('not-called')
  })

  test('an option or an input of another name is refused with the nearest', async () => {
    const cases: readonly (readonly [() => unknown, string])[] = [
      [() => solve(event, minMaxLeverage(), { tolerence: 1 } as never), 'tolerance'],
      [() => verify(event, allocation, minMaxLeverage(), { feasability: 1 } as never), 'feasibility'],
      [() => compare(event, { policie: [] } as never), 'policies'],
      [() => audit('pro-rata', { trails: 5 } as never), 'trials'],
      [() => expectedLoss({ move: moves } as never), 'moves'],
      [() => conditionalValueAtRisk({ moves, confidnce: 0.9 } as never), 'confidence'],
    ]
    for (const [call, name] of cases) {
      const error = await refusal(call)
      expect(error.code).toBe('unknown-option')
      expect(error.cure).toContain(`Did you mean "${name}"?`)
    }
    expect((await refusal(() => defineObjective({ ...definition, minimise: 1 } as never))).code).toBe('unknown-field')
    expect((await refusal(() => expectedLoss(moves as never))).cure).toContain('{ moves }')
  })
})

test('JSON values and names do what was read and made does', async () => {
  const { seconds: _, ...byHand } = await solve(event, minMaxLeverage())
  const { seconds: __, ...byName } = await solve(eventJson as never, 'min-max-leverage')
  expect(byName).toEqual(byHand)
  const verdict = await verify(eventJson as never, allocationJson as never, 'min-max-leverage')
  expect(verdict.verdict).toBe((await verify(event, allocation, minMaxLeverage())).verdict)
  const loss = async (given: unknown): Promise<unknown> =>
    (await solve(event as AdlEvent, expectedLoss({ moves: given as never }))).objective
  expect(await loss(movesJson)).toEqual(await loss(moves))
})
