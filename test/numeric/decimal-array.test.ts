import { describe, expect, it } from 'vitest'
import { type Decimal, DecimalArray, DecimalTotal } from '#src/numeric/index.js'
import { randomFrom } from '../books.js'

const SCALES = 40
const atMost = ({ digits, scale }: Decimal): bigint => digits * 10n ** BigInt(SCALES - scale)

/** Lengths around 63, 64, 127 and 128 bits, ends of ranges among them. */
function randomDecimal(random: ReturnType<typeof randomFrom>): Decimal {
  const bits = [0, 1, 62, 63, 64, 65, 90, 126, 127, 128, 129, 200][random.whole(0, 11)]
  let digits = (1n << BigInt(bits)) + BigInt(random.whole(-2, 2))
  if (random.chance(0.5)) digits -= BigInt(Math.floor(random.between(0, 2 ** 50)))
  return { digits: random.chance(0.5) ? -digits : digits, scale: random.whole(0, SCALES) }
}

describe('decimals in typed arrays', () => {
  it('give back what they were given, over one another, in copies, and in sums (20,000 writes, seed 3)', () => {
    const random = randomFrom(3)
    const array = new DecimalArray(50)
    const other = new DecimalArray(50)
    const kept = Array.from({ length: 50 }, (): Decimal => ({ digits: 0n, scale: 0 }))
    const copied = [...kept]
    const total = new DecimalTotal()
    let expected = 0n
    for (let write = 0; write < 20_000; write++) {
      const i = random.whole(0, 49)
      array.addTo(total, i, -1)
      expected -= atMost(kept[i])
      kept[i] = randomDecimal(random)
      array.set(i, kept[i])
      expect(array.exact(i)).toEqual(kept[i])
      array.addTo(total, i, 1)
      expected += atMost(kept[i])
      const [from, to] = [random.whole(0, 49), random.whole(0, 49)]
      other.take(to, array, from)
      copied[to] = kept[from]
      expect(other.exact(to)).toEqual(copied[to])
      if (write % 1000 !== 0) continue
      expect(atMost(total.value)).toBe(expected)
      const slice = array.slice()
      array.set(i, { digits: 7n, scale: 1 })
      expect(kept.map((_, j) => slice.exact(j))).toEqual(kept)
      array.set(i, kept[i])
    }
    expect(copied.map((_, j) => other.exact(j))).toEqual(copied)
  })
})
