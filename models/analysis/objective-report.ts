import type { Objective, PreparedObjective } from '../objectives/index.js'
import type { Reductions } from '../proof/claim.js'
import { finite } from '../proof/finite.js'

/** An objective as answers give it: its value, and what the value needs to be understood. */
export interface ObjectiveReport {
  readonly name: string
  /** Absent without a feasible point, `null` where it is infinite. */
  readonly value?: number | null
  readonly unit?: 'leverage' | 'quote currency'
  /** Accounts that keep something and are not counted: those without equity at the ADL prices. Absent where there are none. */
  readonly notCounted?: number
  /** Losses: the value if nothing were closed. */
  readonly before?: number | null
  readonly confidence?: number
  /** The moves that it goes by; `count` is absent where they are a normal distribution. */
  readonly moves?: { readonly kind: 'scenarios' | 'gaussian'; readonly count?: number }
}

/** Of feasible reductions where there are any. */
export function objectiveReport(
  { name, unit, inputs }: Objective,
  prepared: PreparedObjective,
  reductions: Reductions | undefined,
): ObjectiveReport {
  const { moves, confidence } = inputs ?? {}
  const usesMoves = moves !== undefined && (prepared.factor?.loadings ?? 'moves') === 'moves'
  const notCounted = (reductions && prepared.notCounted?.(reductions)) ?? 0
  return {
    name,
    ...(unit && { unit }),
    ...(notCounted > 0 && { notCounted }),
    ...(prepared.before && { before: finite(prepared.before()) }),
    ...(confidence !== undefined && { confidence }),
    ...(usesMoves && { moves: { kind: moves.kind, ...(moves.kind === 'scenarios' && { count: moves.count }) } }),
  }
}
