import {
  checkCertificate,
  conditionalValueAtRisk,
  entropicValueAtRisk,
  expectedLoss,
  parseAllocation,
  parseEvent,
  parseMoves,
  type ScenarioMoves,
  solve,
  verifyWithProof,
  worstCaseLoss,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { type PlainEvent, randomBook, randomFrom } from '../../books.js'
import { codeOf } from '../../code-of.js'
import { num } from '../../fraction.js'
import { randomMoves, shortfalls } from './support.js'

const SEED = 20121207
const BOOKS = Array.from({ length: Number(process.env.EVAR_BOOKS ?? 3) }, (_, b) => b)

/** EVaR by a fine search over ln t, in doubles: nothing of ours but the losses, which come from exact fractions. */
function entropic(losses: readonly number[], weights: readonly number[], confidence: number): number {
  const most = Math.max(...losses.filter((_, s) => weights[s]! > 0))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const at = (log: number): number => {
    const t = Math.exp(log)
    const sum = losses.reduce(
      (all, loss, s) => (weights[s]! > 0 ? all + (weights[s]! / total) * Math.exp((loss - most) / t) : all),
      0,
    )
    return most + t * Math.log(sum / (1 - confidence))
  }
  let best = Math.min(most, Infinity)
  for (let log = -30; log < 40; log += 0.02) {
    const value = at(log)
    if (value >= best) continue
    best = value
    for (let fine = -20; fine <= 20; fine++) best = Math.min(best, at(log + fine / 1000))
  }
  return best
}

const cases = BOOKS.map((b) => {
  const random = randomFrom(SEED + b)
  const event = randomBook(SEED + b, { accounts: 6, markets: 2, holdings: 2, twoSided: true, offMark: b % 2 === 1 })
  const moves = randomMoves(
    random,
    event.markets.map(({ market }) => market),
    7,
  )
  return { b, event, moves }
})

const lossesOf = (
  event: PlainEvent,
  reductions: readonly { account: string; market: string; quantity: string }[],
  moves: ScenarioMoves,
) => shortfalls(event, reductions as never, moves).map((loss) => num(loss))

describe(`entropic value at risk (seed ${SEED})`, () => {
  it('is what a search over t says of the losses, and its proof is checked without a solver', async () => {
    for (const { b, event, moves } of cases) {
      const objective = entropicValueAtRisk({ moves, confidence: 0.6 })
      const solution = await solve(parseEvent(event), objective)
      expect(solution.status, `book ${b}`).toBe('optimal')
      const losses = lossesOf(event, solution.reductions as never, moves)
      const value = solution.objective.value!
      const searched = entropic(losses, weightsOf(moves), 0.6)
      expect(value).toBeCloseTo(searched, 4 - Math.floor(Math.log10(1 + searched)))
      const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: solution.reductions })
      const { certificate } = await verifyWithProof(parseEvent(event), allocation, objective)
      const checked = checkCertificate(parseEvent(event), allocation, certificate!()!)
      expect(checked.proved && checked.verdict).toBe('optimal')
    }
  })

  it('stands between the mean and the worst case, above CVaR, and rises with the confidence', async () => {
    for (const { b, event, moves } of cases) {
      const value = async (objective: Parameters<typeof solve>[1]) => {
        const { status, objective: found } = await solve(parseEvent(event), objective)
        expect(status, `book ${b}`).toBe('optimal')
        return found.value!
      }
      const mean = await value(expectedLoss({ moves }))
      const worst = await value(worstCaseLoss({ moves }))
      const slack = 1e-6 * Math.max(1, worst)
      let before = mean
      for (const confidence of [1e-6, 0.5, 0.999999]) {
        const evar = await value(entropicValueAtRisk({ moves, confidence }))
        const cvar = await value(conditionalValueAtRisk({ moves, confidence }))
        expect(evar).toBeGreaterThanOrEqual(cvar - slack)
        expect(evar).toBeGreaterThanOrEqual(before - slack)
        expect(evar).toBeLessThanOrEqual(worst + slack)
        before = evar
      }
      // Pinsker: at α = 1e-6 no weights are further than √(κ/2) from the mean's.
      expect(await value(entropicValueAtRisk({ moves, confidence: 1e-6 }))).toBeLessThanOrEqual(
        mean + 2e-3 * worst + slack,
      )
      expect(before).toBeCloseTo(worst, 4 - Math.floor(Math.log10(1 + worst)))
    }
  })

  it('has no better allocation than a grid finds, in one market of two accounts', async () => {
    const event = {
      format: 'spillway/event@1',
      markets: [{ market: 'X', markPrice: '100' }],
      accounts: [
        { account: 'a', equity: '60', positions: [{ market: 'X', quantity: '-4' }] },
        { account: 'b', equity: '200', positions: [{ market: 'X', quantity: '-9' }] },
      ],
      demand: [{ market: 'X', side: 'short', quantity: '5' }],
    } as const
    const moves = parseMoves({
      format: 'spillway/moves@1',
      markets: ['X'],
      moves: [[-0.1], [0.05], [0.2], [0.35], [0.6]],
      weights: [3, 2, 2, 2, 1],
    }) as ScenarioMoves
    const objective = entropicValueAtRisk({ moves, confidence: 0.7 })
    const { value } = (await solve(parseEvent(event), objective, { solver: 'highs' })).objective
    let least = Infinity
    for (let x = 1; x <= 4; x += 0.05) {
      const losses = [-0.1, 0.05, 0.2, 0.35, 0.6].map(
        (r) => Math.max(0, (4 - x) * 100 * r - 60) + Math.max(0, (9 - (5 - x)) * 100 * r - 200),
      )
      least = Math.min(least, entropic(losses, [3, 2, 2, 2, 1], 0.7))
    }
    expect(value!).toBeLessThanOrEqual(least + 1e-6)
    expect(value!).toBeGreaterThan(least * (1 - 5e-3))
  })

  it('refuses weights that are further from the moves than the confidence allows, and a linear program', async () => {
    const { event, moves } = cases[0]!
    const objective = entropicValueAtRisk({ moves, confidence: 0.6 })
    const { reductions } = await solve(parseEvent(event), objective)
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
    const prepared = objective.prepare(parseEvent(event))
    const { certificate } = await verifyWithProof(parseEvent(event), allocation, objective)
    const evidence = structuredClone(certificate!()!.evidence) as unknown as Evidence
    expect(prepared.recheck!(evidence).bound).toBeDefined()
    const [tail] = evidence.tails
    const [heaviest] = Object.entries(tail!.masses).sort(([, a], [, b]) => Number(b) - Number(a))[0]!
    const forged = {
      ...evidence,
      tails: [{ ...tail!, masses: { [heaviest]: String(weightsOf(moves).reduce((sum, weight) => sum + weight, 0)) } }],
    }
    expect(codeOf(() => prepared.recheck!(forged))).toBe('evidence-range')
    expect(codeOf(() => prepared.program())).toBe('not-expressible')
    expect(codeOf(() => prepared.linearProof!(evidence))).toBe('not-expressible')
    expect(codeOf(() => entropicValueAtRisk({ moves, confidence: 1 }))).toBe('confidence')
  })
})

const weightsOf = ({ count, weights }: ScenarioMoves): number[] =>
  Array.from({ length: count }, (_, s) => weights?.values[s] ?? 1)

interface Evidence {
  readonly tails: readonly { readonly masses: Readonly<Record<string, string>> }[]
}
