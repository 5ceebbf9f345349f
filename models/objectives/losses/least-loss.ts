import { compare, decimalOf, signOf, toNumber } from '../../../src/numeric/index.js'
import { refuseSolvencyRows } from '../../book/solvent-caps.js'
import type { MovedBook } from '../../proof/losses/moved-book.js'
import { byLoss, type Measure } from '../../proof/losses/risk-measure.js'
import type { Screening } from '../../proof/losses/screening.js'
import { totalLosses } from '../../proof/losses/total-losses.js'
import { apportionAll } from '../apportion-all.js'
import { isStopped, type Reductions, type RunProgram, type Stopped } from '../objective.js'
import type { UnitOf } from '../units.js'
import { keptSolvent } from './kept-solvent.js'
import { dualsOfBlocks, dualsOfRisk, lossBlocks, lossRisk } from './loss-blocks.js'
import { type LossProgram, lossProgram, type RoughDuals } from './program.js'
import { isSeparate } from './slopes.js'
import { stepLosses } from './step-losses.js'

/** More kinked pairs than this are not all looked at where only a tail counts. */
export const MANY = 20_000
/** The share of the moves, by weight, that a tail may hold for that. */
const NARROW = 0.25
const MOST_ROUNDS = 30
/** Every round looks at the worst moves that weigh so many times the tail, and at least this share of all. */
const SPARE = { times: 2, least: 0.02 }
const ROUNDING = 1e-12

export interface Found {
  readonly reductions: Reductions
  readonly duals?: RoughDuals | undefined
}

/**
 * The least risk by a solver: by blocks where they are many, the expected loss always. By a general solver, where only
 * a narrow tail of the moves counts and the book is large, the kinked pairs of the other moves are left out: losses are
 * never negative, so what is left bounds from below, and as soon as the worst moves of its optimum were all looked at
 * it is the optimum. Else those that were missed come in and the solver is asked again; mostly twice in all.
 *
 * The rows of an account touch each other and the demands alone, and most are slack at the optimum: simplex, which starts
 * from there, takes a tenth of the time of an interior point method.
 */
export async function leastLoss(
  book: MovedBook,
  screening: Screening,
  measure: Measure,
  run: RunProgram,
  floor = 0,
  many = MANY,
): Promise<Found | Stopped> {
  // The block solver knows no rows of single accounts.
  const hasRows = (book.space.solvencyRows?.length ?? 0) > 0
  if (run.isBlocks) refuseSolvencyRows(book.space, 'and the block solver has no row for that')
  if (run.blocks !== undefined && isMean(measure) && !hasRows) {
    const solution = await run.blocks(lossBlocks(book, screening))
    if (solution !== undefined) {
      return { reductions: apportionAll(book.space, solution.x), duals: dualsOfBlocks(book, screening, solution) }
    }
  }
  const isLarge = screening.counts.kinked > many
  const isEntropic = measure.some((part) => part.isEntropic)
  if (run.risk !== undefined && !isMean(measure) && !isEntropic && (isLarge || run.isBlocks) && !hasRows) {
    const solution = await run.risk(lossRisk(book, screening, measure), floor)
    if (solution !== undefined) {
      return { reductions: apportionAll(book.space, solution.x), duals: dualsOfRisk(screening, solution) }
    }
  }
  const tail = Math.max(...measure.map(({ confidence }) => 1 - toNumber(confidence)))
  const wide = Math.max(SPARE.times * tail, SPARE.least)
  // Every move counts in an entropic tail.
  const isNarrow = tail <= NARROW && isLarge && !isEntropic
  const chosen = new Uint8Array(book.count).fill(isNarrow ? 0 : 1)
  if (isNarrow) choose(book, chosen, apportionAll(book.space, proRata(book)), wide)
  for (let round = 1; ; round++) {
    const { part, origin } = restricted(screening, chosen)
    const linear = programOf(book, part, measure)
    const answer = await run(linear.program, { method: 'simplex', refine: screening.counts.kinked <= MANY })
    if (isStopped(answer)) return answer
    const reductions = keptSolvent(book.space, apportionAll(book.space, linear.closedOf(answer)))
    if (isNarrow && round < MOST_ROUNDS && choose(book, chosen, reductions, tail) > 0) {
      choose(book, chosen, reductions, wide)
      continue
    }
    const rough = linear.dualsOf(answer)
    if (rough === undefined) return { reductions }
    const losses = new Float64Array(screening.kinkMove.length)
    origin.forEach((t, index) => {
      losses[t] = rough.losses[index]
    })
    return { reductions, duals: { ...rough, losses } }
  }
}

/** Whether the measure is the expected loss and nothing else. */
export function isMean([{ weight, confidence }, ...others]: Measure): boolean {
  return others.length === 0 && signOf(confidence) === 0 && compare(weight, decimalOf(1)) === 0
}

/** The program of the measure: one row per market where that will do, else a row per kinked pair. */
export function programOf(book: MovedBook, screening: Screening, measure: Measure, unitOf?: UnitOf): LossProgram {
  return isMean(measure) && isSeparate(book)
    ? stepLosses(book, screening, unitOf)
    : lossProgram(book, screening, measure, unitOf)
}

/** Chooses the moves of the largest losses after reductions, until they weigh `tail` of all; how many were new. */
function choose(book: MovedBook, chosen: Uint8Array, reductions: Reductions, tail: number): number {
  const all = toNumber(book.total)
  let mass = 0
  let added = 0
  for (const s of byLoss(totalLosses(book, reductions))) {
    if (chosen[s] === 0) added++
    chosen[s] = 1
    mass += toNumber(book.weights[s])
    if (mass >= tail * all * (1 - ROUNDING)) break
  }
  return added
}

/** The screening without the kinked pairs of moves that were not chosen, and the index that each kept pair had. */
function restricted(screening: Screening, chosen: Uint8Array): { part: Screening; origin: Int32Array } {
  const { kinkStarts, kinkMove, kinkLoss, kinkMost } = screening
  const origin = Int32Array.from(kinkMove.keys()).filter((t) => chosen[kinkMove[t]] === 1)
  const starts = new Int32Array(kinkStarts.length)
  let next = 0
  for (let owner = 0; owner < kinkStarts.length; owner++) {
    while (next < origin.length && origin[next] < kinkStarts[owner]) next++
    starts[owner] = next
  }
  const part = {
    ...screening,
    kinkStarts: starts,
    kinkMove: origin.map((t) => kinkMove[t]),
    kinkLoss: Float64Array.from(origin, (t) => kinkLoss[t]),
    kinkMost: Float64Array.from(origin, (t) => kinkMost[t]),
  }
  return { part, origin }
}

function proRata({ space }: MovedBook): Float64Array {
  const held = space.markets.map(() => 0)
  space.capacity.forEach((own, pair) => {
    held[space.pairMarket[pair]] += own
  })
  const share = space.markets.map(({ quantity }, k) => toNumber(quantity) / held[k])
  return space.capacity.map((own, pair) => own * share[space.pairMarket[pair]])
}
