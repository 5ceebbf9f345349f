import { describe, expect, test } from 'vitest'
import type { Decimal } from '#src/index.js'
import {
  add,
  compare,
  DecimalTotal,
  decimalAt,
  decimalOf,
  parseDecimal,
  roundedQuotient,
  sumOf,
  toNumber,
  toText,
} from '#src/numeric/index.js'

/** The quick methods between doubles and decimals, against printing and reading, and against whole fractions. */
const SEED = 20251010
const COUNT = Number(process.env.SPILLWAY_DECIMALS ?? 40_000)

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
}

const bits = new DataView(new ArrayBuffer(8))
function doubleOf(high: number, low: number): number {
  bits.setUint32(0, high)
  bits.setUint32(4, low)
  return bits.getFloat64(0)
}

/** Finite doubles of every exponent, short decimals, powers of two and ten, their neighbours, subnormals. */
function* doubles(count: number): Generator<number> {
  const draw = generator(SEED)
  const unit = (): number => draw() / 2 ** 32
  for (let n = 0; n < count; n++) {
    const any = doubleOf(draw(), draw())
    if (Number.isFinite(any)) yield any
    yield (unit() + unit() / 2 ** 32) * 10 ** Math.floor(24 * unit() - 12)
    yield Math.round(unit() * 10 ** Math.floor(16 * unit())) / 10 ** Math.floor(23 * unit())
    yield -Number(`${draw()}${draw()}`.slice(0, 17)) / 10 ** Math.floor(30 * unit())
  }
  for (let e = -1074; e < 1024; e++) for (const m of [-1, 0, 1]) yield beside(2 ** e, m)
  for (let e = -323; e < 309; e++) for (const m of [-1, 0, 1]) yield beside(Number(`1e${e}`), m)
  for (let n = 0; n < 1000; n++) yield doubleOf(draw() & 0xfffff, draw())
}

/** The double m places further. */
function beside(value: number, m: number): number {
  bits.setFloat64(0, value)
  bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(m))
  const next = bits.getFloat64(0)
  return Number.isFinite(next) ? next : value
}

const isSame = (a: Decimal, b: Decimal): boolean => compare(a, b) === 0

describe(`decimals and doubles (seed ${SEED}, SPILLWAY_DECIMALS=${COUNT})`, () => {
  test('a double is the decimal that it prints as, and reads back', () => {
    for (const value of doubles(COUNT)) {
      const printed = parseDecimal(String(value))!
      const decimal = decimalOf(value)
      if (!isSame(decimal, printed) || toNumber(decimal) !== value) expect.fail(`${value} became ${toText(decimal)}`)
    }
  })

  test('places asked for change nothing but zeros at the end', () => {
    const draw = generator(SEED)
    for (const value of doubles(COUNT / 4)) {
      const places = draw() % 20
      const decimal = decimalAt(value, places)
      if (!isSame(decimal, decimalOf(value))) expect.fail(`${value} at ${places} became ${toText(decimal)}`)
      if (decimal.scale !== places && isSame(decimal, zeros(decimal, places)) && places <= 15 && places > 0) {
        // Only whole numbers, and those with more than fifteen digits then, keep their own places.
        const digits = zeros(decimal, places).digits
        expect(Number.isSafeInteger(value) || digits >= 10n ** 15n || digits <= -(10n ** 15n), String(value)).toBe(true)
      }
    }
  })

  test('a long decimal is the double that its text reads as', () => {
    const draw = generator(SEED)
    const word = (): bigint => (BigInt(draw()) << 32n) | BigInt(draw())
    for (let n = 0; n < COUNT; n++) {
      let digits = word()
      for (let more = draw() % 4; more > 0; more--) digits = (digits << 64n) | word()
      const decimal = { digits: draw() % 2 === 0 ? digits : -digits, scale: draw() % (n % 10 === 0 ? 330 : 60) }
      if (toNumber(decimal) !== Number(toText(decimal))) expect.fail(`${toText(decimal)} became ${toNumber(decimal)}`)
    }
  })

  test('halfway between two doubles, and a hair to either side, it rounds as its text does', () => {
    const draw = generator(SEED)
    for (let n = 0; n < COUNT / 10; n++) {
      // m + 1/2 units of 2^−places, written out.
      const places = draw() % 60
      const odd = ((1n << 53n) | (BigInt(draw()) << 21n) | BigInt(draw() >>> 11)) * 2n + 1n
      const digits = odd * 5n ** BigInt(places) * 10n ** 30n
      for (const hair of [-1n, 0n, 1n]) {
        const decimal = { digits: digits + hair, scale: places + 30 }
        if (toNumber(decimal) !== Number(toText(decimal))) expect.fail(`${toText(decimal)} became ${toNumber(decimal)}`)
      }
    }
  })

  test('a sum is the sum one by one', () => {
    const draw = generator(SEED)
    for (let n = 0; n < 2000; n++) {
      const parts = Array.from({ length: draw() % 8 }, () => ({
        digits: BigInt(draw()) - (1n << 31n),
        scale: draw() % 30,
      }))
      const total = parts.reduce(add, { digits: 0n, scale: 0 })
      expect(isSame(sumOf(parts), total), parts.map(toText).join(' + ')).toBe(true)
      const back = new DecimalTotal()
      back.add(total)
      for (const part of parts) back.subtract(part)
      expect(back.value.digits).toBe(0n)
    }
  })

  test('a rounded quotient is the nearest one on its side', () => {
    const draw = generator(SEED)
    for (let n = 0; n < 20_000; n++) {
      const a = { digits: BigInt(draw()) * BigInt(draw()) - (1n << 62n), scale: draw() % 25 }
      const b = { digits: BigInt(draw() % 1000 === 0 ? 7 : draw()) - (1n << 31n), scale: draw() % 25 }
      if (b.digits === 0n) continue
      const scale = draw() % 40
      // a/b · 10^scale as one fraction over a positive denominator.
      const sign = b.digits < 0n ? -1n : 1n
      const over = sign * a.digits * 10n ** BigInt(b.scale + scale)
      const under = sign * b.digits * 10n ** BigInt(a.scale)
      const up = roundedQuotient(a, b, scale, 'up')
      const down = roundedQuotient(a, b, scale, 'down')
      expect([up.scale, down.scale]).toEqual([scale, scale])
      expect(up.digits * under >= over && (up.digits - 1n) * under < over).toBe(true)
      expect(down.digits * under <= over && (down.digits + 1n) * under > over).toBe(true)
    }
  })
})

function zeros({ digits, scale }: Decimal, places: number): Decimal {
  if (places >= scale) return { digits: digits * 10n ** BigInt(places - scale), scale: places }
  return { digits: digits / 10n ** BigInt(scale - places), scale: places }
}
