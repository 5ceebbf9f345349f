import { type ConicCanonical, withRelaxation } from '../canonical/canonical.js'
import { canonicalizeWithCones } from '../canonical/canonicalize.js'
import type { Program } from '../language/index.js'
import { fromTriplets } from '../numeric/sparse-matrix.js'
import { prover } from './context.js'
import type { SolveFormOptions } from './options.js'
import { ofBroken } from './propose.js'
import { type Direction, judgedDirection, recessionProgram } from './recession.js'
import { solveCanonical } from './solve-canonical.js'

/** Of what is left, the share of each solve. */
const SHARE = 1 / 3
/**
 * What it is worth to keep away from curved constraints, beside the slope: first much, then nothing, for a direction
 * that is on the edge.
 */
const WORTHS = [30, 0] as const

/**
 * Why a program with curved atoms is unbounded, in the modeller's names: a direction of recession along which the
 * objective falls, judged by the atoms themselves, and a feasible point to start from. Undefined where either was not
 * found.
 */
export async function showUnbounded(
  program: Program,
  canonical: ConicCanonical,
  options: SolveFormOptions,
  seconds: number,
): Promise<string | undefined> {
  const direction = await unboundedDirection(program, canonical, options, seconds)
  return direction && inWords(program, canonical, direction)
}

/** The direction alone, for who has words of his own. */
export async function unboundedDirection(
  program: Program,
  canonical: ConicCanonical,
  options: SolveFormOptions,
  seconds: number,
): Promise<Direction | undefined> {
  if (!(seconds > 0)) return undefined
  const limited = { ...options, timeLimitSeconds: SHARE * seconds }
  const direction = await steepest(program, { ...options, timeLimitSeconds: (SHARE / 2) * seconds })
  if (direction === undefined) return undefined
  const form = canonical.form.relaxation
  const columns = form.linear.length
  const anywhere = {
    ...form,
    linear: new Float64Array(columns),
    quadratic: fromTriplets(columns, columns, []),
    offset: 0,
  }
  const point = await solveCanonical(withRelaxation(canonical, anywhere), limited).catch(ofBroken)
  return point?.x === undefined ? undefined : direction
}

async function steepest(program: Program, options: SolveFormOptions): Promise<Direction | undefined> {
  for (const worth of WORTHS) {
    const far = recessionProgram(program, worth)
    if (far === undefined) return undefined
    const canonical = canonicalizeWithCones(far)
    // A direction on the edge of a cone is a vertex of tangents; from within the cone one only comes near it.
    for (const solver of [options.solver, prover]) {
      const x = (await solveCanonical(canonical, { ...options, solver }).catch(ofBroken))?.x
      const point = x && canonical.recover(x).point.slice(0, program.space.variableCount)
      const direction = point && judgedDirection(program, point)
      if (direction !== undefined) return direction
    }
  }
  return undefined
}

const SHOWN = 8

function inWords(program: Program, { columnName }: ConicCanonical, { steps, slope }: Direction): string {
  const moving = Array.from(steps.keys()).filter((j) => steps[j] !== 0)
  const shown = moving.slice(0, SHOWN).map((j) => `${columnName(j)} by ${Number(steps[j].toPrecision(6))}`)
  const more = moving.length > SHOWN ? `, and ${moving.length - SHOWN} more` : ''
  const does = program.objective?.sense === 'maximize' ? 'grows' : 'falls'
  const much = Number(Math.abs(slope).toPrecision(6))
  return `the objective ${does} by ${much} in the long run each time ${shown.join(', ')}${more} move together, which no constraint stops`
}
