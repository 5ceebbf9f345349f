import { SpillwayError } from '../../src/errors.js'
import type { LoadingsInput, Moves } from '../moves/index.js'

/** What objectives may be given; each takes what it needs and ignores the rest. */
export interface ObjectiveInputs {
  readonly moves?: Moves | undefined
  /** α of CVaR. */
  readonly confidence?: number | undefined
  readonly loadings?: LoadingsInput | undefined
}

/** The names of what an objective may need besides the event. */
export type ObjectiveInput = keyof ObjectiveInputs

const CURES: Readonly<Record<ObjectiveInput, string>> = {
  moves: 'Give price moves: --moves FILE, or `readMoves`; `spillway moves` makes some.',
  confidence: 'Give a number above 0 and below 1: --confidence 0.99.',
  loadings: 'Give --loadings FILE (market,factorLoading), factorLoading in the event, or --moves FILE.',
}

/** The error of an objective that was made without an input that it needs. */
export function missingInput(objective: string, input: ObjectiveInput): SpillwayError {
  return new SpillwayError({
    code: 'missing-input',
    path: `inputs.${input}`,
    value: undefined,
    problem: `${objective} needs ${input}`,
    cure: CURES[input],
  })
}
