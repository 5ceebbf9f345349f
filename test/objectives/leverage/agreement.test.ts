import { minMaxLeverage, parseEvent, type Solution, SpillwayError, solve, squaredLeverage } from 'spillway'
import { afterAll, describe, expect, it } from 'vitest'
import { type BookOptions, type PlainEvent, randomBook, randomFrom } from '../../books.js'
import { instances } from '../../campaign.js'
import { num } from '../../fraction.js'
import { note } from '../../notes.js'
import {
  largestLeverage,
  leastLeverage,
  problemOf,
  type Standing,
  squaresGap,
  standings,
  sumOfSquares,
} from './oracle.js'

/** Every method to an answer against every other, and all of them against fractions that share no code with them. */
const SEED = 20260
const PER_KIND = instances(12, 20)
const LARGEST = 60
/** Relative, on the value; also the tolerance asked for, so that a method that misses it has to say so. */
const AGREE = 1e-9
/** Doubles against exact fractions. */
const ROUNDING = 1e-14
/** Solvent accounts up to which every group is tried: two to this power. */
const FEW = 8

const shared = { markets: 3, holdings: 3, insolvents: true, twoSided: true, longsDemanded: true }
const kinds: Record<string, Omit<BookOptions, 'accounts'>> = {
  plain: {},
  ties: { ties: true },
  wild: { wild: true },
  insolvent: { insolvents: true, ties: true },
  'off the mark': { offMark: true },
  'wild, insolvent, off the mark': { offMark: true, insolvents: true, wild: true },
  'markets apart': { markets: 4, insolvents: true, blanks: true },
  'markets apart, off the mark': { markets: 4, offMark: true, insolvents: true },
  'markets shared': shared,
  'markets shared, off the mark': { ...shared, offMark: true },
}
const CLOSED = 'closed-form'

/** Largest share of books that a method may refuse: 0 where none is known to be too hard. Closed forms never refuse. */
const refusals: Record<string, number> = {
  'min-max by highs': 0,
  'min-max by jslp': 0.15,
  'min-max by yalps': 0.15,
  'min-max by glpk': 0,
  'squares by highs': 0.05,
}

interface Tally {
  asked: number
  optimal: number
  /** Books that the closed form does not serve. */
  unserved: number
  readonly refused: Record<string, number>
  /** Largest relative distance of a value from the best of all methods. */
  farthest: number
  /** Levels judged by themselves, and those judged by what they add to the value. */
  levels: number
  shares: number
}

const tallies = new Map<string, Tally>()
function tallyOf(method: string): Tally {
  const fresh = { asked: 0, optimal: 0, unserved: 0, refused: {}, farthest: 0, levels: 0, shares: 0 }
  const tally = tallies.get(method) ?? fresh
  tallies.set(method, tally)
  return tally
}

/** A method's proved answer; undefined where it does not serve or refuses, which is counted. Anything else is thrown. */
async function take(method: string, run: () => Promise<Solution>): Promise<Solution | undefined> {
  const tally = tallyOf(method)
  let refusal: string
  try {
    const solution = await run()
    tally.asked++
    if (solution.status === 'optimal') {
      tally.optimal++
      return solution
    }
    refusal = solution.status
  } catch (error) {
    if (!(error instanceof SpillwayError)) throw error
    if (error.code === 'no-closed-form') {
      tally.unserved++
      return undefined
    }
    if (error.code !== 'engine-failed') throw error
    tally.asked++
    refusal = error.code
  }
  tally.refused[refusal] = (tally.refused[refusal] ?? 0) + 1
  return undefined
}

const apart = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b)))
const orInfinity = (value: number | null | undefined): number => value ?? Number.POSITIVE_INFINITY

function booksOf(kind: string): { seed: number; book: PlainEvent }[] {
  const base = SEED + 1000 * Object.keys(kinds).indexOf(kind)
  const random = randomFrom(base)
  return Array.from({ length: PER_KIND }, (_, b) => {
    const accounts = b % 4 === 0 ? random.whole(1, FEW) : random.whole(FEW, LARGEST)
    return { seed: base + b, book: randomBook(base + b, { ...kinds[kind], accounts }) }
  })
}

describe(`agreement of methods (seed ${SEED}, ${PER_KIND * Object.keys(kinds).length} books)`, () => {
  it.each(Object.keys(kinds))('min-max leverage: %s', async (kind) => {
    let judgedByGroups = 0
    for (const { seed, book } of booksOf(kind)) {
      const event = parseEvent(book)
      const problem = problemOf(book)
      const values = new Map<string, number>()
      let bound = 0
      for (const solver of [CLOSED, 'highs', 'jslp', 'yalps', 'glpk']) {
        const method = `min-max by ${solver}`
        const answer = await take(method, () =>
          solve(event, minMaxLeverage(), { solver, tolerance: AGREE, timeLimitSeconds: 10 }),
        )
        if (answer === undefined) continue
        const place = `${kind}, seed ${seed}, ${solver}`
        const value = orInfinity(answer.objective.value)
        const recomputed = largestLeverage(standings(problem, answer.reductions!))
        expect(apart(value, recomputed ? num(recomputed) : Number.POSITIVE_INFINITY), place).toBeLessThan(ROUNDING)
        if (solver === CLOSED) expect(answer.relativeGap, place).toBeLessThanOrEqual(1e-11)
        values.set(method, value)
        bound = Math.max(bound, orInfinity(answer.bound))
      }
      expect(values.size, `methods that answered seed ${seed}`).toBeGreaterThanOrEqual(2)
      const best = Math.min(...values.values())
      expect(bound, `bound of seed ${seed}`).toBeLessThanOrEqual(best * (1 + ROUNDING))
      for (const [method, value] of values) {
        expect(apart(value, best), `${kind}, seed ${seed}, ${method}: ${value}, best ${best}`).toBeLessThan(AGREE)
        tallyOf(method).farthest = Math.max(tallyOf(method).farthest, apart(value, best))
      }
      if (problem.owners.filter((owner) => owner.isSolvent).length > FEW) continue
      judgedByGroups++
      const proved = leastLeverage(problem)
      if (best === 0) expect(proved, `${kind}, seed ${seed}, all groups`).toBeLessThan(1e-12)
      else expect(apart(proved, best), `${kind}, seed ${seed}, all groups`).toBeLessThan(AGREE)
    }
    expect(judgedByGroups).toBeGreaterThanOrEqual(PER_KIND / 4)
  })

  it.each(Object.keys(kinds))('squared leverage: %s', async (kind) => {
    for (const { seed, book } of booksOf(kind)) {
      const event = parseEvent(book)
      const problem = problemOf(book)
      const answers = new Map<string, { readonly value: number; readonly all: Standing[] }>()
      for (const solver of [CLOSED, 'highs']) {
        const method = `squares by ${solver}`
        // Some of the wildest books send the solver in circles: two seconds, and then it is a refusal.
        const answer = await take(method, () =>
          solve(event, squaredLeverage(), { solver, tolerance: AGREE, timeLimitSeconds: 20 }),
        )
        if (answer === undefined) continue
        const place = `${kind}, seed ${seed}, ${solver}`
        const all = standings(problem, answer.reductions!)
        const value = answer.objective.value!
        expect(apart(value, num(sumOfSquares(all))), place).toBeLessThan(ROUNDING)
        // The chain of groups bounds the distance from the optimum without any solver's prices.
        expect(num(squaresGap(problem, all)), place).toBeLessThanOrEqual(1e-8 * value)
        if (solver === CLOSED) expect(answer.relativeGap, place).toBeLessThanOrEqual(1e-11)
        answers.set(solver, { value, all })
      }
      const [closed, quadratic] = [answers.get(CLOSED), answers.get('highs')]
      if (closed === undefined || quadratic === undefined) continue
      const distance = apart(closed.value, quadratic.value)
      expect(distance, `${kind}, seed ${seed}`).toBeLessThan(AGREE)
      const tally = tallyOf('squares by highs')
      tally.farthest = Math.max(tally.farthest, distance)
      compareLevels(closed.all, quadratic.all, closed.value, `${kind}, seed ${seed}`, tally)
    }
  })

  afterAll(() => {
    for (const [method, tally] of tallies) note(`${method}: ${JSON.stringify(tally)}`)
  })

  it('says how often each method refused, and none refuses more than its share', () => {
    const all = PER_KIND * Object.keys(kinds).length
    for (const [method, share] of Object.entries(refusals)) {
      const { asked, optimal, refused, farthest } = tallyOf(method)
      const count = Object.values(refused).reduce((a, b) => a + b, 0)
      note(`${method} refused ${count} of ${asked} ${JSON.stringify(refused)}, farthest ${farthest}`)
      expect(asked, method).toBe(all)
      expect(optimal + count, method).toBe(asked)
      expect(count, method).toBeLessThanOrEqual(share * asked)
    }
    for (const method of [`min-max by ${CLOSED}`, `squares by ${CLOSED}`]) {
      const { asked, optimal, unserved } = tallyOf(method)
      note(`${method} served ${asked} and left ${unserved} to solvers`)
      expect(asked + unserved, method).toBe(all)
      expect(optimal, method).toBe(asked)
      // Both methods were taken; for the largest level every one of these books has a closed form.
      expect(asked, method).toBeGreaterThanOrEqual(0.75 * all)
      if (method.startsWith('min-max')) expect(unserved, method).toBe(0)
    }
    expect(tallyOf('squares by highs').levels).toBeGreaterThan(1000)
  })
})

/** Exposure over g, account by account: within 1e-6 of the level, or too light for the value to tell. */
function compareLevels(a: Standing[], b: Standing[], value: number, place: string, tally: Tally): void {
  const top = a.reduce((most, s) => (s.isSolvent ? Math.max(most, num(s.exposureAfter) / num(s.remarked)) : most), 0)
  a.forEach((one, i) => {
    if (!one.isSolvent) return
    const weight = num(one.remarked)
    const [here, there] = [num(one.exposureAfter) / weight, num(b[i].exposureAfter) / weight]
    if (Math.abs(here - there) <= 1e-6 * top) {
      tally.levels++
      return
    }
    tally.shares++
    expect(weight * Math.abs(here ** 2 - there ** 2), `${place}, ${one.account}`).toBeLessThanOrEqual(AGREE * value)
  })
}
