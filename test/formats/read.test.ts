import { describe, expect, it } from 'vitest'
import { formats, type NamedForm, readLp, readMps, type StandardForm, solveForm } from '#src/index.js'
import { instances } from '../campaign.js'
import { skip } from '../notes.js'
import { randomForm } from './export/random-form.js'
import { textOf } from './export/readers.js'
import { highsArrays, noGlpsol, optimumOfGlpsol, rewriters } from './outside.js'
import { randomMps } from './random-mps.js'

/**
 * What is read is what the text says: our own texts give back the form to the bit, the texts of other programs the same optimum,
 * and HiGHS, which reads the same texts, the same arrays. A longer run: READ_FORMS=2000 npx vitest run test/formats/read.test.ts
 */
const SEED = 1
const COUNT = instances(60, 80, process.env.READ_FORMS)

const reading = { lp: readLp, mps: readMps } as const
type Text = keyof typeof reading
const texts = Object.keys(reading) as Text[]

/** Nothing that the formats say in other words: rows without terms or sides, bounds that cross, fractional bounds of integers. */
function isPlain({ matrix, rowLower, rowUpper, lower, upper, integer }: StandardForm): boolean {
  const hasTerm = new Uint8Array(matrix.rows)
  matrix.indices.forEach((i, p) => {
    if (matrix.values[p] !== 0) hasTerm[i] = 1
  })
  const isRow = hasTerm.every(
    (has, i) =>
      (has === 1 && rowLower[i] <= rowUpper[i] && rowUpper[i] - rowLower[i] < Infinity) ||
      (has === 1 && rowLower[i] <= rowUpper[i] && (rowLower[i] > -Infinity || rowUpper[i] < Infinity)),
  )
  return isRow && lower.every((low, j) => low <= upper[j] && (integer[j] === 0 || (isWhole(low) && isWhole(upper[j]))))
}
const isWhole = (value: number): boolean => !Number.isFinite(value) || Number.isInteger(value)

/** The form as plain lists; zeros of a matrix are not there, and −0 is 0. */
function listsOf(form: StandardForm) {
  const entries = ({ starts, indices, values }: StandardForm['matrix']) =>
    Array.from({ length: starts.length - 1 }, (_, j) =>
      Array.from(indices.subarray(starts[j], starts[j + 1]), (i, p) => [i, j, values[starts[j] + p]] as const),
    )
      .flat()
      .filter(([, , value]) => value !== 0)
  const numbers = (list: ArrayLike<number>) => Array.from(list, (value) => value + 0)
  const { linear, offset, rowLower, rowUpper, lower, upper, integer, matrix, quadratic } = form
  return {
    linear: numbers(linear),
    offset: offset + 0,
    matrix: entries(matrix),
    quadratic: entries(quadratic),
    sides: [numbers(rowLower), numbers(rowUpper)],
    bounds: [numbers(lower), numbers(upper)],
    integer: numbers(integer),
  }
}

const everyForm = Array.from({ length: COUNT }, (_, k) => randomForm(SEED + k, { quadratic: k % 4 === 0 }))

describe(`our own texts (seed ${SEED}, READ_FORMS=${COUNT})`, () => {
  it.each(texts)('%s gives back the form to the bit', (format) => {
    const plain = everyForm.filter(isPlain)
    expect(plain.length).toBeGreaterThan(0.3 * COUNT)
    for (const form of plain) expect(listsOf(reading[format](textOf(format, form)).form)).toEqual(listsOf(form))
  })

  it.each(texts)('%s, read and written again, is the same text for any form', (format) => {
    for (const form of everyForm) {
      const names = {
        columns: Array.from(form.linear, (_, j) => `x${j}`),
        rows: Array.from(form.rowLower, (_, i) => `r${i}`),
      }
      const text = Array.from(formats[format].compile(form, names)).join('')
      const read = reading[format](text)
      expect(Array.from(formats[format].compile(read.form, read.names)).join('')).toBe(text)
    }
  })
})

describe(`texts of other programs (seed ${SEED})`, () => {
  // To start a program is what takes the time.
  const few = everyForm.slice(0, Math.max(12, COUNT / 6))
  const known = new Map<StandardForm, ReturnType<typeof solveForm>>()
  const answerOf = (form: StandardForm) => {
    if (!known.has(form)) known.set(form, solveForm(form))
    return known.get(form)!
  }
  it.each(Object.entries(rewriters))('%s', { timeout: 60_000 + COUNT * 500 }, async (_, rewriter) => {
    if (rewriter.missing !== undefined) return skip(`${rewriter.missing}`)
    const cases = few.filter((form) => rewriter.takes(form))
    const rewritten = await rewriter.rewrite(cases.map((form) => textOf('mps', form)))
    let compared = 0
    for (const [k, text] of rewritten.entries()) {
      if (text === undefined) continue
      const known = await answerOf(cases[k]!)
      const found = readMpsOrLp(text)
      const outcome = await solveForm(found.form)
      const sign = found.sense === 'maximize' ? -1 : 1
      expect(outcome.status, text).toBe(known.status)
      if (known.objective === undefined || outcome.objective === undefined) continue
      expect(
        Math.abs(sign * outcome.objective - known.objective) / Math.max(1, Math.abs(known.objective)),
        text,
      ).toBeLessThan(1e-6)
      compared++
    }
    expect(compared).toBeGreaterThan(cases.length / 3)
  })
})

const readMpsOrLp = (text: string): NamedForm => (/^(NAME|\*)/m.test(text) ? readMps(text) : readLp(text))

/** As people write LP text; the first ones HiGHS reads as well, of the others it drops parts or stops. */
const lpTexts: readonly string[] = [
  'Minimize\n obj: x + 2 y + 7\nSubject To\n c1: x + y >= 2\nEnd\n',
  'max\n 3x + 2y\nst\n c1: x + y <= 4\n c2: x + 3 y <= 6\nbounds\n x <= 3\nend\n',
  '\\ a remark\nMinimize\n obj: x + [ 2 x ^2 + 2 x * y + 4 y^2 ] / 2 \\ and one more\nSubject To\n c: x + y >= 1\nEnd\n',
  'min\n obj: [ x^2 - 2 x * y + 3 y ^ 2 ]/2 + 2 x + 1 y\nst\n c: x + y >= 1\nbounds\n y >= -1e30\n x >= -4\nend\n',
  'Minimize\n\nSubject To\n c: x(1,a) + x(2,b)_#3 >= 1\nEnd\n',
]
const harderLpTexts: readonly string[] = [
  'MAXIMIZE\nobj: - x + y - 2 z\nSUCH THAT\nr: x - y >= -5\nq: 2 x = 3\nt: z + y >= 1\nBOUNDS\n-inf <= x <= 4\ny free\nEND\n',
  'minimum\n x\ns.t.\n a: 1e1 x + .5 y >= 1.5e-1\n b: x - y =< 9\n c: y => -2\nbounds\n -3 <= y\n 1 <= x <= +inf\ngenerals\n x\nend\n',
  'Minimize\n obj: x + 3 y + 2 z\nSubject To\n c: x + y\n  + z\n  >= 1.5\nBinary\n x\n z\nInteger\n y\nEnd\n',
  'Minimize\n obj: x + y\nSubject To\n c1: x + y >= 3\n x - y < 9\n y - x > -20\nBounds\n x = 2\n y <= 4\nEnd\n',
]

describe('harder LP texts', () => {
  it.each(harderLpTexts.map((text) => [text] as const))('glpsol: %j', async (text) => {
    if (noGlpsol !== undefined) return skip(`${noGlpsol}`)
    const { form, sense } = readLp(text)
    const { objective } = await solveForm(form)
    expect(sense === 'maximize' ? -objective! : objective, text).toBeCloseTo(await optimumOfGlpsol(text), 6)
  })
  it('two sides, constants on either side, terms that repeat, infinite sides', () => {
    const { form } = readLp(
      'Minimise obj: 2 x + 3 x - - y + 4\nsubject to\n -5 <= x - y + 1 <= 5\n 9 >= x + x >= 1\n x + y + 2 >= 1\n a: y <= inf\n b: 3 = x\nend',
    )
    expect(listsOf(form)).toMatchObject({
      linear: [5, 1],
      offset: 4,
      sides: [
        [-6, 1, -1, -Infinity, 3],
        [4, 9, Infinity, Infinity, 3],
      ],
      matrix: [
        [0, 0, 1],
        [1, 0, 2],
        [2, 0, 1],
        [4, 0, 1],
        [0, 1, -1],
        [2, 1, 1],
        [3, 1, 1],
      ],
    })
  })
})

describe(`HiGHS reads the same arrays (seed ${SEED})`, () => {
  it('of random MPS, free and fixed', async () => {
    for (let seed = SEED; seed < SEED + COUNT; seed++) {
      const { text, layout } = randomMps(seed)
      const { form, sense, names } = readMps(text, { layout })
      expect(readMps(text), text).toEqual(readMps(text, { layout }))
      const sign = sense === 'maximize' ? -1 : 1
      const lists = listsOf(form)
      const signed = (value: number) => sign * value + 0
      expect(
        {
          ...lists,
          linear: lists.linear.map(signed),
          offset: signed(form.offset),
          quadratic: lists.quadratic.map(([i, j, v]) => [i, j, signed(v)]),
          names,
          sense,
        },
        text,
      ).toEqual(await highsArrays('mps', text))
    }
  })
  it.each(lpTexts.map((text) => [text] as const))('of %j', async (text) => {
    const { names, sense, form } = readLp(text)
    const sign = sense === 'maximize' ? -1 : 1
    const lists = listsOf(form)
    const asWritten = {
      ...lists,
      linear: lists.linear.map((value) => sign * value + 0),
      offset: sign * lists.offset + 0,
      quadratic: lists.quadratic.map(([i, j, v]) => [i, j, sign * v]),
    }
    expect({ ...asWritten, names, sense }, text).toEqual(await highsArrays('lp', text))
  })
  it('of our LP texts', async () => {
    for (const form of everyForm.filter(isPlain)) {
      const text = textOf('lp', form).replace('spillway:', 'a model,')
      const { names, sense, form: read } = readLp(text)
      expect({ ...listsOf(read), names, sense }, text).toEqual(await highsArrays('lp', text))
    }
  })
})

describe('a malformed text names the line, the value and the cure', () => {
  const lp = (rows: string): string => `Minimize\n obj: x + y\nSubject To\n${rows}\nEnd\n`
  it.each([
    ['', 1, ''],
    ['x + y >= 1', 1, 'x'],
    ['Minimize\n obj: x', 2, 'the end of the text'],
    ['Minimize\n obj: x\nSubject To\n c: x >= 1\n', 5, 'the end of the text'],
    [lp(' c: x + y'), 5, 'End'],
    [lp(' c: x y >= 1'), 4, 'y'],
    [lp(' c: x + >= 1'), 4, '>='],
    [lp(' c: x >= y'), 4, 'y'],
    [lp(' c: x >= 1 >= 0'), 4, '>='],
    [lp(' c: 1 <= x >= 0'), 4, '<= ... >='],
    [lp(' c: x = inf'), 4, Infinity],
    [lp(' c: x >= 1\n c: y >= 1'), 5, 'c'],
    [lp(' c: [ x ^2 ] <= 4'), 4, '['],
    [lp(' c: x >= 1\n d: y = 1 -> x <= 2'), 5, '->'],
    [lp(' c: x >= 1\nBounds\n z <= 4'), 6, 'z'],
    [lp(' c: x >= 1\nBounds\n x <= y'), 6, 'y'],
    [lp(' c: x >= 1\nGeneral\n z'), 6, 'z'],
    [lp(' c: x >= 1\nSemi-continuous\n x'), 6, 'x'],
    [lp(' c: x >= 1\nSOS\n s: S1:: x:1'), 6, 's'],
    [`${lp(' c: x >= 1')}Minimize`, 6, 'Minimize'],
    ['Minimize\n obj: x ^ 2\nSubject To\n c: x >= 1\nEnd\n', 2, '^'],
    ['Minimize\n obj: [ x ^ 3 ] / 2\nSubject To\n c: x >= 1\nEnd\n', 2, '3'],
    ['Minimize\n obj: [ x ^ 2 ] / 4\nSubject To\n c: x >= 1\nEnd\n', 2, '4'],
  ])('LP %j: line %i', (text, line, value) => {
    expectMistake(() => readLp(text), line, value)
  })

  const mps = (parts: { rows?: string; columns?: string; rhs?: string; rest?: string }): string =>
    `NAME t FREE\nROWS\n N obj\n${parts.rows ?? ' L c1\n'}COLUMNS\n${parts.columns ?? ' x obj 1 c1 1\n y obj 2\n'}RHS\n${parts.rhs ?? ' RHS c1 4\n'}${parts.rest ?? ''}ENDATA\n`
  it.each([
    ['', 0, 'the end of the text'],
    ['NAME t\nROWS\n N obj\nCOLUMNS\n x obj 1', 5, 'the end of the text'],
    [' N obj\n', 1, 'N'],
    ['NAME t\nROWZ\nENDATA\n', 2, 'ROWZ'],
    [mps({ rows: ' Q c1\n' }), 4, 'Q'],
    [mps({ rows: ' L c1\n L c1\n' }), 5, 'c1'],
    ['NAME t\nROWS\n L c1\nCOLUMNS\n x c1 1\nENDATA\n', 1, 'no row N'],
    [mps({ columns: ' x obj 1 c2 1\n' }), 6, 'c2'],
    [mps({ columns: ' x obj 1 c1\n' }), 6, 'x'],
    [mps({ columns: ' x obj one\n' }), 6, 'one'],
    [mps({ columns: ' x c1 1 c1 2\n' }), 6, 'c1'],
    [mps({ columns: ' x obj 1\n y obj 2\n x c1 1\n' }), 8, 'x'],
    [mps({ columns: " M 'MARKER' 'SOSORG'\n x obj 1\n" }), 6, "'SOSORG'"],
    [mps({ rhs: ' RHS c9 4\n' }), 9, 'c9'],
    [mps({ rhs: ' RHS c1 4\n OTHER c1 5\n' }), 10, 'OTHER'],
    [mps({ rest: 'RANGES\n RNG obj 4\n' }), 11, 'obj'],
    [mps({ rest: 'BOUNDS\n UP BND z 4\n' }), 11, 'z'],
    [mps({ rest: 'BOUNDS\n UP BND x\n' }), 11, 'BND'],
    [mps({ rest: 'BOUNDS\n SC BND x 4\n' }), 11, 'SC'],
    [mps({ rest: 'BOUNDS\n XX BND x 4\n' }), 11, 'XX'],
    [mps({ rest: 'BOUNDS\n FX BND x inf\n' }), 11, 'inf'],
    [mps({ rest: 'QUADOBJ\n x x 1\n x x 2\n' }), 12, 'x'],
    [mps({ rest: 'QUADOBJ\n x z 1\n' }), 11, 'z'],
    [mps({ rest: 'QMATRIX\n x y 1\n' }), 1, 1],
    [mps({ rest: 'QCMATRIX c1\n x x 1\n' }), 10, 'QCMATRIX'],
    [mps({ rest: 'SOS\n S1 s\n' }), 10, 'SOS'],
    [`${mps({})} more\n`, 11, 'more'],
  ])('MPS %j: line %i', (text, line, value) => {
    expectMistake(() => readMps(text), line, value)
  })

  it('and what is no text, or no layout', () => {
    expect(() => readLp(undefined as never)).toThrow(/wrong-type/)
    expect(() => readMps(new Uint8Array(4) as never)).toThrow(/wrong-type/)
    expect(() => readMps('', { layout: 'wide' as never })).toThrow(/option-value/)
  })
})

function expectMistake(read: () => unknown, line: number, value: unknown): void {
  try {
    read()
  } catch (error) {
    const { code, path, cure, value: got } = error as { code: string; path: string; cure: string; value: unknown }
    expect({ code, path, got }).toEqual({ code: 'model-text', path: `line ${line}`, got: value })
    expect(cure.length).toBeGreaterThan(10)
    return
  }
  throw new Error('nothing was thrown')
}

describe('where programs differ, the rule of the page holds and a remark names the column', () => {
  const mps = (bounds: string, columns = ' x obj 1 c 1\n'): string =>
    `NAME t FREE\nROWS\n N obj\n G c\nCOLUMNS\n${columns}RHS\n RHS c -9 obj -7\nBOUNDS\n${bounds}ENDATA\n`
  const integer = " M1 'MARKER' 'INTORG'\n x obj 1 c 1\n M2 'MARKER' 'INTEND'\n"
  it.each([
    ['an upper bound below zero', mps(' UP BND x -1\n'), -Infinity, -1, 1],
    ['the same with a lower bound before', mps(' LO BND x 0\n UP BND x -1\n'), 0, -1, 0],
    ['and after', mps(' UP BND x -1\n LO BND x -4\n'), -4, -1, 0],
    ['an upper bound of zero', mps(' UP BND x 0\n'), 0, 0, 0],
    ['an integer column without bounds', mps('', integer), 0, 1, 1],
    ['an integer column with one', mps(' LO BND x 2\n', integer), 2, Infinity, 0],
  ])('%s', (_, text, lower, upper, remarks) => {
    const read = readMps(text)
    expect([read.form.lower[0], read.form.upper[0], read.remarks.length]).toEqual([lower, upper, remarks])
    expect(read.remarks.every((remark) => remark.startsWith('x '))).toBe(true)
    expect(read.form.offset).toBe(7)
  })
  it('the constant of glpsol has its own sign, in MPS and in the remark of its LP text', () => {
    const text = mps('').replace('NAME', '* Problem:    t\n* Format:     Free MPS\n*\nNAME')
    expect(readMps(text).form.offset).toBe(-7)
    const lp = '\\* Problem: t *\\\nMinimize\n obj: x\n\\* constant term = -7 *\\\nSubject To\n c: x >= 1\nEnd\n'
    expect(readLp(lp)).toMatchObject({ name: 't', form: { offset: -7 } })
    expect(readLp(lp.replace('Minimize', 'Maximize')).form.offset).toBe(7)
  })
  it('names with spaces are read by columns', () => {
    const text = `NAME          my model
ROWS
 N  obj
 L  row one
COLUMNS
    x big     obj                  1   row one              2
RHS
    RHS       row one              8
BOUNDS
 UP BND       x big                3
ENDATA
`
    const { names, name, form } = readMps(text)
    expect({ names, name, upper: form.upper[0] }).toEqual({
      names: { columns: ['x big'], rows: ['row one'] },
      name: 'my model',
      upper: 3,
    })
  })
})
