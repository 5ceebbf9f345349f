import type { Objective, PreparedObjective } from '../objectives/index.js'
import { finite } from '../proof/finite.js'

/** An objective as answers give it: its value, and what the value needs to be understood. */
export interface ObjectiveReport {
  readonly name: string
  /** Absent without a feasible point, `null` where it is infinite. */
  readonly value?: number | null
  readonly unit?: 'leverage' | 'quote currency'
  /** Losses: the value if nothing were closed. */
  readonly before?: number | null
  readonly confidence?: number
  /** The moves that it goes by; `count` is absent where they are a normal distribution. */
  readonly moves?: { readonly kind: 'scenarios' | 'gaussian'; readonly count?: number }
}

export function objectiveReport({ name, unit, inputs }: Objective, prepared: PreparedObjective): ObjectiveReport {
  const { moves, confidence } = inputs ?? {}
  const usesMoves = moves !== undefined && (prepared.factor?.loadings ?? 'moves') === 'moves'
  return {
    name,
    ...(unit && { unit }),
    ...(prepared.before && { before: finite(prepared.before()) }),
    ...(confidence !== undefined && { confidence }),
    ...(usesMoves && { moves: { kind: moves.kind, ...(moves.kind === 'scenarios' && { count: moves.count }) } }),
  }
}
