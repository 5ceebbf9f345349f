import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRows } from '#models/book/csv-rows.js'
import { findJsonFault } from '#models/book/json-scan.js'
import { instances } from '../campaign.js'
import { folderWith } from './support.js'

async function rowsOf(folder: string, text: string): Promise<{ readonly rows: string[][]; readonly lines: number[] }> {
  await writeFile(join(folder, 'rows.csv'), text)
  const rows: string[][] = []
  const lines: number[] = []
  await readRows(join(folder, 'rows.csv'), 'rows.csv', (cells, line) => {
    rows.push([...cells])
    lines.push(line)
  })
  return { rows, lines }
}

const cell = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '永', '😀', ';', "'", '\t', '1'), maxLength: 6 })
const table = fc
  .integer({ min: 2, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }))

/** The text of a table: cells in quotes when they need it, or when `quote` says so. */
const csvOf = (rows: readonly (readonly string[])[], end: string, quote: (row: number) => boolean): string =>
  rows
    .map((row, i) =>
      row.map((text) => (quote(i) || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(),
    )
    .join(end)

describe('two methods to the rows of a CSV file', () => {
  test('splitting text without quotes gives what csv-parse gives, and so does quoting from any row on', async () => {
    const folder = await folderWith({})
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.nat(8), async (rows, end, last, from) => {
        const plain = rows.map((row) => row.join()).join(end) + (last ? end : '')
        const expected: string[][] = parse(plain, { record_delimiter: ['\r\n', '\n'] })
        const lines = rows.map((_, i) => i + 1)
        expect(await rowsOf(folder, plain)).toEqual({ rows: expected, lines })
        const quoted = rows.map((row, i) => (i < from ? row.join() : row.map((text) => `"${text}"`).join())).join(end)
        expect(await rowsOf(folder, quoted)).toEqual({ rows: expected, lines })
      }),
      { seed: 1, numRuns: 100 },
    )
  })

  test('what is written is read, whatever the cells, and each row has the line on which it begins', async () => {
    const folder = await folderWith({})
    const any = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', '1'), minLength: 1, maxLength: 5 })
    const rowsOfAny = fc.array(fc.tuple(any, any, any), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(rowsOfAny, fc.constantFrom('\n', '\r\n'), fc.nat(8), async (rows, end, from) => {
        const lines = rows.map((_, i) => 1 + i + rows.slice(0, i).flat().join('').split('\n').length - 1)
        expect(
          await rowsOf(
            folder,
            csvOf(rows, end, (i) => i >= from),
          ),
        ).toEqual({ rows, lines })
      }),
      { seed: 1, numRuns: 120 },
    )
  })

  test('stray quotes are what csv-parse says they are', async () => {
    const folder = await folderWith({})
    // Blank lines are another rule, and another test.
    const any = fc
      .string({ unit: fc.constantFrom('a', '"', ',', '\n'), maxLength: 10 })
      .filter((text) => !`\n${text}`.includes('\n\n'))
    let refused = 0
    await fc.assert(
      fc.asyncProperty(any, async (text) => {
        const plain = `a,b\n${text},b\n`
        let expected: string[][] | undefined
        try {
          expected = parse(plain, { record_delimiter: ['\r\n', '\n'], relax_column_count: true })
        } catch {
          refused++
        }
        if (expected?.some((row) => row.length === 1 && row[0] === '')) return
        const actual = await rowsOf(folder, plain).catch((error: unknown) => error)
        if (expected === undefined) expect(actual).toMatchObject({ code: 'malformed-csv' })
        else expect(actual).toMatchObject({ rows: expected })
      }),
      { seed: 1, numRuns: instances(150, 250) },
    )
    expect(refused).toBeGreaterThan(50)
  })

  test('a quote after megabytes of plain text hands over in the middle, with rows and lines intact', async () => {
    const plain = Array.from({ length: 20_000 }, (_, i) => `${'account'.repeat(10)}-${i},${i}`)
    const text = [...plain, '"two\nlines",1', '"say ""no""",2', ...plain.slice(0, 3000)].join('\n')
    expect(text.length).toBeGreaterThan(1 << 20)
    const { rows, lines } = await rowsOf(await folderWith({}), text)
    expect(rows.map((row) => row.join('|'))).toEqual([
      ...plain.map((row) => row.replace(',', '|')),
      'two\nlines|1',
      'say "no"|2',
      ...plain.slice(0, 3000).map((row) => row.replace(',', '|')),
    ])
    expect([lines[19_999], lines[20_000], lines[20_001], lines[23_001]]).toEqual([20_000, 20_001, 20_003, 23_003])
  })

  test('a character that is cut by the end of a chunk stays whole', async () => {
    const text = `${'永'.repeat(5000)},1\n`.repeat(100)
    const { rows } = await rowsOf(await folderWith({}), text)
    expect(rows.length).toBe(100)
    expect(new Set(rows.map(([name]) => name)).size).toBe(1)
  })
})

describe('finding faults in JSON', () => {
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }

  test('agrees with the solver on what is JSON, for any damage to a good text', () => {
    const damage = fc.tuple(
      fc.jsonValue(),
      fc.nat(),
      fc.nat(4),
      fc.constantFrom('', '"', ',', '{', ']', '0', '\\', 'e', ' ', '\n', '-', '.', 'tru'),
    )
    let broken = 0
    fc.assert(
      fc.property(damage, ([value, where, length, text]) => {
        const good = JSON.stringify(value, undefined, 1)
        expect(findJsonFault(good)).toBeUndefined()
        const at = where % (good.length + 1)
        const bad = good.slice(0, at) + text + good.slice(at + length)
        const fault = findJsonFault(bad)
        if (fault?.kind === 'duplicate') return
        expect(fault === undefined).toBe(isJson(bad))
        if (fault !== undefined) broken++
      }),
      { seed: 1, numRuns: instances(500, 1000) },
    )
    expect(broken).toBeGreaterThan(150)
  })

  test.each([
    ['{"a": 1, "b": {"c": [0, {"x": 1, "y": 2, "x": 3}]}}', 'duplicate', ['b', 'c', 1, 'x']],
    ['{"a": 1, "\\u0061": 1}', 'duplicate', ['a']],
    ['{"__proto__": 1, "__proto__": 1}', 'duplicate', ['__proto__']],
    ['[1, [2, 3, x]]', 'syntax', [1, 2]],
    ['[1, 2,]', 'syntax', [2]],
    ['{"a": 1,}', 'syntax', ['a']],
    ['["a\nb"]', 'syntax', [0]],
    ['[01]', 'syntax', [0]],
    ['["\\x"]', 'syntax', [0]],
    ['[1', 'syntax', [0]],
  ])('%s', (text, kind, path) => {
    expect(findJsonFault(text)).toMatchObject({ kind, path })
  })

  test('a name of many megabytes and a thousand levels', () => {
    expect(findJsonFault(JSON.stringify({ ['x'.repeat(1 << 25)]: 1 }))).toBeUndefined()
    expect(findJsonFault('['.repeat(100_000) + ']'.repeat(100_000))).toBeUndefined()
  })
})
