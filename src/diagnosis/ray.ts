import { rayForm } from '../canonical/evidence-forms.js'
import { judgeRay } from '../certificates/unboundedness.js'
import { unboundedDirection } from '../solve/show-unbounded.js'
import { solveForm } from '../solve/solve-form.js'
import type { Clock } from './clock.js'
import type { NamedParts } from './subject.js'

/** A direction along which every constraint is kept and the objective improves without end. */
export interface Ray {
  /** The variables that move, the largest step being 1, by name. */
  readonly steps: readonly { readonly name: string; readonly step: number }[]
  /** What the objective, as it was written, gains or loses per unit of the direction. */
  readonly slope: number
}

/** Steps at or below these shares of the longest are rounding; the first that leaves a direction is taken. */
const STILL = [1e-7, 1e-9, 1e-11, 0] as const

/** The steepest direction of `rayForm`, judged; undefined where none was proved. */
export async function recessionRay(parts: NamedParts, clock: Clock): Promise<Ray | undefined> {
  if (parts.curved !== undefined) return curvedRay(parts, parts.curved, clock)
  const { form } = parts
  const { x } = await solveForm(rayForm(form), { ...clock.options(), tolerance: 1e-9 })
  if (x === undefined) return undefined
  const longest = x.reduce((most, step) => Math.max(most, Math.abs(step)), 0)
  if (longest === 0) return undefined
  for (const still of STILL) {
    const d = x.map((step) => (Math.abs(step) <= still * longest ? 0 : step / longest))
    const { proved, slope } = judgeRay(form, d)
    if (!proved) continue
    return rayOf(parts, d.subarray(0, parts.ownColumns), slope)
  }
  return undefined
}

/** Of a program with curves: a direction by the recession functions of its atoms, and a point to start from. */
async function curvedRay(
  parts: NamedParts,
  { program, canonical }: NonNullable<NamedParts['curved']>,
  clock: Clock,
): Promise<Ray | undefined> {
  const options = clock.options()
  const direction = await unboundedDirection(program, canonical, options, options.timeLimitSeconds ?? 0)
  return direction && rayOf(parts, direction.steps, direction.slope)
}

function rayOf(parts: NamedParts, d: Float64Array, slope: number): Ray {
  const steps = Array.from(d, (step, j) => ({ name: parts.columnName(j), step }))
  return { steps: steps.filter(({ step }) => step !== 0), slope: parts.sign * slope }
}
