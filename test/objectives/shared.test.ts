import {
  checkCertificate,
  type GaussianMoves,
  type Objective,
  type ObjectiveInputs,
  objectives,
  parseAllocation,
  parseCertificate,
  parseEvent,
  type Solution,
  SpillwayError,
  solve,
  verify,
  verifyWithProof,
} from 'spillway'
import { canonicalize, solveForm } from 'spillway/modeling'
import { afterAll, describe, expect, it } from 'vitest'
import { parseDecimal, ratioNumber, zero } from '#src/numeric/index.js'
import { type PlainEvent, randomBook, randomFrom } from '../books.js'
import { instances } from '../campaign.js'
import { note } from '../notes.js'
import { type EventText, problemOf, type ReductionText } from './leverage/oracle.js'
import { faultOf, randomAllocation, rescaled } from './leverage/support.js'
import { movesOf } from './losses/support.js'
import { excessNotional } from './own-example.js'

/**
 * What every objective of the registry owes, whoever wrote it: a new one is here as soon as it is a line in the index. All
 * are given the same things and take what they need.
 */
const SEED = 271828
const BOOKS = Array.from({ length: instances(3, 10, process.env.SHARED_BOOKS) }, (_, b) => b)
const SOLVERS = ['highs', 'glpk', 'jslp', 'yalps']
/** Every answer is proved to this, so two of them differ by no more. */
const CLOSE = 1e-6

/** What an objective is given, with markets by name, so that they can be renamed. */
type Given = (rename: (market: string) => string) => ObjectiveInputs
type Make = (given: ObjectiveInputs) => Objective
type Kind = 'scenarios' | 'gaussian'

const subjects: (readonly [name: string, make: Make, kind: Kind])[] = [
  ...[...objectives.values()].flatMap((kind) =>
    (kind.needs.includes('moves') ? (['scenarios', 'gaussian'] as const) : (['scenarios'] as const)).map(
      (moves) =>
        [
          `${kind.name}${moves === 'gaussian' ? ' (gaussian)' : ''}`,
          (given: ObjectiveInputs) => kind.make(given),
          moves,
        ] as const,
    ),
  ),
  [excessNotional.name, () => excessNotional, 'scenarios'],
]

interface Case {
  readonly event: PlainEvent
  readonly given: Given
}

function drawn(b: number, kind: Kind): Case {
  const random = randomFrom(SEED + b)
  const shapes = [{}, { offMark: true }, { insolvents: true, ties: true }, { twoSided: true }, { blanks: true }]
  const event = randomBook(SEED + b, {
    accounts: 3 + (b % 5),
    markets: b % 2 === 0 ? 1 : 3,
    holdings: 2,
    ...shapes[b % shapes.length],
  })
  const names = event.markets.map(({ market }) => market)
  const rows = Array.from({ length: 6 }, () => names.map(() => Number(random.between(-0.4, 0.4).toFixed(3))))
  const loadings = names.map(() => random.pick([1, 0.5, 1.5, 0.8]))
  const factors = [0, 1].map(() => names.map(() => random.between(-0.2, 0.2)))
  const given: Given = (rename) => {
    const renamed = names.map(rename)
    const gaussian: GaussianMoves = {
      kind: 'gaussian',
      markets: renamed,
      mean: new Float64Array(names.length),
      covariance: Float64Array.from(
        names.flatMap((_, a) => names.map((__, c) => factors.reduce((sum, f) => sum + f[a] * f[c], 0))),
      ),
      digest: () => 'sha256:test',
    }
    return {
      moves: kind === 'gaussian' ? gaussian : movesOf(renamed, rows),
      confidence: 0.7,
      loadings: new Map(renamed.map((market, k) => [market, loadings[k]])),
    }
  }
  return { event, given }
}

const same = (market: string): string => market
const allocationOf = (reductions: unknown) => parseAllocation({ format: 'spillway/allocation@1', reductions })
const refusals = new Map<string, string>()

/** What an action gives; undefined, and the reason kept for printing, where it is refused as beyond somebody. */
async function unless<T>(who: string, codes: readonly string[], action: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof SpillwayError) || !codes.includes(error.code)) throw error
    refusals.set(who, error.message)
    return undefined
  }
}

/** How far two values may be apart. */
const room = (prepared: { readonly gapFloor: number }, value: number): number =>
  3 * CLOSE * Math.max(Math.abs(value), 1e3 * prepared.gapFloor)

function expectClose(found: number | null | undefined, value: number | null, slack: number, place: string): void {
  if (value === null || found === null || found === undefined) expect(found, place).toBe(value)
  else expect(Math.abs(found - value), place).toBeLessThanOrEqual(slack)
}

/** Shuffled, with new names. */
function relabelled(event: PlainEvent, seed: number): { event: PlainEvent; rename: (market: string) => string } {
  const random = randomFrom(seed)
  const rename = (market: string): string => `new ${market}`
  const mixed = <T>(list: readonly T[]): T[] =>
    list
      .map((entry) => ({ entry, key: random.unit() }))
      .sort((a, b) => a.key - b.key)
      .map(({ entry }) => entry)
  return {
    rename,
    event: {
      ...event,
      markets: mixed(event.markets).map((m) => ({ ...m, market: rename(m.market) })),
      accounts: mixed(event.accounts).map(({ account, equity, positions }) => ({
        account: `z${account}`,
        equity,
        positions: mixed(positions).map((p) => ({ ...p, market: rename(p.market) })),
      })),
      demand: mixed(event.demand).map((d) => ({ ...d, market: rename(d.market) })),
    },
  }
}

/** The same book with lots of about a hundredth of each demand. */
function inLots(event: PlainEvent) {
  const lotOf = new Map(event.demand.map((d) => [d.market, Math.floor(Math.log10(Number(d.quantity) || 1)) - 2]))
  return {
    ...event,
    markets: event.markets.map((m) => ({ ...m, lotSize: `1e${lotOf.get(m.market) ?? 0}` })),
    demand: event.demand.map((d) => {
      const power = lotOf.get(d.market)!
      return { ...d, quantity: `${Math.floor((0.8 * Number(d.quantity)) / 10 ** power)}e${power}` }
    }),
  }
}

describe.each(subjects)(`%s (seed ${SEED})`, (name, make, kind) => {
  const cases = BOOKS.map((b) => ({ b, ...drawn(b, kind) }))
  const objectiveFor = (given: Given, rename = same): Promise<Objective | undefined> =>
    unless(name, ['moves-kind'], () => make(given(rename)))

  it('has one answer on all methods, below every feasible allocation', async () => {
    for (const { b, event, given } of cases) {
      const objective = await objectiveFor(given)
      if (objective === undefined) return
      const read = parseEvent(event)
      const prepared = objective.prepare(read)
      const answers: { who: string; solution: Solution }[] = []
      for (const who of ['closed-form', ...SOLVERS]) {
        const refused = ['no-closed-form', 'not-expressible', 'no-quadratic', 'solver-capability']
        const solution = await unless(`${name} by ${who}`, refused, () => solve(read, objective, { solver: who }))
        if (solution !== undefined) answers.push({ who, solution })
      }
      expect(
        answers.map(({ who }) => who),
        `book ${b}`,
      ).toContain('highs')
      const values = answers.flatMap(({ solution }) => solution.objective.value ?? [])
      const best = values.length === 0 ? null : Math.min(...values)
      const pairOf = pairFinder(prepared.space)
      const problem = problemOf(event as EventText)
      for (const { who, solution } of answers) {
        const place = `book ${b} by ${who}`
        expect(solution.status, `${place}: ${solution.reason}`).toBe('optimal')
        expect(faultOf(event, solution.reductions!), place).toBeUndefined()
        expectClose(solution.objective.value, best, room(prepared, best ?? 0), place)
        for (let draw = 0; draw < 5; draw++) {
          const any = prepared.value(pairOf(randomAllocation(problem, randomFrom(SEED + 7 * b + draw))))
          if (any === undefined) continue
          expect(solution.bound, place).not.toBeNull()
          expect(solution.bound!, place).toBeLessThanOrEqual(ratioNumber(any) * (1 + 1e-15))
        }
      }
    }
  })

  it('finds its own answer optimal, and proves it from a certificate', async () => {
    for (const { b, event, given } of cases) {
      const objective = await objectiveFor(given)
      if (objective === undefined) return
      const read = parseEvent(event)
      const { reductions } = await solve(read, objective)
      const { verdict, certificate } = await verifyWithProof(read, allocationOf(reductions), objective)
      expect(verdict.verdict, `book ${b}`).toBe('optimal')
      const proof = parseCertificate(JSON.parse(JSON.stringify(certificate()!)))
      const check = checkCertificate(read, allocationOf(reductions), proof, [objective])
      expect(check.reason, `book ${b}`).toBeUndefined()
      expect(check).toMatchObject({ proved: true, value: verdict.objective.value })
      const other = randomAllocation(problemOf(event as EventText), randomFrom(SEED + b))
      const second = await verify(read, allocationOf(other), objective)
      if (second.objective.value !== null) {
        expect(second.objective.value!, `book ${b}`).toBeGreaterThanOrEqual(verdict.bound! * (1 - 1e-15))
      }
    }
  })

  it('does not care about names and order, and scales with money as it says', async () => {
    for (const { b, event, given } of cases) {
      const objective = await objectiveFor(given)
      if (objective === undefined) return
      const { value } = (await solve(parseEvent(event), objective)).objective
      const slack = room(objective.prepare(parseEvent(event)), value ?? 0)
      const other = relabelled(event, SEED + b)
      const renamed = await solve(parseEvent(other.event), (await objectiveFor(given, other.rename))!)
      expectClose(renamed.objective.value, value!, slack, `book ${b} relabelled`)
      const power = objective.homogeneity
      if (power === undefined) {
        refusals.set(`${name} scaled`, 'states no homogeneity')
        continue
      }
      const richer = await solve(parseEvent(rescaled(event, '1000', '1')), objective)
      const { value: scaled } = richer.objective
      expectClose(scaled === null ? null : scaled! / 1000 ** power, value!, slack, `book ${b} in other money`)
    }
  })

  it('exports a program of the same optimum', async () => {
    for (const { b, event, given } of cases) {
      const objective = await objectiveFor(given)
      if (objective === undefined) return
      const prepared = objective.prepare(parseEvent(event))
      const program = await unless(`${name} exported`, ['not-expressible', 'no-program'], () => prepared.program())
      if (program === undefined) continue
      const { value } = (await solve(parseEvent(event), objective)).objective
      const outcome = await solveForm(canonicalize(program).form)
      expect(outcome.status, `book ${b}`).toBe('optimal')
      expectClose(outcome.objective, value!, 2 * room(prepared, value ?? 0), `book ${b}`)
    }
  })

  it('closes whole lots, feasibly', async () => {
    for (const { b, event, given } of cases.slice(0, 5)) {
      const objective = await objectiveFor(given)
      if (objective === undefined) return
      const book = inLots(event)
      const solution = await unless(`${name} in lots`, ['no-lots'], () =>
        solve(parseEvent(book), objective, { lots: true }),
      )
      if (solution === undefined || solution.status === 'infeasible') continue
      const verdict = await verify(parseEvent(book), allocationOf(solution.reductions), objective, { lots: true })
      expect(verdict.violations, `book ${b}`).toEqual([])
      // What may be closed differs, not what is held: the same reductions are worth the same without lots.
      const plain = await verify(parseEvent(book), allocationOf(solution.reductions), objective)
      expect(verdict.objective, `book ${b}`).toEqual(plain.objective)
    }
  })
})

/** Reductions by pair, from names. */
function pairFinder(space: ReturnType<Objective['prepare']>['space']) {
  const nameOf = (pair: number): string =>
    JSON.stringify([
      space.event.accounts.names[space.owners[space.pairOwner[pair]]],
      space.markets[space.pairMarket[pair]].market.market,
    ])
  return (reductions: readonly ReductionText[]) => {
    const given = new Map(reductions.map((r) => [JSON.stringify([r.account, r.market]), parseDecimal(r.quantity)!]))
    return Array.from(space.capacity, (_, pair) => given.get(nameOf(pair)) ?? zero)
  }
}

afterAll(() => {
  for (const [who, why] of refusals) note(`left out: ${who} (${why})`)
})
