import { SpillwayError } from '../../../src/errors.js'
import { type Decimal, decimalOf, ratioNumber, signOf, toNumber, zero } from '../../../src/numeric/index.js'
import { exactCapacity, forcedMarkets, wholeReductions } from '../../book/exact-amounts.js'
import type { AdlEvent } from '../../book/index.js'
import type { ScenarioMoves } from '../../moves/index.js'
import { boundOf, lossClaim } from '../../proof/claims/scenario-losses.js'
import { relativeGap } from '../../proof/gap.js'
import { exactPrices, type LossDuals } from '../../proof/losses/bound.js'
import type { MovedBook } from '../../proof/losses/moved-book.js'
import {
  type Measure,
  type ScenarioWeights,
  scenarioWeightsFrom,
  supportOf,
  totalScenarioWeights,
} from '../../proof/losses/risk-measure.js'
import { gainsOf, type Screening } from '../../proof/losses/screening.js'
import { lossesAfter } from '../../proof/losses/total-losses.js'
import { apportionAll } from '../apportion-all.js'
import {
  type Bound,
  isStopped,
  type Plan,
  type PreparedObjective,
  type PrepareOptions,
  type Reductions,
  type RunProgram,
  type Stopped,
} from '../objective.js'
import { readably } from '../units.js'
import { isMean, leastLoss, programOf } from './least-loss.js'
import { withoutLoss } from './no-loss.js'
import type { RoughDuals } from './program.js'
import { bestShares, isSeparate, separatePrices, stepsOf } from './slopes.js'
import { steepestFirst } from './steepest-first.js'
import { waterFilled } from './water-filled.js'

/** A closed form that works in doubles counts as one when the judge finds it this close. */
const PROVED = 1e-10
/** A loss below this share of the gross notional may be a solver's rounding of none. */
const NEXT_TO_NOTHING = 1e-8

/**
 * A risk measure of the total shortfall under scenario moves, prepared for an event: its claim (value and price bound, from
 * the book and the moves) with a linear program of what survives screening (`program.ts`), and a block program where there are many
 * hinges. In one market of solvent accounts that hold nothing else water-filling is the closed form: it has the
 * least total shortfall in every move at once (Campbell, Hey, Moallemi and Nutz, arXiv 2603.15963, Theorem 2.4).
 */
export function prepareLosses(
  event: AdlEvent,
  moves: ScenarioMoves,
  asked: Measure,
  options?: PrepareOptions,
): PreparedObjective {
  const { claim, book, measure, gross, screening, totals } = lossClaim(event, moves, asked, options)
  const { space, gapFloor, value } = claim
  const hasRows = (space.solvencyRows?.length ?? 0) > 0
  const planOf = (reductions: Reductions, rough?: RoughDuals): Plan => ({
    reductions,
    bound: () => {
      const isNear = ({ bound }: Bound): boolean => relativeGap(value(reductions), bound, gapFloor)! <= PROVED
      return bestBound(book, screening(), measure, totals(reductions), rough, isNear)
    },
  })
  /** A solver's reductions, or better ones near by where they lose next to nothing and nothing else need lose. */
  const lastDigits = async (reductions: Reductions, run: RunProgram): Promise<Reductions> => {
    if (hasRows) return reductions
    const near = ratioNumber(value(reductions)) / gross
    if (!(near > 0 && near < NEXT_TO_NOTHING)) return reductions
    if (screening().counts.linear > 0 && screening().fixedLower.some((loss) => loss > 0)) return reductions
    const compared = (a: Reductions, b: Reductions): 'better' | 'zero' | undefined => {
      const [next, best] = [value(a), value(b)]
      return next.s === 0n ? 'zero' : next.compare(best) < 0 ? 'better' : undefined
    }
    return withoutLoss(book, screening(), reductions, compared, run)
  }
  return {
    ...claim,
    screening: () => screening().counts,
    closedForm: () => {
      // Whether a row of solvency allows what closes whole is for the program to say.
      if (hasRows) return undefined
      const whole = wholeReductions(space)
      if (whole !== undefined) return planOf(whole)
      const filled = waterFilled(book)
      if (filled !== undefined) return { ...planOf(filled), how: 'water-filling' }
      if (!isMean(measure) || !isSeparate(book)) return undefined
      const reductions = apportionAll(space, steepestFirst(book, screening()))
      const bound = planOf(reductions).bound()
      // On kinks without loss rounding is left, and the solver's method has a way to deal with it.
      const gap = relativeGap(value(reductions), bound.bound, gapFloor)!
      return gap <= PROVED ? { reductions, bound: () => bound, how: 'steepest losses first' } : undefined
    },
    async bySolver(run: RunProgram): Promise<Plan | Stopped> {
      const whole = hasRows ? undefined : wholeReductions(space)
      if (whole !== undefined) return planOf(whole)
      const found = await leastLoss(book, screening(), measure, run, gapFloor)
      return isStopped(found) ? found : planOf(await lastDigits(found.reductions, run), found.duals)
    },
    program: () => {
      if (measure.some(({ isEntropic }) => isEntropic)) throw notLinear()
      return programOf(book, screening(), measure, readably).program
    },
  }
}

function notLinear(): SpillwayError {
  return new SpillwayError({
    code: 'not-expressible',
    path: 'objective',
    value: 'entropic value at risk',
    problem: 'no linear or quadratic program has the same optimum: it holds exponentials',
    cure: 'Solve it here; for a program of another solver take cvar, which is linear.',
  })
}

/**
 * The best of the bounds that are at hand: scenario weights from the solver and from the losses of the plan, prices from the
 * solver and, where accounts are separate, from their slopes under those weights. Where doubles leave a gap (`isNear`), prices in
 * decimals stand beside them.
 */
function bestBound(
  book: MovedBook,
  screening: Screening,
  measure: Measure,
  losses: readonly Decimal[],
  rough: RoughDuals | undefined,
  isNear: (bound: Bound) => boolean,
): Bound {
  const { weights, total } = book
  const support = supportOf(measure, losses, weights, total)
  const candidates: ScenarioWeights[] =
    rough === undefined ? [] : [scenarioWeightsFrom(measure, rough.theta, weights, total)]
  if (!(measure.every(({ confidence }) => signOf(confidence) === 0) && candidates.length > 0)) candidates.push(support)
  const known = candidates
    .flatMap((scenarioWeights) => dualsAt(book, screening, scenarioWeights, rough))
    .concat(nothing(book, screening, support))
  const best = (all: readonly LossDuals[]): Bound =>
    all
      .map((duals) => boundOf(book, screening, measure, duals))
      .reduce((a, b) => (b.bound!.compare(a.bound!) > 0 ? b : a))
  const found = best(known)
  if (!book.isExact || isNear(found)) return found
  const sharper = known.map((duals) => ({ ...duals, prices: exactPrices(book, screening, duals) }))
  return best([...known, ...sharper])
}

/** Losses are never negative: no weights, no shares and no prices prove zero, which rounding hides from all others. */
function nothing({ space }: MovedBook, { kinkMove }: Screening, like: ScenarioWeights): LossDuals {
  const scenarioWeights = like.map((part) => part.map(() => zero))
  return { prices: space.markets.map(() => zero), scenarioWeights, shares: new Float64Array(kinkMove.length) }
}

function dualsAt(
  book: MovedBook,
  screening: Screening,
  scenarioWeights: ScenarioWeights,
  rough: RoughDuals | undefined,
): LossDuals[] {
  const { space } = book
  const all = toNumber(book.total)
  const theta = Float64Array.from(totalScenarioWeights(scenarioWeights), (mass) => toNumber(mass) / all)
  const finite = (price: number): number => (Number.isFinite(price) ? price : 0)
  const found = [rough?.prices.map(finite) ?? new Float64Array(space.markets.length)]
  if (isSeparate(book) && space.markets.length > 0) {
    const demand = space.markets.map(({ quantity }) => toNumber(quantity))
    found.push(separatePrices(book, screening, theta, demand))
  }
  return found.map((prices) => ({
    prices: Array.from(prices, decimalOf),
    scenarioWeights,
    shares: sharesAt(book, screening, theta, prices, rough?.losses),
    ...(rough?.solvency && { solvency: Array.from(rough.solvency, (dual) => decimalOf(finite(dual))) }),
  }))
}

/**
 * Shares of the kinked pairs: those of the one allocation there is for owners who are closed whole, the best ones of
 * owners of one pair, the solver's for the others.
 */
function sharesAt(
  book: MovedBook,
  screening: Screening,
  theta: Float64Array,
  prices: Float64Array,
  losses: Float64Array | undefined,
): Float64Array {
  const { space } = book
  const gains = gainsOf(book)
  const shares = new Float64Array(screening.kinkMove.length)
  const isForced = forcedMarkets(space)
  // Losses of a book closed whole are asked for only where a market is.
  const lossesOf = isForced.includes(true)
    ? lossesAfter(
        book,
        Array.from(space.capacity, (_, pair) => exactCapacity(space, pair)),
      )
    : undefined
  for (let owner = 0; owner < space.owners.length; owner++) {
    const [from, to] = [screening.kinkStarts[owner], screening.kinkStarts[owner + 1]]
    if (from === to) continue
    const markets = space.pairMarket.subarray(space.starts[owner], space.starts[owner + 1])
    if (markets.every((k) => isForced[k])) {
      const lossAt = lossesOf!(space.owners[owner])
      for (let t = from; t < to; t++) shares[t] = signOf(lossAt(screening.kinkMove[t])) > 0 ? 1 : 0
      continue
    }
    if (space.starts[owner + 1] - space.starts[owner] === 1) {
      const steps = stepsOf(book, screening, gains, theta, owner)
      bestShares(book, screening, gains, theta, steps, owner, prices[space.pairMarket[space.starts[owner]]], shares)
      continue
    }
    for (let t = from; t < to; t++) {
      const share = (losses?.[t] ?? 0) / theta[screening.kinkMove[t]]
      shares[t] = share > 0 ? Math.min(share, 1) : 0
    }
  }
  return shares
}
