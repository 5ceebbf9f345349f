import { num } from '../../fraction.js'
import type { Holder } from './oracle.js'

/**
 * Σ_i E(−e_i − z_i F)⁺ for F ~ N(0, 1):  s φ(e/s) − e Φ(−e/s),  s = |z|. Φ by its continued fraction and series, far more exact than
 * the figures that it is held against.
 */
export const expectedShortfall = (holders: readonly Holder[]): number =>
  holders.reduce((sum, h) => {
    const [e, s] = [num(h.equity), Math.abs(num(h.after))]
    return sum + (s === 0 ? Math.max(0, -e) : s * density(e / s) - e * below(-e / s))
  }, 0)

const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI)

/** Φ(t). */
function below(t: number): number {
  if (t > 0) return 1 - below(-t)
  const x = -t
  if (x < 3) {
    // Φ(x) = ½ + φ(x) (x + x³/3 + x⁵/15 + …)
    let [term, sum] = [x, x]
    for (let n = 3; n < 200; n += 2) {
      term *= (x * x) / n
      sum += term
    }
    return 0.5 - density(x) * sum
  }
  let fraction = 0
  for (let n = 200; n > 0; n--) fraction = n / (x + fraction)
  return density(x) / (x + fraction)
}
