import { hasEntries } from '../../canonical/by-rows.js'
import type { StandardForm } from '../../canonical/standard-form.js'
import { decimalOf } from '../../numeric/decimal.js'
import { greatestDivisor } from '../../numeric/greatest-divisor.js'

/** What rounding may have added to a safe bound, relative to it and to the offset: never mistaken for a step. */
const SLACK = 1e-9
/** Steps finer than this, relative to the bound, sharpen nothing. */
const FINEST = 1e-7

/**
 * Raises a lower bound to the next value that the objective can take. Where only integer variables have costs,
 *
 *     c·x + offset ∈ offset + g ℤ   with g the greatest common divisor of the costs as decimals,
 *
 * and an objective without such a g keeps its bound.
 */
export function objectiveGrid(form: StandardForm): (bound: number) => number {
  const isGrid = !hasEntries(form.quadratic) && form.linear.every((cost, j) => cost === 0 || form.integer[j] !== 0)
  if (!isGrid) return (bound) => bound
  const costs = Array.from(form.linear, decimalOf)
  const scale = costs.reduce((most, cost) => Math.max(most, cost.scale), 0)
  const divisor = costs.reduce((g, cost) => greatestDivisor(g, cost.digits * 10n ** BigInt(scale - cost.scale)), 0n)
  if (divisor === 0n) return (bound) => bound
  const step = Number(divisor) / 10 ** scale
  return (bound) => {
    const size = Math.max(Math.abs(bound), Math.abs(form.offset))
    if (!Number.isFinite(bound) || !(step > FINEST * size)) return bound
    const steps = Math.ceil((bound - form.offset - SLACK * Math.max(size, step)) / step)
    return Math.max(bound, form.offset + steps * step)
  }
}
