import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllocation } from '#models/book/index.js'
import { compare, decimalOf, parseDecimal, toText } from '#src/numeric/index.js'
import { mistakeOf } from './support.js'

const quantities = (...values: readonly (number | string)[]) =>
  parseAllocation({
    format: 'spillway/allocation@1',
    reductions: values.map((quantity, i) => ({ account: String(i), market: 'BTC', quantity })),
  }).quantity

describe('numbers are taken exactly as written', () => {
  test('thirty digits survive beside the nearest double', () => {
    const column = quantities('0.100000000000000000000000000001', '0.1', 0.1, '9007199254740993')
    expect(column.text(0)).toBe('0.100000000000000000000000000001')
    expect(column.values[0]).toBe(0.1)
    expect(column.text(1)).toBe('0.1')
    expect(column.text(2)).toBe('0.1')
    expect(column.text(3)).toBe('9007199254740993')
  })

  test('any accepted text is the decimal that the exact reader makes of it, in every spelling', () => {
    const digits = fc.stringMatching(/^\d{1,25}$/)
    const texts = fc.tuple(
      fc.constantFrom('', '+'),
      digits,
      fc.option(digits),
      fc.integer({ min: -280, max: 250 }),
      fc.boolean(),
    )
    fc.assert(
      fc.property(texts, ([sign, whole, fraction, exponent, scientific]) => {
        const text = `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${scientific ? `e${exponent}` : ''}`
        const exact = parseDecimal(text)!
        const column = quantities(text)
        expect(column.text(0)).toBe(toText(exact))
        expect(column.values[0]).toBe(Number(text))
        expect(quantities(column.json(0)).text(0)).toBe(toText(exact))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('a JSON number is the shortest decimal that reads back', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(compare(quantities(value).exact(0), decimalOf(value))).toBe(0)
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('the shortest decimal of a double is the one that JavaScript prints', () => {
    const short = fc
      .tuple(fc.maxSafeNat(), fc.integer({ min: -25, max: 25 }), fc.integer({ min: 1, max: 17 }))
      .map(([digits, exponent, precision]) => Number(`${String(digits).slice(0, precision)}e${exponent}`))
    const rounded = fc
      .tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 12 }))
      .map(([value, places]) => Number(value.toFixed(places)))
    const any = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(fc.oneof(short, rounded, any), (value) => {
        expect(toText(decimalOf(value))).toBe(toText(parseDecimal(String(value))!))
      }),
      { seed: 1, numRuns: 2000 },
    )
  })

  test('what is read can be written and read, at the limits of length too', () => {
    const longest = ['.'.padEnd(251, '9'), `${'9'.repeat(250)}e-300`, `1.${'0'.repeat(240)}1e-300`, '1e300', '5e-324']
    for (const text of longest) {
      const column = quantities(text)
      expect(quantities(column.json(0)).text(0)).toBe(column.text(0))
    }
  })

  test('minus zero is zero', () => {
    const column = quantities('-0', -0, '-0.000')
    expect([...column.values].every((value) => Object.is(value, 0))).toBe(true)
  })
})

describe('what is no finite decimal is refused', () => {
  const bad = [
    '',
    ' ',
    ' 1',
    '1 ',
    '1,000',
    '1,000.5',
    '0x10',
    '1e',
    '.',
    '-',
    'NaN',
    'Infinity',
    '1_000',
    '１',
    '1n',
    'e5',
    '--1',
    '1.2.3',
  ]
  test.each(bad)('%j', async (text) => {
    const mistake = await mistakeOf(() => quantities(1, text))
    expect(mistake).toMatchObject({ code: 'bad-number', path: 'reductions[1].quantity', value: text })
  })

  const outside = [
    '1e999',
    '1e400',
    '1e-400',
    '1e-99999999',
    '1e99999999',
    '9'.repeat(310),
    `0.${'1'.repeat(1_000_000)}`,
  ]
  test.each(outside.map((text) => [text.slice(0, 20), text]))('%s', async (_, text) => {
    const mistake = await mistakeOf(() => quantities(1, text))
    expect(mistake).toMatchObject({ code: 'number-out-of-range', path: 'reductions[1].quantity', value: text })
    expect(mistake.message.length).toBeLessThan(500)
  })
})
