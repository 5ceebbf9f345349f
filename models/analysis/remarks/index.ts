/** Remarks on an answer: one file for each kind or few kinds, and one line here. */

import type { DecisionSpace } from '../../book/decision-space.js'
import type { Objective, ObjectiveInputs } from '../../objectives/index.js'
import { flatPositions } from './flat-positions.js'
import { implausibleLeverage } from './implausible-leverage.js'
import { implausibleMoves } from './implausible-moves.js'
import { insolventTookDemand, solventMadeInsolvent } from './insolvent-accounts.js'
import { inverseMarkets } from './inverse-markets.js'
import { marginStays } from './margin-stays.js'
import { notKnown } from './not-known.js'
import { nothingDemanded } from './nothing-demanded.js'
import type { Remark, Remarker, RemarkSubject } from './remark.js'
import { takenOver } from './taken-over.js'
import { unneededInput, unneededInputs } from './unneeded-input.js'

export { HIGHEST_VOLATILITY } from './implausible-moves.js'
export { solventMadeInsolvent } from './insolvent-accounts.js'
export type { Remark, RemarkCode } from './remark.js'

/** In the order in which they are printed. */
const remarkers: readonly Remarker[] = [
  notKnown,
  takenOver,
  nothingDemanded,
  flatPositions,
  inverseMarkets,
  insolventTookDemand,
  solventMadeInsolvent,
  marginStays,
  implausibleLeverage,
  implausibleMoves,
  unneededInput,
]

/** Everything that is to be said of an answer, at most a few of each code; the others are counted. */
export function remarksOn(subject: RemarkSubject): readonly Remark[] {
  return remarkers.flatMap((remarker) => remarker(subject))
}

/** What is to be said of a book whatever is closed in it, where several objectives judge. */
export function remarksOnBook(
  space: DecisionSpace,
  objectives: readonly Objective[],
  given: ObjectiveInputs,
): readonly Remark[] {
  const moved = objectives.find(({ inputs }) => inputs?.moves !== undefined)
  return [
    ...[notKnown, takenOver, nothingDemanded, flatPositions, implausibleLeverage].flatMap((remarker) =>
      remarker({ space }),
    ),
    ...(moved === undefined ? [] : implausibleMoves({ space, objective: moved })),
    ...unneededInputs(objectives, given),
  ]
}
