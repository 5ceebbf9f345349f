import { parseEvent } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomFrom, written } from '../../books.js'
import { eventOf } from '../leverage/support.js'
import { complement, exponential, ONE, PI, root, times } from './fixed-point.js'
import { gaussian, gaussianLoss } from './support.js'

/** s φ(z) − m Φ(−z) in fixed point, for whole m ≥ 0 and s: the loss of an account that is expected to keep m. */
function shortfall(m: bigint, s: bigint): bigint {
  const z = (m * ONE) / s
  const density = (exponential(-times(z, z) / 2n) * ONE) / root(2n * PI)
  const tail = complement((z * ONE) / root(2n * ONE)) / 2n
  return s * density - m * tail
}

describe('rounding', () => {
  it('the value is never below, the bound never above the true number, and both are close', async () => {
    const random = randomFrom(9)
    for (let trial = 0; trial < 150; trial++) {
      // Exposure s under a variance of one: the spread is s exactly.
      const s = random.whole(1, 1_000_000)
      const m = Math.round(s * random.between(-6, 12))
      const event = eventOf([['M0', '1']], { a: [written(m), ['M0', String(-s)]] }, [])
      const prepared = gaussianLoss(gaussian(['M0'], [[1]])).prepare(parseEvent(event))
      const value = prepared.value([])!
      const plan = await prepared.bySolver(async () => ({ status: 'limit', reason: 'nobody should ask' }))
      if (!('reductions' in plan)) throw new Error('no plan')
      const bound = plan.bound().bound!
      const size = BigInt(Math.abs(m))
      const exact = shortfall(size, BigInt(s)) + (m < 0 ? size * ONE : 0n)
      const where = `m ${m}, s ${s}`
      // What the series leave, 2^-600 of the whole.
      const slop = ONE >> 600n
      expect(value.n * ONE >= (exact - slop) * value.d, `value, ${where}`).toBe(true)
      expect(bound.n * ONE <= (exact + slop) * bound.d, `bound, ${where}`).toBe(true)
      // Relative to the loss the margin of φ and Φ is magnified by z²: 3e-12 at z = 12.
      expect((value.n * ONE - exact * value.d) * 10n ** 10n <= exact * value.d, `value, ${where}`).toBe(true)
      expect((exact * bound.d - bound.n * ONE) * 10n ** 10n <= exact * bound.d, `bound, ${where}`).toBe(true)
    }
  })
})
