import { SpillwayError } from '../../../src/errors.js'
import {
  absolute,
  add,
  type Decimal,
  multiply,
  type Ratio,
  toNumber,
  toText,
  zero,
} from '../../../src/numeric/index.js'
import type { AdlEvent } from '../../book/index.js'
import type { Moves, ScenarioMoves } from '../../moves/index.js'
import type { Bound, Claimant, FiniteClaim, PrepareOptions, Reductions } from '../claim.js'
import { lossProof } from '../derivations/losses.js'
import { outOfRange } from '../evidence.js'
import { missingInput, type ObjectiveInputs } from '../inputs.js'
import { type LossDuals, lossBound } from '../losses/bound.js'
import { entropicAbove, entropicTemperature, isNearBest } from '../losses/entropic.js'
import { readEvidence, TEMPERATURE, temperatureIn, writeEvidence } from '../losses/evidence.js'
import { type MovedBook, movedBook } from '../losses/moved-book.js'
import { type EntropicValue, type Measure, riskOf, withoutNarrowTails } from '../losses/risk-measure.js'
import { type Screening, screen } from '../losses/screening.js'
import { totalLosses } from '../losses/total-losses.js'

/** Relative gaps are measured against at least this share of the gross notional of the book. */
const FLOOR = 1e-12

export interface LossClaim {
  readonly claim: FiniteClaim
  readonly book: MovedBook
  readonly measure: Measure
  /** Σ |n_ik| p_k over the whole book. */
  readonly gross: number
  /** Made when first asked for. */
  screening(): Screening
  /** Σ_i of the losses by move after reductions (`totalLosses`), added up once for each reductions. */
  totals(reductions: Reductions): readonly Decimal[]
}

/** A risk measure of the total shortfall under scenario moves: the value from the book and the moves, the bound from prices and shares. */
export function lossClaim(event: AdlEvent, moves: ScenarioMoves, asked: Measure, options?: PrepareOptions): LossClaim {
  const book = movedBook(event, moves, options)
  const measure = withoutNarrowTails(asked, book.weights, book.total)
  const { space } = book
  let screened: Screening | undefined
  const screening = (): Screening => {
    screened ??= screen(book)
    return screened
  }
  const gross = grossNotional(event)
  const known = new WeakMap<Reductions, readonly Decimal[]>()
  const totals = (reductions: Reductions): readonly Decimal[] => {
    const found = known.get(reductions) ?? totalLosses(book, reductions)
    known.set(reductions, found)
    return found
  }
  const value = (reductions: Reductions, evidence?: unknown): Ratio =>
    riskOf(
      measure,
      totals(reductions),
      book.weights,
      book.total,
      evidence === undefined ? undefined : entropicBy(book, evidence),
    )
  return {
    claim: {
      space,
      gapFloor: FLOOR * gross || Number.MIN_VALUE,
      value,
      valueEvidence: (reductions) => entropicEvidence(book, measure, totals(reductions)),
      // A screening has looked at every loss before anything is closed.
      before: () =>
        screened === undefined || book.isExact
          ? value(Array.from(space.capacity, () => zero))
          : riskOf(measure, screened.before.totals(), book.weights, book.total),
      breaks: () => undefined,
      recheck: (evidence) => {
        const duals = readEvidence(book, screening(), measure, evidence)
        return boundOf(book, screening(), measure, duals)
      },
      linearProof: (evidence) => {
        const duals = readEvidence(book, screening(), measure, evidence)
        const bound = lossBound(book, screening(), duals)
        return lossProof(book, screening(), measure, duals, bound)
      },
    },
    book,
    measure,
    gross,
    screening,
    totals,
  }
}

/** What an entropic part is worth by the temperature that evidence states. Throws `evidence-range` where a value by it is above what weights tilted by it prove. */
function entropicBy({ weights, total }: MovedBook, evidence: unknown): EntropicValue {
  return (losses, confidence) => {
    const temperature = temperatureIn(evidence)
    const outcomes = [losses, weights, total, confidence] as const
    const value = entropicAbove(outcomes, temperature)
    if (isNearBest(outcomes, temperature, value)) return value
    throw outOfRange(TEMPERATURE, temperature && toText(temperature), 'is not where the value is least')
  }
}

function entropicEvidence({ weights, total }: MovedBook, measure: Measure, losses: readonly Decimal[]): object {
  const part = measure.find(({ isEntropic }) => isEntropic)
  const temperature = part && entropicTemperature(losses, weights, total, part.confidence)
  return temperature === undefined ? {} : { temperature: toText(temperature) }
}

/** The bound of duals, and the evidence of it. */
export function boundOf(book: MovedBook, screening: Screening, measure: Measure, duals: LossDuals): Bound {
  return {
    bound: lossBound(book, screening, duals),
    prices: duals.prices.map(toNumber),
    evidence: () => writeEvidence(book, screening, measure, duals),
  }
}

/** Σ |n_ik| p_k over the whole book. */
function grossNotional({ positions, markets }: AdlEvent): number {
  let gross = zero
  for (let p = 0; p < positions.count; p++) {
    gross = add(gross, multiply(absolute(positions.quantity.exact(p)), markets[positions.market[p]].markPrice))
  }
  return toNumber(gross)
}

/** Claims of a risk measure of the total shortfall. Only scenario moves will do: a tail has no closed form. */
export function scenarioClaims(
  name: string,
  { moves, ...others }: ObjectiveInputs,
  measure: Measure,
): Claimant & { readonly inputs: ObjectiveInputs; readonly moves: ScenarioMoves } {
  if (moves === undefined) throw missingInput(name, 'moves')
  const scenarios = scenariosOf(name, moves)
  return {
    name,
    inputs: { moves, ...others },
    moves: scenarios,
    prepare: (event, options) => lossClaim(event, scenarios, measure, options).claim,
  }
}

function scenariosOf(name: string, moves: Moves): ScenarioMoves {
  if (moves.kind === 'scenarios') return moves
  throw new SpillwayError({
    code: 'moves-kind',
    path: 'inputs.moves',
    value: moves.kind,
    problem: `${name} needs scenario moves: the tail of a total of many accounts has no formula`,
    cure: 'Draw moves from the same distribution: spillway moves EVENT --model gaussian --draws N --seed N --out FILE.',
  })
}
