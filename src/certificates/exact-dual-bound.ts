import type { StandardForm } from '../canonical/standard-form.js'
import { type Dyadic, dyadic } from '../numeric/dyadic.js'
import { type Ratio, ratioOf } from '../numeric/ratio.js'
import { repairSigns } from './dual-bound.js'

/**
 * The bound of `dual-bound.ts` in exact arithmetic, for forms small enough to wait for:
 *
 *     offset − ½ w'Qw + Σ_i (y_i⁺ rowLower_i − y_i⁻ rowUpper_i) + Σ_j min over [lower_j, upper_j] of (c + Qw − Aᵀy)_j x_j
 *
 * Every double is a whole number times a power of two, so sums and products of doubles are exact in `bigint`.
 * Undefined when the bound is −∞: a column with a nonzero reduced cost has no bound on that side. No box is assumed.
 */
export function exactDualBound(
  form: StandardForm,
  y: Float64Array,
  options: { readonly tangent?: Float64Array; readonly bounds?: Box } = {},
): Ratio | undefined {
  const prices = repairSigns(form, y)
  const w = options.tangent ?? new Float64Array(form.linear.length)
  const { lower, upper } = options.bounds ?? form
  const reduced = Array.from(form.linear, dyadic)
  let total = dyadic(form.offset)
  prices.forEach((price, i) => {
    if (price === 0) return
    total = plus(total, times(dyadic(price), dyadic(price > 0 ? form.rowLower[i] : form.rowUpper[i])))
  })
  const { quadratic, matrix } = form
  for (let j = 0; j < form.linear.length; j++) {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      const i = quadratic.indices[p]
      const value = dyadic(quadratic.values[p])
      reduced[i] = plus(reduced[i], times(value, dyadic(w[j])))
      if (i !== j) reduced[j] = plus(reduced[j], times(value, dyadic(w[i])))
      const square = times(times(value, dyadic(w[i])), dyadic(i === j ? -0.5 * w[j] : -w[j]))
      total = plus(total, square)
    }
    for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
      const term = times(dyadic(-matrix.values[p]), dyadic(prices[matrix.indices[p]]))
      reduced[j] = plus(reduced[j], term)
    }
  }
  for (let j = 0; j < reduced.length; j++) {
    const cost = reduced[j]
    if (cost.digits === 0n) continue
    const side = cost.digits > 0n ? lower[j] : upper[j]
    if (!Number.isFinite(side)) return undefined
    total = plus(total, times(cost, dyadic(side)))
  }
  const whole = (digits: bigint) => ({ digits, scale: 0 })
  const { digits, exponent } = total
  return exponent >= 0
    ? ratioOf(whole(digits << BigInt(exponent)))
    : ratioOf(whole(digits), whole(1n << BigInt(-exponent)))
}

interface Box {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

function plus(a: Dyadic, b: Dyadic): Dyadic {
  if (a.digits === 0n) return b
  if (b.digits === 0n) return a
  const exponent = Math.min(a.exponent, b.exponent)
  const at = (d: Dyadic): bigint => d.digits << BigInt(d.exponent - exponent)
  return { digits: at(a) + at(b), exponent }
}

const times = (a: Dyadic, b: Dyadic): Dyadic => ({ digits: a.digits * b.digits, exponent: a.exponent + b.exponent })
