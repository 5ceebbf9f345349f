import { powerOfTwoScale } from '../canonical/by-rows.js'
import { notExpressible } from './not-expressible.js'
import type { StatedRow } from './stated-form.js'

/** Below `least` readers drop a coefficient; a row all below `small` drowns in their absolute tolerances (1e-7). */
const COMFORTABLE = { least: 1e-7, small: 1e-3, most: 1e9 }

/** 1 for a comfortable row; else the power of two that brings the geometric mean of its extreme coefficients near 1. */
export function readableScale({ terms }: StatedRow): number {
  let least = Infinity
  let most = 0
  for (const [, value] of terms) {
    least = Math.min(least, Math.abs(value))
    most = Math.max(most, Math.abs(value))
  }
  if (least >= COMFORTABLE.least && most >= COMFORTABLE.small && most <= COMFORTABLE.most) return 1
  return powerOfTwoScale(Math.sqrt(least) * Math.sqrt(most))
}

/** From here on readers take a finite bound for an infinite one. */
const INFINITE = 1e20

/** A bound as readers of text take it. Throws `not-expressible` on a finite one that they would take for infinite. */
export function readableBound(format: string, value: number, name: string): string {
  if (value === Infinity) return '+inf'
  if (value === -Infinity) return '-inf'
  if (Math.abs(value) < INFINITE) return String(value)
  const cure = 'Leave the bound out (an infinite one) or measure the column in larger units.'
  return notExpressible(format, name, value, 'a finite bound that readers take for infinite cannot be written', cure)
}
