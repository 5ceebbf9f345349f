import {
  type AdlEvent,
  type Allocation,
  type Certificate,
  type CheckOptions,
  checkCertificate,
  conditionalValueAtRisk,
  defineObjective,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  type Objective,
  objectives,
  parseAllocation,
  parseCertificate,
  parseEvent,
  parseMoves,
  squaredLeverage,
  verifyWithProof,
  worstCaseLoss,
} from 'spillway'
import { maximum } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { seal } from '#models/book/index.js'
import { folderWith, jsonOf, spillwayHere } from '../cli/support.js'

/** Two markets with lots, one account in both; the allocation is far from the best under every objective. */
const eventJson = {
  format: 'spillway/event@1',
  markets: [
    { market: 'A', markPrice: 100, lotSize: 1, factorLoading: 1 },
    { market: 'B', markPrice: '20.5', lotSize: 1, factorLoading: 0.5 },
  ],
  accounts: [
    { account: 'a', equity: 200, positions: [{ market: 'A', quantity: -10 }] },
    {
      account: 'b',
      equity: 1000,
      positions: [
        { market: 'A', quantity: -10 },
        { market: 'B', quantity: 30 },
      ],
    },
    { account: 'c', equity: 400, positions: [{ market: 'A', quantity: -7 }] },
  ],
  demand: [{ market: 'A', side: 'short', quantity: 9 }],
}
const allocationJson = {
  format: 'spillway/allocation@1',
  reductions: [
    { account: 'b', market: 'A', quantity: 6 },
    { account: 'c', market: 'A', quantity: 3 },
  ],
}
const markets = ['A', 'B']
const movesJson = {
  format: 'spillway/moves@1',
  markets,
  moves: [
    [0.1, 0.2],
    [0.4, 0.3],
    [-0.2, 0.1],
  ],
  weights: [2, 1, 1],
}
const zeroJson = {
  ...movesJson,
  moves: [
    [0, 0],
    [0, 0],
    [0, 0],
  ],
}
const gaussianJson = {
  format: 'spillway/moves@1',
  markets,
  gaussian: {
    covariance: [
      [0.09, 0.02],
      [0.02, 0.04],
    ],
  },
}

const event = parseEvent(eventJson)
const allocation = parseAllocation(allocationJson)
const moves = parseMoves(movesJson)
const gaussian = parseMoves(gaussianJson)
const own = defineObjective({
  name: 'own',
  summary: 'largest exposure',
  formula: 'max_i N′_i',
  source: 'test',
  minimize: ({ exposure }) => maximum(exposure),
})

async function certified(objective: Objective, options: { lots?: boolean; feasibility?: number } = {}) {
  const { certificate } = await verifyWithProof(event, allocation, objective, options)
  return parseCertificate(JSON.parse(JSON.stringify(certificate())))
}

function resealed({ digest: _, ...content }: Certificate, change: Partial<Certificate> = {}): Certificate {
  return seal({ ...content, ...change })
}

const proves = (
  certificate: Certificate,
  options: CheckOptions = {},
  subject: readonly [AdlEvent, Allocation] = [event, allocation],
) => checkCertificate(...subject, certificate, objectives.has(certificate.objective) ? [] : [own], options)

describe('what a certificate was proved under', () => {
  it('is shown, and pinned: the same is proved, another one is not, and is named', async () => {
    const loadings = { A: 1, B: -0.5 }
    const cases: [name: string, Certificate, same: CheckOptions, others: CheckOptions[]][] = [
      [
        'objective',
        await certified(minMaxLeverage()),
        { objective: 'min-max-leverage' },
        [{ objective: 'squared-leverage' }],
      ],
      [
        'moves',
        await certified(expectedLoss({ moves })),
        { moves: parseMoves(JSON.parse(JSON.stringify(movesJson))) },
        [
          { moves: parseMoves(zeroJson) },
          { moves: parseMoves({ ...movesJson, weights: [2, 1, 1.5] }) },
          { moves: parseMoves({ ...movesJson, markets: ['B', 'A'] }) },
          { moves: gaussian },
        ],
      ],
      ['moves', await certified(expectedLoss({ moves: gaussian })), { moves: gaussian }, [{ moves }]],
      ['moves', await certified(squaredLeverage()), {}, [{ moves }]],
      [
        'confidence',
        await certified(conditionalValueAtRisk({ moves, confidence: 0.6 })),
        { moves, confidence: 0.6 },
        [{ confidence: 0.61 }, { moves, confidence: 0.99 }],
      ],
      ['confidence', await certified(worstCaseLoss({ moves })), { moves }, [{ confidence: 0.99 }]],
      [
        'loadings',
        await certified(factorLeverage({ loadings })),
        { loadings: new Map(Object.entries(loadings)) },
        [{ loadings: { A: 1, B: 0.5 } }, { loadings: { A: 1 } }],
      ],
      ['loadings', await certified(factorLeverage()), {}, [{ loadings }]],
      ['lots', await certified(minMaxLeverage(), { lots: true }), { lots: true }, [{ lots: false }]],
      ['lots', await certified(minMaxLeverage()), { lots: false }, [{ lots: true }]],
      [
        'feasibility',
        await certified(minMaxLeverage(), { feasibility: 1e-3 }),
        { feasibility: 1e-3 },
        [{}, { feasibility: 1e-6 }],
      ],
      ['feasibility', await certified(minMaxLeverage()), {}, [{ feasibility: 1e-3 }]],
    ]
    for (const [name, certificate, same, others] of cases) {
      const check = proves(certificate, same)
      expect(check, name).toMatchObject({ proved: true })
      expect(check.under, name).toMatchObject({
        objective: certificate.objective,
        lots: certificate.lots,
        keepSolvent: false,
        demand: 'event',
      })
      for (const other of others) {
        const refused = proves(certificate, other)
        expect(refused, name).toMatchObject({ proved: false, under: check.under! })
        expect(refused.reason, name).toContain(`${name} is pinned to`)
      }
    }
    expect(proves(cases[1][1]).under).toEqual({
      objective: 'expected-loss',
      moves: { digest: moves.digest(), count: 3 },
      lots: false,
      keepSolvent: false,
      demand: 'event',
      feasibility: 1e-9,
    })
    expect(proves(cases[2][1]).under?.moves).toEqual({ digest: gaussian.digest(), count: null })
    expect(proves(cases[4][1]).under?.confidence).toBe(0.6)
  })

  it('cannot be bent: every part changed with a digest that fits is refused under what is pinned, or proves something else', async () => {
    const certificate = await certified(expectedLoss({ moves }))
    const evidence = { prices: { A: '0' }, tails: [{ weight: '1', confidence: '0', masses: {} }], shares: {} }
    // The classic: no move, no loss, proved.
    const bent = resealed(certificate, { inputs: { moves: zeroJson }, value: '0', bound: '0', evidence })
    expect(proves(bent)).toMatchObject({ proved: true, verdict: 'optimal', value: 0, under: { moves: { count: 3 } } })
    expect(proves(bent).under!.moves!.digest).not.toBe(moves.digest())
    expect(proves(bent, { moves })).toMatchObject({ proved: false })
    // An input without effect states something that does not follow.
    const more = resealed(certificate, { inputs: { ...certificate.inputs, confidence: '0.99' } })
    expect(proves(more)).toMatchObject({ proved: false, reason: expect.stringContaining('confidence') })
    const named = resealed(certificate, { inputs: { ...certificate.inputs, stress: '2' } })
    expect(proves(named)).toMatchObject({ proved: false, reason: expect.stringContaining('stress') })
    for (const value of [null, '0', `${certificate.value!.split('/')[0]}1`]) {
      expect(proves(resealed(certificate, { value })), String(value)).toMatchObject({ proved: false })
    }
  })

  it('takes no unknown key: one more anywhere in a certificate of any objective is refused by its name', async () => {
    const all: [Objective, { lots?: boolean }?][] = [
      [minMaxLeverage()],
      [minMaxLeverage(), { lots: true }],
      [squaredLeverage()],
      [squaredLeverage(), { lots: true }],
      [factorLeverage()],
      [expectedLoss({ moves })],
      [expectedLoss({ moves: gaussian })],
      [conditionalValueAtRisk({ moves, confidence: 0.6 })],
      [worstCaseLoss({ moves })],
      [own],
    ]
    let tried = 0
    for (const [objective, options] of all) {
      const certificate = await certified(objective, options)
      expect(proves(resealed(certificate))).toMatchObject({ proved: true })
      for (const path of objectsIn(certificate)) {
        for (const [key, value] of [
          ['zz', '1'],
          ['zz', {}],
          ['__proto__', {}],
        ] as const) {
          const changed = structuredClone(certificate) as Record<string, unknown>
          const target = path.reduce<Record<string, unknown>>(
            (part, key) => part[key] as Record<string, unknown>,
            changed,
          )
          Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
          const place = `${objective.name} ${path.join('.')}`
          const check = proves(resealed(parseCertificate(changed)))
          expect(check, place).toMatchObject({ proved: false })
          expect(check.reason, place).toContain(key)
          tried++
        }
      }
    }
    expect(tried).toBeGreaterThan(60)
  })

  it('has one spelling of what is forgiven', async () => {
    const certificate = await certified(minMaxLeverage())
    for (const feasibility of ['1e-9 ', '+1e-9', '0x0', '.1e-8', '', '-0', '1e-9\n']) {
      const json = JSON.parse(JSON.stringify(resealed(certificate, { feasibility })))
      expect(() => parseCertificate(json), feasibility).toThrow(
        expect.objectContaining({ path: expect.stringContaining('feasibility') }),
      )
    }
  })

  it('can be said on the command line, where a difference is exit status 1', async () => {
    const certificate = await certified(conditionalValueAtRisk({ moves, confidence: 0.6 }))
    const folder = await folderWith({
      'event.json': eventJson,
      'closed.json': allocationJson,
      'moves.json': movesJson,
      'zero.json': zeroJson,
      'loadings.csv': 'market,factorLoading\nA,1\nB,2\n',
      'proof.json': certificate,
    })
    const at = (name: string): string => `${folder}/${name}`
    const check = (...flags: string[]) =>
      spillwayHere(['check', at('event.json'), at('closed.json'), at('proof.json'), ...flags])
    const right = ['--objective', 'cvar', '--moves', at('moves.json'), '--confidence', '0.6', '--feasibility', '1e-9']
    const proved = await check(...right, '--json')
    expect(proved.status).toBe(0)
    expect(jsonOf(proved)).toMatchObject({
      proved: true,
      verdict: 'suboptimal',
      under: { objective: 'cvar', confidence: 0.6, moves: { count: 3 } },
    })
    const printed = (await check()).stdout
    expect(printed).toMatch(/^proved {2}suboptimal: the CVaR of the loss is 125, and no allocation is below 0$/m)
    expect(printed).toMatch(/moves +3, sha256:[0-9a-f]{12}…/)
    for (const line of printed.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(80)
    const levels = await certified(minMaxLeverage())
    const other = await folderWith({ 'proof.json': levels })
    const worse = await spillwayHere(['check', at('event.json'), at('closed.json'), `${other}/proof.json`])
    expect(worse.stdout).toMatch(
      /^proved {2}suboptimal by at most [\d.]+ %: the largest leverage is 5×, and no allocation is below [\d.]+×$/m,
    )
    const wrong: [name: string, flags: string[]][] = [
      ['objective', ['--objective', 'expected-loss']],
      ['moves', ['--moves', at('zero.json')]],
      ['confidence', ['--confidence', '0.7']],
      ['loadings', ['--loadings', at('loadings.csv')]],
      ['lots', ['--lots']],
      ['feasibility', ['--feasibility', '1e-6']],
    ]
    for (const [name, flags] of wrong) {
      const run = await check(...flags, '--json')
      expect(run.status, name).toBe(1)
      expect(jsonOf(run), name).toMatchObject({ proved: false, reason: expect.stringContaining(`${name} is pinned`) })
    }
    for (const flags of [['--keep-solvent'], ['--demand', 'filled']]) expect((await check(...flags)).status).toBe(1)
  })
})

/** Paths of all objects in a JSON value, the root included; entries of lists by their index. */
function objectsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.entries(value).flatMap(([key, part]) => objectsIn(part, [...path, key]))
  return Array.isArray(value) ? inside : [path, ...inside]
}
