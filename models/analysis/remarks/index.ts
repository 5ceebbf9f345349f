/** Remarks on an answer: one file for each kind or few kinds, and one line here. */
import { flatPositions } from './flat-positions.js'
import { implausibleLeverage } from './implausible-leverage.js'
import { implausibleMoves } from './implausible-moves.js'
import { insolventTookDemand, solventMadeInsolvent } from './insolvent-accounts.js'
import { nothingDemanded } from './nothing-demanded.js'
import type { Remark, Remarker, RemarkSubject } from './remark.js'
import { takenOver } from './taken-over.js'
import { unneededInput } from './unneeded-input.js'

export { HIGHEST_VOLATILITY } from './implausible-moves.js'
export type { Remark, RemarkCode } from './remark.js'

/** In the order in which they are printed. */
const remarkers: readonly Remarker[] = [
  takenOver,
  nothingDemanded,
  flatPositions,
  insolventTookDemand,
  solventMadeInsolvent,
  implausibleLeverage,
  implausibleMoves,
  unneededInput,
]

/** Everything that is to be said of an answer, at most a few of each code; the others are counted. */
export function remarksOn(subject: RemarkSubject): readonly Remark[] {
  return remarkers.flatMap((remarker) => remarker(subject))
}
