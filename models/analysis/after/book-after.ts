import { SpillwayError } from '../../../src/errors.js'
import { signOf } from '../../../src/numeric/index.js'
import { decisionSpace } from '../../book/decision-space.js'
import { allocationOf, eventOf } from '../../book/given.js'
import type { AdlEvent, Allocation, AllocationJson, EventJson } from '../../book/index.js'
import { matchAllocation, toleranceOf, type Violation, type ViolationCode } from '../../proof/match-allocation.js'
import { defaultOptions } from '../methods.js'
import { type LeftBook, leftBook } from './left-book.js'

/** Options of `bookAfter`. */
export interface AfterOptions {
  /** Closed beyond a holding by at most this share of it counts as the holding; default 1e-9. */
  readonly feasibility?: number
}

/** The book that an allocation leaves, and what the allocation missed. */
export interface BookAfter extends LeftBook {
  /** Demands that the allocation misses, which says nothing against the book that it leaves. */
  readonly violations: readonly Violation[]
  /** Positions that were closed whole, and in part. */
  readonly closed: { readonly whole: number; readonly partly: number }
}

/**
 * The book that an allocation leaves, as an event that demands nothing: positions less what was closed, equities with
 * what closing off the mark gave or took. Maintenance margins of positions that were closed in part are not known and
 * left out.
 *
 * @throws SpillwayError `misplaced-reduction` for each entry that closes nothing of the demanded side, or more than is held
 */
export function bookAfter(
  givenEvent: AdlEvent | EventJson,
  givenAllocation: Allocation | AllocationJson,
  { feasibility = defaultOptions.feasibility }: AfterOptions = {},
): BookAfter {
  const event = eventOf(givenEvent)
  const allocation = allocationOf(givenAllocation)
  const space = decisionSpace(event)
  const { reductions, violations } = matchAllocation(space, allocation, toleranceOf(feasibility, 'options.feasibility'))
  const misplaced = violations.flatMap((violation) => misplacedReduction(violation, event) ?? [])
  const [first, ...rest] = misplaced
  if (first !== undefined) throw SpillwayError.ofAll([first, ...rest.slice(0, MOST_LISTED - 1)])
  const touched = reductions.filter((reduction) => signOf(reduction) !== 0).length
  const left = leftBook(space, reductions)
  const whole = event.positions.count - left.event.positions.count
  return { ...left, violations, closed: { whole, partly: touched - whole } }
}

const MOST_LISTED = 20

const WORDS: Partial<Record<ViolationCode, string>> = {
  'unknown-account': 'the event has no such account',
  'unknown-market': 'the event has no such market',
  'no-position': 'the account holds nothing of this market',
  'wrong-side': 'the account holds the side that is not demanded',
  'over-reduction': 'more is closed than the account holds',
  'not-demanded': 'nothing of this market is demanded',
  exempt: 'the account is exempt',
}

function misplacedReduction({ code, account = '', market = '', by }: Violation, event: AdlEvent) {
  const problem = WORDS[code]
  if (problem === undefined) return undefined
  const isGone = code === 'unknown-account' && event.takenOver.includes(account)
  return new SpillwayError({
    code: 'misplaced-reduction',
    path: `reduction of ${JSON.stringify(account)} in ${JSON.stringify(market)}`,
    value: by,
    problem: isGone ? 'the account has negative equity and was taken over' : problem,
    cure: 'Correct the allocation; `spillway verify` lists everything that is wrong with it.',
  })
}
