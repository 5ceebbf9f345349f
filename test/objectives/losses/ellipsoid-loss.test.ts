import {
  checkCertificate,
  ellipsoidLoss,
  expectedLoss,
  type GaussianMoves,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  verifyWithProof,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { type PlainEvent, randomBook, randomFrom } from '../../books.js'
import { codeOf } from '../../code-of.js'

const SEED = 19980401
const BOOKS = Array.from({ length: Number(process.env.ELLIPSOID_BOOKS ?? 3) }, (_, b) => b)

interface Law {
  readonly mean: readonly number[]
  readonly covariance: readonly (readonly number[])[]
}

type Closed = readonly { readonly account: string; readonly market: string; readonly quantity: string }[]

/** Mean gain and exposures of each account after reductions, in doubles, from the definition. */
function states(event: PlainEvent, reductions: Closed) {
  const names = event.markets.map(({ market }) => market)
  const sideOf = new Map(event.demand.map(({ market, side }) => [market, side === 'long' ? 1 : -1]))
  return event.accounts.map(({ account, equity, positions }) => {
    let own = Number(equity)
    const exposure = names.map(() => 0)
    for (const { market, quantity } of positions) {
      const k = names.indexOf(market)
      const { markPrice, adlPrice = markPrice } = event.markets[k]!
      const closed = Number(reductions.find((r) => r.account === account && r.market === market)?.quantity ?? 0)
      const side = sideOf.get(market) ?? 0
      own -= side * (Number(markPrice) - Number(adlPrice)) * closed
      exposure[k]! += (Number(quantity) - side * closed) * Number(markPrice)
    }
    return { equity: own, exposure }
  })
}

/** Each account at its own worst move, found by walking around the ellipse in two markets: no formula of the worst case. */
function walked(event: PlainEvent, reductions: Closed, { mean, covariance }: Law, kappa: number): number {
  const [[a, b], [, d]] = covariance as readonly [readonly [number, number], readonly [number, number]]
  const root = [Math.sqrt(a), b / Math.sqrt(a), Math.sqrt(d - (b * b) / a)]
  const points = Array.from({ length: 2880 }, (_, n) => {
    const [cos, sin] = [Math.cos((n * Math.PI) / 1440), Math.sin((n * Math.PI) / 1440)]
    return [mean[0]! + kappa * root[0]! * cos, mean[1]! + kappa * (root[1]! * cos + root[2]! * sin)] as const
  })
  return states(event, reductions).reduce((sum, { equity, exposure }) => {
    return sum + points.reduce((most, r) => Math.max(most, -equity - exposure[0]! * r[0] - exposure[1]! * r[1]), 0)
  }, 0)
}

const cases = BOOKS.map((b) => {
  const random = randomFrom(SEED + b)
  const event = randomBook(SEED + b, { accounts: 7, markets: 2, holdings: 2, twoSided: true, offMark: b % 2 === 1 })
  const [u, v] = [random.between(0.03, 0.2), random.between(0.03, 0.2)].map((sigma) => Number(sigma.toFixed(3)))
  const rho = random.between(-0.8, 0.9)
  const covariance = [
    [u! * u!, rho * u! * v!],
    [rho * u! * v!, v! * v!],
  ]
  const law = { mean: [0.01, -0.02], covariance }
  const moves = parseMoves({
    format: 'spillway/moves@1',
    markets: event.markets.map(({ market }) => market),
    gaussian: law,
  }) as GaussianMoves
  return { b, event, law, moves }
})

const hedged = {
  format: 'spillway/event@1',
  markets: [
    { market: 'X', markPrice: '100' },
    { market: 'Y', markPrice: '10' },
  ],
  accounts: [
    {
      account: 'hedged',
      equity: '20',
      positions: [
        { market: 'X', quantity: '-4' },
        { market: 'Y', quantity: '40' },
      ],
    },
    { account: 'naked', equity: '60', positions: [{ market: 'X', quantity: '-4' }] },
  ],
  demand: [{ market: 'X', side: 'short', quantity: '4' }],
} as unknown as PlainEvent
const hedgedLaw = {
  mean: [0, 0],
  covariance: [
    [0.04, 0.032],
    [0.032, 0.04],
  ],
}
const hedgedMoves = parseMoves({
  format: 'spillway/moves@1',
  markets: ['X', 'Y'],
  gaussian: hedgedLaw,
}) as GaussianMoves

describe(`worst losses over an ellipsoid (seed ${SEED})`, () => {
  it('are what walking around it finds, and are proved without a solver', async () => {
    let losing = 0
    for (const { b, event, law, moves } of cases) {
      const objective = ellipsoidLoss({ moves, confidence: 0.6 })
      const { status, objective: found, reductions } = await solve(parseEvent(event), objective)
      expect(status, `book ${b}`).toBe('optimal')
      const value = walked(event, reductions as Closed, law, Math.sqrt(1.5))
      expect(found.value!).toBeGreaterThanOrEqual(value * (1 - 1e-9))
      expect(found.value!).toBeLessThanOrEqual(value * (1 + 1e-3) + 1e-6)
      const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
      const { certificate } = await verifyWithProof(parseEvent(event), allocation, objective)
      const checked = checkCertificate(parseEvent(event), allocation, certificate!()!)
      expect(checked.proved && checked.verdict).toBe('optimal')
      if (value > 0) losing++
    }
    expect(losing).toBeGreaterThan(1)
  })

  it('rise with the confidence, and at next to none are the losses at the mean move', async () => {
    for (const { b, event, law, moves } of cases) {
      let before = 0
      for (const confidence of [1e-12, 0.3, 0.9]) {
        const { status, objective } = await solve(parseEvent(event), ellipsoidLoss({ moves, confidence }))
        expect(status, `book ${b}`).toBe('optimal')
        expect(objective.value!).toBeGreaterThanOrEqual(before * (1 - 1e-6) - 1e-6)
        before = objective.value!
        if (confidence > 1e-9) continue
        const atMean = parseMoves({ format: 'spillway/moves@1', markets: moves.markets, moves: [law.mean] })
        const mean = await solve(parseEvent(event), expectedLoss({ moves: atMean }))
        expect(Math.abs(objective.value! - mean.objective.value!)).toBeLessThan(
          1e-4 * Math.max(1, mean.objective.value!),
        )
      }
    }
  })

  it('are least where a grid finds them, between two accounts of which one is hedged', async () => {
    const { objective } = await solve(parseEvent(hedged), ellipsoidLoss({ moves: hedgedMoves, confidence: 0.5 }))
    let least = Infinity
    for (let x = 0; x <= 4; x += 0.01) {
      const loss = (exposure: readonly [number, number], equity: number): number =>
        Math.max(
          0,
          Math.sqrt(0.04 * exposure[0] ** 2 + 0.064 * exposure[0] * exposure[1] + 0.04 * exposure[1] ** 2) - equity,
        )
      least = Math.min(least, loss([-400 + 100 * x, 400], 20) + loss([-100 * x, 0], 60))
    }
    expect(objective.value!).toBeLessThanOrEqual(least + 1e-6)
    expect(objective.value!).toBeGreaterThan(least * (1 - 1e-2) - 1e-6)
  })

  it('refuse moves outside of the ellipsoid, scenarios, and a linear program', async () => {
    const [event, moves] = [hedged, hedgedMoves]
    const objective = ellipsoidLoss({ moves, confidence: 0.6 })
    const { reductions } = await solve(parseEvent(event), objective)
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
    const { certificate } = await verifyWithProof(parseEvent(event), allocation, objective)
    const evidence = certificate!()!.evidence as unknown as Evidence
    const prepared = objective.prepare(parseEvent(event))
    expect(prepared.recheck!(evidence).bound).toBeDefined()
    expect(evidence.moves.length).toBeGreaterThan(0)
    const [first, ...others] = evidence.moves
    const longer = Object.fromEntries(Object.entries(first!.direction).map(([k, z]) => [k, String(Number(z) * 1.001)]))
    const forged = (change: object) => ({ ...evidence, moves: [{ ...first, ...change }, ...others] })
    expect(codeOf(() => prepared.recheck!(forged({ direction: longer })))).toBe('evidence-range')
    expect(codeOf(() => prepared.recheck!(forged({ share: '1.01' })))).toBe('evidence-range')
    expect(codeOf(() => prepared.recheck!(forged({ account: 'nobody' })))).toBe('unknown-key')
    expect(codeOf(() => prepared.program())).toBe('not-expressible')
    const rows = parseMoves({ format: 'spillway/moves@1', markets: moves.markets, moves: [[0.1, 0.1]] })
    expect(codeOf(() => ellipsoidLoss({ moves: rows }))).toBe('moves-kind')
    expect(codeOf(() => ellipsoidLoss({ moves, confidence: 0 }))).toBe('confidence')
  })
})

interface Evidence {
  readonly moves: readonly { readonly share: string; readonly direction: Readonly<Record<string, string>> }[]
}
